"""What snapshots say of one player, whichever engine is asked."""

import io
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.past import Past, RankOf
from chalicelib.boards.snapshot import Snapshot
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.engine import Engine
from chalicelib.errors import StoreError
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import curated_key
from chalicelib.players.schema import COUNTERS
from chalicelib.threads.deadline import Deadline
from tests.engines.cases import EveryEngine
from tests.engines.support import DAY, kingdoms_of_players, player, publish, put, ranked
from tests.engines.tables import LakeAndTable, as_store, dynamo_engine, few_in_an_item

FIRST = date(2026, 1, 5)


def history(engine: Engine, asked: int, snapshots: Sequence[Snapshot]) -> list[Past]:
    return engine.history(asked, snapshots, Deadline.after(600))


class TestHistory(EveryEngine):
    def test_each_snapshot_tells_the_players_values_and_ranks_of_its_time(
        self, engine: Engine, store: Store
    ) -> None:
        weeks = [
            [
                player(number, power=number * week, name=f"{number} in {week}")
                for number in (1, 2, 3)
            ]
            for week in (1, 2, 3)
        ]
        snapshots = [
            publish(store, players, day=FIRST + timedelta(weeks=week))
            for week, players in enumerate(weeks)
        ]
        found = history(engine, 2, snapshots[::-1])
        assert [one.snapshot for one in found] == snapshots[::-1]
        seen = [one.appearance for one in found]
        assert [one and one.name for one in seen] == ["2 in 3", "2 in 2", "2 in 1"]
        assert [one and one.values["power"] for one in seen] == [6, 4, 2]
        for one in seen:
            assert one is not None
            assert [*one.values] == [*COUNTERS]
            assert one.values["t4_kills"] is None
            assert one.record_hash == "0" * 32
            assert one.ranks == dict.fromkeys(METRIC_NAMES, RankOf(2, 3))

    def test_who_is_not_in_a_snapshot_has_no_values_there(
        self, engine: Engine, store: Store
    ) -> None:
        here = publish(store, [player(7)])
        gone = publish(store, [player(8)], day=FIRST)
        withdrawn = publish(store, [], day=FIRST - timedelta(weeks=1))
        found = history(engine, 7, [here, gone, withdrawn])
        assert [one.snapshot for one in found] == [here, gone, withdrawn]
        assert [one.appearance is None for one in found] == [False, True, True]

    def test_an_id_beyond_all_is_nobody_and_of_no_snapshot_nothing_is_told(
        self, engine: Engine, store: Store
    ) -> None:
        snapshot = publish(store, [player(7)])
        (found,) = history(engine, sys.maxsize, [snapshot])
        assert found.appearance is None
        assert history(engine, 7, []) == []


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    players=kingdoms_of_players(max_size=12), at=st.integers(0, 11), size=st.sampled_from([1, 3])
)
def test_a_rank_is_that_of_the_board_and_null_where_the_player_is_not_on_it(
    directory_store: DirectoryStore, players: list[dict[str, Any]], at: int, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        few_in_an_item(patch, size)
        lake = as_store(LakeAndTable(directory_store))
        snapshot = publish(lake, players, views=["curated"])
        asked = players[at % len(players)]
        (found,) = history(ArrowEngine(lake), asked["id"], [snapshot])
        assert history(dynamo_engine(lake), asked["id"], [snapshot]) == [found]
    assert found.appearance is not None
    assert found.appearance.name == asked["name"]
    for metric in METRIC_NAMES:
        board = ranked(players, metric)
        expected = [
            RankOf(entry["rank"], len(board)) for entry in board if entry["id"] == asked["id"]
        ]
        assert found.appearance.ranks[metric] == (expected[0] if expected else None)


def test_a_file_that_is_newer_than_the_catalog_says_is_told_by_its_own_facts(
    directory_store: DirectoryStore,
) -> None:
    listed = publish(directory_store, [player(7, power=1)])
    newer = publish(directory_store, [player(7, power=2), player(8)], run=2, views=["curated"])
    (found,) = history(ArrowEngine(directory_store), 7, [listed])
    assert found.snapshot == newer
    assert found.appearance is not None
    assert found.appearance.values["power"] == 2


def test_a_file_from_before_a_column_was_there_knows_nothing_of_it(
    directory_store: DirectoryStore,
) -> None:
    snapshot = publish(directory_store, [player(7, t1_deaths=5)])
    key = curated_key(Partition(51, DAY))
    with directory_store.open(key) as reader:
        now = pq.read_table(io.BytesIO(reader.read()))
    sink = io.BytesIO()
    pq.write_table(now.drop_columns([f"t{tier}_deaths" for tier in range(1, 6)]), sink)
    put(directory_store, key, sink.getvalue())
    (found,) = history(ArrowEngine(directory_store), 7, [snapshot])
    assert found.appearance is not None
    assert found.appearance.values["t1_deaths"] is None


def test_a_damaged_file_is_named(directory_store: DirectoryStore) -> None:
    snapshot = publish(directory_store, [player(7)])
    put(directory_store, curated_key(Partition(51, DAY)), b"PAR1 not at all")
    with pytest.raises(StoreError, match=r"dt=2026-01-26/players\.parquet"):
        history(ArrowEngine(directory_store), 7, [snapshot])
