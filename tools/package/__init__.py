"""Builds and checks the zip that Lambda runs (docs/package.md)."""
