"""How many wrong gains are flagged, and how many good ones: `python -m tests.between.measure`.

On made-up scans (tests/between/weeks.py), whose faults are known; docs/between.md has the figures
of real ones. A gain is wrong where one of its values is not the true one.
"""

import sys
from collections import Counter
from typing import Any, Final

from tests.between import reference
from tests.between.weeks import Kingdom, Week

METRICS: Final = ["t1_kills", "t3_kills", "t4_kills", "t5_kills", "deaths", "rss_gathered"]
COLUMNS: Final = [*reference.GROWING, "power", "dkp", "acclaim"]


def rows_of(week: Week) -> reference.Rows:
    """A scan's rows with every column."""
    return {row["id"]: {**dict.fromkeys(COLUMNS), **row} for row in week.players}


def count(kingdom: Kingdom, weeks: int) -> Counter[str]:
    """Wrong gains in a top 10 and a top 100, those of them that are flagged, good ones flagged."""
    found: Counter[str] = Counter()
    made = list(kingdom.weeks(weeks))
    scans = [rows_of(week) for week in made]
    for at in range(1, weeks):
        old, new = scans[at - 1], scans[at]
        flags, _ = reference.suspects(old, new, scans[at - 2] if at > 1 else None)
        flagged = {(one["id"], one["column"]) for one in flags}
        whole = {one["id"] for one in flags if one["column"] in (None, "kill_points")}
        found["pairs"] += 1
        for metric in METRICS:
            gains = {
                player: new[player][metric] - old[player][metric]
                for player in new.keys() & old.keys()
                if None not in (new[player][metric], old[player][metric])
                if new[player][metric] > old[player][metric]
            }
            for rank, player, _ in reference.ranked(gains)[:100]:
                wrong = _is_wrong(made[at - 1], old, player, metric) or _is_wrong(
                    made[at], new, player, metric
                )
                caught = (player, metric) in flagged or player in whole
                if wrong:
                    found["wrong in a top 100"] += 1
                    found["of these flagged, 100"] += caught
                    found["wrong in a top 10"] += rank <= 10
                    found["of these flagged, 10"] += rank <= 10 and caught
                else:
                    found["good ones flagged"] += (player, metric) in flagged
    return found


def _is_wrong(week: Week, rows: reference.Rows, player: int, metric: str) -> bool:
    true: Any = week.truth[player][metric]
    return bool(rows[player][metric] != true)


def main(kingdoms: int = 5, weeks: int = 12) -> None:
    """Print the counts."""
    total: Counter[str] = Counter()
    for seed in range(kingdoms):
        total += count(Kingdom(seed), weeks)
    for name, number in total.items():
        print(f"{number:6} {name}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
