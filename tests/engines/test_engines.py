"""What every engine keeps to, and that they answer alike."""

import io
import itertools
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow.parquet as pq
import pytest

from chalicelib import config
from chalicelib.boards import parquet
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.snapshot import Board, BoardPage
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.athena.engine import AthenaEngine
from chalicelib.engines.boards import BoardsEngine
from chalicelib.engines.engine import Engine
from chalicelib.engines.open import open_engine
from chalicelib.errors import EngineBusyError, StoreError
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import ObjectReader, Store
from chalicelib.lake.view_keys import boards_key, curated_key
from tests.engines.cases import ENGINES, EveryEngine
from tests.engines.support import (
    DAY,
    page,
    player,
    publish,
    put,
    ranked,
)

_runs = itertools.count(1)


class TestEngine(EveryEngine):
    """The contract: pages of plain boards (tests/engines/test_requests.py: all else)."""

    def test_a_page_has_the_facts_and_the_entries_of_its_run(
        self, engine: Engine, store: Store
    ) -> None:
        players = [player(number, dkp=number // 2) for number in range(1, 30)]
        snapshot = publish(store, players, run=7)
        found = page(engine, snapshot, "dkp", 10, 5)
        assert found.snapshot == snapshot
        assert found.board.total == 29
        assert found.board.entries == ranked(players, "dkp")[5:15]

    def test_a_snapshot_without_players_has_empty_boards(
        self, engine: Engine, store: Store
    ) -> None:
        snapshot = publish(store, [])
        for metric in METRIC_NAMES:
            assert page(engine, snapshot, metric, 100, 0) == BoardPage(snapshot, Board(0, []))

    def test_a_file_from_before_a_column_was_there_is_read(
        self, engine: Engine, store: Store
    ) -> None:
        players = [player(number, power=number // 2) for number in range(1, 1101)]
        snapshot = publish(store, players)
        key = curated_key(Partition(51, DAY))
        with store.open(key) as reader:
            now = pq.read_table(io.BytesIO(reader.read()))
        sink = io.BytesIO()
        pq.write_table(now.drop_columns([f"t{tier}_deaths" for tier in range(1, 6)]), sink)
        put(store, key, sink.getvalue())
        # Beyond what is precomputed, so that the engine `boards` reads the file too.
        found = page(engine, snapshot, "power", 10, 1050)
        assert found.board.entries == ranked(players, "power")[1050:1060]

    def test_a_metric_that_nobody_has_is_an_empty_board(self, engine: Engine, store: Store) -> None:
        snapshot = publish(store, [player(number, deaths=None) for number in range(1, 4)])
        assert page(engine, snapshot, "deaths", 100, 0).board == Board(0, [])

    @pytest.mark.parametrize("offset", [0, 995, 999, 1000, 1001, 1199, 1200, 2**53 - 1])
    def test_pages_go_on_beyond_what_is_precomputed(
        self, engine: Engine, store: Store, offset: int
    ) -> None:
        players = [player(number, kills=number // 3) for number in range(1, 1201)]
        snapshot = publish(store, players)
        found = page(engine, snapshot, "kills", 10, offset)
        assert found.board.total == 1200
        expected = sorted(players, key=lambda one: (-one["kills"], one["id"]))
        assert [one["id"] for one in found.board.entries] == [
            one["id"] for one in expected[offset : offset + 10]
        ]
        ranks = [(one["position"], one["rank"]) for one in found.board.entries]
        assert ranks == [
            (at, 1 + sum(other["kills"] > expected[at - 1]["kills"] for other in players))
            for at in range(offset + 1, min(offset + 10, 1200) + 1)
        ]


class MovingStore:
    """A store in which a file is replaced, `times` times, right after it was first looked into."""

    def __init__(self, store: Store, times: int) -> None:
        self._store = store
        self._times = times
        self.run = 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> AbstractContextManager[ObjectReader]:
        if etag is not None and self.run <= self._times:
            self.run += 1
            publish(self._store, [player(one) for one in range(1, 5000 + self.run)], run=self.run)
        return self._store.open(key, start=start, length=length, etag=etag)


def test_a_large_file_that_is_replaced_while_it_is_read_is_read_again(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "SMALL_BYTES", 1000)
    monkeypatch.setattr(parquet, "_TAIL_BYTES", 3000)
    snapshot = publish(directory_store, [player(one) for one in range(1, 5000)])
    found = page(ArrowEngine(MovingStore(directory_store, 2)), snapshot, "dkp", 1, 0)
    assert found.board.total == found.snapshot.players == 5002
    assert found.snapshot.run_id.endswith("3")
    with pytest.raises(EngineBusyError):
        page(ArrowEngine(MovingStore(directory_store, 100)), snapshot, "dkp", 1, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ENGINES))
def test_facts_and_entries_belong_together_while_runs_follow_each_other(
    directory_store: DirectoryStore, name: str
) -> None:
    def publish_runs() -> None:
        for run in range(2, 30):
            publish(directory_store, [player(one) for one in range(1, run + 1)], run=run)

    snapshot = publish(directory_store, [player(1)], run=1)
    engine = ENGINES[name](directory_store)
    writer = Thread(target=publish_runs)
    writer.start()
    while writer.is_alive():
        found = page(engine, snapshot, "power", 5, 0)
        run = int(found.snapshot.run_id.rpartition("-")[2], 16)
        assert found.board.total == run == found.board.entries[0]["value"]
    writer.join()


def test_boards_come_from_one_object_and_curated_only_when_that_is_not_enough(
    directory_store: DirectoryStore,
) -> None:
    players = [player(one) for one in range(1, 1003)]
    snapshot = publish(directory_store, players, views=["boards"])
    engine = BoardsEngine(directory_store)
    assert page(engine, snapshot, "dkp", 1000, 0).board.total == 1002
    with pytest.raises(StoreError, match="the curated file is missing; rebuild it"):
        page(engine, snapshot, "dkp", 1000, 3)
    newer = publish(directory_store, players, views=["curated"], run=2)
    assert page(engine, snapshot, "dkp", 1000, 3).snapshot == newer


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_an_answer_is_of_the_file_where_that_is_newer_than_the_catalog(
    directory_store: DirectoryStore, name: str
) -> None:
    old = publish(directory_store, [player(1)])
    newer = publish(directory_store, [player(1), player(2)], run=2, views=["curated", "boards"])
    found = page(ENGINES[name](directory_store), old, "dkp", 10, 0)
    assert found.snapshot == newer
    assert found.board.total == 2


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_an_object_that_the_catalog_lists_and_that_is_missing_is_named(
    directory_store: DirectoryStore, tmp_path: Path, name: str
) -> None:
    snapshot = publish(directory_store, [player(1)])
    for key in (boards_key(Partition(51, DAY)), curated_key(Partition(51, DAY))):
        (tmp_path / "lake" / key).unlink()
    with pytest.raises(StoreError, match=r"kingdom 51, 2026-01-26: .* is missing; rebuild it"):
        page(ENGINES[name](directory_store), snapshot, "dkp", 10, 0)


@pytest.mark.parametrize(("name", "kind"), [("arrow", ArrowEngine), ("boards", BoardsEngine)])
def test_the_setting_names_the_engine(
    directory_store: DirectoryStore, name: str, kind: type
) -> None:
    assert isinstance(open_engine(config.load({"QUERY_ENGINE": name}), directory_store), kind)


def test_the_setting_names_athena_too(directory_store: DirectoryStore) -> None:
    env = {"QUERY_ENGINE": "athena", "LAKE_URI": "s3://lake"}
    assert isinstance(open_engine(config.load(env), directory_store), AthenaEngine)


def test_a_broken_boards_object_is_an_error_of_the_store(directory_store: DirectoryStore) -> None:
    snapshot = publish(directory_store, [player(1)])
    put(directory_store, boards_key(Partition(51, DAY)), b"{}")
    with pytest.raises(StoreError):
        page(BoardsEngine(directory_store), snapshot, "dkp", 1, 0)
