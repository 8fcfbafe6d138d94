"""Which values are suspected: each rule of docs/between.md by hand, all of them against slow.py."""

from collections.abc import Collection, Sequence
from typing import Any

import pytest
from hypothesis import given, settings

from chalicelib.changes.findings import NO_SNAPSHOT, Findings, UnreliableColumn
from chalicelib.changes.pair import Scan
from chalicelib.changes.suspects import find_suspects
from tests.changes import slow
from tests.changes.scans import DAYS, LARGEST, History, Row, before_of, histories, row, scan


def find(
    older: Sequence[Row], newer: Sequence[Row], before: Sequence[Row] | None = None
) -> Findings:
    return find_suspects(scan(older, DAYS[1]), scan(newer, DAYS[2]), before_of(before))


def told(findings: Findings) -> list[tuple[Any, ...]]:
    return [
        (one.kind, one.column, one.id, one.before, one.after, one.ref, one.fault)
        for one in findings.suspects
    ]


def crowd(old: int, new: int, count: int = 20, column: str = "deaths") -> tuple[list[Row], ...]:
    """Players of whom each has the same gain, with ids from 100."""
    return tuple([row(100 + at, **{column: value}) for at in range(count)] for value in (old, new))


@settings(max_examples=25)
@given(histories())
def test_the_suspects_are_those_of_the_slow_calculation(history: History) -> None:
    before, older, newer = history.scans
    for third in (before, None):
        found = find(older, newer, third)
        expected, unreliable = slow.suspects(older, newer, third)
        assert told(found) == expected
        assert [tuple(one) for one in found.unreliable] == unreliable
    names = slow.by_id(newer)
    assert all(
        (one.name, one.alliance) == (names[one.id]["name"], names[one.id]["alliance"])
        for one in found.suspects
    )


@settings(max_examples=10)
@given(histories())
def test_the_order_of_rows_and_the_pieces_of_a_table_do_not_matter(history: History) -> None:
    before, older, newer = history.scans
    expected = find(older, newer, before)
    turned = scan(older[::-1], DAYS[1], pieces=3), scan(newer[::-1], DAYS[2], pieces=2)
    assert find_suspects(*turned, before_of(before[::-1])) == expected


def test_a_digit_too_many_is_a_jump_above_nine_tenths_of_the_plain_gains() -> None:
    old, new = crowd(1000, 1050)
    found = find([*old, row(1, deaths=29323779)], [*new, row(1, deaths=293237790)])
    assert told(found) == [("jump", "deaths", 1, 29323779, 293237790, 50, None)]


def test_the_bar_is_the_gain_at_the_place_nine_tenths_from_below() -> None:
    gains = [*range(1, 12)]  # of eleven the tenth
    old = [row(at, deaths=1000) for at in gains]
    new = [row(at, deaths=1000 + at) for at in gains]
    found = find([*old, row(90, deaths=10), row(91, deaths=10)], [
        *new,
        row(90, deaths=20),  # doubled, but not above the bar
        row(91, deaths=21),
    ])  # fmt: skip
    assert told(found) == [("jump", "deaths", 91, 10, 21, 10, None)]


def test_without_a_plain_gain_the_bar_is_zero_and_doubled_counters_never_raise_it() -> None:
    found = find([row(1, deaths=5), row(2, deaths=7)], [row(1, deaths=10), row(2, deaths=7000)])
    assert told(found) == [
        ("jump", "deaths", 1, 5, 10, 0, None),
        ("jump", "deaths", 2, 7, 7000, 0, None),
    ]


def test_who_stays_at_zero_in_a_counter_has_not_jumped() -> None:
    assert told(find([row(1, deaths=0, helps=3)], [row(1, deaths=0, helps=3)])) == []


