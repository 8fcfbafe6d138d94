"""Read a workbook's sheet (contract, section 4) as a stream of batches of text.

Every cell becomes text or an `OddCell`, so that the rules of the contract define its value.
"""

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, BinaryIO, Final, NamedTuple

import pyarrow as pa

from chalicelib.players.headers import KINGDOM, HeaderMap
from chalicelib.players.schema import TEXT_COLUMNS
from chalicelib.scans.batch import Cells, RowLocation, SkippedRows, WholeRow
from chalicelib.scans.blank_rows import is_blank
from chalicelib.scans.findings import MAX_VALUE_LENGTH, Finding, FindingList, shorten
from chalicelib.scans.row_limit import check_rows
from chalicelib.scans.two_row_header import (
    SECOND_ROW_HINT,
    SECOND_ROW_MESSAGE,
    is_second_row,
)
from chalicelib.scans.xlsx.as_csv import write_csv
from chalicelib.scans.xlsx.budget import Budget
from chalicelib.scans.xlsx.cells import CellReader, RawCell, Value, as_text, is_odd, is_value
from chalicelib.scans.xlsx.package import Package
from chalicelib.scans.xlsx.rows import column_letters, sheet_rows
from chalicelib.scans.xlsx.sheets import read_book
from chalicelib.scans.xlsx.strings import Texts, read_strings, writable
from chalicelib.scans.xlsx.styles import read_styles
from chalicelib.scans.xlsx.table import find_table

BATCH_ROWS: Final = 4096
# Characters: many cells may share one long text.
_BATCH_TEXT: Final = 4 * 1024 * 1024


class _TableRow(NamedTuple):
    """A row of the table that is no blank row.

    Attributes:
        line: its number in the sheet.
        blank: how many blank rows are between the row before it and this one.
        cells: by column number.
        values: of the columns that are read, in their order.
        beyond: the cells with a value beyond the header's last named column: where each is, and its
            text. A row that has any is ragged.
    """

    line: int
    blank: int
    cells: dict[int, RawCell]
    values: list[Value]
    beyond: list[tuple[str, str]]


