"""Limits shared by several parts of the app."""

from typing import Final

MAX_KINGDOM: Final = 99_999
"""The highest number of a kingdom: five digits, as in the patterns of keys."""

MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader reads exactly; also in `players/schema.json`."""
