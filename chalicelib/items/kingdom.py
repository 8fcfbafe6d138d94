"""A kingdom's item: which snapshots and which roster it has (docs/adr/0030).

Its body is zlib of a line of JSON, and after it what `snapshots.json` says:

    {"roster":"…","superseded":{"2026-01-19#…":"2026-01-26T15:30:12Z"},"dropping":{}}
    {"kingdom": 51, "count": 2, "snapshots": [
    …

Unlike those of `snapshots.json` its sources are the ETags of the files in `curated/`. All that
readers see of a kingdom is what this one item names: it is replaced as a whole, and last.
"""

import json
import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from chalicelib.catalog.snapshots_document import SnapshotsDocument
from chalicelib.catalog.sources_tail import content_of
from chalicelib.errors import CatalogError, StoreError
from chalicelib.items.keys import kingdom_key, roster_part, snapshot_part
from chalicelib.items.remedy import REBUILD
from chalicelib.lake.dynamodb.table import MAX_ITEM_BYTES, REVISION, Item

LATEST: Final = "latest"
"""The fact with the newest date; empty of a kingdom without snapshots."""

_LEVEL: Final = 6
_MOST_BYTES: Final = MAX_ITEM_BYTES - 1024
"""The rest is for its key and its facts."""
_ROSTER: Final = "roster"
_SUPERSEDED: Final = "superseded"
_DROPPING: Final = "dropping"
_NOBODYS: Final = 0
"""No kingdom's number; that of the body's is in its snapshots."""
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class KingdomItem(NamedTuple):
    """What a kingdom's item says.

    Attributes:
        kingdom: its number.
        roster: the roster's id; None if there is none.
        snapshots: as `chalicelib.catalog.snapshots_document.encode` gives them.
        superseded: since when parts are no longer named, ISO times by the parts' names.
        dropping: since when parts are being deleted, likewise.
    """

    kingdom: int
    roster: str | None
    snapshots: bytes
    superseded: Mapping[str, str] = _NONE
    dropping: Mapping[str, str] = _NONE

    @property
    def document(self) -> SnapshotsDocument:
        """The snapshots, to be read."""
        return SnapshotsDocument(self.snapshots, self.kingdom)


def kingdom_item(said: KingdomItem, revision: str) -> Item:
    """The item.

    Args:
        said: what it says.
        revision: a new one.

    Raises:
        CatalogError: its snapshots are damaged.
        StoreError: there are too many of them for an item.
    """
    facts = facts_of(said, revision)
    body = encode_kingdom(said)
    if len(body) > _MOST_BYTES:
        raise StoreError(
            f"kingdom {said.kingdom} has more snapshots than an item of the table can hold, about "
            "4,000: withdraw old ones, or answer without the table (QUERY_ENGINE=boards)"
        )
    return Item(kingdom_key(said.kingdom), body, facts)


def facts_of(said: KingdomItem, revision: str) -> dict[str, str]:
    """The facts of the item of this revision: the list of kingdoms is read from them alone.

    Raises:
        CatalogError: its snapshots are damaged.
    """
    newest = said.document.newest()
    latest = "" if newest is None else newest.snapshot.snapshot_date.isoformat()
    return {REVISION: revision, LATEST: latest}


def encode_kingdom(said: KingdomItem) -> bytes:
    """The item's body."""
    head = {
        _ROSTER: said.roster,
        _SUPERSEDED: dict(sorted(said.superseded.items())),
        _DROPPING: dict(sorted(said.dropping.items())),
    }
    line = json.dumps(head, separators=(",", ":")).encode()
    return zlib.compress(b"\n".join([line, said.snapshots]), _LEVEL)


def decode_kingdom(body: bytes, kingdom: int) -> KingdomItem:
    """Read a body; its snapshots are looked at when they are asked for.

    Raises:
        CatalogError: it is damaged.
    """
    line, found, snapshots = _unpacked(body, kingdom).partition(b"\n")
    try:
        head: Any = json.loads(line)
        roster, superseded, dropping = (head[name] for name in (_ROSTER, _SUPERSEDED, _DROPPING))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _damaged(kingdom) from None
    marked = (superseded, dropping)
    if not (found and isinstance(roster, str | None) and all(map(_is_marked, marked))):
        raise _damaged(kingdom)
    return KingdomItem(kingdom, roster, snapshots, superseded, dropping)


def content_of_kingdom(body: bytes) -> bytes:
    """What of a body must follow from S3: the roster's id and the snapshots, without their sources.

    All of its bytes if it is damaged.
    """
    try:
        said = decode_kingdom(body, _NOBODYS)
    except CatalogError:
        return body
    return b"\n".join([json.dumps(said.roster).encode(), content_of(said.snapshots)])


def named_parts(said: KingdomItem) -> frozenset[str]:
    """The names of the parts that readers may ask for.

    Raises:
        CatalogError: its snapshots are damaged.
    """
    versions = said.document.listing().versions
    parts = {snapshot_part(day, version) for day, version in versions.items()}
    return frozenset(parts if said.roster is None else {*parts, roster_part(said.roster)})


def _unpacked(body: bytes, kingdom: int) -> bytes:
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(body)
    except zlib.error:
        raise _damaged(kingdom) from None
    if not reader.eof or reader.unused_data:
        raise _damaged(kingdom)
    return text


def _is_marked(given: object) -> bool:
    return isinstance(given, dict) and all(isinstance(one, str) for one in given.values())


def _damaged(kingdom: int) -> CatalogError:
    return CatalogError(f"the table's item of kingdom {kingdom} is damaged: rebuild it ({REBUILD})")
