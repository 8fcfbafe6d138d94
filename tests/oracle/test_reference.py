"""The oracle itself, against cases that were written by hand."""

import hashlib

import pytest

from tests.oracle.case import Case
from tests.oracle.cases import CASES
from tests.oracle.reference import Finding, Row, board, expected, record_hash


def test_there_are_cases_enough_and_each_has_its_own_name() -> None:
    assert len([case for case in CASES if case.code is not None]) >= 100
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_oracle_agrees_with_the_case(case: Case) -> None:
    outcome = expected(case.data, case.file_name)
    assert outcome.verdict == ("accepted" if case.code is None else "rejected")
    if case.code is not None:
        where = Finding(case.row, case.line, case.column, case.value, case.code)
        assert where == outcome.errors[0]
    if case.errors is not None:
        assert case.errors == len(outcome.errors)
    if case.players is not None:
        assert len(outcome.rows) == case.players
    if case.warnings is not None:
        assert outcome.warnings == [
            Finding(row, line, column, value, code)
            for code, row, line, column, value in case.warnings
        ]
    if case.first:
        assert {column: outcome.rows[0][column] for column in case.first} == dict(case.first)


def _row(player: int, **values: int | str | None) -> Row:
    outcome = expected(b"ID,Name,Power\n1,Ada,2\n", "players.csv")
    return {**outcome.rows[0], "id": player, **values}


def test_the_hash_is_of_the_values_joined_by_the_unit_separator() -> None:
    text = "1\x1fAda\x1f\x1f2"
    assert record_hash(_row(1)) == hashlib.sha256(text.encode()).hexdigest()[:32]


def test_equal_values_share_a_rank_and_are_ordered_by_id() -> None:
    rows = [_row(7, power=5), _row(3, power=9), _row(5, power=9), _row(9, power=None)]
    places = [(place.rank, place.position, place.id) for place in board(rows, "power")]
    assert places == [(1, 1, 3), (1, 2, 5), (3, 3, 7)]
