"""The current sources of views, each found by one listing."""

from collections.abc import Callable, Sequence
from datetime import date

from chalicelib.lake import keys
from chalicelib.lake.archive_keys import ArchiveKey, parse_archive_key
from chalicelib.lake.keys import Partition, parse_date_folder, parse_kingdom_folder
from chalicelib.lake.prefixes import CATALOG, CURATED, WITHDRAWN
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.lake.stored_reports import run_id_of
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
    newest = _newest_raw(store, partition)
    if newest is None:
        return None
    prefix = f"{WITHDRAWN}{partition.path}/"
    second = f"{prefix}run_ts={keys.run_timestamp(newest.accepted)}"
    withdrawals = _archived(store, prefix, after=second)
    return max(withdrawals, key=lambda one: (one.accepted, one.key), default=newest)


def _newest_raw(store: Store, partition: Partition) -> ArchiveKey | None:
    """The newest accepted upload of a date: by `run_ts`, then by `run_id`."""
    raws = _archived(store, keys.raw_prefix(partition))
    last = max((raw.accepted for raw in raws), default=None)
    tied = [raw for raw in raws if raw.accepted == last]
    if len(tied) <= 1:
        return tied[0] if tied else None
    return max(tied, key=lambda raw: run_id_of(store, raw))


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


def curated_dates(store: Store, kingdom: int) -> Sequence[date]:
    """The dates for which a kingdom has a curated file, ascending."""
    return list(dated_objects(store, CURATED, kingdom, curated_key))


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
