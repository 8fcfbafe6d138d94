"""CSV record by record, with the physical line where each starts: for what needs a second look.

The rules are pyarrow's, as Python's `csv` has them too: a quote opens a field only at its start,
and blank lines are no records.
"""

import csv
from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from chalicelib.scans.upload import Readable

# What is read at once. A header of 10,000 columns has room in it; what is longer is a stray quote.
BLOCK: Final = 1024 * 1024
# pyarrow takes every record that is shorter than a block, and a longer one too if it lies so that
# only one block's end is in it.
MAX_RECORD: Final = 1_000_000
_LONGEST: Final = 2 * BLOCK

# What is put behind the end of the text: a record of its own, unless a quote is still open there.
_END: Final = b"\x00end"
_BLANK: Final = (b"\n", b"\r\n", b"\r")
# A number: a byte is found in bytes in a tenth of the time that bytes are.
_QUOTE: Final = ord('"')
# What is read at once; short lines take several times as much memory.
_PIECE: Final = 256 * 1024

csv.field_size_limit(_LONGEST)


class Record(NamedTuple):
    """A record.

    Attributes:
        line: the physical line where it starts.
        size: its bytes.
        text: the record as it stands; its cells where it has quotes.
    """

    line: int
    size: int
    text: bytes | list[str]

    def cell(self, index: int, delimiter: str) -> str | None:
        """A cell's text; None where the record has none."""
        text = self.text
        if isinstance(text, bytes):
            cells = text.rstrip(b"\r\n").split(delimiter.encode())
        else:
            cells = [cell.encode("latin-1") for cell in text]
        return cells[index].decode("utf-8", "replace") if 0 <= index < len(cells) else None


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
    """Physical lines, up to the first that is too long; then what is put behind the end.

    Attributes:
        taken: how many bytes the lines of records with quotes had.
        too_long: whether a line was too long.
    """

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.taken = 0
        self.too_long = False

    def __iter__(self) -> Iterator[bytes]:
        rest = b""
        while data := self._source.read(_PIECE):
            lines = (rest + data).splitlines(keepends=True)
            # A line's end may come with the next piece, or the second half of it.
            rest = lines.pop()
            # Only the first one is longer than a piece.
            if len(max([rest, *lines[:1]], key=len).rstrip(b"\r\n")) >= _LONGEST:
                self.too_long = True
                return
            yield from lines
        yield from (rest, _END) if rest else (_END,)

    def of_record(self, first: bytes, others: Iterator[bytes]) -> Iterator[str]:
        """The lines of one record as `csv` wants them, one character a byte."""
        for line in chain((first,), others):
            self.taken += 0 if line is _END else len(line)
            yield line.decode("latin-1")


def records(source: Readable, delimiter: str, first_line: int = 1) -> Iterator[Record]:
    """Each record; blank lines are no records.

    A line without a quote is a record as it stands. Most are, and `csv` takes three times as long
    to find their cells, which hardly any caller wants.

    Args:
        source: UTF-8 text, at the start of a record.
        delimiter: between cells.
        first_line: the physical line at which it starts.

    Raises:
        RecordTooLongError: a record is.
        UnclosedQuoteError: the text ends inside quotes; raised after the last record.
    """
    lines = _Lines(source)
    each = iter(lines)
    # Made once: there is a reader for each record that has quotes.
    dialect = csv.reader((), delimiter=delimiter).dialect
    line = first_line
    for first in each:
        if _QUOTE not in first:
            if first is _END:
                return
            if len(first) > 2 or first not in _BLANK:
                yield Record(line, len(first), first)
            line += 1
            continue
        lines.taken = 0
        reader = csv.reader(lines.of_record(first, each), dialect)
        try:
            cells = next(reader)
        except csv.Error:
            raise RecordTooLongError(line) from None
        if lines.too_long:
            break
        yield Record(line, lines.taken, cells)
        if cells[-1].endswith(_END.decode()):
            raise UnclosedQuoteError(line)
        line += reader.line_num
    raise RecordTooLongError(line)
