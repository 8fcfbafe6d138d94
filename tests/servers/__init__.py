"""What the real servers of the tests need: a Java, files by Maven, a process that ends with us."""
