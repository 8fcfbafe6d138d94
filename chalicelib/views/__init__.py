"""Views: objects that are derived from `raw/` and can be made again."""
