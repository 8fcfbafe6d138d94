"""What a board, or a board of gains, is asked for (contract, section 8)."""

from collections.abc import Mapping
from typing import NamedTuple


class BoardRequest(NamedTuple):
    """A page of a board and what stands beside it.

    Attributes:
        metric: one of the metrics' names.
        limit: at most so many entries.
        offset: so many of the first entries are left out; 0 if `around` is given.
        around: a player's id: the page around that player instead of `offset`.
        me: a player's id: that player's entry is answered too, wherever it is.
        alliance: only players of just this alliance; None: all. Ranks stay the kingdom's,
            positions, totals and offsets count within.
        values: metrics whose values each entry carries too, in this order.
        weights: with metric `dkp`, the reader's own formula: points a unit of each counter, in the
            order given; None: the snapshot's own dkp.
    """

    metric: str
    limit: int
    offset: int = 0
    around: int | None = None
    me: int | None = None
    alliance: str | None = None
    values: tuple[str, ...] = ()
    weights: Mapping[str, int] | None = None

    def first(self, position: int, total: int) -> int:
        """The offset of the page around a position (from 1) of a board of `total` players."""
        return max(0, min(position - 1 - self.limit // 2, total - self.limit))
