import random
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.boards.formula import weigh
from chalicelib.boards.page import rank_page
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board
from tests.engines.support import DAY, kingdoms_of_players, player, ranked, table


def rank(players: pa.Table, limit: int, offset: int = 0) -> Board:
    return rank_page(players, BoardRequest("dkp", limit, offset), DAY)


def ranking(players: list[dict[str, Any]], metric: str) -> pa.Table:
    columns = ["id", "name", "alliance", metric]
    return table(players).select(columns).rename_columns([*columns[:3], "value"])


def test_equal_values_share_a_rank_and_the_next_rank_is_skipped() -> None:
    players = [player(4, dkp=5), player(2, dkp=7), player(3, dkp=7), player(1, dkp=9)]
    board = rank(ranking(players, "dkp"), 10)
    assert [(one["rank"], one["position"], one["id"]) for one in board.entries] == [
        (1, 1, 1),
        (2, 2, 2),
        (2, 3, 3),
        (4, 4, 4),
    ]


def test_a_player_whose_value_is_unknown_is_neither_ranked_nor_counted() -> None:
    board = rank(ranking([player(1, dkp=None), player(2, dkp=0)], "dkp"), 10)
    assert board.total == 1
    assert [one["id"] for one in board.entries] == [2]


def test_nobody_is_ranked_when_no_value_is_known() -> None:
    assert rank(ranking([player(1, dkp=None)], "dkp"), 10) == Board(0, [])
    assert rank(ranking([], "dkp"), 10) == Board(0, [])


@given(kingdoms_of_players(), st.integers(1, 50), st.integers(0, 50))
def test_any_page_is_that_part_of_the_whole_board(
    players: list[dict[str, Any]], limit: int, offset: int
) -> None:
    expected = ranked(players, "dkp")
    board = rank(ranking(players, "dkp"), limit, offset)
    assert board.total == len(expected)
    assert board.entries == expected[offset : offset + limit]


@pytest.mark.parametrize("kind", [pa.int64(), pa.decimal128(30, 0)])
@pytest.mark.parametrize("limit", [10, 400])
def test_a_page_is_the_same_however_much_of_the_board_is_sorted(
    kind: pa.DataType, limit: int
) -> None:
    """A page of everybody is selected; what is around a player, or within an alliance, sorted."""
    numbers = random.Random(5).sample(range(1, 1001), 1000)
    players = ranking([player(one, dkp=one // 4, alliance="A") for one in numbers], "dkp")
    values = pa.array([Decimal(one) for one in players["value"].to_pylist()], pa.decimal128(30, 0))
    players = players.set_column(3, "value", values.cast(kind))
    plain = rank(players, limit, 100)
    assert plain == rank_page(players, BoardRequest("dkp", limit, 100, alliance="A"), DAY)
    middle = plain.entries[limit // 2]["id"]
    assert plain == rank_page(players, BoardRequest("dkp", limit, around=middle), DAY)


columns = st.none() | st.integers(-3, 3) | st.integers(-(2**53) + 1, 2**53 - 1)


@given(
    st.lists(st.tuples(columns, columns, columns), max_size=5),
    st.lists(st.integers(0, 3) | st.integers(0, 10**6), min_size=3, max_size=3),
)
def test_a_formula_is_exact_whatever_the_size_and_sign_of_its_counters(
    rows: list[tuple[int | None, ...]], points: list[int]
) -> None:
    names = ("kills", "deaths", "acclaim")
    values = zip(*rows, strict=True) if rows else ((), (), ())
    counters = pa.table({n: pa.array(v, pa.int64()) for n, v in zip(names, values, strict=True)})
    found = weigh(counters, dict(zip(names, points, strict=True))).to_pylist()
    assert [one if one is None else int(one) for one in found] == [
        None if None in row else sum(p * (v or 0) for p, v in zip(points, row, strict=True))
        for row in rows
    ]
