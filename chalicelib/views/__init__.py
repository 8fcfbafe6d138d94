"""What is derived from `raw/` and can always be made again."""
