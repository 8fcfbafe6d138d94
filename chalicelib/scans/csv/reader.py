"""Read CSV and TSV (contract, section 4) as a stream of batches of text.

As long as all records have one width pyarrow reads them; from the first that has another one on
Python's `csv` does, which takes ten times as long and gives the same.
"""

import io
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import BinaryIO, Final

import pyarrow as pa

from chalicelib.players.headers import HeaderMap
from chalicelib.scans.batch import Cells, RowLocation, SkippedRows, WholeRow
from chalicelib.scans.blank_rows import are_blank, blank_rows, without_rows
from chalicelib.scans.csv.arrow_batches import ArrowBatches
from chalicelib.scans.csv.header import read_header
from chalicelib.scans.csv.records import (
    BLOCK,
    MAX_RECORD,
    Record,
    RecordTooLongError,
    UnclosedQuoteError,
    records,
)
from chalicelib.scans.csv.row_kinds import row_kinds
from chalicelib.scans.csv.second_look import SecondLook
from chalicelib.scans.findings import Finding, FindingList
from chalicelib.scans.row_limit import check_rows
from chalicelib.scans.text_stream import TextStream, UnreadableError, unreadable

_QUOTE_HINT: Final = (
    "A quote that is opened and never closed swallows the rows after it: look for one."
)
# A batch that Python reads has so many rows or bytes: a cell takes some fifty times its length.
_BATCH_ROWS: Final = 10_000
_BATCH_BYTES: Final = 512 * 1024
# Where the records' width is looked for.
_FIRST_BYTES: Final = 16 * 1024
_FIRST_RECORDS: Final = 20


