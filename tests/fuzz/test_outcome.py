"""That the fuzzing's eye sees: a report that is wrong anywhere is told."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.fuzz.outcome import WrongOutcomeError, check_players, check_report, most_lines
from tests.ingest.support import read

pytestmark = pytest.mark.slow

GOOD = b"ID,Name,Power,Deads,Notes\n1,Ana,5,-1,x\n2,Bo,7,-1,y\n"
BAD = b"ID,Name,Power\n1,Ana,5\n2,Bo,1.2M\n2,Cy,-9\n"


def check(data: bytes, tamper: Callable[[Any], object] = lambda _: None) -> None:
    report = copy.deepcopy(read(data)[0])
    tamper(report)
    check_report(report, len(data), most_lines(data))


@pytest.mark.parametrize("data", [GOOD, BAD, b""])
def test_a_report_is_one(data: bytes) -> None:
    check(data)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda report: report.pop("dkp"),
        lambda report: report.update(more=1),
        lambda report: report.update(status="fine"),
        lambda report: report.update(status="rejected"),
        lambda report: report.update(players="2"),
        lambda report: report.update(players=True),
        lambda report: report.update(players=1),
        lambda report: report.update(warning_count=2),
        lambda report: report.update(written={"raw": "x"}),
        lambda report: report["file"].update(bytes=1),
        lambda report: report["file"].update(encoding=None),
        lambda report: report["columns"].update(derived=["deaths"]),
        lambda report: report["columns"]["mapped"].pop("ID"),
        lambda report: report["columns"]["ignored"].append("ID"),
        lambda report: report.update(dkp=None),
        lambda report: report["warnings"].reverse(),
        lambda report: report["warnings"][1].update(code="new_code"),
        lambda report: report["warnings"][1].update(code="bad_number"),
        lambda report: report["warnings"][1].update(line=None),
        lambda report: report["warnings"][1].update(line=99),
        lambda report: report["warnings"][2].update(line=1),
        lambda report: report["warnings"][1].update(row=0),
        lambda report: report["warnings"][1].update(value="x" * 101),
        lambda report: report["warnings"][1].update(message=" "),
        lambda report: report["warnings"][1].update(hint="Traceback (most recent call last)"),
        lambda report: report["warnings"][1].update(message="x" * 5000),
        lambda report: report["warnings"][1].pop("hint"),
    ],
)
def test_a_report_that_is_wrong_anywhere_is_told(tamper: Callable[[Any], object]) -> None:
    with pytest.raises(WrongOutcomeError):
        check(GOOD, tamper)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda report: report.update(status="accepted"),
        lambda report: report.update(error_count=0),
        lambda report: report["errors"].pop(),
        lambda report: report["errors"][2].update(row=None, line=None),
    ],
)
def test_a_refusal_that_contradicts_itself_is_told(tamper: Callable[[Any], object]) -> None:
    with pytest.raises(WrongOutcomeError):
        check(BAD, tamper)


@pytest.mark.parametrize(
    "change",
    [
        {"id": 2},
        {"id": None},
        {"id": 0},
        {"power": -1},
        {"power": 2**53},
        {"name": ""},
        {"name": " Ana"},
        {"name": "a\0"},
        {"name": "x" * 201},
        {"nose": 1},
    ],
)
def test_a_player_that_is_none_is_told(change: dict[str, Any]) -> None:
    _, players = read(GOOD)
    check_players(players, 2)
    with pytest.raises(WrongOutcomeError):
        check_players([{**players[0], **change}, players[1]], 2)
    with pytest.raises(WrongOutcomeError):
        check_players(players, 3)
