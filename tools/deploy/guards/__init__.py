"""What stands between the API and whoever asks too much (docs/operations.md, docs/cache.md)."""
