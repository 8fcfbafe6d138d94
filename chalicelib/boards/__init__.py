"""Leaderboards: metrics, ranking, the boards object, reading curated files."""
