"""Ask a kingdom's roster: search, who is idle, who was seen when (contract, section 9)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.lake.store import Store


class Listed(NamedTuple):
    """A player in a list; name, alliance and power as last seen.

    Attributes:
        matched: the newest older name that fits what was searched; None where the current one does.
        last_changed: the date of the newest snapshot in which a growing counter is above the
            snapshot before that knows the player; None if there is none.
    """

    id: int
    name: str | None
    alliance: str | None
    power: int | None
    matched: str | None
    first_seen: date
    last_seen: date
    last_changed: date | None


class Found(NamedTuple):
    """A page of a list of players, and how many there are in all."""

    total: int
    players: Sequence[Listed]


class NameSpan(NamedTuple):
    """A name, and the first and the last snapshot in a row that have it."""

    name: str
    first: date
    last: date


class Member(NamedTuple):
    """What the roster knows of one player; names newest first, `seen` oldest first."""

    id: int
    name: str | None
    alliance: str | None
    first_seen: date
    last_seen: date
    last_changed: date | None
    names: Sequence[NameSpan]
    seen: Sequence[date]


class Roster:
    """A kingdom's roster, as it is in the lake.

    Attributes:
        version: changes whenever the roster's content does.
    """

    version: str

    def first_seen(self, ids: Collection[int]) -> Mapping[int, date]:
        """When these players were seen first; who was never seen is left out."""
        raise NotImplementedError

    def search(self, text: str, alliance: str | None, limit: int, offset: int) -> Found:
        """Players by an id, or a part of any name they had."""
        raise NotImplementedError

    def idle_since(self, day: date, alliance: str | None, limit: int, offset: int) -> Found:
        """Who is in the newest snapshot, and has not changed after a date."""
        raise NotImplementedError

    def member(self, player: int) -> Member | None:
        """One player; None who was never seen."""
        raise NotImplementedError


def read_roster(store: Store, kingdom: int) -> Roster | None:
    """A kingdom's roster, in one read; None when there is none.

    Raises:
        StoreError: it is damaged.
    """
    raise NotImplementedError
