"""Lakes for tests of the API: snapshots with their catalog, also as a writer that died leaves them.

What is changed without a word to the catalog is put with `put`, as damage is.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.snapshot import Snapshot
from chalicelib.catalog import kingdoms_document, snapshots_document
from chalicelib.catalog.kingdoms_document import KingdomLine
from chalicelib.catalog.snapshots_document import Line, encode_line
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import KINGDOMS_KEY, boards_key, curated_key, snapshots_key
from chalicelib.views.kingdoms import KingdomsView
from chalicelib.views.reconcile import reconcile
from chalicelib.views.snapshots import SnapshotsView
from chalicelib.views.sources import CuratedDates
from chalicelib.views.view import View
from tests.engines.support import (
    DAY,
    NoMaker,
    Player,
    boards_bytes,
    curated_bytes,
    facts,
    player,
    put,
)

Stage = Literal["curated", "boards", "snapshots", "kingdoms"]

STAGES: Final[tuple[Stage, ...]] = ("curated", "boards", "snapshots", "kingdoms")
"""In the order in which an upload publishes them."""

NEWER: Final = date(2026, 2, 2)
OTHER_FORMULA: Final = {"basis": "formula", "weights": {"t4_kills": 4, "t5_kills": 10}}


def publish(
    store: Store,
    players: Sequence[Player],
    *,
    day: date = DAY,
    kingdom: int = 51,
    run: int = 1,
    until: Stage = "kingdoms",
    **more: Any,
) -> Snapshot:
    """Publish a snapshot in place of the one that is there, as far as `until`.

    Args:
        store: the lake.
        players: the snapshot's.
        day: its date.
        kingdom: its kingdom.
        run: the number of its run.
        until: the last that is written.
        more: other facts.
    """
    snapshot = facts(len(players), day, kingdom, run)._replace(**more)
    partition = Partition(kingdom, day)
    stages = STAGES[: STAGES.index(until) + 1]
    put(store, curated_key(partition), curated_bytes(snapshot, players))
    if "boards" in stages:
        put(store, boards_key(partition), boards_bytes(snapshot, players))
    dates = CuratedDates(store, kingdom)
    views: tuple[tuple[str, View], ...] = (
        ("snapshots", SnapshotsView()),
        ("kingdoms", KingdomsView()),
    )
    for stage, view in views:
        for target in view.targets(partition, dates) if stage in stages else ():
            reconcile(store, view, target, NoMaker())
    return snapshot


def write_catalog(store: Store, snapshots: int, kingdoms: int) -> tuple[Snapshot, Snapshot]:
    """A lake of so many snapshots of kingdom 51 and so many kingdoms, by its catalog.

    Returns:
        The newest and the oldest snapshot, which are all that has files.
    """
    found = {
        DAY - timedelta(days=age): facts(1241, DAY - timedelta(days=age))
        for age in range(snapshots)
    }
    known = dict.fromkeys(METRIC_NAMES, 1241)
    lines = {day: Line(encode_line(one, known), f'"{day}"') for day, one in found.items()}
    put(store, snapshots_key(51), snapshots_document.encode(51, lines))
    latest = {51 + number: KingdomLine(DAY, '"etag"') for number in range(kingdoms)}
    put(store, KINGDOMS_KEY, kingdoms_document.encode(latest))
    players = [player(number) for number in range(1, 1242)]
    newest, oldest = found[DAY], found[min(found)]
    for one in (newest, oldest):
        partition = Partition(51, one.snapshot_date)
        put(store, curated_key(partition), curated_bytes(one, players))
        put(store, boards_key(partition), boards_bytes(one, players))
    return newest, oldest


def bytes_of(store: Store, key: str) -> bytes:
    """An object as it lies there, to be damaged."""
    with store.open(key) as reader:
        return reader.read()