class CsvReader:
    """A CSV or TSV scan.

    Attributes:
        delimiter: the header's.
        headers: what the header's names mean.
        header_line: the physical line where the header starts.
        skipped_line: the physical line of the first record above the header, if there is one.
        blank_rows: rows without a value in any mapped column, which are no rows.
        skipped: ragged rows, which are left out of the batches.
        errors: ragged rows, and a quote that is never closed.
    """

    # The file's name says whether it is CSV or TSV.
    format = None
    sheet = None
    sheets = ()

    def __init__(self, open_text: Callable[[], TextStream]) -> None:
        """Read the header.

        Args:
            open_text: opens the upload's text at its start, as often as it is called.

        Raises:
            UnreadableError: there is no header that can be read.
        """
        self._text = open_text()
        self.encoding = self._text.encoding.name
        self.skipped = SkippedRows()
        self.errors = FindingList()
        self.blank_rows = 0
        self._header = read_header(self._text)
        self.header_line = self._header.line
        self.skipped_line = self._header.skipped_line
        self.delimiter = self._header.delimiter
        self.headers: HeaderMap = self._header.headers
        self._kinds = row_kinds(self.headers, self.delimiter)
        self._second_look = SecondLook(open_text, self._header, self._kinds)
        self._batch_rows = 0
        self._is_read = False

    @property
    def rows(self) -> int:
        """How many rows were read so far, including ragged ones."""
        return self._batch_rows + len(self.skipped)

    @property
    def has_header(self) -> bool:
        """Always true; without a header the constructor raises."""
        return True

    def columns(self) -> HeaderMap:
        """See `Reader.columns`: those of the header."""
        return self.headers

    def batches(self) -> Iterator[Cells]:
        """See `Reader.batches`."""
        columns = {
            place: column for place, column in enumerate(self.headers.columns) if column is not None
        }
        even = ArrowBatches(
            self._header, self._text, columns, width=self._likely_width(), block=BLOCK
        )
        done = 0
        for arrays, length in even:
            done += length
            yield from self._of_rows(Cells(arrays, length))
            check_rows(done)
        if not even.is_closed:
            yield from self._uneven(done, columns)
        self._is_read = True

    def _of_rows(self, cells: Cells) -> Iterator[Cells]:
        """A batch without its blank rows, if there are others."""
        blank = blank_rows(cells)
        if blank is not None:
            length = cells.length
            cells = without_rows(cells, blank)
            self.blank_rows += length - cells.length
        self._batch_rows += cells.length
        if cells.length:
            yield cells

    def _likely_width(self) -> int:
        """The width of the first record with a value, if what it has beyond the header is blank."""
        width = len(self.headers.columns)
        rest = self._header.rest
        first = rest[: rest.find(b"\n", 0, _FIRST_BYTES)]
        if b'"' not in first and first.count(self.delimiter.encode()) == width - 1:
            return width  # as nearly always
        head = io.BytesIO(rest[:_FIRST_BYTES])
        try:
            for record in islice(records(head, self.delimiter), _FIRST_RECORDS):
                cells = record.cells(self.delimiter)
                if not are_blank(cells):
                    return max(len(cells), width) if are_blank(cells[width:]) else width
        except (RecordTooLongError, UnclosedQuoteError):
            pass
        return width

    def _uneven(self, done: int, columns: dict[int, str]) -> Iterator[Cells]:
        """Batches of the rows after the first records, record by record.

        Args:
            done: how many records were read already.
            columns: the mapped columns by their place.
        """
        rows: list[list[str]] = []
        size = 0
        for record, cells in self._even_rows(done):
            rows.append([cells[place] for place in columns])
            size += record.size
            if len(rows) == _BATCH_ROWS or size > _BATCH_BYTES:
                yield self._batch(list(columns.values()), rows)
                rows, size = [], 0
        if rows:
            yield self._batch(list(columns.values()), rows)

    def _even_rows(self, done: int) -> Iterator[tuple[Record, list[str]]]:
        """The rows after the first records that have all cells; what is none is counted or told."""
        number = self.rows
        try:
            for record in islice(self._second_look.records(), done, None):
                if record.size > MAX_RECORD:
                    raise _too_long(number + 1, record.line)
                cells = record.cells(self.delimiter)
                kind = self._kinds.kind(cells)
                self.blank_rows += kind == "blank"
                number += kind != "blank"
                check_rows(number + self.blank_rows)
                if kind == "row":
                    yield record, cells
                elif kind == "ragged":
                    self._skip(number, record)
        except RecordTooLongError as too_long:
            raise _too_long(number + 1, too_long.line) from None
        except UnclosedQuoteError as unclosed:
            self._end_inside_quotes(number, unclosed.record)

    def _batch(self, columns: list[str], rows: list[list[str]]) -> Cells:
        self._batch_rows += len(rows)
        cells = zip(*rows, strict=True)
        arrays = {
            column: pa.array(values, pa.string())
            for column, values in zip(columns, cells, strict=True)
        }
        return Cells(arrays, len(rows))

    def _skip(self, row: int, record: Record) -> None:
        self.skipped.add(row)
        if self.errors.room:
            self.errors.add([self._kinds.ragged(row, record)])
        else:  # rows come in order, so this one is not listed
            self.errors.count += 1

    def _end_inside_quotes(self, row: int, last: Record) -> None:
        kind = self._kinds.kind(last.cells(self.delimiter))
        if kind == "ragged":
            return  # reported as such
        finding = Finding(
            code="bad_text",
            message="The file ends inside a quoted cell of this row.",
            hint=_QUOTE_HINT,
            row=row if kind == "row" else None,
            line=last.line,
        )
        self.errors.add([finding])

    def locate_rows(self, rows: list[int]) -> dict[int, RowLocation]:
        """See `Reader.locate_rows`; reads the text again."""
        has_blanks = not self._is_read or self.blank_rows > 0
        return self._second_look.locate_rows(rows, has_blanks=has_blanks)

    def whole_rows(self) -> Iterator[WholeRow]:
        """See `Reader.whole_rows`."""
        return self._second_look.whole_rows()

    def write_without(self, rows: Collection[int], out: BinaryIO) -> None:
        """See `Reader.write_without`."""
        self._second_look.write_without(rows, out)


def _too_long(row: int, line: int) -> UnreadableError:
    return unreadable(
        "bad_text",
        f"The row that starts here is longer than {MAX_RECORD:,} bytes.",
        _QUOTE_HINT,
        row=row,
        line=line,
    )
