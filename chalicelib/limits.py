"""Limits shared by several parts of the app."""

from typing import Final

MAX_KINGDOM: Final = 99_999
"""The highest number of a kingdom: five digits, as in the patterns of keys."""

MAX_LISTED: Final = 400_000
"""So many players, and so many suspects, are listed between two snapshots.

Where all counters of all 10,000 players are suspect, there are 170,000. Without a limit a scan of
200,000 players whose numbers are all ten times too large has 3,400,000, and its ingestion ends for
want of memory, without a report. With it, it takes less than 1 GB.
"""

MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader reads exactly; also in `players/schema.json`."""
