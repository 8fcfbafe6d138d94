"""That a change of what is read would be seen, whichever way it comes about."""

from random import Random
from typing import Any

import pytest

from chalicelib import config
from tests.fuzz.outcome import WrongOutcomeError
from tests.fuzz.same import (
    Reading,
    check_cutting,
    check_newlines,
    check_packing,
    check_rewriting,
    rewritten,
)

pytestmark = pytest.mark.slow

STAGE = config.load({})
SCAN = "ID,Name,Power\n1,Ana,5\n2,雪,7\n".encode()


@pytest.fixture
def first() -> Reading:
    return Reading.of("players.csv", SCAN, STAGE)


def all_checks(reading: Reading) -> list[Any]:
    return [
        lambda: check_packing(reading),
        lambda: check_newlines(reading),
        *(lambda n=n: check_cutting(Random(n), reading) for n in range(20)),
        *(lambda n=n: check_rewriting(Random(n), reading) for n in range(40)),
    ]


def test_a_sound_reading_passes_every_check(first: Reading) -> None:
    for check in all_checks(first):
        check()


def test_another_name_is_seen_by_every_check(first: Reading) -> None:
    first.players[1]["name"] = "Yuki"
    for check in all_checks(Reading(first.name, SCAN, STAGE, first.report, first.players))[:22]:
        with pytest.raises(WrongOutcomeError):
            check()


def test_players_that_no_file_could_have_are_seen(first: Reading) -> None:
    first.players[1]["name"] = " Yuki"
    for number in range(20):
        with pytest.raises(WrongOutcomeError):
            check_rewriting(Random(number), first)


@pytest.mark.parametrize("part", ["columns", "error_count", "players"])
def test_another_report_is_seen(first: Reading, part: str) -> None:
    first.report[part] = None
    with pytest.raises(WrongOutcomeError):
        check_packing(first)
    with pytest.raises(WrongOutcomeError):
        check_cutting(Random(1), first)


def test_rewriting_takes_every_format_and_packing(first: Reading) -> None:
    names = {rewritten(Random(number), first.players)[0] for number in range(200)}
    kinds = (".csv", ".tsv", ".json", ".wrapped.json", ".jsonl", ".ndjson")
    assert names == {f"rewritten{kind}{gz}" for kind in kinds for gz in ("", ".gz")}
