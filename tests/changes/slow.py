"""The definitions of docs/between.md and of the contract's section 9 once more: player by player.

Written from those pages, without a look at chalicelib/changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import floor
from typing import Any

from tests.changes.scans import Row

TIERS = tuple(f"t{tier}_kills" for tier in range(1, 6))
OF_ZERO = (
    *("kill_points", *TIERS, "kills", "deaths", "ranged_points"),
    *("rss_gathered", "rss_assistance", "helps"),
)
GROWING = (
    *(*OF_ZERO, "highest_power", "highest_acclaim"),
    *(f"t{tier}_deaths" for tier in range(1, 6)),
)
OF_IDENTITY = ("kill_points", *TIERS)


def all_zero(one: Row) -> bool:
    known = [one[name] for name in OF_ZERO if one.get(name) is not None]
    return bool(known) and not any(known)


def difference(one: Row | None) -> int | None:
    values = [None if one is None else one.get(name) for name in OF_IDENTITY]
    if None in values:
        return None
    points, t1, t2, t3, t4, t5 = (value or 0 for value in values)
    return points - (t1 // 5 + 2 * t2 + 4 * t3 + 10 * t4 + 20 * t5)


def by_id(rows: Sequence[Row]) -> dict[int, Row]:
    return {one["id"]: one for one in rows}


def suspects(
    older: Sequence[Row], newer: Sequence[Row], before: Sequence[Row] | None
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """As (kind, column, id, from, to, ref, fault), and (column, fell, players)."""
    old, new, third = by_id(older), by_id(newer), by_id(before or [])
    both = sorted(old.keys() & new.keys())
    found = [*of_zero(old, new, both), *of_tiers(old, new)]
    unreliable = []
    live = [one for one in both if not all_zero(old[one]) and not all_zero(new[one])]
    for column in GROWING:
        known = [
            (one, old[one][column], new[one][column])
            for one in live
            if old[one].get(column) is not None and new[one].get(column) is not None
        ]
        plain = sorted(after - was for _, was, after in known if was < after < 2 * was)
        ref = plain[floor(0.9 * (len(plain) - 1))] if plain else 0
        fell = [one for one in known if one[2] < one[1]]
        jumped = [one for one in known if one[2] >= 2 * one[1] and one[2] - one[1] > ref]
        for kind, some, bar in (("fell", fell, None), ("jump", jumped, ref)):
            for one, was, after in some:
                wrong = fault(kind, column, old[one], new[one], third.get(one))
                found.append((kind, column, one, was, after, bar, wrong))
        if len(fell) >= 5 and len(fell) > 0.05 * len(known):
            unreliable.append((column, len(fell), len(known)))
    return sorted(found, key=lambda one: (one[0], one[1] or "", one[2])), sorted(unreliable)


def of_zero(
    old: Mapping[int, Row], new: Mapping[int, Row], both: Sequence[int]
) -> Iterator[tuple[Any, ...]]:
    for one in both:
        zero = all_zero(old[one]), all_zero(new[one])
        if zero == (False, True):
            yield ("zeroed", None, one, None, None, None, None)
        if zero == (True, False):
            yield ("back_from_zero", None, one, None, None, None, "from")


def of_tiers(old: Mapping[int, Row], new: Mapping[int, Row]) -> Iterator[tuple[Any, ...]]:
    for one, player in new.items():
        now, was = difference(player), difference(old.get(one))
        if now is not None and abs(now) > 1 and was != now:
            yield ("tiers", "kill_points", one, was, now, None, "to")


def fault(kind: str, column: str, old: Row, new: Row, third: Row | None) -> str | None:
    if column in OF_IDENTITY:
        was, now = difference(old), difference(new)
        if was is not None and now is not None and (abs(was) <= 1) != (abs(now) <= 1):
            return "to" if abs(was) <= 1 else "from"
    older = None if third is None else third.get(column)
    if older is None:
        return None
    if kind == "jump":
        return "from" if old[column] < older <= new[column] else None
    return "from" if older <= new[column] else "to"


def gains(
    older: Sequence[Row],
    newer: Sequence[Row],
    weights: Mapping[str, int],
    formula: bool,
    grows: bool,
) -> tuple[dict[int, tuple[int, int, int]], int]:
    """(gain, from, to) of each player who is ranked, and how many are not known."""
    old, new = by_id(older), by_id(newer)
    ranked = {}
    unknown = 0
    for one in old.keys() & new.keys():
        ends = [
            [side[one].get(name) for name in weights] if side[one] else [] for side in (old, new)
        ]
        if None in ends[0] or None in ends[1]:
            unknown += 1
            continue
        if any(
            after < was and name in GROWING for name, was, after in zip(weights, *ends, strict=True)
        ):
            continue
        if grows and (all_zero(old[one]) or all_zero(new[one])):
            continue
        was, now = (
            sum((value or 0) * weight for value, weight in zip(side, weights.values(), strict=True))
            for side in ends
        )
        ranked[one] = (now - was, was, now)
    return ranked, unknown


def entries(ranked: Mapping[int, tuple[int, int, int]]) -> list[dict[str, Any]]:
    """The whole board."""
    order = sorted(ranked, key=lambda one: (-ranked[one][0], one))
    return [
        {
            "rank": 1 + sum(ranked[other][0] > ranked[one][0] for other in ranked),
            "position": position,
            "id": one,
            "value": ranked[one][0],
            "from": ranked[one][1],
            "to": ranked[one][2],
        }
        for position, one in enumerate(order, 1)
    ]
