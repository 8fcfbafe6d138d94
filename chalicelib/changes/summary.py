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
from chalicelib.errors import StoreError


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

    def stored(self) -> dict[str, Any]:
        """It as derived objects hold it: all facts, and the floor."""
        return {**self.snapshot.as_json(), "floor": self.floor}

    @classmethod
    def from_stored(
        cls, given: dict[str, Any], kingdom: int, source: str, day: date | None = None
    ) -> "Head":
        """The inverse of `stored`.

        Args:
            given: the parsed JSON.
            kingdom: the key's.
            source: the object's name for errors.
            day: the date that it must be of; None: any.

        Raises:
            ValueError: it is of another date, or the floor is no number.
            StoreError: a fact is missing or of another type.
        """
        own = date.fromisoformat(given["snapshot_date"])
        if day not in (None, own) or not isinstance(given["floor"], int | None):
            raise ValueError
        return cls(Snapshot.from_json(given, kingdom, own, source), given["floor"])


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


def damaged(kingdom: int, day: date, name: str, what: str) -> StoreError:
    """The error of a damaged object, which names it and says what to do."""
    return StoreError(f"kingdom {kingdom}, {day}: {name} is damaged: {what}; rebuild it")
