"""The parts that a kingdom's item may name, made by the product's pure functions.

That those are right is shown by what the API answers of them; here their items are kept for as long
as the process lives, since histories of the same small scans need them again and again.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from chalicelib.boards.snapshot import Snapshot
from chalicelib.items import roster_items as product_roster
from chalicelib.items import snapshot_items as product_snapshot
from chalicelib.lake.dynamodb.table import Item, ItemKey
from chalicelib.views.items import part_items
from tests.ingest.support import patched
from tests.torture.catalogs import facts_of
from tests.torture.uploads import Upload
from tests.torture.views import views_of

Parts = Mapping[ItemKey, bytes]
"""What each item of a part holds."""

_snapshots: Final[dict[str, tuple[Item, ...]]] = {}
_rosters: Final[dict[tuple[int, str], tuple[Item, ...]]] = {}


def snapshot_parts(upload: Upload) -> Parts:
    """The items of an upload's snapshot."""
    assert upload.partition is not None
    kingdom, day = upload.partition
    facts = Snapshot.from_json(facts_of(upload), kingdom, date.fromisoformat(day), "the boards")
    if _name(facts) not in _snapshots:
        players = pq.read_table(io.BytesIO(views_of(upload).curated))
        _snapshots[_name(facts)] = (*product_snapshot.snapshot_items(facts, players),)
    return {item.key: item.body for item in _snapshots[_name(facts)]}


def roster_parts(kingdom: int, roster: str, body: bytes) -> Parts:
    """The items of a roster, of which `body` is one state of the object."""
    return {item.key: item.body for item in _roster_items(kingdom, roster, body)}


@contextmanager
def parts_remembered() -> Iterator[None]:
    """Let the product take a part's items from memory where they were made before."""
    with patched(
        (part_items, "snapshot_items", _snapshot_items), (part_items, "roster_items", _roster_items)
    ):
        yield


def _snapshot_items(snapshot: Snapshot, players: pa.Table) -> Iterable[Item]:
    if _name(snapshot) not in _snapshots:
        _snapshots[_name(snapshot)] = (*product_snapshot.snapshot_items(snapshot, players),)
    return _snapshots[_name(snapshot)]


def _roster_items(kingdom: int, roster: str, body: bytes) -> Iterable[Item]:
    if (kingdom, roster) not in _rosters:
        _rosters[kingdom, roster] = (*product_roster.roster_items(kingdom, roster, body),)
    return _rosters[kingdom, roster]


def _name(snapshot: Snapshot) -> str:
    return f"{snapshot.kingdom} {snapshot.snapshot_date} {snapshot.version}"


def small(modules: Iterable[Any]) -> list[tuple[Any, str, int]]:
    """Let parts be of few small items: what is to be patched in modules that know their sizes."""
    sizes = {"PAGE": 2, "BUCKETS": 2}
    return [
        (module, name, size)
        for module in modules
        for name, size in sizes.items()
        if hasattr(module, name)
    ]
