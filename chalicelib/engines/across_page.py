"""The parts of a board across kingdoms: what is asked for, an entry, a page."""

from collections.abc import Sequence
from typing import NamedTuple, NotRequired, TypedDict

from chalicelib.boards.snapshot import Snapshot


class KingdomEntry(TypedDict):
    """A line of a board across kingdoms; as `chalicelib.boards.snapshot.Entry`."""

    rank: int
    position: int
    kingdom: int
    id: int
    name: str | None
    alliance: str | None
    value: int
    values: NotRequired[dict[str, int | None]]


class AcrossRequest(NamedTuple):
    """A page of a board across kingdoms.

    Attributes:
        metric: one of the metrics' names.
        limit: at most so many entries.
        offset: so many of the first entries are left out.
        values: metrics whose values each entry carries too, in this order.
    """

    metric: str
    limit: int
    offset: int
    values: tuple[str, ...]


class AcrossPage(NamedTuple):
    """A page of a board across kingdoms.

    Attributes:
        snapshots: the facts of the files that were read, in the order of what was asked for.
        total: how many players are ranked in all of them.
        entries: some of them, in order.
    """

    snapshots: Sequence[Snapshot]
    total: int
    entries: list[KingdomEntry]
