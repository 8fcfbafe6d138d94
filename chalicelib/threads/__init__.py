"""All code that starts threads: a worker, a deadline, a pool."""
