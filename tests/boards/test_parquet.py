import io
from contextlib import AbstractContextManager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chalicelib.boards import parquet
from chalicelib.boards.parquet import RangedObject, open_curated, open_ranged, read_facts
from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError, StoreError
from chalicelib.lake.store import ObjectReader, Store
from tests.engines.support import DAY, curated_bytes, facts, player, publish, put, table


class CountingStore:
    """A store that remembers which ranges of which objects were read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reads: list[tuple[int, int | None]] = []
        self.keys: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> AbstractContextManager[ObjectReader]:
        self.reads.append((start, length))
        self.keys.append(key)
        return self._store.open(key, start=start, length=length, etag=etag)


KEY = "curated/source=rok_players/kingdom=51/dt=2026-01-26/players.parquet"


def test_a_small_file_is_read_at_once(directory_store: Store) -> None:
    snapshot = publish(directory_store, [player(1), player(2)])
    counting = CountingStore(directory_store)
    file = open_curated(counting, KEY, players=1000)
    assert read_facts(file, 51, DAY) == snapshot
    assert file.read().num_rows == 2
    assert len(counting.reads) == 1


def test_of_a_large_file_only_the_columns_asked_for_are_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "SMALL_BYTES", 1000)
    monkeypatch.setattr(parquet, "_TAIL_BYTES", 4000)
    players = [player(number, helps=number**3) for number in range(1, 20_001)]
    body = curated_bytes(facts(len(players)), players, use_dictionary=False, row_group_size=8000)
    put(store, KEY, body)
    counting = CountingStore(store)
    file = open_curated(counting, KEY, players=1000)
    read = file.read(columns=["id", "dkp"])
    assert read.equals(table(players).select(["id", "dkp"]))
    assert sum(length or -start for start, length in counting.reads) < len(body) / 2


def test_the_facts_of_a_large_file_cost_one_read(directory_store: Store) -> None:
    players = [player(number, helps=number**3) for number in range(1, 20_001)]
    snapshot = facts(len(players))
    put(directory_store, KEY, curated_bytes(snapshot, players))
    counting = CountingStore(directory_store)
    assert read_facts(open_ranged(counting, KEY), 51, DAY) == snapshot
    assert counting.reads == [(-65536, None)]


def test_a_file_that_is_replaced_while_it_is_read_is_noticed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "SMALL_BYTES", 100)
    monkeypatch.setattr(parquet, "_TAIL_BYTES", 4000)
    players = [player(number, helps=number**3) for number in range(1, 20_001)]
    put(store, KEY, curated_bytes(facts(20_000), players))
    file = open_curated(store, KEY, players=20_000)
    put(store, KEY, curated_bytes(facts(19_999), players[1:]))
    with pytest.raises(PreconditionFailedError):
        file.read(columns=["id", "dkp"])


def test_a_file_that_is_not_there_is_told(directory_store: Store) -> None:
    with pytest.raises(ObjectNotFoundError):
        open_curated(directory_store, KEY, players=1000)


def test_a_file_that_is_no_parquet_or_has_no_facts_is_told(directory_store: Store) -> None:
    put(directory_store, KEY, b"hello")
    with pytest.raises(StoreError, match="not a Parquet file"):
        open_curated(directory_store, KEY, players=1000)
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": [1]}), sink)
    put(directory_store, KEY, sink.getvalue())
    with pytest.raises(StoreError, match="no facts"):
        read_facts(open_curated(directory_store, KEY, players=1000), 51, DAY)


def test_a_ranged_object_reads_like_a_file(
    directory_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_TAIL_BYTES", 5)
    put(directory_store, "raw/x", bytes(range(20)))
    file = RangedObject(directory_store, "raw/x")
    assert file.seekable()
    assert file.readable()
    assert file.seek(-3, io.SEEK_END) == 17
    assert file.read() == bytes([17, 18, 19])
    assert file.read() == b""
    assert file.seek(2) == 2
    assert file.read(4) == bytes([2, 3, 4, 5])
    assert file.seek(1, io.SEEK_CUR) == 7
    assert file.read(10) == bytes(range(7, 17))
    assert file.tell() == 17
