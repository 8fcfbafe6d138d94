"""The current sources of views, each found by one listing."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Final

from chalicelib.lake import keys
from chalicelib.lake.archive_keys import ArchiveKey, parse_archive_key
from chalicelib.lake.keys import Partition, parse_date_folder, parse_kingdom_folder
from chalicelib.lake.prefixes import CATALOG, CURATED, WITHDRAWN
from chalicelib.lake.reports.proof import run_id_of
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.lake.view_keys import (
    SNAPSHOTS_NAME,
    curated_key,
    dates_prefix,
    kingdoms_prefix,
)


def newest_event(store: Store, partition: Partition) -> ArchiveKey | None:
    """What a date's own views are made of: its newest accepted upload, or a withdrawal of it.

    A withdrawal counts for all uploads that were accepted before it or in the same second. One
    that has no upload to withdraw is no event. One listing, two if there is an upload.
    """
    newest = _newest(store, _archived(store, keys.raw_prefix(partition)))
    if newest is None:
        return None
    prefix = f"{WITHDRAWN}{partition.path}/"
    second = f"{prefix}run_ts={keys.run_timestamp(newest.accepted)}"
    return _newest(store, _archived(store, prefix, after=second)) or newest


def _newest(store: Store, events: Sequence[ArchiveKey]) -> ArchiveKey | None:
    """The newest of some uploads, or of some withdrawals: by `run_ts`, then by `run_id`.

    Not by their keys: which of several of one name and second has a hash in its key depends on the
    order in which they were processed.
    """
    last = max((event.accepted for event in events), default=None)
    tied = [event for event in events if event.accepted == last]
    if len(tied) <= 1:
        return tied[0] if tied else None
    return max(tied, key=lambda event: run_id_of(store, event))


def _archived(store: Store, prefix: str, after: str = "") -> list[ArchiveKey]:
    listed = store.list_objects(prefix, after=after)
    return [found for info in listed if (found := parse_archive_key(info.key)) is not None]


def dated_objects(
    store: Store, folder: str, kingdom: int, key: Callable[[Partition], str]
) -> dict[date, ObjectInfo]:
    """A kingdom's objects by date, oldest first.

    Only a view's own target of a date counts; other objects in the folder are ignored.

    Args:
        store: the lake.
        folder: the view's top folder, with its slash.
        kingdom: its number.
        key: the view's key of a partition.
    """
    prefix = dates_prefix(folder, kingdom)
    found: dict[date, ObjectInfo] = {}
    for info in store.list_objects(prefix):
        day = parse_date_folder(info.key.removeprefix(prefix).partition("/")[0])
        if day is not None and info.key == key(Partition(kingdom, day)):
            found[day] = info
    return dict(sorted(found.items()))


def curated_files(store: Store, kingdom: int) -> dict[date, ObjectInfo]:
    """A kingdom's curated files by date, oldest first."""
    return dated_objects(store, CURATED, kingdom, curated_key)


WITHDRAWN_BYTES: Final = 2048
"""A curated file of a withdrawn date is smaller: it has 900 bytes, one of a single player 4,500.

So a listing tells which dates may be withdrawn, and their files need not be read to look past them.
"""


def up_to_snapshots(files: Iterable[ObjectInfo], snapshots: int) -> list[ObjectInfo]:
    """The first of some curated files, up to so many that have players for certain."""
    found: list[ObjectInfo] = []
    for info in files:
        found.append(info)
        snapshots -= info.size >= WITHDRAWN_BYTES
        if not snapshots:
            break
    return found


class CuratedDates:
    """The dates of a kingdom that have a curated file; see `chalicelib.views.view.Dates`."""

    def __init__(self, store: Store, kingdom: int) -> None:
        """List nothing yet."""
        self._store = store
        self._kingdom = kingdom

    @cached_property
    def _files(self) -> dict[date, ObjectInfo]:
        return curated_files(self._store, self._kingdom)

    def __call__(self) -> Sequence[date]:
        """See `Dates`."""
        return [*self._files]

    def after(self, day: date, snapshots: int) -> Sequence[date]:
        """See `Dates.after`."""
        later = [one for one in self._files if one > day]
        passed = up_to_snapshots((self._files[one] for one in later), snapshots)
        return later[: len(passed)]


def kingdom_catalogs(store: Store) -> dict[int, ObjectInfo]:
    """Every kingdom's `snapshots.json`, by its number, ascending."""
    prefix = kingdoms_prefix(CATALOG)
    found = {}
    for info in store.list_objects(f"{prefix}kingdom="):
        folder, _, name = info.key.removeprefix(prefix).partition("/")
        kingdom = parse_kingdom_folder(folder)
        if kingdom is not None and name == SNAPSHOTS_NAME:
            found[kingdom] = info
    return dict(sorted(found.items()))
