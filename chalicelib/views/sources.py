"""The current sources of views, each found by one listing."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from chalicelib.lake import keys
from chalicelib.lake.archive_keys import ArchiveKey, parse_archive_key
from chalicelib.lake.keys import Partition, date_folder, parse_date_folder, parse_kingdom_folder
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
    store: Store,
    folder: str,
    kingdom: int,
    key: Callable[[Partition], str],
    since: date | None = None,
) -> dict[date, ObjectInfo]:
    """A kingdom's objects by date, oldest first.

    Only a view's own target of a date counts; other objects in the folder are ignored.

    Args:
        store: the lake.
        folder: the view's top folder, with its slash.
        kingdom: its number.
        key: the view's key of a partition.
        since: only from this date on.
    """
    prefix = dates_prefix(folder, kingdom)
    # What follows the date in every key of the view.
    end = key(Partition(kingdom, date.min)).removeprefix(f"{prefix}{date_folder(date.min)}")
    found: dict[date, ObjectInfo] = {}
    after = f"{prefix}{date_folder(since)}/" if since else ""
    for info in store.list_objects(prefix, after=after):
        if info.key.endswith(end):
            day = parse_date_folder(info.key[len(prefix) : -len(end)])
            if day is not None:
                found[day] = info
    return dict(sorted(found.items()))


def curated_files(store: Store, kingdom: int, since: date | None = None) -> dict[date, ObjectInfo]:
    """A kingdom's curated files by date, oldest first; all, or from a date on."""
    return dated_objects(store, CURATED, kingdom, curated_key, since)


WITHDRAWN_BYTES: Final = 2048
"""A curated file of a withdrawn date is smaller: it has 900 bytes, one of a single player 4,500.

So a listing tells which dates may be withdrawn, and their files need not be read to look past them.
"""


RECENT: Final = timedelta(days=70)
"""How far before a date its predecessors are looked for first: ten weeks. In a directory a listing
of 54 dates takes 1.5 ms; so an upload takes no longer the more snapshots there are."""


def curated_before(store: Store, partition: Partition, snapshots: int) -> list[ObjectInfo]:
    """A date's own curated file, then those before it, newest first; nothing without its own.

    One listing; two where there were not so many snapshots of late.

    Args:
        store: the lake.
        partition: the kingdom and date.
        snapshots: how far to go: up to so many that have players for certain.
    """
    kingdom, day = partition
    found: list[ObjectInfo] = []
    for since in (day - min(RECENT, day - date.min), None):
        files = curated_files(store, kingdom, since)
        if day not in files:
            return []
        older = (info for one, info in reversed(files.items()) if one < day)
        found = up_to_snapshots(older, snapshots)
        if sum(map(_has_players, found)) == snapshots:
            break
    return [files[day], *found]


def up_to_snapshots(files: Iterable[ObjectInfo], snapshots: int) -> list[ObjectInfo]:
    """The first of some curated files, up to so many that have players for certain."""
    found: list[ObjectInfo] = []
    for info in files:
        found.append(info)
        snapshots -= _has_players(info)
        if not snapshots:
            break
    return found


def _has_players(info: ObjectInfo) -> bool:
    """Whether a curated file has players for certain."""
    return info.size >= WITHDRAWN_BYTES


class CuratedDates:
    """The dates of a kingdom that have a curated file; see `chalicelib.views.view.Dates`.

    Attributes:
        listed: what was listed, from which date on.
    """

    def __init__(self, store: Store, kingdom: int, *, resumed: bool = False) -> None:
        """List nothing yet.

        Args:
            store: the lake.
            kingdom: its number.
            resumed: whether an earlier attempt may have died on the way: then all later dates come
                after a date, since other dates may have come in between.
        """
        self._store = store
        self._kingdom = kingdom
        self._resumed = resumed
        self.listed: dict[date, dict[date, ObjectInfo]] = {}

    def __call__(self) -> Sequence[date]:
        """See `Dates`."""
        return [*self._since(date.min)]

    def after(self, day: date, snapshots: int) -> Sequence[date]:
        """See `Dates.after`."""
        files = self._since(day)
        later = [one for one in files if one > day]
        if self._resumed:
            return later
        passed = up_to_snapshots((files[one] for one in later), snapshots)
        return later[: len(passed)]

    def _since(self, day: date) -> dict[date, ObjectInfo]:
        if day not in self.listed:
            self.listed[day] = curated_files(self._store, self._kingdom, day)
        return self.listed[day]


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
