import random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.ranking import BoardBuilder
from tests.engines.support import kingdoms_of_players, player, ranked, table


@pytest.mark.slow
@given(kingdoms_of_players(), st.integers(1, 12), st.integers(1, 7))
def test_a_stream_gives_the_same_boards_as_the_whole_whatever_its_batches(
    players: list[dict[str, Any]], limit: int, size: int
) -> None:
    builder = BoardBuilder(limit)
    whole = table(players)
    for start in range(0, len(players), size):
        builder.add(whole.slice(start, size))
    boards = builder.boards()
    assert list(boards.ranked) == list(METRIC_NAMES)
    for metric, board in boards.ranked.items():
        expected = ranked(players, metric)
        assert board.total == len(expected)
        found = boards.players.take(board.order).select(["id", "name", "alliance", metric])
        assert found.rename_columns(["id", "name", "alliance", "value"]).to_pylist() == [
            {key: entry[key] for key in ("id", "name", "alliance", "value")}
            for entry in expected[:limit]
        ]
        assert board.ranks.to_pylist() == [entry["rank"] for entry in expected[:limit]]


@pytest.mark.parametrize("order", ["rising", "falling", "shuffled", "equal"])
def test_record_batches_in_any_order_of_values_end_in_the_same_board(order: str) -> None:
    values = list(range(20_000)) if order != "equal" else [7] * 20_000
    if order == "falling":
        values.reverse()
    if order == "shuffled":
        random.Random(1).shuffle(values)
    players = [player(20_000 - at, dkp=value) for at, value in enumerate(values)]
    builder = BoardBuilder(100)
    for batch in table(players).to_batches(max_chunksize=512):
        builder.add(batch)
    boards = builder.boards()
    board = boards.ranked["dkp"]
    expected = sorted(players, key=lambda one: (-one["dkp"], one["id"]))[:100]
    assert board.total == 20_000
    assert boards.players["id"].take(board.order).to_pylist() == [one["id"] for one in expected]


def test_a_long_stream_is_not_kept() -> None:
    builder = BoardBuilder(10)
    batch = table([player(number) for number in range(1, 1001)])
    before = pa.total_allocated_bytes()
    for _ in range(200):
        builder.add(batch)
    assert pa.total_allocated_bytes() - before < batch.nbytes
