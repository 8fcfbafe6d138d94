"""Whether a lake must be rebuilt: it has snapshots that its catalog does not list.

So it is with a lake from before there was a catalog: the API answers by the catalog alone.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from chalicelib.catalog.kingdoms_document import decode
from chalicelib.catalog.snapshots_document import SnapshotsDocument
from chalicelib.errors import CatalogError, ObjectNotFoundError, StoreError
from chalicelib.lake.keys import Partition, parse_date_folder, parse_kingdom_folder
from chalicelib.lake.prefixes import CURATED
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import KINGDOMS_KEY, curated_key, kingdoms_prefix, snapshots_key
from chalicelib.threads.pool import map_in_threads
from tools.deploy.errors import one_line

_PARTS = 3
"""Of a key behind the folder of all kingdoms: `kingdom=51`, `dt=2026-01-26`, the file."""


class Unlisted(NamedTuple):
    """What is in a lake and not in its catalog.

    Attributes:
        snapshots: how many.
        kingdoms: of how many kingdoms.
    """

    snapshots: int
    kingdoms: int


def unlisted(store: Store) -> Unlisted:
    """Count the snapshots whose players are there and which the catalog does not list.

    That finds boards of an earlier format too: a catalog lists only what has boards that it can
    read. It costs one listing of `curated/`, one read for each kingdom and one of `kingdoms.json`.
    An upload that is being published right now may be among them.

    Args:
        store: the lake.

    Raises:
        StoreError: the lake cannot be read.
    """
    published = _published(store)
    if not published:
        return Unlisted(0, 0)
    latest = _latest(store)

    def count(kingdom: int) -> int:
        listed, newest = _listed(store, kingdom), latest.get(kingdom, date.min)
        return sum(day not in listed or day > newest for day in published[kingdom])

    counts = [found for found in map_in_threads(count, published) if found]
    return Unlisted(sum(counts), len(counts))


def rebuild_advice(store: Store, lake_uri: str) -> str | None:
    """A line on what to do about a lake, for whoever has just deployed; None for nothing.

    Args:
        store: the lake.
        lake_uri: where it is.
    """
    try:
        found = unlisted(store)
    except StoreError as error:
        why = one_line(str(error))
        return f"Note: whether the lake must be rebuilt is not known, it cannot be read: {why}"
    if not found.snapshots:
        return None
    snapshots = f"{found.snapshots} snapshot{'s' if found.snapshots > 1 else ''}"
    kingdoms = f"{found.kingdoms} kingdom{'s' if found.kingdoms > 1 else ''}"
    return (
        f"Not in the lake's catalog, so not in the API: {snapshots} of {kingdoms}; to list them, "
        f"run: LAKE_URI={lake_uri} python -m chalicelib rebuild"
    )


def _published(store: Store) -> Mapping[int, list[date]]:
    """The dates that `curated/` has of each kingdom."""
    prefix = kingdoms_prefix(CURATED)
    found: dict[int, list[date]] = defaultdict(list)
    for info in store.list_objects(prefix):
        parts = info.key.removeprefix(prefix).split("/")
        if len(parts) != _PARTS:
            continue
        kingdom, day = parse_kingdom_folder(parts[0]), parse_date_folder(parts[1])
        if kingdom is None or day is None:
            continue
        if info.key == curated_key(Partition(kingdom, day)):
            found[kingdom].append(day)
    return found


def _latest(store: Store) -> Mapping[int, date]:
    """Each kingdom's newest date as `kingdoms.json` has it."""
    try:
        with store.open(KINGDOMS_KEY) as reader:
            return decode(reader.read()).latest
    except (ObjectNotFoundError, CatalogError):
        return {}


def _listed(store: Store, kingdom: int) -> set[date]:
    """The dates that a kingdom's catalog lists."""
    try:
        with store.open(snapshots_key(kingdom)) as reader:
            entries = SnapshotsDocument(reader.read(), kingdom).entries()
    except (ObjectNotFoundError, CatalogError):
        return set()
    return {entry.snapshot.snapshot_date for entry in entries}
