"""The counters that only grow, and what follows from them (docs/between.md)."""

from typing import Final

TIERS: Final = ("t1_kills", "t2_kills", "t3_kills", "t4_kills", "t5_kills")

GROWING: Final = (
    "kill_points",
    *TIERS,
    "kills",
    "deaths",
    "t1_deaths",
    "t2_deaths",
    "t3_deaths",
    "t4_deaths",
    "t5_deaths",
    "ranged_points",
    "rss_gathered",
    "rss_assistance",
    "helps",
    "highest_power",
    "highest_acclaim",
)
"""Counters that never fall in the game: a fall is a fault of a scan. Power and acclaim may fall."""

ZERO_COLUMNS: Final = (
    "kill_points",
    *TIERS,
    "kills",
    "deaths",
    "ranged_points",
    "rss_gathered",
    "rss_assistance",
    "helps",
)
"""A player is all-zero in a scan if of these at least one is known and all that are known are 0."""
