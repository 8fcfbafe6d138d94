"""Batches of cells: what every reader gives to validation, in any file format."""

import json
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import pyarrow as pa

_NOTHING_ODD: Final[Mapping[str, Mapping[int, Any]]] = MappingProxyType({})


NAN: Final = "NaN"
"""What Python writes into JSON for a number that is not known; JSON itself does not have it."""


class JsonNumber:
    """A JSON number that is no plain integer, or `NAN`. It stays text and never becomes a float.

    Attributes:
        text: the number as it is written.
    """

    # No named tuple: `json` would write one as a list.
    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        """Store the number's text."""
        self.text = text

    def __repr__(self) -> str:
        """The number as it is written, for messages."""
        return self.text


class OddCell(NamedTuple):
    """A cell of a workbook that no text can stand for: a date, a formula that was never saved.

    Attributes:
        text: the cell as it is shown to people.
        reason: what it is, to follow "is not a whole number: ".
        hint: what to do.
    """

    text: str
    reason: str
    hint: str


class WholeRow(NamedTuple):
    """A row with all of its cells, also those of unknown columns.

    Attributes:
        row: its number.
        line: the physical line where its record starts.
        cells: its cells' texts in the order of the header's names; None for a JSON null or an
            absent key.
    """

    row: int
    line: int
    cells: tuple[str | None, ...]


class SkippedRows:
    """The rows that a reader left out of its batches; needed to number the later rows.

    Attributes:
        last: the number of the last skipped row, 0 when there is none.
    """

    def __init__(self) -> None:
        """Start with none."""
        # At index j: how many rows before the j-th skipped row were not skipped.
        self._unskipped_before = array("q")
        self.last = 0

    def __len__(self) -> int:
        """How many there are."""
        return len(self._unskipped_before)

    def add(self, row: int) -> None:
        """Skip a row, later than those skipped before."""
        self._unskipped_before.append(row - 1 - len(self._unskipped_before))
        self.last = row

    def row(self, ordinal: int) -> int:
        """The number of the row that is number `ordinal` among those not skipped; both from 1."""
        return ordinal + bisect_right(self._unskipped_before, ordinal - 1)


class RowLocation(NamedTuple):
    """Where a row is in the file.

    Attributes:
        line: the physical line where its record starts.
        id_text: its id as it is written.
    """

    line: int
    id_text: str | None


class Cells(NamedTuple):
    """A batch of rows, column by column.

    Attributes:
        columns: by column name, arrays of one length. Strings are text that is not parsed yet;
            int64 values are exact already (from JSON). Null is a JSON null or an absent key.
        length: how many rows.
        odd: by column name, the values that neither type can hold, by row index in the batch: a
            boolean, a list, a number for a name, an `OddCell`. The column has null there.
        written: likewise, numbers that the file writes otherwise than the column has them: `5.0e7`.
    """

    columns: Mapping[str, pa.Array]
    length: int
    odd: Mapping[str, Mapping[int, Any]] = _NOTHING_ODD
    written: Mapping[str, Mapping[int, Any]] = _NOTHING_ODD

    def value(self, column: str, index: int) -> Any:
        """One cell as it stands in the file."""
        for apart in (self.odd, self.written):
            if index in apart.get(column, {}):
                return apart[column][index]
        return self.columns[column][index].as_py()


def cell_text(cell: Any) -> str | None:
    """A cell as text for a report."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, JsonNumber | OddCell):
        return cell.text
    return json.dumps(cell, ensure_ascii=False, separators=(",", ":"), default=str)
