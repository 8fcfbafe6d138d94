"""Scans in workbooks (`.xlsx`)."""
