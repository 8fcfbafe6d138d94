"""The engine `boards`: reads the precomputed boards object, once a request."""

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.boards.catalog import Catalog
from chalicelib.boards.document import HEAD_BYTES, decode, decode_snapshot
from chalicelib.boards.snapshot import Board, BoardPage, Snapshot, Version
from chalicelib.errors import ObjectNotFoundError
from chalicelib.lake.store import Store
from chalicelib.threads.pool import map_in_threads

if TYPE_CHECKING:
    from chalicelib.engines.arrow import ArrowEngine


class BoardsEngine:
    """Answers from what ingestion has ranked already.

    A page that reaches beyond the players that the object holds comes, facts and all, from the
    curated file.
    """

    def __init__(self, store: Store) -> None:
        """Answer from the lake in `store`; nothing is read yet."""
        self._store = store
        self._catalog = Catalog(store, "boards")

    @cached_property
    def _curated(self) -> "ArrowEngine":
        # Only now: pyarrow is most of a cold start, and most requests do not need it.
        from chalicelib.engines.arrow import ArrowEngine

        return ArrowEngine(self._store)

    def kingdoms(self) -> dict[int, date]:
        """See `Engine.kingdoms`."""
        return self._catalog.kingdoms()

    def latest(self, kingdom: int) -> date | None:
        """See `Engine.latest`."""
        return self._catalog.latest(kingdom)

    def snapshots(self, kingdom: int) -> list[Snapshot]:
        """See `Engine.snapshots`; reads only the first line of each object."""

        def read(day: date) -> Snapshot | None:
            try:
                with self._store.open(self._catalog.key(kingdom, day), length=HEAD_BYTES) as reader:
                    return decode_snapshot(reader.read(), kingdom, day)
            except ObjectNotFoundError:
                return None

        found = map_in_threads(read, self._catalog.objects(kingdom))
        return [snapshot for snapshot in found if snapshot is not None]

    def board(self, kingdom: int, day: date, metric: str, limit: int, offset: int) -> BoardPage:
        """See `Engine.board`."""
        key = self._catalog.key(kingdom, day)
        try:
            with self._store.open(key) as reader:
                document = decode(reader.read(), kingdom, day)
                version = Version(self._store, key, reader.info.etag)
        except ObjectNotFoundError:
            raise self._catalog.missing(kingdom, day) from None
        if not document.holds(metric, limit, offset):
            return self._curated.board(kingdom, day, metric, limit, offset)
        entries = document.entries(metric, limit, offset)
        return BoardPage(document.snapshot, Board(document.total(metric), entries), version)

    def version(self, kingdom: int, day: date) -> Version | None:
        """See `Engine.version`."""
        key = self._catalog.key(kingdom, day)
        info = self._store.head(key)
        return None if info is None else Version(self._store, key, info.etag)
