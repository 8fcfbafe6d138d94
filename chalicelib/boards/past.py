"""What a snapshot says of one player: the parts of a history (contract, section 9)."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.boards.snapshot import Snapshot


class RankOf(NamedTuple):
    """Where a player stands on a board.

    Attributes:
        rank: competition rank.
        of: how many players are ranked.
    """

    rank: int
    of: int


class Appearance(NamedTuple):
    """A player in a snapshot.

    Attributes:
        name: as it was then.
        alliance: likewise.
        record_hash: of the player's record.
        values: every counter; None where it is not known.
        ranks: each metric; None where the player is not ranked.
    """

    name: str | None
    alliance: str | None
    record_hash: str
    values: Mapping[str, int | None]
    ranks: Mapping[str, RankOf | None]


class Past(NamedTuple):
    """What a snapshot says of a player.

    Attributes:
        snapshot: the facts of what was read.
        appearance: the player; None who is not in it.
    """

    snapshot: Snapshot
    appearance: Appearance | None
