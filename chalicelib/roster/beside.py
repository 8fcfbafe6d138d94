"""The values of players in their snapshots right before and right after a date.

Nearly everybody's are in the files beside the date. Who has a long gap there has them in what the
ledger remembers of gaps; who was never seen after it, in the ledger itself.
"""

from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.errors import StoreError
from chalicelib.roster.around import Around
from chalicelib.roster.columns import Columns, pick, row_numbers, stack
from chalicelib.roster.gaps import NEAR, Gaps, unpack
from chalicelib.roster.ledger import LAST_VALUES, Ledger

ReadScan = Callable[[date], Columns]
"""Reads a snapshot's players, by the names of `SCAN_COLUMNS`."""


_INT: Final = pa.int32()


class NotInScanError(ValueError):
    """Raised when a snapshot has not the players that it had: the ledger was not made of it."""


class Players(NamedTuple):
    """Some players of a ledger.

    Attributes:
        rows: their columns.
        around: what their marks say around the date.
    """

    rows: Columns
    around: Around


class Beside:
    """What lies on both sides of a date, for some players of a ledger."""

    def __init__(self, ledger: Ledger, place: slice, who: Players, read: ReadScan) -> None:
        """Read nothing yet.

        Args:
            ledger: as it was.
            place: where the date is among its snapshots; empty if it was none.
            who: those players.
            read: reads one of the snapshots beside the date.
        """
        self._ledger = ledger
        self._index, self._first_after = place.start, place.stop
        self._rows, self._around = who
        self._read = read
        self._gaps: dict[int, Gaps] = {}

    def older(self) -> dict[str, pa.Array]:
        """`LAST_VALUES` in each player's last snapshot before the date; null where there is none.

        Raises:
            NotInScanError: what is read is not what the ledger was made of.
        """
        around = self._around
        parts = self._near(around.older, around.before, self._index - 1, -1)
        far = kernels.and_(around.older, kernels.greater(around.before, pa.scalar(NEAR, _INT)))
        ends = kernels.add(around.after, pa.scalar(self._first_after, _INT))
        ends = kernels.if_else(around.newer, ends, pa.scalar(None, _INT))
        ends = kernels.if_else(around.had, pa.scalar(self._index, _INT), ends)
        parts += self._far(far, ends, lambda gaps: gaps.left)
        last = _numbers(kernels.and_(far, kernels.is_null(ends)))
        if len(last):
            values = {name: self._rows[name] for name in LAST_VALUES if name in self._rows}
            parts.append((last, pick(values, last)))
        return self._assembled(parts)

    def newer(self) -> dict[str, pa.Array]:
        """The same in each player's first snapshot after the date, of counters alone."""
        around = self._around
        parts = self._near(around.newer, around.after, self._first_after, 1)
        far = kernels.and_(around.newer, kernels.greater(around.after, pa.scalar(NEAR, _INT)))
        ends = kernels.add(around.after, pa.scalar(self._first_after, _INT))
        parts += self._far(far, ends, lambda gaps: gaps.right)
        return self._assembled(parts)

    def gaps(self, number: int) -> Gaps:
        """The long gaps that end at the snapshot of a number.

        Raises:
            NotInScanError: they are damaged.
        """
        if number not in self._gaps:
            try:
                self._gaps[number] = unpack(self._ledger.gaps[number])
            except StoreError as error:
                raise NotInScanError(str(error)) from None
        return self._gaps[number]

    def _near(
        self, mask: pa.Array, distance: pa.Array, first: int, step: int
    ) -> list[tuple[pa.Array, Columns]]:
        """Values that are read of the files beside the date."""
        parts = []
        for away in range(NEAR + 1):
            here = kernels.and_(mask, kernels.equal(distance, pa.scalar(away, _INT)))
            rows = _numbers(here)
            if len(rows):
                day = self._ledger.days[first + step * away]
                parts.append((rows, self._found(rows, self._read(day), f"snapshot of {day}")))
        return parts

    def _far(
        self, mask: pa.Array, ends: pa.Array, side: Callable[[Gaps], Columns]
    ) -> list[tuple[pa.Array, Columns]]:
        """Values that are remembered of gaps."""
        parts = []
        for number in kernels.unique(kernels.filter_by(ends, mask)).to_pylist():
            if number is None:
                continue
            here = kernels.and_(mask, kernels.equal(ends, pa.scalar(number, _INT)))
            rows = _numbers(kernels.fill_null(here, value=False))
            gaps = self.gaps(number)
            columns = {**side(gaps), "id": gaps.ids}
            parts.append((rows, self._found(rows, columns, f"gaps of {number}")))
        return parts

    def _found(self, rows: pa.Array, columns: Columns, where: str) -> Columns:
        """The values of some rows' players."""
        ids = kernels.take(self._rows["id"], rows)
        at = kernels.index_in(ids, value_set=columns["id"])
        if at.null_count:
            raise NotInScanError(f"{at.null_count} players are not in the {where}")
        return pick({name: columns[name] for name in LAST_VALUES if name in columns}, at)

    def _assembled(self, parts: list[tuple[pa.Array, Columns]]) -> dict[str, pa.Array]:
        """Values by row."""
        length = len(self._rows["id"])
        if not parts:
            return {}
        order = pa.concat_arrays([rows for rows, _ in parts])
        at = kernels.index_in(kernels.cast(row_numbers(length), pa.int64()), value_set=order)
        return pick(stack([(len(rows), columns) for rows, columns in parts]), at)


def _numbers(mask: pa.Array) -> pa.Array:
    return kernels.cast(kernels.indices_nonzero(mask), pa.int64())
