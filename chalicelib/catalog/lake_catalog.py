"""The catalog in the lake itself: one read per answer, and no listing."""

from datetime import date
from typing import TYPE_CHECKING

from chalicelib.catalog.entries import KingdomList, Located, SnapshotList
from chalicelib.catalog.kingdoms_document import decode
from chalicelib.catalog.listed import list_snapshots, locate_snapshot, no_kingdom
from chalicelib.catalog.snapshots_document import NEWEST_BYTES, SnapshotsDocument
from chalicelib.errors import CatalogMissingError, ObjectNotFoundError, RosterMissingError
from chalicelib.lake.prefixes import BOARDS
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import KINGDOMS_KEY, dates_prefix, snapshots_key

if TYPE_CHECKING:
    from chalicelib.roster.answers import Member
    from chalicelib.roster.roster import Roster


class LakeCatalog:
    """Answers from `catalog/` (a `chalicelib.catalog.entries.Catalog`)."""

    def __init__(self, store: Store) -> None:
        """Answer from the lake in `store`; nothing is read yet."""
        self._store = store

    def kingdoms(self) -> KingdomList:
        """See `Catalog.kingdoms`."""
        try:
            return decode(self._read(KINGDOMS_KEY))
        except ObjectNotFoundError:
            self._check_missing(BOARDS, "there are")
            return KingdomList({}, "")

    def snapshots(self, kingdom: int) -> SnapshotList:
        """See `Catalog.snapshots`."""
        return list_snapshots(self._document(kingdom), kingdom)

    def snapshot(self, kingdom: int, day: date | None) -> Located:
        """See `Catalog.snapshot`; for the newest, only the object's beginning is read."""
        document = self._document(kingdom, NEWEST_BYTES if day is None else None)
        return locate_snapshot(document, kingdom, day)

    def roster(self, kingdom: int) -> "Roster":
        """See `Catalog.roster`; one read.

        Only if it is not there, or nobody is in it, the catalog is read, and the roster again.
        """
        # Imported here, since most answers need no roster.
        from chalicelib.roster.roster import read_roster

        roster = read_roster(self._store, kingdom)
        if roster is None or roster.is_empty:
            self.snapshots(kingdom)  # raises where there is no snapshot
            # The first one may have been published between the two reads.
            roster = read_roster(self._store, kingdom)
        if roster is None:
            raise RosterMissingError(
                f"kingdom {kingdom} has no list of its players yet: it is being published, or the "
                "lake must be rebuilt (python -m chalicelib rebuild)"
            )
        return roster

    def member(self, kingdom: int, player: int) -> "Member | None":
        """See `Catalog.member`; reads the roster."""
        return self.roster(kingdom).member(player)

    def _document(self, kingdom: int, length: int | None = None) -> SnapshotsDocument:
        try:
            return SnapshotsDocument(self._read(snapshots_key(kingdom), length), kingdom)
        except ObjectNotFoundError:
            self._check_missing(dates_prefix(BOARDS, kingdom), f"kingdom {kingdom} has")
            raise no_kingdom(kingdom) from None

    def _read(self, key: str, length: int | None = None) -> bytes:
        with self._store.open(key, length=length) as reader:
            return reader.read()

    def _check_missing(self, boards: str, what: str) -> None:
        """Raise if there are boards without a catalog; only this case needs a listing."""
        if next(iter(self._store.list_objects(boards)), None) is not None:
            raise CatalogMissingError(
                f"{what} boards that no catalog lists: they are being published, or the lake must "
                "be rebuilt (python -m chalicelib rebuild)"
            )
