"""What happened between two snapshots, calculated anew: plain Python on dictionaries.

Written from the contract (sections 8 and 9) and docs/between.md alone; it shares no code with
`chalicelib.changes`. A row is a dictionary of a player's columns, None where not known.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

Row = Mapping[str, Any]
Rows = Mapping[int, Row]
Suspect = dict[str, Any]

TIERS: Final = ["t1_kills", "t2_kills", "t3_kills", "t4_kills", "t5_kills"]
DEATH_TIERS: Final = ["t1_deaths", "t2_deaths", "t3_deaths", "t4_deaths", "t5_deaths"]
GROWING: Final = [
    *["kill_points", *TIERS, "kills", "deaths", *DEATH_TIERS],
    *["ranged_points", "rss_gathered", "rss_assistance", "helps"],
    *["highest_power", "highest_acclaim"],
]
LOOKED_AT_FOR_ZERO: Final = [
    *["kill_points", *TIERS, "kills", "deaths"],
    *["ranged_points", "rss_gathered", "rss_assistance", "helps"],
]


def by_id(rows: Sequence[Row]) -> Rows:
    return {row["id"]: row for row in rows}


def floor(rows: Rows) -> int | None:
    powers = sorted(row["power"] for row in rows.values() if row["power"] is not None)
    return powers[int(0.02 * (len(powers) - 1))] if powers else None


def is_all_zero(row: Row) -> bool:
    known = [row[name] for name in LOOKED_AT_FOR_ZERO if row[name] is not None]
    return bool(known) and not any(known)


def difference(row: Row) -> int | None:
    """How far the kill points are from what the tiers give; None where one is not known."""
    values = [row[name] for name in ("kill_points", *TIERS)]
    if None in values:
        return None
    points, t1, t2, t3, t4, t5 = values
    return int(points - (t1 // 5 + 2 * t2 + 4 * t3 + 10 * t4 + 20 * t5))


def in_order_of_power(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["power"] is None, -(row["power"] or 0), row["id"]))


def _below(row: Row, bar: int | None) -> bool:
    return bar is not None and row["power"] is not None and row["power"] < bar


def changes(old: Rows, new: Rows, before: Rows | None, seen_before: set[int]) -> dict[str, Any]:
    """All lists of an answer about changes.

    Args:
        old: the snapshot `from`.
        new: the snapshot `to`.
        before: the one before `from`.
        seen_before: the ids that any snapshot older than `from` has.
    """
    lists: dict[str, list[Row]] = {
        name: [] for name in ("joined", "came_into_view", "returned", "left", "below_cut")
    }
    for player, row in new.items():
        if player not in old:
            if _below(row, floor(old)):
                lists["came_into_view"].append(row)
            elif player in seen_before:
                lists["returned"].append(row)
            else:
                lists["joined"].append(row)
    for player, row in old.items():
        if player not in new:
            lists["below_cut" if _below(row, floor(new)) else "left"].append(row)
    both = [player for player in new if player in old]
    same = sum(old[player]["record_hash"] == new[player]["record_hash"] for player in both)
    found, unreliable = suspects(old, new, before)
    return {
        "records": {
            "added": len(new) - len(both),
            "removed": len(old) - len(both),
            "changed": len(both) - same,
            "unchanged": same,
        },
        **{
            name: [
                {column: row[column] for column in ("id", "name", "alliance", "power")}
                for row in in_order_of_power(rows)
            ]
            for name, rows in lists.items()
        },
        "renamed": [
            _moved(old, row, "name")
            for row in in_order_of_power([new[player] for player in both])
            if old[row["id"]]["name"] is not None and row["name"] is not None
            if old[row["id"]]["name"] != row["name"]
        ],
        "changed_alliance": [
            _moved(old, row, "alliance")
            for row in in_order_of_power([new[player] for player in both])
            if old[row["id"]]["alliance"] != row["alliance"]
        ],
        "suspects": found,
        "unreliable_columns": unreliable,
    }


def _moved(old: Rows, row: Row, column: str) -> dict[str, Any]:
    shown = {name: row[name] for name in ("id", "name", "alliance")}
    return {**shown, "before": old[row["id"]][column]}


class Pair(NamedTuple):
    """The two snapshots that are compared, and the one before the older of them."""

    old: Rows
    new: Rows
    before: Rows | None


def suspects(
    old: Rows, new: Rows, before: Rows | None
) -> tuple[list[Suspect], list[dict[str, Any]]]:
    """The suspects of a pair, in order, and its unreliable columns."""
    pair = Pair(old, new, before)
    both = [player for player in new if player in old]
    zero = {player: (is_all_zero(old[player]), is_all_zero(new[player])) for player in both}
    nothing = {"column": None, "from": None, "to": None}
    found = [
        *(
            {**_player(new[player]), "kind": "zeroed", **nothing, "fault": None}
            for player in both
            if zero[player] == (False, True)
        ),
        *(
            {**_player(new[player]), "kind": "back_from_zero", **nothing, "fault": "from"}
            for player in both
            if zero[player] == (True, False)
        ),
        *_tiers(old, new),
    ]
    fighters = [player for player in both if not any(zero[player])]
    unreliable = []
    for column in GROWING:
        known = [
            player
            for player in fighters
            if old[player][column] is not None and new[player][column] is not None
        ]
        of_column = _of_column(pair, column, known)
        found += of_column
        fallen = sum(one["kind"] == "fell" for one in of_column)
        if fallen >= 5 and fallen * 20 > len(known):
            unreliable.append({"column": column, "fell": fallen, "players": len(known)})
    found.sort(key=lambda one: (one["kind"], one["column"] or "", one["id"]))
    return found, sorted(unreliable, key=lambda one: str(one["column"]))


def _player(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "name", "alliance")}


def _tiers(old: Rows, new: Rows) -> Iterator[Suspect]:
    for player, row in new.items():
        d = difference(row)
        d_old = difference(old[player]) if player in old else None
        if d is not None and abs(d) > 1 and d != d_old:
            values = {"column": "kill_points", "from": d_old, "to": d, "fault": "to"}
            yield {**_player(row), "kind": "tiers", **values}


def _of_column(pair: Pair, column: str, known: Sequence[int]) -> list[Suspect]:
    """Who fell or jumped in a column, of those who are known in both."""
    old, new, _ = pair
    values = {player: (old[player][column], new[player][column]) for player in known}
    plain = sorted(n - o for o, n in values.values() if o < n < 2 * o)
    ref = plain[int(0.9 * (len(plain) - 1))] if plain else 0
    found = []
    for player, (o, n) in values.items():
        kind = "fell" if n < o else "jump" if n >= 2 * o and n - o > ref else None
        if kind is not None:
            shown = {"kind": kind, "column": column, "from": o, "to": n}
            more = {"ref": ref} if kind == "jump" else {}
            fault = _fault(kind, column, player, pair)
            found.append({**_player(new[player]), **shown, **more, "fault": fault})
    return found


def _fault(kind: str, column: str, player: int, pair: Pair) -> str | None:
    old, new, before = pair
    if column in ("kill_points", *TIERS):
        d_old, d_new = difference(old[player]), difference(new[player])
        if d_old is not None and d_new is not None and (abs(d_old) <= 1) != (abs(d_new) <= 1):
            return "to" if abs(d_old) <= 1 else "from"
    older = before[player][column] if before is not None and player in before else None
    if older is None:
        return None
    o, n = old[player][column], new[player][column]
    if kind == "jump":
        return "from" if o < older <= n else None
    return "from" if older <= n else "to"


def value_of(row: Row, metric: str, weights: Mapping[str, int] | None) -> int | None:
    """A player's value of a metric; with weights, the sum of the weighted counters."""
    if weights is None:
        value: int | None = row[metric]
        return value
    values = [row[name] for name in weights]
    if None in values:
        return None
    total: int = sum(v * weight for v, weight in zip(values, weights.values(), strict=True))
    return total


