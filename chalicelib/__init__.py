"""rok leaderboard-api: kingdom scans in, leaderboards out."""

__version__ = "1.0.0"
