"""The boards object: `leaderboards.json`, JSON that can be read in part.

It holds the first 1,000 players of every metric. It is one JSON document, laid out in lines so
that a reader parses only what it needs:

    {"snapshot": {…}, "boards": {"dkp": {"total": 1241, "first": 2, "lines": 1000}, …},
    "entries": {"dkp": [
    {"rank":1,"position":1,"id":38232075,"name":"…","alliance":"…","value":288650963},
    …
    ],"kills": [
    …
    ]}}

The first line holds the snapshot's facts and, for every metric, how many players are ranked
(`total`), the number of the line with its first entry (`first`, from 0) and how many lines
follow (`lines`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.snapshot import Board, Entry, Snapshot
from chalicelib.errors import StoreError

HELD = 1000
"""How many players of each metric the object holds."""

HEAD_BYTES = 4096
"""The first line is never longer: what to read of the object to learn the facts."""


def encode(snapshot: Snapshot, boards: Mapping[str, Board]) -> bytes:
    """The object's bytes: the same facts and boards give the same bytes.

    Args:
        snapshot: the run's facts.
        boards: every metric's board with its first (at most 1,000) entries.
    """
    index: dict[str, dict[str, int]] = {}
    line = 2
    for metric in METRIC_NAMES:
        total, entries = boards[metric]
        index[metric] = {"total": total, "first": line, "lines": len(entries)}
        line += len(entries) + 1
    head = f'{{"snapshot": {_dumps(snapshot.as_json())}, "boards": {_dumps(index)},\n'
    return (head + '"entries": {' + "".join(_sections(boards)) + "]}}\n").encode()


def _sections(boards: Mapping[str, Board]) -> Iterator[str]:
    for position, metric in enumerate(METRIC_NAMES):
        yield f'{"]," if position else ""}"{metric}": [\n'
        entries = boards[metric].entries
        if entries:
            yield ",\n".join(map(_dumps, entries)) + "\n"


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class BoardsDocument:
    """A boards object that is being read.

    Attributes:
        snapshot: its facts.
    """

    snapshot: Snapshot
    _index: Mapping[str, Mapping[str, int]]
    _lines: list[bytes]

    def total(self, metric: str) -> int:
        """How many players are ranked by the metric."""
        return self._index[metric]["total"]

    def holds(self, metric: str, limit: int, offset: int) -> bool:
        """Whether the object has all there is of a page."""
        held, total = self._index[metric]["lines"], self.total(metric)
        return offset + limit <= held or held == total or offset >= total

    def entries(self, metric: str, limit: int, offset: int) -> list[Entry]:
        """A page's entries; only their lines are parsed."""
        place = self._index[metric]
        start = place["first"] + min(offset, place["lines"])
        end = min(start + limit, place["first"] + place["lines"])
        page = b"".join(self._lines[start:end]).rstrip(b",")
        return cast(list[Entry], json.loads(b"[" + page + b"]"))


def decode(body: bytes, kingdom: int, day: date) -> BoardsDocument:
    """Read a whole boards object; the kingdom and the date are those of its key.

    Raises:
        StoreError: the bytes are not a boards object.
    """
    lines = body.split(b"\n")
    head = _head(lines[0], kingdom, day)
    return BoardsDocument(Snapshot.from_json(head["snapshot"], kingdom, day), head["boards"], lines)


def decode_snapshot(start: bytes, kingdom: int, day: date) -> Snapshot:
    """The facts alone, from the object's first `HEAD_BYTES` bytes.

    Raises:
        StoreError: the bytes are not the start of a boards object.
    """
    line, end, _ = start.partition(b"\n")
    if not end:
        raise StoreError(f"kingdom {kingdom}, {day}: the boards object's first line has no end")
    return Snapshot.from_json(_head(line, kingdom, day)["snapshot"], kingdom, day)


def _head(line: bytes, kingdom: int, day: date) -> dict[str, Any]:
    try:
        head = json.loads(line.rstrip().removesuffix(b",") + b"}")
    except ValueError:
        head = None
    if not isinstance(head, dict) or head.keys() != {"snapshot", "boards"}:
        raise StoreError(f"kingdom {kingdom}, {day}: the boards object cannot be read")
    return head