class WorkbookReader:
    """A scan in a workbook.

    Attributes:
        sheet: the name of the sheet with the table.
        sheets: the names of all sheets that are not hidden.
        headers: what the header's names mean.
        header_line: the number of the header's row.
        skipped_line: that of the first row with a value above the header, if any.
        blank_rows: rows without a value in any mapped column, up to the last that has one.
        rows: how many were read so far, ragged ones too.
        skipped: ragged rows, which are left out of the batches.
        errors: ragged rows.
    """

    format = "xlsx"
    encoding = "utf-8"
    delimiter = None
    has_header = True

    def __init__(self, open_body: Callable[[], BinaryIO], max_bytes: int) -> None:
        """Find the sheet and its header.

        Args:
            open_body: opens the upload's bytes.
            max_bytes: the setting `MAX_UPLOAD_BYTES`, which limits the unpacked size too.

        Raises:
            UnreadableError: it is no workbook that can be read.
        """
        self._max_bytes = max_bytes
        budget = Budget(max_bytes)
        self._package = Package(open_body())
        book = read_book(self._package, budget)
        self._cell_reader = CellReader(
            read_strings(self._package, book.strings, budget),
            read_styles(self._package, book.styles, budget),
            since_1904=book.since_1904,
            unsaved=book.unsaved,
        )
        table = find_table(self._package, book, self._cell_reader, budget)
        self._part = table.sheet.part
        self.sheet: str | None = table.sheet.name
        self.sheets: tuple[str, ...] = book.names
        self.headers: HeaderMap = table.headers
        self.header_line: int | None = table.line
        self.skipped_line: int | None = table.skipped_line
        self._wanted = {
            column: number
            for number, column in enumerate(self.headers.columns, start=1)
            if column is not None
        }
        self._start()

    def _start(self) -> None:
        self.rows = 0
        self.blank_rows = 0
        self.skipped = SkippedRows()
        self.errors = FindingList()
        self._lines = array("I")
        self._ids = Texts()

    def columns(self) -> HeaderMap:
        """See `Reader.columns`: those of the header."""
        self._start()
        return self.headers

    def batches(self) -> Iterator[Cells]:
        """See `Reader.batches`."""
        if self._lines:
            self._start()  # not else: who asked for `skipped` by now numbers rows by it
        id_at = list(self._wanted).index("id") if "id" in self._wanted else None
        batch: list[list[Value]] = []
        taken = self._cell_reader.taken
        for row in self._table_rows():
            self.rows += 1
            check_rows(self.rows)
            self.blank_rows += row.blank
            self._lines.append(row.line)
            self._ids.add("" if id_at is None else as_text(row.values[id_at])[:_ID_LENGTH])
            if row.beyond:
                self._skip(row)
                continue
            batch.append(row.values)
            if len(batch) == BATCH_ROWS or self._cell_reader.taken - taken > _BATCH_TEXT:
                yield self._cells(batch)
                batch, taken = [], self._cell_reader.taken
        if batch:
            yield self._cells(batch)

    def _table_rows(self) -> Iterator[_TableRow]:
        """The rows below the header that have a value in a mapped column, or beyond all columns."""
        assert self.header_line is not None
        reader = self._cell_reader
        width = len(self.headers.columns)
        wanted = [
            (number, reader.text if column in TEXT_COLUMNS else reader.number)
            for column, number in self._wanted.items()
        ]
        mapped = [at for at, column in enumerate(self._wanted) if column != KINGDOM]
        before = self.header_line
        for line, cells in sheet_rows(self._package, self._part, Budget(self._max_bytes)):
            if line <= self.header_line:
                continue
            values = [read(cells.get(number)) for number, read in wanted]
            beyond = self._beyond(cells) if max(cells) > width else []
            if beyond or any(is_value(values[at]) for at in mapped):
                yield _TableRow(line, line - before - 1, cells, values, beyond)
                before = line

    def _beyond(self, cells: dict[int, RawCell]) -> list[tuple[str, str]]:
        """The cells with a value beyond the header's last named column, with their texts."""
        width = len(self.headers.columns)
        found = [
            (cell.reference, self._cell_reader.shown(cell))
            for column, cell in sorted(cells.items())
            if column > width
        ]
        return [(reference, text) for reference, text in found if not is_blank(text)]

    def _skip(self, row: _TableRow) -> None:
        self.skipped.add(self.rows)
        if not self.errors.room:  # rows come in order, so this one is not listed
            self.errors.count += 1
            return
        reference, text = row.beyond[0]
        last = column_letters(len(self.headers.columns))
        message = f"The cell {reference} has a value, but the header ends in column {last}."
        hint = "Empty that cell, or give its column a name in the header's row."
        if self._is_second_row(row):
            message, hint = SECOND_ROW_MESSAGE, SECOND_ROW_HINT
        finding = Finding(
            code="ragged_row",
            message=message,
            hint=hint,
            row=self.rows,
            value=shorten(text),
            line=row.line,
        )
        self.errors.add([finding])

    def _is_second_row(self, row: _TableRow) -> bool:
        values = dict(zip(self._wanted, row.values, strict=True))
        player = [values.pop(name, None) for name in ("id", "name")]
        beyond = [text for _, text in row.beyond]
        return is_second_row(self.rows, player, [*values.values(), *beyond])

    def _cells(self, rows: Sequence[Sequence[Value]]) -> Cells:
        columns: dict[str, pa.Array] = {}
        odd: dict[str, dict[int, Any]] = {}
        for column, values in zip(self._wanted, zip(*rows, strict=True), strict=True):
            try:
                columns[column] = pa.array(values, pa.string())
            except (pa.ArrowTypeError, pa.ArrowInvalid, UnicodeEncodeError):
                found = {index: value for index, value in enumerate(values) if is_odd(value)}
                texts = [None if index in found else value for index, value in enumerate(values)]
                columns[column] = pa.array(texts, pa.string())
                odd[column] = found
        return Cells(columns, len(rows), odd)

    def locate_rows(self, rows: list[int]) -> dict[int, RowLocation]:
        """See `Reader.locate_rows`; of the rows that were read."""
        return {
            row: RowLocation(self._lines[row - 1], self._ids[row - 1])
            for row in rows
            if row <= len(self._lines)
        }

    def whole_rows(self) -> Iterator[WholeRow]:
        """See `Reader.whole_rows`."""
        for number, row in enumerate(self._table_rows(), start=1):
            if not row.beyond:
                yield WholeRow(number, row.line, self._texts(row))

    def write_without(self, rows: Collection[int], out: BinaryIO) -> None:
        """See `Reader.write_without`: the header and the rows below it, as CSV."""
        write_csv(self._kept(frozenset(rows)), out)

    def _kept(self, left_out: Collection[int]) -> Iterator[Sequence[str]]:
        yield self.headers.names
        for number, row in enumerate(self._table_rows(), start=1):
            if number not in left_out:
                yield (*self._texts(row), *(text for _, text in row.beyond))

    def _texts(self, row: _TableRow) -> tuple[str, ...]:
        """A row's cells: those that are read as they are read, the others as they are shown."""
        texts = [
            self._cell_reader.shown_if_sound(row.cells.get(number))
            for number in range(1, len(self.headers.columns) + 1)
        ]
        for number, value in zip(self._wanted.values(), row.values, strict=True):
            texts[number - 1] = writable(as_text(value))
        return tuple(texts)


_ID_LENGTH: Final = MAX_VALUE_LENGTH + 1
