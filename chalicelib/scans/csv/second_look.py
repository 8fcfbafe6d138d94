"""Read a CSV scan again, record by record, for the few questions that batches do not answer."""

import codecs
from collections.abc import Callable, Collection, Iterator
from typing import BinaryIO, NamedTuple

from chalicelib.scans.batch import RowLocation, WholeRow
from chalicelib.scans.csv.header import Header, read_head
from chalicelib.scans.csv.records import (
    Record,
    RecordTooLongError,
    UnclosedQuoteError,
    numbered,
    pieces,
    records,
    records_at,
)
from chalicelib.scans.csv.row_kinds import RowKinds
from chalicelib.scans.csv.source import CsvSource
from chalicelib.scans.text_stream import TextStream, UnreadableError

# What ends a look: it is reported already.
_ENDS = (RecordTooLongError, UnclosedQuoteError, UnreadableError)


class SecondLook(NamedTuple):
    """Reads the text from its start, as often as it is asked.

    Attributes:
        open_text: opens the upload's text at its start.
        header: the text's, as it was read at first.
        kinds: tells rows from what is none.
    """

    open_text: Callable[[], TextStream]
    header: Header
    kinds: RowKinds

    def records(self) -> Iterator[Record]:
        """The records after the header.

        Raises:
            RecordTooLongError, UnclosedQuoteError, UnreadableError: as `records` does.
        """
        source = self._after_header(self.open_text())
        return records(source, self.kinds.delimiter, first_line=self.header.next_line)

    def locate_rows(self, rows: list[int], *, has_blanks: bool) -> dict[int, RowLocation]:
        """See `Reader.locate_rows`.

        Args:
            rows: row numbers, ascending.
            has_blanks: whether there may be blank rows, which take no number.
        """
        columns = self.kinds.headers.columns
        id_cell = columns.index("id") if "id" in columns else -1
        found: dict[int, RowLocation] = {}
        try:
            for row, record in self._records_of(rows, has_blanks=has_blanks):
                found[row] = RowLocation(record.line, record.cell(id_cell, self.kinds.delimiter))
                # Nothing is read on behind the last one: only blank lines may follow.
        except _ENDS:
            pass  # the rows before it are located
        return found

    def _records_of(self, rows: list[int], *, has_blanks: bool) -> Iterator[tuple[int, Record]]:
        """Rows with their records."""
        if not has_blanks:
            source = self._after_header(self.open_text())
            yield from records_at(source, self.kinds.delimiter, rows, self.header.next_line)
            return
        filled = (record for record in self.records() if not self._is_blank(record))
        if rows:
            yield from numbered(filled, [*reversed(rows)])

    def whole_rows(self) -> Iterator[WholeRow]:
        """See `Reader.whole_rows`."""
        width = len(self.kinds.headers.columns)
        number = 0
        try:
            for record in self.records():
                cells = record.cells(self.kinds.delimiter)
                kind = self.kinds.kind(cells)
                number += kind != "blank"
                if kind == "row":
                    yield WholeRow(number, record.line, tuple(cells[:width]))
        except _ENDS:
            pass

    def write_without(self, rows: Collection[int], out: BinaryIO) -> None:
        """See `Reader.write_without`.

        Raises:
            RecordTooLongError, UnreadableError: the file cannot be read to its end.
        """
        left_out = frozenset(rows)
        text = self.open_text()
        source, header = self._after_header(text), self.header
        out.write((codecs.BOM_UTF8 if text.encoding.bom else b"") + header.above)
        number = 0
        try:
            for piece in pieces(source, self.kinds.delimiter, first_line=header.next_line):
                if not piece.is_line_end and not self._is_blank(piece):
                    number += 1
                    if number in left_out:
                        continue
                out.write(piece.raw)
        except UnclosedQuoteError:
            pass  # raised after the last record

    def _after_header(self, text: TextStream) -> CsvSource:
        """What comes after the header."""
        read_head(text)
        return CsvSource(self.header.rest, text)

    def _is_blank(self, record: Record) -> bool:
        return self.kinds.kind(record.cells(self.kinds.delimiter)) == "blank"
