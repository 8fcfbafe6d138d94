"""A kingdom's catalog: `snapshots.json`, JSON that can be read in part.

    {"kingdom": 51, "count": 2, "snapshots": [
    {"snapshot_date":"2026-01-26","players":1241,"run_id":"…",…,"check":"…"},
    {"snapshot_date":"2026-01-19",…}
    ], "sources": {"2026-01-26":"…","2026-01-19":"…"}, "check": "…"}

One line per snapshot, newest first: a request for the newest reads the object's beginning and
parses one line. A line's `check` covers the rest of the line, so that damage is detected in the
line that is used and does not affect other lines. `sources` has the ETag of the boards object that
each line was made of; a line with an unchanged source is reused. A date whose uploads are withdrawn
has no line; its source has the mark `withdrawn:` before the ETag.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final, NamedTuple, overload

from chalicelib.boards.snapshot import Snapshot
from chalicelib.catalog.entries import CatalogEntry
from chalicelib.catalog.sources_tail import check_of, content_of, sources_of, with_sources
from chalicelib.errors import CatalogError, StoreError

NEWEST_BYTES: Final = 8192
"""The maximum length of the first two lines together: what to read for `latest`."""

_CHECK: Final = b',"check":"'
_WITHDRAWN: Final = "withdrawn:"
_START: Final = re.compile(
    rb'{"snapshot_date":"([0-9-]{10})","players":([0-9]+),"run_id":"([^"]+)",'
    rb'"version":"([0-9a-f]{16})",'
)
"""The beginning of a line, as `encode_line` writes it."""


class Line(NamedTuple):
    """What the catalog knows of a date.

    Attributes:
        text: the snapshot's line; None for a date whose uploads are withdrawn.
        source: the ETag of the boards object that it was made of.
    """

    text: bytes | None
    source: str


def encode_line(snapshot: Snapshot, known: Mapping[str, int]) -> bytes:
    """A snapshot's line."""
    entry = {
        "snapshot_date": snapshot.snapshot_date.isoformat(),
        "players": snapshot.players,
        "run_id": snapshot.run_id,
        "version": snapshot.version,
        "ingested_at": snapshot.ingested_at,
        "known": dict(known),
    }
    # The date comes first, because `find` searches for it; then come the other facts.
    text = json.dumps(entry | snapshot.as_json(), ensure_ascii=False, separators=(",", ":"))
    unchecked = text.encode().removesuffix(b"}")
    return unchecked + _CHECK + check_of(unchecked) + b'"}'


def encode(kingdom: int, lines: Mapping[date, Line]) -> bytes:
    """The object's bytes, of lines in any order."""
    newest_first = [lines[day] for day in sorted(lines, reverse=True)]
    texts = [line.text for line in newest_first if line.text is not None]
    head = f'{{"kingdom": {kingdom}, "count": {len(texts)}, "snapshots": [\n'.encode()
    sources = {
        day.isoformat(): lines[day].source
        if lines[day].text is not None
        else _WITHDRAWN + lines[day].source
        for day in sorted(lines, reverse=True)
    }
    return with_sources(b"".join([head, b",\n".join(texts), b"\n" if texts else b""]), sources)


class Published(NamedTuple):
    """What the beginning of a snapshot's line says of its upload.

    Attributes:
        run_id: of its run.
        players: how many it has.
    """

    run_id: str
    players: int


class Listing(NamedTuple):
    """All snapshots of a kingdom, newest first.

    Attributes:
        entries: each is parsed when it is asked for.
        versions: each one's version by its date.
    """

    entries: Sequence[CatalogEntry]
    versions: Mapping[date, str]


