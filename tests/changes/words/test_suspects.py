"""Suspects in words."""

from datetime import date
from typing import Any

import pytest

from chalicelib.changes.findings import Fault, Kind, Suspect, UnreliableColumn
from chalicelib.changes.words.suspects import (
    brief,
    by_player,
    describe,
    label_of,
    sentence,
    unreliable,
    whose_fault,
)

DAYS = date(2026, 1, 19), date(2026, 1, 26)


def suspect(
    kind: Kind,
    column: str | None = None,
    before: int | None = None,
    after: int | None = None,
    fault: Fault | None = None,
    **more: Any,
) -> Suspect:
    ref = 1 if kind == "jump" else None
    given = {"id": 7, "name": "Yuki", "alliance": None, **more}
    return Suspect(
        **given, kind=kind, column=column, before=before, after=after, ref=ref, fault=fault
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            suspect("jump", "deaths", 29_323_779, 293_237_790),
            "deaths 29,323,779 → 293,237,790, ten times as many",
        ),
        (suspect("jump", "deaths", 100, 1_090), "deaths 100 → 1,090, about ten times as many"),
        (suspect("jump", "t4_kills", 100, 200), "T4 kills 100 → 200, twice as many"),
        (suspect("jump", "t4_kills", 100, 201), "T4 kills 100 → 201, more than twice as many"),
        (suspect("jump", "kills", 1, 2**53 - 1), "kills 1 → 9,007,199,254,740,991, "
         "9,007,199,254,740,991 times as many"),
        (suspect("jump", "helps", 0, 5), "helps 0 → 5, out of nothing"),
        (suspect("jump", "rss_assistance", 5, 15), "resources given 5 → 15, 3 times as much"),
        (suspect("jump", "highest_power", 5, 15), "highest power 5 → 15, 3 times as much"),
        (suspect("fell", "deaths", 43_076_068, 4_343_790), "deaths 43,076,068 → 4,343,790, "
         "a tenth of it"),
        (suspect("fell", "helps", 5, 4), "helps 5 → 4, though this never falls in the game"),
        (suspect("fell", "helps", 5, 0), "helps 5 → 0, though this never falls in the game"),
        (suspect("zeroed"), "had numbers before and has 0 everywhere now"),
        (suspect("back_from_zero"), "had 0 everywhere before and has numbers now"),
        (suspect("tiers", "kill_points", 0, -4), "the kill points do not fit the kills of the "
         "five tiers: off by 4"),
        (suspect("tiers", "kill_points", None, 12_000), "the kill points do not fit the kills of "
         "the five tiers: off by 12,000"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_odd_is_told_with_both_numbers(found: Suspect, said: str) -> None:
    assert describe(found) == said


def test_a_sentence_names_the_player_and_the_scan_that_is_likely_wrong() -> None:
    found = [
        suspect("jump", "deaths", 29_323_779, 293_237_790, "to"),
        suspect("jump", "helps", 10, 30),
    ]
    assert sentence(found, "Yuki", DAYS, 3) == (
        "Yuki (id 7): deaths 29,323,779 → 293,237,790, ten times as many; helps 10 → 30, "
        "3 times as many. The scan of 2026-01-26 is likely wrong."
    )


def test_of_many_odd_numbers_of_a_player_the_worst_are_told() -> None:
    found = [suspect("jump", "helps", 10, 10 * n, "from") for n in range(2, 9)]
    [together] = by_player(found)
    said = sentence(together, "Yuki", DAYS, 3)
    assert said.startswith("Yuki (id 7): helps 10 → 80, 8 times as many; helps 10 → 70")
    assert said.endswith("; and 4 more. The scan of 2026-01-19 is likely wrong.")


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ((None,), "which of the two scans is wrong is not known yet"),
        ((None, "to"), "the scan of 2026-01-26 is likely wrong"),
        (("from", "from"), "the scan of 2026-01-19 is likely wrong"),
        (
            ("from", "to"),
            "each of the two scans is likely wrong: that of 2026-01-19 in helps, that of "
            "2026-01-26 in helps",
        ),
    ],
)
def test_one_number_whose_fault_is_known_is_enough(faults: list[Fault | None], said: str) -> None:
    found = [suspect("fell", "helps", 2, 1, fault) for fault in faults]
    assert whose_fault(found, *DAYS) == said


def test_of_a_player_at_zero_it_is_told_what_the_next_scan_will_show() -> None:
    assert sentence([suspect("zeroed")], "Yuki", DAYS, 3) == (
        "Yuki (id 7): had numbers before and has 0 everywhere now. If the next scan has numbers "
        "again, the scan of 2026-01-26 was wrong."
    )


def test_where_both_scans_are_wrong_each_is_named_with_its_numbers() -> None:
    found = [
        suspect("fell", "t4_kills", 1_110, 111, "from"),
        suspect("fell", "kills", 2_110, 1_111, "from"),
        suspect("tiers", "kill_points", 0, 9, "to"),
    ]
    assert sentence(found, "Yuki", DAYS, 1) == (
        "Yuki (id 7): T4 kills 1,110 → 111, a tenth of it; and 2 more. Each of the two scans is "
        "likely wrong: that of 2026-01-19 in T4 kills, kills, that of 2026-01-26 in the kills by "
        "tier or the kill points."
    )


def test_first_kills_do_not_come_before_a_misread_digit() -> None:
    first = suspect("jump", "t4_kills", 0, 45_422, id=1)._replace(ref=40_000)
    digit = suspect("jump", "deaths", 6_163_253, 61_632_533, id=2)._replace(ref=40_000)
    assert [one.id for [one] in by_player([first, digit])] == [2, 1]


def test_a_misread_digit_comes_before_what_is_off_by_a_little() -> None:
    found = [
        suspect("tiers", "kill_points", 0, 4, id=1),
        suspect("fell", "kill_points", 10_000, 9_996, id=2),
        suspect("zeroed", id=3),
        suspect("jump", "deaths", 100, 1_000, id=5),
        suspect("jump", "deaths", 100, 1_000, id=4),
        suspect("fell", "deaths", 1_000, 10, id=6),
    ]
    assert [several[0].id for several in by_player(found)] == [6, 3, 4, 5, 2, 1]


def test_a_column_that_fell_is_told_once() -> None:
    assert unreliable(UnreliableColumn("helps", 37, 412)) == (
        "Helps fell for 37 of 412 players: do not go by this column between these two scans."
    )


def test_a_column_of_another_version_is_shown_by_its_name() -> None:
    assert (label_of("t1_deaths"), label_of("kill_points")) == ("T1 deaths", "kill points")
    assert brief(suspect("fell", "new_counter", 2, 1)) == "new_counter fell"
