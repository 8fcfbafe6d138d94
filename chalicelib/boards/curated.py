"""What every engine over `curated/` shares: which snapshots there are, and their facts."""

from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from chalicelib.boards.catalog import Catalog
from chalicelib.boards.parquet import open_ranged, read_facts
from chalicelib.boards.snapshot import Snapshot, Version
from chalicelib.errors import EngineBusyError, ObjectNotFoundError, PreconditionFailedError
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.threads.pool import map_in_threads

_Result = TypeVar("_Result")

ATTEMPTS: Final = 5
"""Tries to read one version of a file, which is replaced once a run: to meet that even twice in
one request is out of the ordinary."""


class CuratedSnapshots:
    """The snapshots of `curated/`; an engine adds what ranks their players."""

    def __init__(self, store: Store) -> None:
        """Answer from the lake in `store`; nothing is read yet."""
        self._store = store
        self._catalog = Catalog(store, "curated")

    def kingdoms(self) -> dict[int, date]:
        """See `Engine.kingdoms`."""
        return self._catalog.kingdoms()

    def latest(self, kingdom: int) -> date | None:
        """See `Engine.latest`."""
        return self._catalog.latest(kingdom)

    def snapshots(self, kingdom: int) -> list[Snapshot]:
        """See `Engine.snapshots`; reads only the end of each file."""
        found = map_in_threads(
            lambda item: self._listed(kingdom, *item), self._catalog.objects(kingdom).items()
        )
        return [snapshot for snapshot in found if snapshot is not None]

    def version(self, kingdom: int, day: date) -> Version | None:
        """See `Engine.version`; None: a page comes from several reads, or from a query."""
        return None

    def _listed(self, kingdom: int, day: date, listed: ObjectInfo) -> Snapshot | None:
        try:
            return read_facts(open_ranged(self._store, listed), kingdom, day)
        except (PreconditionFailedError, ObjectNotFoundError):
            return self._facts(kingdom, day)

    def _facts(self, kingdom: int, day: date) -> Snapshot | None:
        """The facts of a snapshot as it is now; None when there is none."""

        def read() -> Snapshot | None:
            info = self._store.head(self._catalog.key(kingdom, day))
            if info is None:
                return None
            return read_facts(open_ranged(self._store, info), kingdom, day)

        try:
            return of_one_version(read)
        except ObjectNotFoundError:
            return None


def of_one_version(read: Callable[[], _Result]) -> _Result:
    """Start again when the object was replaced while it was read.

    Raises:
        EngineBusyError: it is replaced each time.
    """
    for _ in range(ATTEMPTS):
        try:
            return read()
        except PreconditionFailedError:
            continue
    raise EngineBusyError("the snapshot is being replaced; try again")
