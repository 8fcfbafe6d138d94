"""Limits that more than one part of the app must keep to; what only one part needs is there."""

from typing import Final

MAX_KINGDOM: Final = 99_999
"""The highest number of a kingdom: five digits, as the patterns of keys have it."""

MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader keeps exact; `players/schema.json` says the same."""
