"""What a roster answers (`chalicelib.roster.roster`)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple


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