def test_who_is_all_zero_in_one_scan_is_told_once_and_has_no_other_suspects() -> None:
    full = {"kills": 500, "deaths": 70, "highest_power": 90}
    zero = {"kills": 0, "deaths": 0, "highest_power": 10}
    old = [row(1, **full), row(2, **zero), row(3, **zero)]
    new = [row(1, **zero), row(2, **full), row(3, **zero)]
    assert told(find(old, new)) == [
        ("back_from_zero", None, 2, None, None, None, "from"),
        ("zeroed", None, 1, None, None, None, None),
    ]


@pytest.mark.parametrize(
    ("values", "zero"),
    [
        ({"kills": 0, "helps": None}, True),
        ({"kills": 0, "helps": 1}, False),
        ({"kills": None, "highest_power": 0, "acclaim": 0, "t1_deaths": 0}, False),
        ({"kills": 0, "highest_power": 9, "t1_deaths": 4}, True),
    ],
    ids=["known ones are zero", "one is not", "none of these is known", "others do not count"],
)
def test_who_is_all_zero(values: dict[str, Any], zero: bool) -> None:
    found = find([row(1, kills=5, helps=5)], [row(1, **values)])
    assert ("zeroed" in {one.kind for one in found.suspects}) is zero


def test_a_newcomer_at_zero_is_neither_zeroed_nor_back() -> None:
    assert told(find([row(2, kills=5)], [row(1, kills=0), row(2, kills=5)])) == []
    assert told(find([row(1, kills=0), row(2, kills=5)], [row(2, kills=5)])) == []


def test_power_and_acclaim_and_dkp_may_do_what_they_like() -> None:
    old = row(1, kills=5, acclaim=9, dkp=100)
    assert told(find([old], [row(1, kills=5, power=1, acclaim=1, dkp=3)])) == []


@pytest.mark.parametrize(
    ("players", "fell", "unreliable"),
    [(99, 5, True), (100, 5, False), (20, 4, False), (101, 6, True)],
)
def test_a_column_is_unreliable_above_five_percent_and_from_five_players_on(
    players: int, fell: int, unreliable: bool
) -> None:
    old = [row(at, helps=100, kills=1) for at in range(1, players + 1)]
    new = [row(at, helps=99 if at <= fell else 101, kills=1) for at in range(1, players + 1)]
    # Who is all-zero, or not known, is none of the players that count.
    old += [row(1000, helps=5), row(1001, helps=None, kills=1)]
    new += [row(1000, helps=0), row(1001, helps=1, kills=1)]
    found = find(old, new)
    assert list(found.unreliable) == (
        [UnreliableColumn("helps", fell, players)] if unreliable else []
    )
    assert len([one for one in found.suspects if one.kind == "fell"]) == fell
    assert len([one for one in found.reliable() if one.kind == "fell"]) == (
        0 if unreliable else fell
    )


def tiers(points: int, **values: int) -> dict[str, int]:
    return {"kill_points": points, **{f"t{tier}_kills": 0 for tier in range(1, 6)}, **values}


def test_kill_points_that_do_not_follow_from_the_tiers_are_told_when_that_is_new() -> None:
    right = tiers(1 + 20 + 400, t1_kills=9, t4_kills=2, t5_kills=20)
    off = {**right, "kill_points": 431}
    by_one = {**right, "kill_points": 422}
    found = find(
        [row(1, **right), row(2, **off), row(3, **right), row(4, kills=1), row(6, **right)],
        [
            row(1, **off),
            row(2, **off),  # the same difference: told before
            row(3, **by_one),
            row(4, **off),  # not known before
            row(5, **off),  # new
            row(6, **{**off, "t4_kills": None}),
        ],
    )
    assert told(found) == [
        ("tiers", "kill_points", 1, 0, 10, None, "to"),
        ("tiers", "kill_points", 4, None, 10, None, "to"),
        ("tiers", "kill_points", 5, None, 10, None, "to"),
    ]


