"""What a sweep finds to be due, in which order it takes it, and what it remembers."""
