"""What all who compute gains have in common: the columns, the answer's form, how it is measured."""

import time
from collections.abc import Callable, Sequence
from typing import Any

TIERS = ("t1_kills", "t2_kills", "t3_kills", "t4_kills", "t5_kills")
ZERO = (
    *("kill_points", *TIERS, "kills", "deaths", "ranged_points"),
    *("rss_gathered", "rss_assistance", "helps"),
)
GROWING = (
    *ZERO,
    *(f"t{tier}_deaths" for tier in range(1, 6)),
    *("highest_power", "highest_acclaim"),
)
WEIGHTS = {"t4_kills": 10, "t5_kills": 20, "deaths": 40}


def as_answer(
    page: Sequence[Sequence[Any]], unknown: Any, found: Sequence[Any], unreliable: Sequence[Any]
) -> dict[str, Any]:
    """The answer that all must give."""
    return {
        "total": page[0][8] if page else 0,
        "unknown": unknown[0],
        "entries": [list(row[:8]) for row in page],
        "suspects": [list(row) for row in found],
        "unreliable": [list(row) for row in unreliable],
    }


def measure(answer: Callable[[], dict[str, Any]], seconds: float) -> dict[str, Any]:
    """The answer, and milliseconds of wall and CPU time of the best of as many as fit."""
    given = answer()
    wall: list[float] = []
    cpu: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(wall) < 5:
        clock, own = time.perf_counter(), time.process_time()
        answer()
        wall.append(time.perf_counter() - clock)
        cpu.append(time.process_time() - own)
    return {"answer": given, "wall": min(wall) * 1000, "cpu": min(cpu) * 1000, "runs": len(wall)}
