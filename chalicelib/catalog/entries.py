"""The catalog's protocol and entries: snapshots, kingdoms, the lake (contract, section 3)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chalicelib.boards.snapshot import Snapshot

if TYPE_CHECKING:
    from chalicelib.roster.answers import Member
    from chalicelib.roster.roster import Roster


class CatalogEntry(NamedTuple):
    """A published snapshot.

    Attributes:
        snapshot: the facts of its run.
        version: of its rows (`Snapshot.version`), as it was when the entry was written.
        known: for how many players each metric is known.
    """

    snapshot: Snapshot
    version: str
    known: Mapping[str, int]


class Located(NamedTuple):
    """A requested snapshot.

    Attributes:
        entry: the snapshot.
        is_latest: whether it is the kingdom's newest one.
    """

    entry: CatalogEntry
    is_latest: bool


class SnapshotList(NamedTuple):
    """A kingdom's snapshots.

    Attributes:
        entries: newest first; at least one.
        versions: each one's version by its date, in the same order.
        version: changes whenever an entry changes.
    """

    entries: Sequence[CatalogEntry]
    versions: Mapping[date, str]
    version: str


class KingdomList(NamedTuple):
    """The kingdoms of a lake.

    Attributes:
        latest: each kingdom's newest date, by its number, ascending.
        version: changes whenever one of them changes.
    """

    latest: Mapping[int, date]
    version: str


class Catalog(Protocol):
    """Lists the snapshots, and who was in them.

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

    def roster(self, kingdom: int) -> "Roster":
        """A kingdom's roster; there is somebody in it.

        Raises:
            NotFoundError: there is no such kingdom.
            RosterMissingError: there are snapshots but no roster.
            StoreError: it is damaged.
        """
        ...

    def member(self, kingdom: int, player: int) -> "Member | None":
        """What the roster says of one player; None who was never seen. Raises as `roster`."""
        ...