class SnapshotsDocument:
    """A kingdom's catalog that is being read.

    Attributes:
        body: its bytes.
    """

    def __init__(self, body: bytes, kingdom: int) -> None:
        """Take the object's bytes, or its first `NEWEST_BYTES` to ask for the newest only."""
        self.body = body
        self._kingdom = kingdom

    def newest(self) -> CatalogEntry | None:
        """The newest snapshot; None when there is none.

        Raises:
            CatalogError: the object is damaged.
        """
        lines = self.body.split(b"\n", 2)
        if self._count(lines[0]) == 0:
            return None
        if len(lines) < 3:
            raise self._damaged()
        return self._entry(lines[1].removesuffix(b","))

    def find(self, day: date) -> CatalogEntry | None:
        """The snapshot of a date; None when there is none.

        Raises:
            CatalogError: the object is damaged.
        """
        start = self.body.find(_start_of(day)) + 1
        if start == 0:
            self.entries()  # raises if the object is damaged, which could hide the date
            return None
        return self._entry(self.body[start : self.body.find(b"\n", start)].removesuffix(b","))

    def is_newest(self, day: date) -> bool:
        """Whether the newest snapshot is of this date; its line need not be whole.

        Raises:
            CatalogError: the first line is damaged: the next one may not be the newest.
        """
        end = self.body.find(b"\n")
        self._count(self.body[:end])
        return self.body.startswith(_start_of(day), end)

    def entries(self) -> Sequence[CatalogEntry]:
        """All snapshots, newest first.

        Raises:
            CatalogError: the object is damaged.
        """
        return [*self.listing().entries]

    def listing(self) -> Listing:
        """As `entries`, whose lines are parsed when they are asked for.

        Every line's check is validated at once, so that damage is told whatever is asked for; most
        answers need two or three entries. Of 53 snapshots it takes 0.07 ms, and all entries 0.37
        (a fifth of `changes`, a tenth of a board with `since`).

        Raises:
            CatalogError: the object is damaged; likewise for an entry that is asked for.
        """
        texts = self._texts()
        versions = {day: version.decode() for day, _, _, version in self._starts(texts)}
        return Listing(_Entries(texts, self._parse), versions)

    def published(self) -> Mapping[date, Published]:
        """The uploads of all snapshots, newest first; no line is parsed.

        Raises:
            CatalogError: the object is damaged.
        """
        starts = self._starts(self._texts())
        return {day: Published(run.decode(), int(players)) for day, players, run, _ in starts}

    def lines(self) -> Mapping[date, Line]:
        """The undamaged lines that have a source, and the withdrawn dates, by date.

        Their checks say that they are as they were written; what they say is not parsed. So a line
        that says less than this software wants stays until its source changes, or a rebuilding.
        """
        sources = sources_of(self.body)
        found = {
            date.fromisoformat(day): Line(None, source.removeprefix(_WITHDRAWN))
            for day, source in sources.items()
            if source.startswith(_WITHDRAWN)
        }
        for text in content_of(self.body).split(b"\n")[1:]:
            line = text.removesuffix(b",")
            try:
                day, *_ = self._start(self._checked(line))
                found[day] = Line(line, sources[day.isoformat()])
            except (CatalogError, KeyError):
                continue
        return found

    def _count(self, head: bytes) -> int:
        try:
            given: Any = json.loads(head + b"]}")
            if given["kingdom"] == self._kingdom and type(given["count"]) is int:
                return int(given["count"])
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        raise self._damaged()

    def _entry(self, line: bytes) -> CatalogEntry:
        return self._parse(self._checked(line))

    def _checked(self, line: bytes) -> bytes:
        """A line without its check, which it fits."""
        text, found, end = line.rpartition(_CHECK)
        if not found or end != check_of(text) + b'"}':
            raise self._damaged()
        return text

    def _texts(self) -> list[bytes]:
        """All lines, checked: as many as there should be."""
        head, *lines = content_of(self.body).removesuffix(b"\n").split(b"\n")
        texts = [self._checked(line.removesuffix(b",")) for line in lines]
        if self._count(head) != len(texts):
            raise self._damaged()
        return texts

    def _starts(self, texts: Sequence[bytes]) -> list[tuple[date, bytes, bytes, bytes]]:
        """What lines begin with: date, players, run id, version; each date once, newest first."""
        starts = [self._start(text) for text in texts]
        if any(newer[0] <= older[0] for newer, older in pairwise(starts)):
            raise self._damaged()
        return starts

    def _start(self, text: bytes) -> tuple[date, bytes, bytes, bytes]:
        found = _START.match(text)
        if found is None:
            raise self._damaged()
        day, players, run_id, version = found.groups()
        return date.fromisoformat(day.decode()), players, run_id, version

    def _parse(self, text: bytes) -> CatalogEntry:
        entry = json.loads(text + b"}")
        if entry["kingdom"] != self._kingdom:
            raise self._damaged()
        day = date.fromisoformat(entry["snapshot_date"])
        try:
            facts = Snapshot.from_json(entry, self._kingdom, day, "the catalog")
        except StoreError:
            raise self._damaged() from None
        return CatalogEntry(facts, entry["version"], entry["known"])

    def _damaged(self) -> CatalogError:
        return CatalogError(f"the catalog of kingdom {self._kingdom} is damaged: rebuild it")


class _Entries(Sequence[CatalogEntry]):
    """Entries of checked lines."""

    def __init__(self, texts: Sequence[bytes], parse: Callable[[bytes], CatalogEntry]) -> None:
        self._texts = texts
        self._parse = parse

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, at: int) -> CatalogEntry: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[CatalogEntry]: ...

    def __getitem__(self, at: int | slice) -> CatalogEntry | Sequence[CatalogEntry]:
        if isinstance(at, slice):
            return _Entries(self._texts[at], self._parse)
        return self._parse(self._texts[at])


def _start_of(day: date) -> bytes:
    return b'\n{"snapshot_date":"%s",' % day.isoformat().encode()
