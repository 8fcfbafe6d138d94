"""Scans in CSV and TSV."""
