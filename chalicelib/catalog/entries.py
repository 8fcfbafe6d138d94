"""What the catalog says: of a snapshot, of a kingdom, of the lake (contract, section 3)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from chalicelib.boards.snapshot import Snapshot


class CatalogEntry(NamedTuple):
    """A published snapshot.

    Attributes:
        snapshot: the facts of its run.
        version: of its rows (`Snapshot.version`), as it was when the entry was written.
        known: of how many players each metric is known.
    """

    snapshot: Snapshot
    version: str
    known: Mapping[str, int]


class Located(NamedTuple):
    """A snapshot that was asked for.

    Attributes:
        entry: the snapshot.
        is_latest: whether it is the kingdom's newest one.
    """

    entry: CatalogEntry
    is_latest: bool


class SnapshotList(NamedTuple):
    """A kingdom's snapshots.

    Attributes:
        entries: newest first; one at least.
        version: changes whenever one of them does.
    """

    entries: Sequence[CatalogEntry]
    version: str


class KingdomList(NamedTuple):
    """The kingdoms of a lake.

    Attributes:
        latest: each one's newest date, by its number, in ascending order.
        version: changes whenever one of them does.
    """

    latest: Mapping[int, date]
    version: str


class Catalog(Protocol):
    """What says which snapshots there are, the same for every engine.

    Every method raises `StoreUnavailableError` when a retry may help, and `CatalogError` when the
    catalog is damaged, or not made yet.
    """

    def kingdoms(self) -> KingdomList:
        """The kingdoms that have a snapshot."""
        ...

    def snapshots(self, kingdom: int) -> SnapshotList:
        """A kingdom's snapshots.

        Raises:
            NotFoundError: there is no such kingdom.
        """
        ...

    def snapshot(self, kingdom: int, day: date | None) -> Located:
        """The snapshot of a date, the newest for None.

        Raises:
            NotFoundError: there is no such kingdom, or no snapshot of this date.
        """
        ...
