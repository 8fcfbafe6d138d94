"""Scans in JSON."""