def gain_of(
    old: Row, new: Row, metric: str, weights: Mapping[str, int] | None
) -> tuple[bool, tuple[int, int] | None]:
    """Whether both values are known, and the two where the gain is ranked."""
    values = value_of(old, metric, weights), value_of(new, metric, weights)
    if values[0] is None or values[1] is None:
        return False, None
    counters = [metric] if weights is None else [*weights]
    if any(new[name] < old[name] for name in counters if name in GROWING):
        return True, None
    if (metric in GROWING or metric == "dkp") and (is_all_zero(old) or is_all_zero(new)):
        return True, None
    return True, (values[0], values[1])


def ranked(values: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """(rank, id, value) by value descending, then id; 1, 2, 2, 4."""
    order = sorted(values, key=lambda player: (-values[player], player))
    found: list[tuple[int, int, int]] = []
    for position, player in enumerate(order, 1):
        value = values[player]
        rank = found[-1][0] if found and found[-1][2] == value else position
        found.append((rank, player, value))
    return found


class Asked(NamedTuple):
    """What a board of gains is asked for.

    Attributes:
        metric: its name.
        weights: the formula, if its values come from one.
        values: each metric of `with`, with its formula if it has one.
        alliance: only this one.
    """

    metric: str
    weights: Mapping[str, int] | None
    values: Mapping[str, Mapping[str, int] | None]
    alliance: str | None = None


def gains(old: Rows, new: Rows, asked: Asked) -> tuple[int, list[dict[str, Any]]]:
    """How many are unknown, and all entries."""
    metric, weights, values, alliance = asked
    unknown = 0
    both: dict[int, tuple[int, int]] = {}
    for player in new:
        if player in old:
            known, pair = gain_of(old[player], new[player], metric, weights)
            unknown += not known
            if pair is not None:
                both[player] = pair
    entries: list[dict[str, Any]] = []
    for rank, player, value in ranked({one: n - o for one, (o, n) in both.items()}):
        row = new[player]
        if alliance is not None and row["alliance"] != alliance:
            continue
        entry: dict[str, Any] = {
            "rank": rank,
            "position": len(entries) + 1,
            **{name: row[name] for name in ("id", "name", "alliance")},
            "value": value,
            "from": both[player][0],
            "to": both[player][1],
        }
        if values:
            entry["values"] = {}
            for name, formula in values.items():
                _, pair = gain_of(old[player], new[player], name, formula)
                entry["values"][name] = None if pair is None else pair[1] - pair[0]
        entries.append(entry)
    return unknown, entries


def beside(
    found: Sequence[Suspect], unreliable: Sequence[Mapping[str, Any]], columns: Sequence[str]
) -> list[Suspect]:
    """What an answer about gains lists by itself."""
    bad = {one["column"] for one in unreliable}
    return [
        one
        for one in found
        if one["column"] not in bad
        if one["kind"] in ("zeroed", "back_from_zero")
        or (one["kind"] == "fell" and one["column"] in columns)
    ]


def of_player(
    found: Sequence[Suspect], unreliable: Sequence[Mapping[str, Any]], player: int
) -> list[Suspect]:
    """The suspects that stand with an entry."""
    bad = {one["column"] for one in unreliable}
    shown = [one for one in found if one["id"] == player and one["column"] not in bad]
    return [
        {name: value for name, value in one.items() if name not in ("id", "name", "alliance")}
        for one in shown
    ]
