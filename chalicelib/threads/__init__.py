"""The only place with threads: a worker, a deadline, a pool."""
