"""Read CSV record by record, with the physical line of each, to locate errors.

The rules are those of pyarrow and of Python's `csv`: a quote opens a field only at its start, and
blank lines are no records.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from chalicelib.scans.upload import Readable

# Bytes read at once. A header of 10,000 columns is shorter; a longer one has a stray quote.
BLOCK: Final = 1024 * 1024
# pyarrow accepts every record that is shorter than a block, and a longer one if it contains only
# one block's end.
MAX_RECORD: Final = 1_000_000
_LONGEST: Final = 2 * BLOCK

# Appended to the text: a separate record, unless a quote is still open at the end.
_END: Final = b"\x00end"
_LINE_ENDS: Final = (b"\n", b"\r\n", b"\r")
# An int: `in` finds an int in bytes ten times as fast as a bytes object.
_QUOTE: Final = ord('"')
# Bytes split into lines at once; short lines take several times as much memory.
_PIECE: Final = 256 * 1024

csv.field_size_limit(_LONGEST)


class Record(NamedTuple):
    """A record, or a blank line.

    Attributes:
        line: the physical line where it starts.
        raw: its bytes, with its line end.
        quoted: its cells if it has quotes, one character per byte.
    """

    line: int
    raw: bytes
    quoted: list[str] | None = None

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return len(self.raw)

    @property
    def is_line_end(self) -> bool:
        """Whether it is a blank line."""
        return self.raw in _LINE_ENDS

    @property
    def text(self) -> str:
        """It as it stands in the file, without its line end."""
        raw = self.raw
        end = 2 if raw.endswith(b"\r\n") else raw.endswith((b"\n", b"\r"))
        return raw[: len(raw) - end].decode("utf-8", "replace")

    def cells(self, delimiter: str) -> list[str]:
        """Its cells."""
        if self.quoted is None:
            return self.text.split(delimiter)
        # Only what is not ASCII has other characters than bytes.
        return [
            cell if cell.isascii() else cell.encode("latin-1").decode("utf-8", "replace")
            for cell in self.quoted
        ]

    def cell(self, index: int, delimiter: str) -> str | None:
        """A cell's text; None where the record has none."""
        cells = self.cells(delimiter)
        return cells[index] if 0 <= index < len(cells) else None


class UnclosedQuoteError(Exception):
    """Raised after the last record if it ends inside quotes."""

    def __init__(self, record: Record) -> None:
        """Store the record."""
        super().__init__(record.line)
        self.record = record


class RecordTooLongError(Exception):
    """Raised at a record that is longer than any that pyarrow accepts."""

    def __init__(self, line: int) -> None:
        """Store the line where it starts."""
        super().__init__(line)
        self.line = line


class _Lines:
    """Physical lines, up to the first that is too long; at the end `_END`.

    Attributes:
        taken: the lines of the current record with quotes.
        too_long: whether a line was too long.
    """

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.taken: list[bytes] = []
        self.too_long = False

    def blocks(self) -> Iterator[list[bytes]]:
        """The lines of each piece that is read; `_END` is in the last one."""
        rest = b""
        while data := self._source.read(_PIECE):
            lines = (rest + data).splitlines(keepends=True)
            # A line end, or the LF of a CRLF, may come with the next piece.
            rest = lines.pop()
            # Only the first line can be longer than a piece.
            if len(max([rest, *lines[:1]], key=len).rstrip(b"\r\n")) >= _LONGEST:
                self.too_long = True
                return
            if lines:
                yield lines
        yield [rest, _END] if rest else [_END]

    def of_record(self, first: bytes, others: Iterator[bytes]) -> Iterator[str]:
        """The lines of one record for `csv`, one character per byte."""
        for line in chain((first,), others):
            self.taken.append(line)
            yield line.decode("latin-1")


def records(source: Readable, delimiter: str, first_line: int = 1) -> Iterator[Record]:
    """Each record; blank lines are no records.

    Args:
        source: UTF-8 text, at the start of a record.
        delimiter: between cells.
        first_line: the physical line at which it starts.

    Raises:
        RecordTooLongError: a record is too long.
        UnclosedQuoteError: the text ends inside quotes; raised after the last record.
    """
    found = pieces(source, delimiter, first_line)
    return (record for record in found if record.raw not in _LINE_ENDS)


def pieces(source: Readable, delimiter: str, first_line: int = 1) -> Iterator[Record]:
    """Each record and each blank line: one after the other they are the text.

    A line without a quote is a record, and most are. Splitting it with `csv` would take three times
    as long, and few callers need the cells. Arguments and errors are those of `records`.
    """
    lines = _Lines(source)
    return _pieces(lines, chain.from_iterable(lines.blocks()), delimiter, first_line)


def records_at(
    source: Readable, delimiter: str, numbers: Sequence[int], first_line: int = 1
) -> Iterator[tuple[int, Record]]:
    """Some records with their numbers; the first record's is 1.

    Up to the first quote or blank line, which most texts have not, lines are counted and not looked
    at: of a large file with few errors it takes a quarter of the time that `records` does.

    Args:
        source: UTF-8 text, at the start of a record.
        delimiter: between cells.
        numbers: the records' numbers, ascending, each once.
        first_line: the physical line at which it starts.

    Raises:
        RecordTooLongError, UnclosedQuoteError: as `records` does; not if all are found before.
    """
    if not numbers:
        return
    lines = _Lines(source)
    blocks = lines.blocks()
    done, line, left = 0, first_line, [*reversed(numbers)]
    for block in blocks:
        if not _is_plain(block):
            rest = _pieces(lines, chain(block, chain.from_iterable(blocks)), delimiter, line)
            found = (record for record in rest if not record.is_line_end)
            yield from numbered(found, left, done + 1)
            return
        count = len(block) - (block[-1] is _END)
        while left and left[-1] <= done + count:
            at = left[-1] - done - 1
            yield left.pop(), Record(line + at, block[at])
        if not left:
            return
        done += count
        line += count
    if lines.too_long:
        raise RecordTooLongError(line)


def numbered(
    found: Iterator[Record], left: list[int], first: int = 1
) -> Iterator[tuple[int, Record]]:
    """Some of these records with their numbers; nothing is read behind the last one.

    Args:
        found: the records.
        left: the numbers, descending, one at least; those that are found are taken out.
        first: the first record's number.
    """
    for number, record in enumerate(found, first):
        if number == left[-1]:
            yield left.pop(), record
            if not left:
                return


def _is_plain(block: list[bytes]) -> bool:
    """Whether each line is a record: there is no quote, and no blank line."""
    return _QUOTE not in b"".join(block) and not any(end in block for end in _LINE_ENDS)


def _pieces(
    lines: _Lines, each: Iterator[bytes], delimiter: str, first_line: int
) -> Iterator[Record]:
    """See `pieces`; `each` has the lines."""
    # Made once, because each record with quotes gets its own reader.
    dialect = csv.reader((), delimiter=delimiter).dialect
    line = first_line
    for first in each:
        if _QUOTE not in first:
            if first is _END:
                return
            yield Record(line, first)
            line += 1
            continue
        lines.taken = []
        reader = csv.reader(lines.of_record(first, each), dialect)
        try:
            cells = next(reader)
        except csv.Error:
            raise RecordTooLongError(line) from None
        if lines.too_long:
            break
        if lines.taken[-1] is _END:
            cells[-1] = cells[-1].removesuffix(_END.decode())
            record = Record(line, b"".join(lines.taken[:-1]), cells)
            yield record
            raise UnclosedQuoteError(record)
        yield Record(line, b"".join(lines.taken), cells)
        line += reader.line_num
    raise RecordTooLongError(line)
