"""Cells between reader and rules: what every reader hands on, whatever the file's format."""

import json
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import pyarrow as pa

_NOTHING_ODD: Final[Mapping[str, Mapping[int, Any]]] = MappingProxyType({})


class JsonNumber:
    """A JSON number that is no plain integer, as it is written: it never becomes a float.

    Attributes:
        text: as it is written.
    """

    # No named tuple: `json` would write one as a list.
    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        """Keep the number's text."""
        self.text = text

    def __repr__(self) -> str:
        """The number as it is written, for messages."""
        return self.text


class SkippedRows:
    """The rows that a reader left out of its batches, so that later rows keep their number.

    Attributes:
        last: the number of the last of them, 0 when there are none.
    """

    def __init__(self) -> None:
        """Start with none."""
        # For the j-th skipped row (from 0): how many rows before it were not skipped.
        self._kept_before = array("q")
        self.last = 0

    def __len__(self) -> int:
        """How many there are."""
        return len(self._kept_before)

    def add(self, row: int) -> None:
        """Skip a row, later than those skipped before."""
        self._kept_before.append(row - 1 - len(self._kept_before))
        self.last = row

    def row(self, ordinal: int) -> int:
        """The number of the row that is number `ordinal` among those kept; both from 1."""
        return ordinal + bisect_right(self._kept_before, ordinal - 1)


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
        columns: by column name, arrays of one length. Strings are text that is still to be
            read; int64 is exact already (from JSON). Null is a JSON null or an absent key.
        length: how many rows.
        odd: by column name, the values that neither can hold, by row index in the batch: a
            boolean, a list, a number for a name. The column has null there.
    """

    columns: Mapping[str, pa.Array]
    length: int
    odd: Mapping[str, Mapping[int, Any]] = _NOTHING_ODD

    def value(self, column: str, index: int) -> Any:
        """One cell as it stands in the file."""
        odd = self.odd.get(column, {})
        return odd[index] if index in odd else self.columns[column][index].as_py()


def cell_text(cell: Any) -> str | None:
    """A cell as text for a report."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, JsonNumber):
        return cell.text
    return json.dumps(cell, ensure_ascii=False, separators=(",", ":"), default=str)
