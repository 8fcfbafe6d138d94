"""Uploads whose key is refused: what can be read from it all the same, and what would be right."""
