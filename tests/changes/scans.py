"""Scans made by hand and at random, for the tests of what lies between two of them."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.compare import summary_of_pair
from chalicelib.changes.pair import Before, Pair, Scan
from chalicelib.changes.table import Changes, changes_of
from chalicelib.players.schema import COLUMN_NAMES

Row = dict[str, Any]

FORMULA = {"basis": "formula", "weights": {"t4_kills": 10, "t5_kills": 20, "deaths": 40}}
BY_FILE = {"basis": "file"}
NO_DKP = {"basis": "none"}
DAYS = (date(2026, 1, 12), date(2026, 1, 19), date(2026, 1, 26))
TEXTS = ("name", "alliance", "record_hash")
LARGEST = 2**53 - 1


def row(player: int, **values: Any) -> Row:
    """A player; counters that are not given are not known."""
    return {"id": player, "name": f"P{player}", "alliance": "AA", "power": 1000, **values}


def scan(
    rows: Sequence[Row], day: date = DAYS[1], dkp: Mapping[str, Any] = FORMULA, pieces: int = 1
) -> Scan:
    """A scan, whose table is in so many pieces; columns that no row has are lacking in it."""
    facts = Snapshot(
        f"20260126T153012Z-{day.day:016}",
        "20260126T153012Z",
        51,
        day,
        "2026-01-26T15:30:12Z",
        len(rows),
        dkp,
    )
    return Scan(facts, table(rows, pieces))


def table(rows: Sequence[Row], pieces: int = 1) -> pa.Table:
    names = [name for name in COLUMN_NAMES if any(name in one for one in rows)]
    columns: dict[str, Any] = {
        name: pa.array([one.get(name) for one in rows], _kind(name)) for name in ["id", *names]
    }
    columns["record_hash"] = pa.array([record_hash(one) for one in rows], pa.string())
    whole = pa.table(columns)
    size = -(-len(rows) // pieces) or 1
    cut = [whole.slice(at, size) for at in range(0, len(rows), size)]
    return pa.concat_tables(cut) if cut else whole


def _kind(name: str) -> pa.DataType:
    return pa.string() if name in TEXTS else pa.int64()


def record_hash(one: Row) -> str:
    text = repr(sorted(one.items(), key=lambda item: item[0]))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def nothing_before(columns: Any) -> None:
    return None


def before_of(rows: Sequence[Row] | None) -> Before:
    return nothing_before if rows is None else lambda _: scan(rows, DAYS[0])


def changes_between(older: Scan, newer: Scan, before: Before) -> Changes:
    """The changes of a pair of scans."""
    pair = Pair(older, newer)
    return changes_of(pair, summary_of_pair(pair, before))


COUNTERS = ("kill_points", "t1_kills", "t2_kills", "t3_kills", "t4_kills", "t5_kills", "deaths")
MORE = ("kills", "helps", "acclaim", "highest_power", "dkp")


class History:
    """Scans of one kingdom in a row, with the faults that real ones have, from a seed."""

    def __init__(self, seed: int, players: int = 24) -> None:
        self.random = random.Random(seed)
        self.faults = self.random.choice((0.02, 0.1, 0.3))
        first = [self._newcomer(player) for player in range(1, players + 1)]
        self.scans = [self._scanned(first)]
        self._true = first
        for _ in range(2):
            self._true = self._next_week(self._true)
            self.scans.append(self._scanned(self._true))

    def _newcomer(self, player: int) -> Row:
        found = row(player, name=self._name(), alliance=self.random.choice(("AA", "BB", None)))
        found["power"] = self.random.randrange(50)
        for name in (*COUNTERS, *MORE):
            found[name] = self.random.choice((0, 3, 20, 1000, 5000))
        return self._consistent(found)

    def _name(self) -> str | None:
        return self.random.choice(("Ada", "Bo", "Cy", None))

    def _consistent(self, found: Row) -> Row:
        t1, t2, t3, t4, t5 = (found[f"t{tier}_kills"] for tier in range(1, 6))
        found["kill_points"] = t1 // 5 + 2 * t2 + 4 * t3 + 10 * t4 + 20 * t5
        return found

    def _next_week(self, before: Sequence[Row]) -> list[Row]:
        stayed = [dict(one) for one in before if self.random.random() > 0.1]
        for one in stayed:
            for name in (*COUNTERS, *MORE):
                one[name] += self.random.choice((0, 0, 1, 7, 50, one[name] // 10))
            one["power"] = max(0, one["power"] + self.random.randrange(-5, 6))
            self._consistent(one)
            if self.random.random() < self.faults:
                one["name"] = self._name()
                one["alliance"] = self.random.choice(("AA", "BB", None))
        most = max((one["id"] for one in before), default=0)
        came = [self._newcomer(most + at) for at in range(1, self.random.randrange(5))]
        return stayed + came

    def _scanned(self, true: Sequence[Row]) -> list[Row]:
        """What a scanner makes of the players: digits misread, nothing seen, everything zero."""
        seen = [dict(one) for one in true if self.random.random() > 0.1]
        drops = self.random.choice((0.0, 0.0, 0.4))
        for one in seen:
            if self.random.random() < self.faults / 3:
                one.update(dict.fromkeys((*COUNTERS, "kills", "helps"), 0))
            for name in (*COUNTERS, *MORE, "power"):
                chance = self.random.random()
                if chance < self.faults / 4:
                    one[name] = self.random.choice((None, one[name] * 10, one[name] // 10))
            if self.random.random() < drops:
                one["helps"] = (one["helps"] or 0) // 2
        self.random.shuffle(seen)
        return seen


def histories() -> st.SearchStrategy[History]:
    """Three scans in a row, as lists of rows in `scans`, oldest first."""
    return st.integers(0, 2**32).map(History)
