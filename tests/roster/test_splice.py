"""A ledger into which dates are spliced is the ledger of its snapshots, and reads few of them."""

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.roster.document import decode, encode
from chalicelib.roster.gaps import NEAR
from chalicelib.roster.ledger import EMPTY, SCAN_COLUMNS, Ledger, append
from chalicelib.roster.splice import NotInScanError, splice
from tests.roster.lake import day
from tests.roster.oracle import Rows

MOST_READS = 2 * (NEAR + 1)
"""Files beside the one that changed."""

DAYS = [day(number) for number in range(9)]
NAMES = (None, "Ada", "ADA", "Bob", "Ädä", "", "B\nb")
Snapshots = dict[date, Rows]


def scan_of(rows: Rows) -> dict[str, pa.Array]:
    """A scan's columns, as they are read of a file; some files lack a counter."""
    known = {name for row in rows.values() for name in row} | {"id", "name", "alliance", "power"}
    return {
        name: pa.array([*rows] if name == "id" else [row.get(name) for row in rows.values()], kind)
        for name, kind in SCAN_COLUMNS.items()
        if name in known
    }


def made_anew(snapshots: Mapping[date, Rows]) -> Ledger:
    """The ledger of some snapshots, one after the other."""
    ledger = EMPTY
    for when in sorted(snapshots):
        ledger = append(ledger, when, scan_of(snapshots[when]))
    return ledger


def changed(ledger: Ledger, snapshots: Snapshots, when: date, rows: Rows | None) -> Ledger:
    """The ledger with what a date says now; `snapshots` too. Few others are read."""
    read = []

    def read_scan(other: date) -> dict[str, pa.Array]:
        read.append(other)
        return scan_of(snapshots[other])

    before = dict(snapshots)
    snapshots.pop(when, None)
    if rows is not None:
        snapshots[when] = rows
    if rows is not None and (not before or when > max(before)):
        return append(ledger, when, scan_of(rows))
    found = splice(ledger, when, None if rows is None else scan_of(rows), read_scan)
    assert when not in read
    assert len({*read}) <= MOST_READS
    return found


def random_row(dice: random.Random) -> dict[str, Any]:
    """A player, of whom anything may be unknown, fall or stay."""
    row: dict[str, Any] = {
        "name": dice.choice(NAMES),
        "alliance": dice.choice([None, "A", "B"]),
        "power": dice.choice([None, 0, 5, 2**53 - 1]),
    }
    for counter in ("kills", "deaths", "helps"):
        if dice.random() < 0.8:
            row[counter] = dice.choice([None, 0, 1, 2, 2**53 - 1])
    return row


def random_rows(dice: random.Random) -> Rows:
    """A scan, of some depth: players stay away for some, or for many."""
    ids = [1, 2, 3, 4, 2**53 - 1]
    dice.shuffle(ids)
    some = dice.sample(ids, dice.randint(1, len(ids)))
    return {player: random_row(dice) for player in some}


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_whatever_came_and_went_the_bytes_are_those_of_a_ledger_made_anew(
    dice: random.Random,
) -> None:
    ledger, snapshots = EMPTY, Snapshots()
    for _ in range(14):
        when = dice.choice(DAYS)
        rows = None if dice.random() < 0.25 else random_rows(dice)
        ledger = changed(ledger, snapshots, when, rows)
        made = encode(ledger, {})
        assert made == encode(made_anew(snapshots), {})
        # What was read of an object goes on as it would have without.
        ledger = decode(made).ledger


A, B = {"name": "Ada", "kills": 1}, {"name": "Bob", "kills": 1}
MORE, MOST = {"name": "Ada", "kills": 2}, {"name": "Ada", "kills": 3}
UNNAMED = {"name": None, "kills": 1}
EVERYBODY = {number: {9: A} for number in (0, 1, 2, 3, 4, 5, 6, 7, 8)}


@pytest.mark.parametrize(
    ("seen", "at", "now"),
    [
        pytest.param({0: A, 8: MOST}, 4, MORE, id="into-a-long-gap"),
        pytest.param({0: A, 4: MORE, 8: MOST}, 4, None, id="out-of-between-two-long-gaps"),
        pytest.param({0: A, 4: MORE, 8: MOST}, 4, {**B, "kills": 9}, id="between-two-long-gaps"),
        pytest.param({8: A}, 1, MORE, id="long-before-the-first"),
        pytest.param({1: MORE, 8: A}, 1, None, id="the-first-long-before"),
        pytest.param({0: MORE, 8: A}, 8, None, id="the-last-after-a-long-gap"),
        pytest.param({0: A}, 8, MORE, id="the-last-long-after"),
        pytest.param({0: A, 2: A, 5: B, 8: B}, 2, B, id="renamed-in-a-gap"),
        pytest.param({0: A, 2: B, 4: A}, 2, None, id="a-name-between-is-gone"),
        pytest.param({0: A, 2: A, 4: B}, 2, UNNAMED, id="a-name-no-longer-known"),
        pytest.param({4: B}, 4, UNNAMED, id="no-name-at-all"),
        pytest.param({3: A}, 3, None, id="never-seen"),
    ],
)
def test_what_a_date_says_of_a_player(
    seen: dict[int, dict[str, Any]], at: int, now: dict[str, Any] | None
) -> None:
    snapshots: Snapshots = {
        day(number): {**rows, **({1: seen[number]} if number in seen else {})}
        for number, rows in EVERYBODY.items()
    }
    rows = {9: A, **({} if now is None else {1: now})}
    ledger = changed(made_anew(snapshots), snapshots, day(at), rows)
    assert encode(ledger, {}) == encode(made_anew(snapshots), {})


@pytest.mark.parametrize("at", [1, 3, 7])
def test_a_date_that_makes_gaps_long_and_is_gone_again(at: int) -> None:
    # Player 1 stays away from one snapshot beside each of these dates.
    snapshots: Snapshots = {
        day(2 * number): {9: A, **({1: {**A, "kills": number}} if number % 2 else {})}
        for number in range(5)
    }
    before = made_anew(snapshots)
    ledger = changed(before, snapshots, day(at), {9: A})
    assert encode(ledger, {}) == encode(made_anew(snapshots), {})
    ledger = changed(ledger, snapshots, day(at), None)
    assert encode(ledger, {}) == encode(before, {})


def test_a_ledger_that_is_not_of_its_snapshots_is_refused() -> None:
    snapshots: Snapshots = {day(number): {1: A, 2: B} for number in range(3)}
    with pytest.raises(NotInScanError, match=str(day(0))):
        splice(made_anew(snapshots), day(1), scan_of({1: B, 2: A}), lambda _: scan_of({2: A}))
