"""CSV record by record, with the physical line where each starts: for what needs a second look.

The rules are pyarrow's, as Python's `csv` has them too: a quote opens a field only at its start,
and blank lines are no records.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TextIO

# The longest record. A header of 10,000 columns has room in it; what is longer is a stray quote.
BLOCK: Final = 1024 * 1024
# pyarrow takes a longer one too, if it lies so that only one block's end is in it.
_LONGEST: Final = 2 * BLOCK

# What is put behind the end of the text: a record of its own, unless a quote is still open there.
_END: Final = "\x00end"

csv.field_size_limit(_LONGEST)


class Record(NamedTuple):
    """A record.

    Attributes:
        line: the physical line where it starts.
        size: its bytes.
        cells: their bytes, each as one character; `cell` has the text.
    """

    line: int
    size: int
    cells: list[str]

    def cell(self, index: int) -> str | None:
        """A cell's text; None where the record has none."""
        if not 0 <= index < len(self.cells):
            return None
        return self.cells[index].encode("latin-1").decode("utf-8", "replace")


class UnclosedQuoteError(Exception):
    """Raised at a last record that ends inside quotes."""

    def __init__(self, line: int) -> None:
        """Remember the line where it starts."""
        super().__init__(line)
        self.line = line


class RecordTooLongError(Exception):
    """Raised at a record that is longer than any that pyarrow takes."""

    def __init__(self, line: int) -> None:
        """Remember the line where it starts."""
        super().__init__(line)
        self.line = line


class _Lines:
    """Physical lines, up to the first that is too long."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._end = iter(("\n", _END))
        self.taken = 0
        self.too_long = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(_LONGEST)
        self.too_long = len(line) == _LONGEST and not line.endswith(("\n", "\r"))
        if self.too_long:
            raise StopIteration
        self.taken += len(line)
        return line or next(self._end)


def records(
    source: "io.BufferedReader[Any]", delimiter: str, first_line: int = 1
) -> Iterator[Record]:
    """Each record; blank lines are no records.

    Args:
        source: UTF-8 text, at the start of a record.
        delimiter: between cells.
        first_line: the physical line at which it starts.

    Raises:
        RecordTooLongError: a record is.
        UnclosedQuoteError: the text ends inside quotes; raised after the last record.
    """
    # One character a byte: sizes are bytes then, and only cells that are wanted are decoded.
    with io.TextIOWrapper(source, "latin-1", newline="") as text:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=delimiter)
        line, start = first_line, 0
        try:
            for cells in reader:
                if lines.too_long or cells == [_END]:
                    break
                if cells:
                    yield Record(line, lines.taken - start, cells)
                if cells and cells[-1].endswith(_END):
                    raise UnclosedQuoteError(line)
                line, start = first_line + reader.line_num, lines.taken
        except csv.Error:
            raise RecordTooLongError(line) from None
        if lines.too_long:
            raise RecordTooLongError(line)
