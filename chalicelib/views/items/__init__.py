"""The view whose targets are items of a table instead of objects."""
