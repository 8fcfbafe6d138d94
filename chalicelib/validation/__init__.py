"""Validation: from batches of text to typed columns and findings."""
