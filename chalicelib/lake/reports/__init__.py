"""Stored reports: read them, believe the sound ones, prove archived bytes by them."""
