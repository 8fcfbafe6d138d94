"""The lake's catalog: `kingdoms.json`, the kingdoms, each with its newest date.

    {"sha256": "…", "kingdoms": [
    {"kingdom":51,"latest":"2026-01-26"},
    …
    ], "sources": {"51":"…",…}, "check": "…"}

`sha256` is the hash of the kingdoms' lines. `sources` has the ETag of the `snapshots.json` that
each line was made of.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from chalicelib.catalog.entries import KingdomList
from chalicelib.catalog.sources_tail import content_of, sources_of, with_sources
from chalicelib.errors import CatalogError


class KingdomLine(NamedTuple):
    """A kingdom in the lake's catalog.

    Attributes:
        latest: its newest date; None for a kingdom without snapshots, which is not listed.
        source: the ETag of the `snapshots.json` that it was read from.
    """

    latest: date | None
    source: str


def encode(kingdoms: Mapping[int, KingdomLine]) -> bytes:
    """The object's bytes, of kingdoms in any order."""
    ordered = {kingdom: kingdoms[kingdom] for kingdom in sorted(kingdoms)}
    lines = _text(
        {kingdom: line.latest for kingdom, line in ordered.items() if line.latest is not None}
    )
    head = f'{{"sha256": "{hashlib.sha256(lines).hexdigest()}", "kingdoms": [\n'.encode()
    sources = {str(kingdom): line.source for kingdom, line in ordered.items()}
    return with_sources(b"".join([head, lines, b"\n" if lines else b""]), sources)


def decode(body: bytes) -> KingdomList:
    """Read the object.

    Raises:
        CatalogError: it is damaged.
    """
    head, _, lines = content_of(body).partition(b"\n")
    lines = lines.removesuffix(b"\n")
    try:
        sha256 = json.loads(head + b"]}")["sha256"]
        rows: Any = json.loads(b"[" + lines + b"]")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _damaged() from None
    if sha256 != hashlib.sha256(lines).hexdigest():
        raise _damaged()
    latest = {row["kingdom"]: date.fromisoformat(row["latest"]) for row in rows}
    return KingdomList(latest, sha256)


def list_kingdoms(latest: Mapping[int, date]) -> KingdomList:
    """What the object would say of kingdoms in any order, with its version."""
    ordered = {kingdom: latest[kingdom] for kingdom in sorted(latest)}
    return KingdomList(ordered, hashlib.sha256(_text(ordered)).hexdigest())


def decode_lines(body: bytes) -> Mapping[int, KingdomLine]:
    """Every kingdom with its source; empty for a damaged object."""
    try:
        latest = decode(body).latest
        sources = sources_of(body)
        return {int(key): KingdomLine(latest.get(int(key)), sources[key]) for key in sources}
    except CatalogError:
        return {}


def _text(latest: Mapping[int, date]) -> bytes:
    """The lines of kingdoms in order."""
    return ",\n".join(
        f'{{"kingdom":{kingdom},"latest":"{day.isoformat()}"}}' for kingdom, day in latest.items()
    ).encode()


def _damaged() -> CatalogError:
    return CatalogError("the catalog of kingdoms is damaged: rebuild it")
