"""What a catalog answers of a kingdom's document, wherever the document lies."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256

from chalicelib.catalog.entries import Located, SnapshotList
from chalicelib.catalog.snapshots_document import SnapshotsDocument
from chalicelib.errors import NotFoundError


def list_snapshots(document: SnapshotsDocument, kingdom: int) -> SnapshotList:
    """See `Catalog.snapshots`."""
    return _listed(document.body, kingdom)


@lru_cache(maxsize=8)
def _listed(body: bytes, kingdom: int) -> SnapshotList:
    """The same, remembered: most answers of a process are of a catalog that it has seen."""
    found = SnapshotsDocument(body, kingdom).listing()
    if not found.entries:
        raise no_kingdom(kingdom)
    return SnapshotList(found.entries, found.versions, _version(found.versions))


def locate_snapshot(document: SnapshotsDocument, kingdom: int, day: date | None) -> Located:
    """See `Catalog.snapshot`; for the newest, the document's beginning is enough."""
    if day is not None and (found := document.find(day)) is not None:
        return Located(found, is_latest=document.is_newest(day))
    newest = document.newest()
    if newest is None:
        raise no_kingdom(kingdom)
    if day is None:
        return Located(newest, is_latest=True)
    latest = newest.snapshot.snapshot_date
    raise NotFoundError(f"kingdom {kingdom} has no snapshot of {day}; its latest is of {latest}")


def no_kingdom(kingdom: int) -> NotFoundError:
    """The error for a kingdom without published snapshots."""
    return NotFoundError(f"there is no kingdom {kingdom}")


def _version(versions: Mapping[date, str]) -> str:
    state = "".join(f"{day}{version}" for day, version in versions.items())
    return sha256(state.encode()).hexdigest()
