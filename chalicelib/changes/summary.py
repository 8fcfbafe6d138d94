"""The summary of a pair of snapshots: `summary.json` (contract, section 9).

Read without pyarrow. Players who are in the newer snapshot only and above the older one's floor are
`arrived`: whether such a player joined or returned follows from the roster, which knows all
snapshots (`Roster.first_seen`).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.findings import Findings


class Head(NamedTuple):
    """One of the two snapshots.

    Attributes:
        snapshot: its facts.
        floor: how deep it was scanned: the power at index ⌊0.02 · (n-1)⌋ of the known ones in
            ascending order; None when none is known.
    """

    snapshot: Snapshot
    floor: int | None

    def as_json(self) -> dict[str, Any]:
        """It as answers show it: snapshot_date, run_id, version, players, floor."""
        return {
            "snapshot_date": self.snapshot.snapshot_date.isoformat(),
            "run_id": self.snapshot.run_id,
            "version": self.snapshot.version,
            "players": self.snapshot.players,
            "floor": self.floor,
        }


class Records(NamedTuple):
    """How many records (by id and `record_hash`) were added, removed, changed, or not."""

    added: int
    removed: int
    changed: int
    unchanged: int


class Person(NamedTuple):
    """A player in one of the lists."""

    id: int
    name: str | None
    alliance: str | None
    power: int | None


class Renaming(NamedTuple):
    """A player whose name, or alliance, is another one by now; `name`, `alliance` are the newer."""

    id: int
    name: str | None
    alliance: str | None
    before: str | None


class Summary(NamedTuple):
    """What happened between two snapshots of a kingdom.

    Attributes:
        older: the head `from`.
        newer: the head `to`.
        records: counts.
        arrived: joined or returned, ordered by power descending, nulls last, then id; the others
            likewise.
        came_into_view: in the newer only, below the older one's floor.
        left: in the older only.
        below_cut: in the older only, below the newer one's floor.
        renamed: ordered as the others, by the newer power.
        changed_alliance: likewise.
        findings: the suspects.
    """

    older: Head
    newer: Head
    records: Records
    arrived: Sequence[Person]
    came_into_view: Sequence[Person]
    left: Sequence[Person]
    below_cut: Sequence[Person]
    renamed: Sequence[Renaming]
    changed_alliance: Sequence[Renaming]
    findings: Findings


def encode(kingdom: int, summary: Summary | None) -> bytes:
    """The bytes of `summary.json`.

    Args:
        kingdom: the key's.
        summary: None where the date has no pair: it is withdrawn, or the kingdom's first.
    """
    raise NotImplementedError


def decode(body: bytes, kingdom: int, day: date) -> Summary | None:
    """The inverse of `encode`; the kingdom and the date are those of the object's key.

    Raises:
        StoreError: the bytes are damaged.
    """
    raise NotImplementedError
