"""Read CSV and TSV (contract, section 4) as a stream of batches of text, with pyarrow.

pyarrow only splits the text into cells. Every cell stays text, so that the rules of the contract
define its value.
"""

import codecs
from collections.abc import Callable, Collection, Iterator
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.csv as pacsv

from chalicelib.players.headers import HeaderMap, map_headers
from chalicelib.scans.batch import Cells, RowLocation, SkippedRows, WholeRow
from chalicelib.scans.csv.header import read_header
from chalicelib.scans.csv.records import (
    BLOCK,
    MAX_RECORD,
    Record,
    RecordTooLongError,
    UnclosedQuoteError,
    records,
)
from chalicelib.scans.csv.source import SENTINEL_CELL, SPLIT_CHARACTER_BYTES, CsvSource, sentinel
from chalicelib.scans.findings import Finding, FindingList, shorten
from chalicelib.scans.row_limit import check_rows, has_too_many
from chalicelib.scans.text_stream import TextStream, UnreadableError, unreadable

_QUOTE_HINT: Final = (
    "A quote that is opened and never closed swallows the rows after it: look for one."
)


class CsvReader:
    """A CSV or TSV scan.

    Attributes:
        delimiter: found from the header.
        headers: what the header's names mean.
        header_line: the physical line where the header starts.
        skipped: ragged rows, which are left out of the batches.
        errors: ragged rows.
    """

    # The file's name says whether it is CSV or TSV.
    format = None
    sheet = None
    sheets = ()
    skipped_line: int | None = None
    blank_rows = 0

    def __init__(self, open_text: Callable[[], TextStream]) -> None:
        """Read the header.

        Args:
            open_text: opens the upload's text at its start, as often as it is called.

        Raises:
            UnreadableError: there is no header that can be read.
        """
        self._open_text = open_text
        self._text = open_text()
        self.encoding = self._text.encoding.name
        self.skipped = SkippedRows()
        self.errors = FindingList()
        header = read_header(self._text)
        self.header_line = header.line
        self.delimiter = header.delimiter
        self.headers: HeaderMap = map_headers(header.names)
        self._rest = header.rest
        self._sentinel = sentinel(len(header.names), self.delimiter)
        self._batch_rows = 0

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
        rest = self._rest or self._text.read(BLOCK)
        if not rest:
            return
        # pyarrow drops a BOM at its start. The file's own BOM is gone already, so this one belongs
        # to a cell; a second BOM protects it.
        bom = codecs.BOM_UTF8 if rest.startswith(codecs.BOM_UTF8) else b""
        source = CsvSource(bom + rest, self._text, self._sentinel)
        names = [str(index) for index in range(len(self.headers.columns))]
        columns = {
            name: column
            for name, column in zip(names, self.headers.columns, strict=True)
            if column is not None
        }
        is_closed = False
        try:
            with self._open_arrow(source, names, list(columns)) as stream:
                for batch in stream:
                    rows, is_closed = self._without_sentinel(batch)
                    self._batch_rows += rows.num_rows
                    if rows.num_rows:
                        arrays = dict(zip(columns.values(), rows.columns, strict=True))
                        yield Cells(arrays, rows.num_rows)
                    check_rows(self.rows)
        except pa.ArrowInvalid as error:
            # pyarrow's read-ahead thread may still be running.
            self._text.close()
            check_rows(self.rows)
            raise self._too_long_a_record(error) from None
        if not is_closed:
            self._check_end()

    def _without_sentinel(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, bool]:
        """A batch without the sentinel, and whether it ended with the sentinel record."""
        if not batch.num_rows:
            return batch, False
        *columns, cells = batch.columns
        last = cells[-1].as_py()
        if last == SENTINEL_CELL:
            return batch.slice(0, batch.num_rows - 1), True
        if last.endswith(self._sentinel):  # a quote is open: the sentinel is part of that cell
            text = pa.array([last.removesuffix(self._sentinel)], pa.string())
            columns.append(pa.concat_arrays([cells[:-1], text]))
            return pa.record_batch(columns, schema=batch.schema), False
        return batch, False

    def _check_end(self) -> None:
        """Refuse a file that ends inside quotes; pyarrow accepts it, with the rows in one cell."""
        row = 0
        try:
            for _ in self._records():
                row += 1
        except UnclosedQuoteError as unclosed:
            if row == self.skipped.last:
                return  # also ragged, and reported as such
            finding = Finding(
                code="bad_text",
                message="The file ends inside a quoted cell of this row.",
                hint=_QUOTE_HINT,
                row=row,
                line=unclosed.line,
            )
            self.errors.add([finding])

    def _open_arrow(
        self, source: CsvSource, names: list[str], wanted: list[str]
    ) -> pacsv.CSVStreamingReader:
        # One thread: only then does pyarrow number the rows that it skips. Blocks are a little
        # longer than pieces, so that a piece is passed on without a copy.
        reading = pacsv.ReadOptions(
            use_threads=False, block_size=BLOCK + SPLIT_CHARACTER_BYTES // 2, column_names=names
        )
        return pacsv.open_csv(
            pa.PythonFile(source, mode="r"),
            read_options=reading,
            parse_options=pacsv.ParseOptions(
                delimiter=self.delimiter,
                newlines_in_values=True,
                invalid_row_handler=self._skip_ragged,
            ),
            convert_options=pacsv.ConvertOptions(
                check_utf8=False,  # TextStream has checked it
                strings_can_be_null=False,
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
            ),
        )

    def _skip_ragged(self, row: pacsv.InvalidRow) -> str:
        self.skipped.add(row.number)
        if has_too_many(len(self.skipped)):
            return "error"
        if not self.errors.room:  # rows come in order, so this one is not listed
            self.errors.count += 1
            return "skip"
        found, wanted = row.actual_columns, row.expected_columns
        finding = Finding(
            code="ragged_row",
            message=f"The row has {found} cell{'s' * (found != 1)}, but the header has {wanted}.",
            hint="Look for a missing or extra delimiter, or a stray quote, in this row.",
            row=row.number,
            value=shorten(self._own_text(row)),
        )
        self.errors.add([finding])
        return "skip"

    def _own_text(self, row: pacsv.InvalidRow) -> str:
        """The text of a row, without the sentinel that an open quote may have included."""
        text: str = row.text
        if text.endswith(self._sentinel):
            text = text.removesuffix(self._sentinel).removesuffix("\n").removesuffix("\r")
        return text

    def _too_long_a_record(self, error: pa.ArrowInvalid) -> UnreadableError:
        """The error that names the row at which pyarrow failed."""
        row, line = 0, self.header_line
        try:
            for row, record in enumerate(self._records(), start=1):
                line = record.line
                if record.size > MAX_RECORD:
                    return _too_long(row, line)
        except RecordTooLongError as too_long:
            return _too_long(row + 1, too_long.line)
        except UnclosedQuoteError as unclosed:
            return _too_long(row, unclosed.line)
        except UnreadableError as unreadable_text:
            return unreadable_text
        return unreadable(
            "bad_text",
            f"The file cannot be read as CSV: {str(error).splitlines()[0]}.",
            "Open it in a spreadsheet, look at its last rows, and save it again.",
            row=row,
            line=line,
        )

    def locate_rows(self, rows: list[int]) -> dict[int, RowLocation]:
        """See `Reader.locate_rows`; reads the text again."""
        found: dict[int, RowLocation] = {}
        id_cell = self.headers.columns.index("id") if "id" in self.headers.columns else -1
        wanted = iter(rows)
        row = next(wanted, None)
        try:
            for number, record in enumerate(self._records(), start=1):
                if number == row:
                    found[row] = RowLocation(record.line, record.cell(id_cell, self.delimiter))
                    row = next(wanted, None)
                    if row is None:
                        break  # do not read on: only blank lines may follow
        except (RecordTooLongError, UnclosedQuoteError, UnreadableError):
            pass  # this error is reported already; the rows before it are located
        return found

    def whole_rows(self) -> Iterator[WholeRow]:
        """See `Reader.whole_rows`."""
        raise NotImplementedError

    def write_without(self, rows: Collection[int], out: BinaryIO) -> None:
        """See `Reader.write_without`."""
        raise NotImplementedError

    def _records(self) -> Iterator[Record]:
        text = self._open_text()
        header = read_header(text)
        source = CsvSource(header.rest, text)
        yield from records(source, self.delimiter, first_line=header.next_line)


def _too_long(row: int, line: int) -> UnreadableError:
    return unreadable(
        "bad_text",
        f"The row that starts here is longer than {MAX_RECORD:,} bytes.",
        _QUOTE_HINT,
        row=row,
        line=line,
    )
