"""What an engine's answer is made of: a snapshot's facts, ranked entries, a page of a board."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, TypedDict

from chalicelib.errors import StoreError
from chalicelib.lake.store import Store

FACTS_KEY = b"rok"
"""The key-value metadata of a curated file that holds its snapshot's facts as JSON."""


class Entry(TypedDict):
    """One line of a board; its keys stand in the contract's order (section 8).

    `rank` is competition ranking (1, 2, 2, 4), `position` is unique and counts from 1.
    """

    rank: int
    position: int
    id: int
    name: str | None
    alliance: str | None
    value: int


class Board(NamedTuple):
    """Ranked players of one metric.

    Attributes:
        total: how many players are ranked, in `entries` or not; a null value is not ranked.
        entries: some of them, in order: value descending, then id ascending.
    """

    total: int
    entries: list[Entry]


class Snapshot(NamedTuple):
    """The facts of one published run of a kingdom and date.

    They stand in the boards object and in the curated file alike, so every engine tells the same.

    Attributes:
        run_id: the run's id.
        run_ts: when the store accepted the upload, as in keys: `20260126T153012Z`.
        kingdom: 1 to 99999.
        snapshot_date: the partition's date.
        ingested_at: the same instant as `run_ts`, as `2026-01-26T15:30:12Z`.
        players: rows of the snapshot.
        dkp: where the dkp values come from: `{"basis": "file" | "formula" | "none", …}`.
    """

    run_id: str
    run_ts: str
    kingdom: int
    snapshot_date: date
    ingested_at: str
    players: int
    dkp: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The facts as they are kept, ready for `json.dumps`."""
        return {
            "run_id": self.run_id,
            "run_ts": self.run_ts,
            "kingdom": self.kingdom,
            "snapshot_date": self.snapshot_date.isoformat(),
            "ingested_at": self.ingested_at,
            "players": self.players,
            "dkp": dict(self.dkp),
        }

    @classmethod
    def from_json(cls, facts: object, kingdom: int, day: date, source: str) -> "Snapshot":
        """Read kept facts; the kingdom and the date are those of the object's key.

        Args:
            facts: the parsed JSON.
            kingdom: the key's.
            day: the key's.
            source: what to call the object in an error.

        Raises:
            StoreError: a fact is missing or of another type: the object is not one of this app's.
        """
        given = facts if isinstance(facts, dict) else {}
        for name, kind in _KEPT.items():
            if not isinstance(given.get(name), kind):
                raise StoreError(f"kingdom {kingdom}, {day}: {source} has no {name} in its facts")
        kept = {name: given[name] for name in _KEPT}
        return cls(kingdom=kingdom, snapshot_date=day, **kept)


_KEPT: dict[str, type] = {
    "run_id": str,
    "run_ts": str,
    "ingested_at": str,
    "players": int,
    "dkp": dict,
}


class Version(NamedTuple):
    """A state of an object in a lake: whatever is read of the same one is the same.

    Attributes:
        store: the lake.
        key: the object.
        etag: its ETag, which changes whenever it is written.
    """

    store: Store
    key: str
    etag: str


class BoardPage(NamedTuple):
    """A page of a board together with the facts of the very object it was read from.

    Attributes:
        snapshot: the facts.
        board: the page.
        version: what it was read from, if that is one state of one object.
    """

    snapshot: Snapshot
    board: Board
    version: Version | None = None
