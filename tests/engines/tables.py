"""A lake with a table beside it, for the engine `dynamodb`."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import pytest

from chalicelib.boards.snapshot import Snapshot
from chalicelib.engines import dynamodb
from chalicelib.engines.dynamodb import DynamoEngine
from chalicelib.engines.engine import Engine
from chalicelib.items import keys, pages, reading
from chalicelib.items import snapshot_items as making
from chalicelib.items.snapshot_items import snapshot_items
from chalicelib.lake.dynamodb.table import Item, Table
from chalicelib.lake.store import Store
from tests.engines.support import rows_of
from tests.items.memory_table import MemoryTable


class LakeAndTable:
    """A store, and a table that `publish` puts items into."""

    def __init__(self, store: Store, table: Table | None = None) -> None:
        self._store = store
        self.table = MemoryTable() if table is None else table

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def add_items(self, snapshot: Snapshot, players: Iterable[Mapping[str, Any]]) -> None:
        self.table.put_many(items_of(snapshot, players))


def as_store(lake: LakeAndTable) -> Store:
    """It is one: it has all of its store's methods."""
    return cast("Store", lake)


def items_of(snapshot: Snapshot, players: Iterable[Mapping[str, Any]]) -> list[Item]:
    return [*snapshot_items(snapshot, rows_of(snapshot, players))]


def dynamo_engine(store: Any) -> Engine:
    """The engine over a `LakeAndTable`."""
    return DynamoEngine(store.table, store)


def few_in_an_item(patch: pytest.MonkeyPatch, size: int) -> None:
    """Pages of so many entries, and so many buckets."""
    for module in (keys, pages, reading, making, dynamodb):
        patch.setattr(module, "PAGE", size)
    for module in (keys, making):
        patch.setattr(module, "BUCKETS", size)
