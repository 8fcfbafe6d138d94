"""The summary of a pair of snapshots: `summary.json` (contract, section 9).

Read without pyarrow. Players who are in the newer snapshot only and above the older one's floor are
`arrived`: whether such a player joined or returned follows from the roster, which knows all
snapshots (`Roster.first_seen`).

The object is one JSON document of two lines: the first has the heads, the records' counts and the
SHA-256 of the second, which detects damage; its `check` is the same for the line itself. Players
are arrays, since the names of the columns in each would be most of the object:

    {"kingdom":51,"from":{…},"to":{…},"before":"…","records":[1,1,1,1],"sha256":"…", "check": "…",
    "lists":{"arrived":[[1,"…","…",1],…],…}}
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.findings import UNKNOWN, Findings, Suspect, UnreliableColumn
from chalicelib.errors import StoreError

_NAME: Final = "summary.json"
_PERSONS: Final = ("arrived", "came_into_view", "left", "below_cut")
_RENAMINGS: Final = ("renamed", "changed_alliance")
_CHECK: Final = b', "check": "'
_LISTS: Final = b'"lists":'


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


def encode(kingdom: int, summary: Summary | None) -> bytes:
    """The bytes of `summary.json`.

    Args:
        kingdom: the key's.
        summary: None where the date has no pair: it is withdrawn, or the kingdom's first.
    """
    lists: dict[str, Sequence[Any]] = {}
    heads: dict[str, Any] = {
        "kingdom": kingdom,
        "from": None,
        "to": None,
        "records": None,
    }
    if summary is not None:
        heads["from"], heads["to"] = summary.older.stored(), summary.newer.stored()
        heads["records"] = summary.records
        if summary.findings.before != UNKNOWN:
            heads["before"] = summary.findings.before
        lists = {name: getattr(summary, name) for name in (*_PERSONS, *_RENAMINGS)}
        lists["suspects"] = summary.findings.suspects
        lists["unreliable"] = summary.findings.unreliable
    rest = _LISTS + _json(lists) + b"}\n"
    line = _json({**heads, "sha256": _digest(rest)})[:-1]
    return line + _CHECK + _digest(line).encode() + b'",\n' + rest


def decode(body: bytes, kingdom: int, day: date) -> Summary | None:
    """The inverse of `encode`; the kingdom and the date are those of the object's key.

    Raises:
        StoreError: the bytes are damaged, or of another kingdom or date.
    """
    line, _, rest = body.partition(b"\n")
    text, _, check = line.rpartition(_CHECK)
    if check != _digest(text).encode() + b'",':
        raise damaged(kingdom, day, _NAME, "its first line")
    try:
        heads = json.loads(text + b"}")
        if heads["kingdom"] != kingdom:
            raise damaged(kingdom, day, _NAME, "it is of another kingdom")
        if heads["sha256"] != _digest(rest):
            raise damaged(kingdom, day, _NAME, "its bytes are not those that it was made of")
        if heads["from"] is None:
            return None
        return _summary(heads, json.loads(rest[len(_LISTS) : -2]), day)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise damaged(kingdom, day, _NAME, "its lines are of another date or form") from None


def _summary(heads: dict[str, Any], lists: dict[str, Any], day: date) -> Summary:
    kingdom = heads["kingdom"]
    found: dict[str, Any] = {
        **{name: [Person(*one) for one in lists[name]] for name in _PERSONS},
        **{name: [Renaming(*one) for one in lists[name]] for name in _RENAMINGS},
    }
    suspects = [Suspect(*one) for one in lists["suspects"]]
    unreliable = [UnreliableColumn(*one) for one in lists["unreliable"]]
    return Summary(
        Head.from_stored(heads["from"], kingdom, _NAME),
        Head.from_stored(heads["to"], kingdom, _NAME, day),
        Records(*heads["records"]),
        findings=Findings(suspects, unreliable, heads.get("before", UNKNOWN)),
        **found,
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def damaged(kingdom: int, day: date, name: str, what: str) -> StoreError:
    """The error of a damaged object, which names it and says what to do."""
    return StoreError(f"kingdom {kingdom}, {day}: {name} is damaged: {what}; rebuild it")
