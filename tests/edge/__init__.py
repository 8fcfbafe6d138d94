"""A real HTTP cache in front of the real API (docs/cache.md)."""
