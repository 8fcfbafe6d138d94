"""rok leaderboard-api: kingdom scans in, leaderboards out."""

from chalicelib.memory import prefer_lean_memory

__version__ = "1.2.0"

prefer_lean_memory()
