"""Who joined and left, who is another by now (contract, section 9)."""

from collections.abc import Sequence
from math import floor
from typing import Any

import pytest
from hypothesis import given, settings

from chalicelib.changes.compare import compare
from chalicelib.changes.summary import Person, Records, Renaming, Summary
from tests.changes import slow
from tests.changes.scans import DAYS, History, Row, histories, nothing_before, row, scan


def between(older: Sequence[Row], newer: Sequence[Row]) -> Summary:
    return compare(scan(older, DAYS[1]), scan(newer, DAYS[2]), nothing_before)


def ids(people: Sequence[Any]) -> list[int]:
    return [one.id for one in people]


def test_the_floor_is_the_power_two_hundredths_from_below() -> None:
    rows = [row(at, power=1000 - at) for at in range(1, 102)]
    assert scan(rows).head.floor == 899 + 2
    assert scan([*rows, row(200, power=None)]).head.floor == 899 + 2
    assert scan(rows[:50]).head.floor == 950
    assert scan([row(1, power=None)]).head.floor is None
    assert scan([]).head.floor is None


def test_a_shallower_scan_is_no_leaving_and_a_deeper_one_no_joining() -> None:
    shallow = [row(at, power=500) for at in range(1, 4)]
    deep = [*shallow, row(10, power=499), row(11, power=500), row(12, power=None)]
    found = between(shallow, deep)
    assert ids(found.came_into_view) == [10]
    assert ids(found.arrived) == [11, 12]
    found = between(deep, shallow)
    assert (ids(found.below_cut), ids(found.left)) == ([10], [11, 12])
    # Where no power is known there is no floor, and nobody is below it.
    found = between([row(1, power=None)], [row(2, power=0)])
    assert (ids(found.arrived), ids(found.left)) == ([2], [1])


def test_lists_are_by_power_and_who_has_none_comes_last() -> None:
    rows = [row(5, power=7), row(2, power=None), row(9, power=8), row(1, power=7)]
    assert between([], rows).arrived == [
        *(Person(9, "P9", "AA", 8), Person(1, "P1", "AA", 7)),
        *(Person(5, "P5", "AA", 7), Person(2, "P2", "AA", None)),
    ]
    moved = [{**one, "alliance": "BB", "name": "X", "power": one["id"]} for one in rows]
    found = between(rows, moved)
    assert ids(found.changed_alliance) == ids(found.renamed) == [9, 5, 2, 1]
    assert found.changed_alliance[0] == Renaming(9, "X", "BB", "AA")
    assert found.renamed[0] == Renaming(9, "X", "BB", "P9")


@pytest.mark.parametrize(
    ("before", "after", "renamed", "moved"),
    [
        ("A", "B", True, True),
        ("A", "a", True, True),
        ("A", "A", False, False),
        ("A", None, False, True),  # a name that is not known is no other name
        (None, "A", False, True),
        (None, None, False, False),
    ],
)
def test_an_alliance_may_be_none_but_a_name_is_there(
    before: str | None, after: str | None, renamed: bool, moved: bool
) -> None:
    found = between(
        [row(1, name=before, alliance=before)],
        [row(1, name=after, alliance=after), row(2, name="new", alliance=None)],
    )
    assert bool(found.renamed) is renamed
    assert bool(found.changed_alliance) is moved


def test_records_are_counted_by_id_and_hash() -> None:
    old = [row(1), row(2, kills=1), row(3)]
    new = [row(2, kills=2), row(3), row(4), row(5)]
    assert between(old, new).records == Records(added=2, removed=1, changed=1, unchanged=1)
    assert between([], []).records == Records(0, 0, 0, 0)


def depth(rows: Sequence[Row]) -> int | None:
    powers = sorted(one["power"] for one in rows if one["power"] is not None)
    return powers[floor(0.02 * (len(powers) - 1))] if powers else None


def below(one: Row, cut: int | None) -> bool:
    return cut is not None and one["power"] is not None and one["power"] < cut


@settings(max_examples=20)
@given(histories())
def test_everybody_is_in_just_the_list_where_the_definition_puts_them(history: History) -> None:
    _, older, newer = history.scans
    old, new = slow.by_id(older), slow.by_id(newer)
    found = between(older, newer)
    assert (found.older.floor, found.newer.floor) == (depth(older), depth(newer))
    lists = [found.arrived, found.came_into_view, found.left, found.below_cut]
    assert sorted(one for some in lists for one in ids(some)) == sorted(old.keys() ^ new.keys())
    assert {*ids(found.came_into_view)} == {
        one for one in new.keys() - old.keys() if below(new[one], depth(older))
    }
    assert {*ids(found.arrived)} == new.keys() - old.keys() - {*ids(found.came_into_view)}
    assert {*ids(found.below_cut)} == {
        one for one in old.keys() - new.keys() if below(old[one], depth(newer))
    }
    both = old.keys() & new.keys()
    assert {*ids(found.changed_alliance)} == {
        one for one in both if old[one]["alliance"] != new[one]["alliance"]
    }
    assert {*ids(found.renamed)} == {
        one
        for one in both
        if None not in (names := {old[one]["name"], new[one]["name"]}) and len(names) == 2
    }
    assert found.records == Records(
        len(new.keys() - old.keys()),
        len(old.keys() - new.keys()),
        sum(old[one] != new[one] for one in both),
        sum(old[one] == new[one] for one in both),
    )
    turned = compare(
        scan(older[::-1], DAYS[1], pieces=2), scan(newer[::-1], DAYS[2], pieces=3), nothing_before
    )
    assert turned == found
