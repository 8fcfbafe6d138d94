"""Batches of text in, typed columns and findings out."""
