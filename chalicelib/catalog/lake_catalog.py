"""The catalog in the lake itself: one read per answer, and no listing."""

from datetime import date
from hashlib import sha256

from chalicelib.catalog.entries import KingdomList, Located, SnapshotList
from chalicelib.catalog.kingdoms_document import decode
from chalicelib.catalog.snapshots_document import NEWEST_BYTES, SnapshotsDocument
from chalicelib.errors import CatalogMissingError, NotFoundError, ObjectNotFoundError
from chalicelib.lake.prefixes import BOARDS
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import KINGDOMS_KEY, dates_prefix, snapshots_key


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
        found = self._document(kingdom).listing()
        if not found.entries:
            raise no_kingdom(kingdom)
        state = "".join(f"{day}{version}" for day, version in found.versions.items())
        return SnapshotList(found.entries, found.versions, sha256(state.encode()).hexdigest())

    def snapshot(self, kingdom: int, day: date | None) -> Located:
        """See `Catalog.snapshot`; for the newest, only the object's beginning is read."""
        document = self._document(kingdom, NEWEST_BYTES if day is None else None)
        if day is not None and (found := document.find(day)) is not None:
            return Located(found, is_latest=document.is_newest(day))
        newest = document.newest()
        if newest is None:
            raise no_kingdom(kingdom)
        if day is None:
            return Located(newest, is_latest=True)
        latest = newest.snapshot.snapshot_date
        raise NotFoundError(
            f"kingdom {kingdom} has no snapshot of {day}; its latest is of {latest}"
        )

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


def no_kingdom(kingdom: int) -> NotFoundError:
    """The error for a kingdom without published snapshots."""
    return NotFoundError(f"there is no kingdom {kingdom}")
