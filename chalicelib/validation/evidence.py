"""What a file's cells show about its lone groups (contract, section 4; docs/adr/0024).

In a file whose delimiter is a semicolon the comma may be a decimal mark, the dot in any file. The
text cells of id and counters settle it, all of the whole file, refused ones too: for thousands
speaks a cell that groups with the mark, against it one that has it as a decimal mark. So a file is
read first as if all lone groups were thousands, and what its cells show is gathered meanwhile.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.byte_scan import as_single_value, join_lines
from chalicelib.scans.batch import SkippedRows
from chalicelib.validation.number_grammar import (
    AGAINST,
    GROUPED,
    LONE,
    NOT_SHOWN,
    THOUSANDS,
    LoneGroups,
    Mark,
)

_NAMES: Final[dict[Mark, str]] = {",": "comma", ".": "dot"}


class Example(NamedTuple):
    """The first cell that shows something.

    Attributes:
        text: the cell without what is around its number.
        column: its column.
        ordinal: which of the rows in batches it is in, from 1.
    """

    text: str
    column: str
    ordinal: int


class Evidence:
    """Gathers what the cells show, batch by batch, in file order.

    Attributes:
        lone: how lone groups are read meanwhile.
    """

    def __init__(self, delimiter: str | None, lone: LoneGroups = THOUSANDS) -> None:
        """Start before the first row.

        Args:
            delimiter: the file's; None in formats without one.
            lone: how lone groups are read; if not all as thousands, this was settled before.
        """
        self.lone = lone
        marks: tuple[Mark, ...] = (",", ".") if delimiter == ";" else (".",)
        self._marks = marks if lone == THOUSANDS else ()
        self._lone: set[Mark] = set()
        self._for: dict[Mark, Example] = {}
        self._against: dict[Mark, Example] = {}
        self._columns: Sequence[str] = ()
        self._length = 0
        self._rows = 0

    @property
    def is_comma_open(self) -> bool:
        """Whether what a comma means is not clear beforehand."""
        return "," in self._marks

    def enter(self, columns: Sequence[str], length: int) -> None:
        """Go on to the next cells: the columns of a batch, one after the other.

        Args:
            columns: their names.
            length: the rows of the batch.
        """
        self._columns, self._length = columns, length

    def leave(self, length: int) -> None:
        """Go to the end of a batch.

        Args:
            length: its rows.
        """
        self._rows += length

    def look(self, text: pa.Array, unusual: pa.Array) -> None:
        """Look at cells that are not plain digits.

        Args:
            text: these cells, in plain form (`number_grammar`).
            unusual: the mask of these among the cells that were entered.
        """
        written = as_single_value(text)[0].as_buffer().to_pybytes()
        for mark in self._marks:
            if mark.encode() in written:
                self._look_for(mark, text, unusual)

    def _look_for(self, mark: Mark, text: pa.Array, unusual: pa.Array) -> None:
        # Floats stand in whole columns: once one was seen, only what this finds is of interest.
        if mark in self._against and not _has_groups(mark, text):
            return
        if mark not in self._lone:
            lone = kernels.match_substring_regex(text, rf"\A{LONE[mark]}$")
            if lone.true_count:
                self._lone.add(mark)
        if mark in self._for and mark in self._against:
            return
        grouped = kernels.match_substring_regex(text, rf"\A{GROUPED[mark]}$")
        if mark not in self._for and grouped.true_count:
            self._for[mark] = self._first(grouped, text, unusual)
        if mark not in self._against:
            against = kernels.match_substring_regex(text, AGAINST[mark])
            against = kernels.and_not(against, grouped)
            if against.true_count:
                self._against[mark] = self._first(against, text, unusual)

    def _first(self, found: pa.Array, text: pa.Array, unusual: pa.Array) -> Example:
        """The first of the found cells in file order."""
        indices = kernels.indices_nonzero(found)
        cells = kernels.take(kernels.indices_nonzero(unusual), indices)
        cells = kernels.cast(cells, pa.int64())
        columns = kernels.divide(cells, self._length)
        rows = kernels.subtract(cells, kernels.multiply(columns, self._length))
        places = kernels.add(kernels.multiply(rows, len(self._columns)), columns)
        place = kernels.minimum(places).as_py()
        at = kernels.indices_nonzero(kernels.equal(places, place))[0].as_py()
        row, column = divmod(place, len(self._columns))
        shown = text[indices[at].as_py()].as_py()
        return Example(shown, self._columns[column], self._rows + row + 1)

    def settle(self, skipped: SkippedRows) -> LoneGroups:
        """How the file's lone groups are read, now that all cells were seen.

        Args:
            skipped: the rows that are in no batch, to number the others.
        """
        if self.lone != THOUSANDS:
            return self.lone
        unclear = {
            mark: self._unclear(mark, skipped)
            for mark in self._lone
            if mark in self._against or mark not in self._for
        }
        return LoneGroups(unclear.get(","), unclear.get("."))

    def _unclear(self, mark: Mark, skipped: SkippedRows) -> str:
        """Why it is not clear what a mark means."""

        def cell(example: Example) -> str:
            text = example.text if len(example.text) <= _LONGEST else f"{example.text[:_LONGEST]}…"
            return f"'{text}' ({example.column} in row {skipped.row(example.ordinal)})"

        name = _NAMES[mark]
        if mark not in self._against:
            return NOT_SHOWN
        against = cell(self._against[mark])
        if mark not in self._for:
            return f"in {against} the {name} is a decimal mark, so it may be one here too"
        return (
            f"in {cell(self._for[mark])} the {name} stands between thousands, "
            f"in {against} it is a decimal mark"
        )


_LONGEST: Final = 40


def _has_groups(mark: Mark, text: pa.Array) -> bool:
    """Whether a cell may group with a mark; asks all cells at once, as `byte_scan` does."""
    lines = rf"(?m)^(?:{LONE[mark]}|{GROUPED[mark]})$"
    return bool(kernels.match_substring_regex(join_lines(text), lines)[0].as_py())
