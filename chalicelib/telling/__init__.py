"""Tells whoever wants to know what became of an upload (docs/telling.md)."""
