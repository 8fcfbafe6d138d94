"""The boards object: `leaderboards.json`, JSON that can be read in part.

It holds the first 1,000 players of every metric. It is one JSON document, laid out in lines so
that a reader parses only what it needs:

    {"snapshot": {…}, "boards": {"dkp":{"total":1241,"first":2,"lines":1000},…}, "sha256": "…",
    "entries": {"dkp": [
    {"rank":1,"position":1,"id":38232075,"name":"…","alliance":"…","value":288650963},
    …
    ],"kills": [
    …
    ]}}

The first line holds the snapshot's facts and, for every metric, how many players are ranked
(`total`), the number of the line with its first entry (`first`, from 0) and how many lines
follow (`lines`); and the SHA-256 of all that comes after the first line, by which damage is found.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple, cast

from chalicelib.boards.snapshot import Entry, Snapshot
from chalicelib.errors import StoreError

BOARD_SIZE = 1000
"""How many players of each metric the object holds."""

HEAD_BYTES = 4096
"""The first line is never longer: what to read of the object to learn the facts."""

_NAME = "the boards object"
END = b"]}}\n"
"""How it ends."""


def title(metric: str) -> bytes:
    """The end of the line before a metric's entries."""
    return f'"{metric}": [\n'.encode()


def digest(rest: Iterable[bytes | memoryview]) -> str:
    """The digest of all that comes after the first line, given in pieces."""
    found = hashlib.sha256()
    for piece in rest:
        found.update(piece)
    return found.hexdigest()


class _Place(NamedTuple):
    """What the index tells of a metric."""

    total: int
    first: int
    lines: int


class BoardsDocument:
    """A boards object that is being read.

    Its methods raise `StoreError` when the index has no such metric or does not fit the lines.

    Attributes:
        snapshot: its facts.
    """

    def __init__(self, snapshot: Snapshot, index: Any, body: bytes) -> None:
        """Take the facts and the index from the first line, and the whole object."""
        self.snapshot = snapshot
        self._index = index
        self._body = body

    def total(self, metric: str) -> int:
        """How many players are ranked by the metric."""
        return self._place(metric).total

    def holds(self, metric: str, limit: int, offset: int) -> bool:
        """Whether the object has all there is of a page."""
        total, _, held = self._place(metric)
        return offset + limit <= held or held == total or offset >= total

    def entries(self, metric: str, limit: int, offset: int) -> list[Entry]:
        """A page's entries; only their lines are parsed, and only lines before them are passed."""
        place = self._place(metric)
        begin = min(offset, place.lines)
        end = min(begin + limit, place.lines)
        text = self._lines(metric, place, begin, end).rstrip(b",\n")
        try:
            page = json.loads(b"[" + text + b"]")
            if [entry["position"] for entry in page] == list(range(begin + 1, end + 1)):
                return cast(list[Entry], page)
        except (ValueError, TypeError, KeyError):
            pass
        raise self._damaged(f"entries of {metric}")

    def _lines(self, metric: str, place: _Place, begin: int, end: int) -> bytes:
        """Some lines of a metric's entries, counted from 0; what is not there is left out."""
        # No string has a line end in it, so this is found nowhere else.
        line_end = title(metric)
        found = self._body.find(line_end)
        start = stop = found + len(line_end)
        if found < 0 or self._body.count(b"\n", 0, start) != place.first:
            raise self._damaged(f"index of {metric}")
        for line in range(end):
            stop = self._body.find(b"\n", stop) + 1 or len(self._body)
            start = stop if line + 1 == begin else start
        return self._body[start:stop]

    def _place(self, metric: str) -> _Place:
        try:
            given = self._index[metric]
            place = _Place(given["total"], given["first"], given["lines"])
        except (KeyError, TypeError):
            raise self._damaged(f"index of {metric}") from None
        if any(type(one) is not int for one in place) or not (
            0 <= place.lines <= place.total and place.first >= 0
        ):
            raise self._damaged(f"index of {metric}")
        return place

    def _damaged(self, part: str) -> StoreError:
        return _damaged(self.snapshot.kingdom, self.snapshot.snapshot_date, f"its {part}")


def decode(body: bytes, kingdom: int, day: date) -> BoardsDocument:
    """Read a whole boards object; the kingdom and the date are those of its key.

    Raises:
        StoreError: the bytes are not a boards object, not all of it, or not as they were written.
    """
    line = body[: body.find(b"\n")]
    rest = memoryview(body)[len(line) + 1 :]
    head = _head(line, kingdom, day)
    snapshot = Snapshot.from_json(head["snapshot"], kingdom, day, _NAME)
    if not body.endswith(END):
        raise _damaged(kingdom, day, "it is cut short")
    if head["sha256"] != digest([rest]):
        raise _damaged(kingdom, day, "its bytes are not those that its digest was made of")
    return BoardsDocument(snapshot, head["boards"], body)


def decode_snapshot(start: bytes, kingdom: int, day: date) -> Snapshot:
    """The facts alone, from the object's first `HEAD_BYTES` bytes.

    Raises:
        StoreError: the bytes are not the start of a boards object.
    """
    line, end, _ = start.partition(b"\n")
    if not end:
        raise _damaged(kingdom, day, "its first line has no end")
    return Snapshot.from_json(_head(line, kingdom, day)["snapshot"], kingdom, day, _NAME)


def _head(line: bytes, kingdom: int, day: date) -> dict[str, Any]:
    try:
        head = json.loads(line.rstrip().removesuffix(b",") + b"}")
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or head.keys() != {"snapshot", "boards", "sha256"}:
        raise _damaged(kingdom, day, "its first line")
    return head


def _damaged(kingdom: int, day: date, what: str) -> StoreError:
    return StoreError(f"kingdom {kingdom}, {day}: {_NAME} is damaged: {what}")
