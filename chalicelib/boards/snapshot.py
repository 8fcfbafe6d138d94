"""The parts of an engine's answer: a snapshot's facts, ranked entries, a page of a board."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple, NotRequired, TypedDict

from chalicelib.errors import StoreError

FACTS_KEY = b"rok"
"""The key-value metadata of a curated file that holds its snapshot's facts as JSON."""

FIRST_RULES: Final = 1
RULES: Final = 2
"""The number of the reading rules; increased when the same upload may give other rows.

2: deaths by tier are columns, more names of columns and more forms of numbers are read."""


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
    values: NotRequired[dict[str, int | None]]


class Above(TypedDict):
    """The entry one position above a player: what there is to catch up with."""

    rank: int
    value: int


class Me(TypedDict):
    """A player's own entry, wherever it is; `above` is None for the first."""

    entry: Entry
    above: Above | None


class Board(NamedTuple):
    """Ranked players of one metric.

    Attributes:
        total: how many players are ranked, in `entries` or not; a null value is not ranked.
        entries: some of them, in order: value descending, then id ascending.
        offset: how many entries are before the first of these; follows from `around`, if given.
        me: the entry of the player that the request asks for; None if not asked or not ranked.
    """

    total: int
    entries: list[Entry]
    offset: int = 0
    me: Me | None = None


# An encoder made once: an answer asks for versions ten times.
_compact: Final = json.JSONEncoder(separators=(",", ":")).encode


class Snapshot(NamedTuple):
    """The facts of one published run of a kingdom and date.

    The boards object and the curated file both have them, so every engine returns the same facts.

    Attributes:
        run_id: the run's id.
        run_ts: when the store accepted the upload, as in keys: `20260126T153012Z`.
        kingdom: 1 to 99999.
        snapshot_date: the partition's date.
        ingested_at: the same instant as `run_ts`, as `2026-01-26T15:30:12Z`.
        players: rows of the snapshot; 0 only if the date's uploads are withdrawn.
        dkp: where the dkp values come from: `{"basis": "file" | "formula" | "none", …}`.
        rules: the number of the rules that the upload was read by (`RULES`).
    """

    run_id: str
    run_ts: str
    kingdom: int
    snapshot_date: date
    ingested_at: str
    players: int
    dkp: Mapping[str, Any]
    rules: int = RULES

    @property
    def withdrawn(self) -> bool:
        """Whether the date's uploads are withdrawn: an accepted upload has at least one player."""
        return self.players == 0

    @property
    def version(self) -> str:
        """16 hexadecimal digits that change whenever the published rows do (contract, section 3).

        Computed from what the rows depend on: the run, the weights and the rules.
        """
        text = _compact([self.run_id, self.rules, dict(self.dkp)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, Any]:
        """The facts as they are stored, ready for `json.dumps`."""
        return {
            "run_id": self.run_id,
            "run_ts": self.run_ts,
            "kingdom": self.kingdom,
            "snapshot_date": self.snapshot_date.isoformat(),
            "ingested_at": self.ingested_at,
            "players": self.players,
            "dkp": dict(self.dkp),
            # Left out for the first rules, so that older files stay the same, byte for byte.
            **({"rules": self.rules} if self.rules != FIRST_RULES else {}),
        }

    @classmethod
    def from_json(cls, facts: object, kingdom: int, day: date, source: str) -> "Snapshot":
        """Read stored facts; the kingdom and the date are those of the object's key.

        Args:
            facts: the parsed JSON.
            kingdom: the key's.
            day: the key's.
            source: the object's name for errors.

        Raises:
            StoreError: a fact is missing or of another type: the object is not one of this app's.
        """
        given = facts if isinstance(facts, dict) else {}
        for name, kind in _FACTS.items():
            if not isinstance(given.get(name), kind):
                raise StoreError(f"kingdom {kingdom}, {day}: {source} has no {name} in its facts")
        if not _is_dkp(given["dkp"]):
            raise StoreError(f"kingdom {kingdom}, {day}: {source} does not say what its dkp is")
        values = {name: given[name] for name in _FACTS}
        rules = given.get("rules", FIRST_RULES)
        if type(rules) is not int:
            raise StoreError(f"kingdom {kingdom}, {day}: {source} has no number for its rules")
        return cls(kingdom=kingdom, snapshot_date=day, rules=rules, **values)


_FACTS: Final[Mapping[str, type]] = {
    "run_id": str,
    "run_ts": str,
    "ingested_at": str,
    "players": int,
    "dkp": dict,
}


def _is_dkp(given: Mapping[str, Any]) -> bool:
    """Whether it says where dkp comes from: gains are calculated by it."""
    weights = given.get("weights")
    if given.get("basis") != "formula":
        return given.get("basis") in ("file", "none")
    return isinstance(weights, dict) and all(type(one) is int for one in weights.values())


class BoardPage(NamedTuple):
    """A page of a board with the facts of the object that it was read from.

    Attributes:
        snapshot: the facts.
        board: the page.
    """

    snapshot: Snapshot
    board: Board
