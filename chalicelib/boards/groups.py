"""Exact sums over groups of players, such as alliances; all steps over players are Arrow kernels.

`pyarrow.acero`, which has grouped aggregation, is not in the package. So players are put into the
order of their groups, and a group's sum is the difference of two cumulative sums.
"""

from itertools import accumulate, pairwise
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels

# A sum of 1,100 counters may exceed int64. So the upper and the lower 32 bits are added up by
# themselves: neither can exceed it below 2^31 players.
_BITS: Final = 32
_LOWER: Final = (1 << _BITS) - 1


class Total(NamedTuple):
    """What the members of a group have together.

    Attributes:
        sum: exact; None where it is known of nobody.
        known: of how many it is known.
    """

    sum: int | None
    known: int


class Groups:
    """Players grouped by a text.

    Attributes:
        names: the groups' texts, in the order of all lists here; None for players without one.
        sizes: how many players each has.
    """

    def __init__(self, texts: pa.Array) -> None:
        """Group players.

        Args:
            texts: the group of each, a string; null is a group too.
        """
        encoded = kernels.dictionary_encode(texts)
        counted = kernels.value_counts(encoded.indices)
        values, counts = (counted.field(name).to_pylist() for name in ("values", "counts"))
        sizes = dict(zip(values, counts, strict=True))
        names: list[str | None] = encoded.dictionary.to_pylist()
        self.names = [*names, None] if None in sizes else names
        self.sizes = [sizes[None if name is None else code] for code, name in enumerate(self.names)]
        # Those without a group come last: nulls do.
        self._order = kernels.sort_indices(encoded.indices, [("", "ascending")])
        self._lasts = pa.array([end - 1 for end in accumulate(self.sizes)], pa.int64())

    def totals(self, values: pa.Array) -> list[Total]:
        """The sum of each group.

        Args:
            values: int64, nullable, one a player in the players' order.
        """
        ordered = kernels.take(values, self._order)
        known = self._sums(kernels.cast(kernels.is_valid(ordered), pa.int64()))
        filled = kernels.fill_null(ordered, 0)
        lower = self._sums(kernels.bit_wise_and(filled, _LOWER))
        upper = self._sums(kernels.shift_right(filled, _BITS))
        return [
            Total((high << _BITS) + low if count else None, count)
            for high, low, count in zip(upper, lower, known, strict=True)
        ]

    def _sums(self, ordered: pa.Array) -> list[int]:
        """Each group's sum of values in the groups' order, none of which is null."""
        at_ends = kernels.take(kernels.cumulative_sum(ordered), self._lasts).to_pylist()
        return [end - start for start, end in pairwise([0, *at_ends])]