def test_the_fault_of_a_tier_is_with_the_scan_whose_kill_points_do_not_follow() -> None:
    right = tiers(10_000, t4_kills=1000)
    later = tiers(10_500, t4_kills=1050)
    lost = {**right, "t4_kills": 100}
    never = row(1, t4_kills=1, kill_points=1)  # would speak for nothing
    found = find([row(1, **lost)], [row(1, **later)], [never])
    assert ("jump", "t4_kills", 1, 100, 1050, 0, "from") in told(found)
    found = find([row(1, **later)], [row(1, **{**later, "t4_kills": 105})], [never])
    assert ("fell", "t4_kills", 1, 1050, 105, None, "to") in told(found)


@pytest.mark.parametrize(
    ("older", "old", "new", "fault"),
    [
        (950, 100, 1000, "from"),  # a digit was lost in between
        (1000, 100, 1000, "from"),
        (100, 100, 1000, None),
        (1001, 100, 1000, None),
        (None, 100, 1000, None),
        (900, 10_000, 950, "from"),  # a digit too many in between
        (950, 10_000, 950, "from"),
        (951, 10_000, 950, "to"),
        (None, 10_000, 950, None),
    ],
)
def test_the_scan_before_tells_which_one_is_wrong(
    older: int | None, old: int, new: int, fault: str | None
) -> None:
    found = find([row(1, deaths=old)], [row(1, deaths=new)], [row(1, deaths=older)])
    assert [one.fault for one in found.suspects] == [fault]


def test_the_scan_before_is_read_once_and_only_what_is_open() -> None:
    asked: list[list[str]] = []

    def before(columns: Collection[str]) -> Scan:
        asked.append(list(columns))
        return scan([row(2, helps=1)], DAYS[0])

    settled = tiers(10_000, t4_kills=1000)
    old = [row(1, helps=1, deaths=1, **{**settled, "t4_kills": 100})]
    new = [row(1, helps=10, deaths=10, **settled)]
    find_suspects(scan(old), scan(new), before)
    assert asked == [["deaths", "helps"]]
    asked.clear()
    find_suspects(scan([row(1, helps=1)]), scan([row(1, helps=1), row(2, helps=90)]), before)
    assert asked == []


def test_findings_say_of_which_snapshot_before_they_are() -> None:
    fell = ([row(1, deaths=10, helps=1)], [row(1, deaths=1, helps=1)])
    third = before_of([row(1, deaths=5)])
    found = find(*fell, [row(1, deaths=5)])
    listed = third([])
    assert listed is not None
    assert found.before == listed.snapshot.version
    assert found.follow_from(listed.snapshot)
    assert not found.follow_from(None)
    assert not found.follow_from(listed.snapshot._replace(run_id="another"))
    # There is none, which settles nothing; or it is not asked for.
    assert find(*fell).before == NO_SNAPSHOT
    assert find(*fell).follow_from(None)
    assert not find(*fell).follow_from(listed.snapshot)
    assert find(fell[0], fell[0]).before is None
    assert find(fell[0], fell[0]).before_version(listed.snapshot) == listed.snapshot.version


def test_the_largest_counters_are_exact() -> None:
    whole = {f"t{tier}_kills": LARGEST for tier in range(1, 6)}
    found = find([row(1, kill_points=0, **whole)], [row(1, kill_points=LARGEST, **whole)])
    less = LARGEST // 5 + 36 * LARGEST
    assert told(found) == [
        ("jump", "kill_points", 1, 0, LARGEST, 0, None),
        ("tiers", "kill_points", 1, -less, LARGEST - less, None, "to"),
    ]


@pytest.mark.parametrize("rows", [[], [row(1)]], ids=["nobody", "nothing known"])
def test_there_is_nothing_to_find_where_nothing_is_known(rows: list[Row]) -> None:
    for pair in ((rows, rows), (rows, [row(1, kills=7)]), ([row(1, kills=7)], rows)):
        assert find(*pair) == Findings([], [])
