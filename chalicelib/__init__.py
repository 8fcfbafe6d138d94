"""rok leaderboard-api: kingdom scans in, leaderboards out."""

from chalicelib.memory import prefer_lean_memory
from chalicelib.packaging_guard import check

__version__ = "1.5.0"

# First of all: chalice may be installed for a Python that can import no more of the app than this.
check()
prefer_lean_memory()
