"""The engine `arrow`: reads the curated Parquet files themselves."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from chalicelib.boards.catalog import Catalog
from chalicelib.boards.parallel import in_threads
from chalicelib.boards.parquet import (
    damage_told,
    open_curated,
    open_ranged,
    read_columns,
    read_facts,
)
from chalicelib.boards.ranking import rank
from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.errors import EngineBusyError, ObjectNotFoundError, PreconditionFailedError
from chalicelib.lake.store import ObjectInfo, Store

_Result = TypeVar("_Result")

# A file is replaced once a run: to meet that even twice in one request is out of the ordinary.
_ATTEMPTS = 5

_PLAYER = {"id": pa.int64(), "name": pa.string(), "alliance": pa.string()}


class ArrowEngine:
    """Ranks a snapshot's players anew for every request."""

    def __init__(self, store: Store) -> None:
        """Answer from the lake in `store`; nothing is read yet."""
        self._store = store
        self._catalog = Catalog(store, "curated")

    def kingdoms(self) -> dict[int, date]:
        """See `Engine.kingdoms`."""
        return self._catalog.kingdoms()

    def dates(self, kingdom: int) -> list[date]:
        """See `Engine.dates`."""
        return list(self._catalog.objects(kingdom))

    def snapshots(self, kingdom: int) -> list[Snapshot]:
        """See `Engine.snapshots`; reads only the end of each file."""
        found = in_threads(
            lambda item: self._facts(kingdom, *item), self._catalog.objects(kingdom).items()
        )
        return [snapshot for snapshot in found if snapshot is not None]

    def _facts(self, kingdom: int, day: date, listed: ObjectInfo) -> Snapshot | None:
        def read() -> Snapshot | None:
            info = self._store.head(listed.key)
            return None if info is None else read_facts(self._open(info), kingdom, day)

        try:
            return read_facts(self._open(listed), kingdom, day)
        except (PreconditionFailedError, ObjectNotFoundError):
            return _of_one_version(read)

    def _open(self, info: ObjectInfo) -> pq.ParquetFile:
        return open_ranged(self._store, info)

    def board(self, kingdom: int, day: date, metric: str, limit: int, offset: int) -> BoardPage:
        """See `Engine.board`; reads four columns."""

        def read() -> BoardPage:
            file = open_curated(self._store, self._catalog.key(kingdom, day))
            snapshot = read_facts(file, kingdom, day)
            players = read_columns(file, {**_PLAYER, metric: pa.int64()}, kingdom, day)
            with damage_told(f"kingdom {kingdom}, {day}: the curated file cannot be ranked"):
                ranked = rank(players.rename_columns([*_PLAYER, "value"]), limit, offset)
            return BoardPage(snapshot, ranked)

        try:
            return _of_one_version(read)
        except ObjectNotFoundError:
            raise self._catalog.missing(kingdom, day) from None


def _of_one_version(read: Callable[[], _Result]) -> _Result:
    """Start again when the object was replaced while it was read."""
    for _ in range(_ATTEMPTS):
        try:
            return read()
        except PreconditionFailedError:
            continue
    raise EngineBusyError("the snapshot is being replaced; try again")
