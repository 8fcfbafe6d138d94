"""Hold the column that says each player's kingdom against the upload's key (contract, section 4).

It is such a column only if its known values are whole numbers of kingdoms; else it is one of the
unknown columns.
"""

from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.limits import MAX_KINGDOM
from chalicelib.players.headers import KINGDOM, HeaderMap, is_kingdom
from chalicelib.scans.batch import Cells, SkippedRows, cell_text
from chalicelib.scans.findings import Finding
from chalicelib.validation.number_columns import read_column
from chalicelib.validation.number_grammar import USUAL, LoneGroups

_NAMED: Final = 3


class _Others(NamedTuple):
    """The players of one other kingdom: how many, and the row of the first."""

    players: int
    row: int


class KingdomColumn:
    """Collects what a file says of its players' kingdoms."""

    def __init__(self, kingdom: int | None, skipped: SkippedRows, lone: LoneGroups = USUAL) -> None:
        """Start before the first row.

        Args:
            kingdom: the kingdom that the file is uploaded for; None when nobody says one.
            skipped: the rows that are in no batch.
            lone: how lone groups are read.
        """
        self._kingdom = kingdom
        self._skipped = skipped
        self._lone = lone
        self._rows = 0
        self._known = 0
        self._is_one = True
        self._others: dict[int, _Others] = {}

    def add(self, cells: Cells) -> None:
        """Add the next batch."""
        if KINGDOM in cells.columns and self._is_one:
            values = _read(cells, self._lone)
            if values is None:
                self._is_one = False
            else:
                self._add(values)
        self._rows += cells.length

    def map(self, headers: HeaderMap) -> HeaderMap:
        """A file's headers, with the column among the mapped ones if it is such a column."""
        if not (self._is_one and self._known):
            return headers
        header = headers.names[headers.columns.index(KINGDOM)]
        ignored = [*headers.ignored]
        ignored.remove(header)
        named = zip(headers.names, headers.columns, strict=True)
        mapped = {name: column for name, column in named if column is not None}
        return headers._replace(mapped=mapped, ignored=tuple(ignored))

    def error(self) -> Finding | None:
        """The error for a file whose every known value is one other kingdom."""
        if len(self._named) != 1 or self._named[0][1].players < self._known:
            return None
        other, mine = self._named[0][0], self._kingdom
        return Finding(
            code="other_kingdom",
            message=f"The file says that its players are of kingdom {other}, but it was uploaded "
            f"for kingdom {mine}.",
            hint=f"If it is a scan of kingdom {other}, upload it for that kingdom (in its folder, "
            f"kingdom={other}). If it is of kingdom {mine}, correct the column or delete it.",
            column=KINGDOM,
            value=str(other),
        )

    def warning(self) -> Finding | None:
        """The warning for a file with some players of other kingdoms."""
        if not self._named or self.error() is not None:
            return None
        count = sum(others.players for _, others in self._named)
        named = sorted(self._named, key=lambda one: one[1].row)
        told = ", ".join(f"{other} (first in row {one.row})" for other, one in named[:_NAMED])
        more = f" and {len(named) - _NAMED:,} more" if len(named) > _NAMED else ""
        verb = "is" if count == 1 else "are"
        return Finding(
            code="other_kingdom",
            message=f"By the file's own column {count:,} of {self._known:,} players {verb} not of "
            f"kingdom {self._kingdom} but of {told}{more}.",
            hint=f"They count for kingdom {self._kingdom} as all rows do. Delete those that do "
            "not belong to its scan.",
            column=KINGDOM,
            value=str(named[0][0]),
        )

    @property
    def _named(self) -> list[tuple[int, _Others]]:
        """The other kingdoms, if this is a column of kingdoms and there is one to hold against."""
        return [*self._others.items()] if self._is_one and self._kingdom is not None else []

    def _add(self, values: pa.Array) -> None:
        bounds = kernels.min_max(values).as_py()
        self._known += len(values) - values.null_count
        if bounds["min"] is None or bounds["min"] == bounds["max"] == self._kingdom:
            return
        for counted in kernels.value_counts(kernels.drop_null(values)).to_pylist():
            other, count = counted["values"], counted["counts"]
            if other == self._kingdom:
                continue
            before = self._others.get(other)
            if before is None:
                index = kernels.indices_nonzero(kernels.equal(values, other))[0].as_py()
                before = _Others(0, self._skipped.row(self._rows + index + 1))
            self._others[other] = before._replace(players=before.players + count)


def without_kingdom(cells: Cells) -> Cells:
    """A batch without the column: the other columns are the players' own."""
    if KINGDOM not in cells.columns:
        return cells
    columns = {name: column for name, column in cells.columns.items() if name != KINGDOM}
    odd = {name: found for name, found in cells.odd.items() if name != KINGDOM}
    return Cells(columns, cells.length, odd)


def _read(cells: Cells, lone: LoneGroups) -> pa.Array | None:
    """The kingdoms of a batch, null where one is not known; None if a cell is something else."""
    numbers = read_column(cells.columns[KINGDOM], lone)
    bounds = kernels.min_max(numbers.values).as_py()
    if bounds["min"] is not None and not 1 <= bounds["min"] <= bounds["max"] <= MAX_KINGDOM:
        return None
    if cells.odd.get(KINGDOM) or (
        numbers.faulty is not None and not _is_header(cells, numbers.faulty)
    ):
        return None
    return numbers.values


def _is_header(cells: Cells, mask: pa.Array) -> bool:
    """Whether the cells of a mask are the column's name: rows that are a second header."""
    indices = kernels.indices_nonzero(mask)[:_NAMED].to_pylist()
    texts = [cell_text(cells.value(KINGDOM, index)) or "" for index in indices]
    return mask.true_count <= _NAMED and all(map(is_kingdom, texts))
