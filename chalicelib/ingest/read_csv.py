"""Read CSV and TSV (contract, section 4) as batches of text, by pyarrow, in a stream.

pyarrow finds the cells and nothing else: every cell stays text, so that the rules of the contract
decide what it means.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.csv as pacsv

from chalicelib.ingest.cells import Cells, Place, SkippedRows
from chalicelib.ingest.csv_records import (
    BLOCK,
    Record,
    RecordTooLongError,
    UnclosedQuoteError,
    records,
)
from chalicelib.ingest.findings import Finding, FindingList, shorten
from chalicelib.ingest.row_limit import check_rows, has_too_many
from chalicelib.ingest.text import (
    Chained,
    TextStream,
    UnreadableError,
    count_line_ends,
    empty_file,
    unreadable,
)
from chalicelib.players.headers import HeaderMap, map_headers

DELIMITERS: Final = (",", ";", "\t")
_LOOK_FOR_A_QUOTE: Final = (
    "A quote that is opened and never closed swallows the rows after it: look for one."
)


class CsvReader:
    """A CSV or TSV scan.

    Attributes:
        delimiter: found from the header.
        headers: what the header's names mean.
        header_line: the physical line where the header starts.
        skipped: the rows left out of the batches, because they are ragged.
        errors: ragged rows.
    """

    # The file's name tells whether it is called CSV or TSV.
    format = None

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
        head = _read_head(self._text)
        header = _split_header(head)
        self.header_line = header.line
        self.delimiter = header.delimiter
        self.headers: HeaderMap = map_headers(header.names)
        self._rest = header.rest
        self._kept = 0

    @property
    def rows(self) -> int:
        """How many rows were read so far, ragged ones included."""
        return self._kept + len(self.skipped)

    @property
    def has_header(self) -> bool:
        """True: without a header there is no reader."""
        return True

    def settle(self) -> HeaderMap:
        """The columns of the file: those of its header."""
        return self.headers

    def batches(self) -> Iterator[Cells]:
        """The cells of all mapped columns, batch by batch, in file order.

        Raises:
            UnreadableError: the rest cannot be read.
        """
        # pyarrow takes a BOM at its start for the file's own; that one is gone: this is a cell's.
        bom = codecs.BOM_UTF8 if self._rest.startswith(codecs.BOM_UTF8) else b""
        chained = Chained(bom + self._rest, self._text)
        source = io.BufferedReader(chained, BLOCK)
        if not source.peek(1):
            return
        names = [str(index) for index in range(len(self.headers.columns))]
        columns = {
            name: column
            for name, column in zip(names, self.headers.columns, strict=True)
            if column is not None
        }
        try:
            for batch in self._open_arrow(source, names, list(columns)):
                self._kept += batch.num_rows
                arrays = dict(zip(columns.values(), batch.columns, strict=True))
                yield Cells(arrays, batch.num_rows)
                check_rows(self.rows)
        except pa.ArrowInvalid as error:
            check_rows(self.rows)
            raise self._too_long_a_record(error) from None
        if _may_end_in_quotes(chained, self.delimiter):
            self._check_end()

    def _check_end(self) -> None:
        """Refuse a file that ends inside quotes: pyarrow takes it, whatever the quote swallowed."""
        row = 0
        try:
            for _ in self._records():
                row += 1
        except UnclosedQuoteError as unclosed:
            if row == self.skipped.last:
                return  # ragged as well, and reported as that
            finding = Finding(
                code="bad_text",
                message="The file ends inside a quoted cell of this row.",
                hint=_LOOK_FOR_A_QUOTE,
                row=row,
                line=unclosed.line,
            )
            self.errors.add([finding])

    def _open_arrow(
        self, source: io.BufferedIOBase, names: list[str], wanted: list[str]
    ) -> pacsv.CSVStreamingReader:
        return pacsv.open_csv(
            source,
            # One thread: only then does pyarrow number the rows that it skips.
            read_options=pacsv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names),
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
        if not self.errors.room:  # rows come in order: this one is not listed
            self.errors.count += 1
            return "skip"
        found, wanted = row.actual_columns, row.expected_columns
        finding = Finding(
            code="ragged_row",
            message=f"The row has {found} cell{'s' * (found != 1)}, but the header has {wanted}.",
            hint="Look for a missing or extra delimiter, or a stray quote, in this row.",
            row=row.number,
            value=shorten(row.text),
        )
        self.errors.add([finding])
        return "skip"

    def _too_long_a_record(self, error: pa.ArrowInvalid) -> UnreadableError:
        """Name the row at which pyarrow gave up."""
        row, line = 0, self.header_line
        try:
            for row, record in enumerate(self._records(), start=1):
                line = record.line
                if record.size > BLOCK:
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

    def look_up(self, rows: list[int]) -> dict[int, Place]:
        """Where rows start and what their ids are, found by a second look at the text.

        Args:
            rows: row numbers, ascending.
        """
        found: dict[int, Place] = {}
        id_cell = self.headers.columns.index("id") if "id" in self.headers.columns else -1
        wanted = iter(rows)
        row = next(wanted, None)
        try:
            for number, record in enumerate(self._records(), start=1):
                if number == row:
                    found[row] = Place(record.line, record.cell(id_cell, self.delimiter))
                    row = next(wanted, None)
                    if row is None:
                        break  # before the next record: nothing but blank lines may follow
        except (RecordTooLongError, UnclosedQuoteError, UnreadableError):
            pass  # it was reported as such; the rows before it are found
        return found

    def _records(self) -> Iterator[Record]:
        text = self._open_text()
        head = _read_head(text)
        rest = _split_header(head).rest
        before = count_line_ends(head[: len(head) - len(rest)])
        source = io.BufferedReader(Chained(rest, text), BLOCK)
        yield from records(source, self.delimiter, first_line=before + 1)


def _too_long(row: int, line: int) -> UnreadableError:
    return unreadable(
        "bad_text",
        f"The row that starts here is longer than {BLOCK:,} bytes.",
        _LOOK_FOR_A_QUOTE,
        row=row,
        line=line,
    )


def _may_end_in_quotes(text: Chained, delimiter: str) -> bool:
    """Whether a file's last quote may be one that opens a cell; what stands beside it tells."""
    borders = (b"", b"\r", b"\n", delimiter.encode())
    if text.before_quote is None:
        return False
    return text.after_quote not in borders or text.before_quote in (*borders, b'"')


def _read_head(text: TextStream) -> bytes:
    """The first block, in which the header ends."""
    head = b""
    while len(head) < BLOCK and (data := text.read(BLOCK - len(head))):
        head += data
    return head


class _Header(NamedTuple):
    """A header: its line, its delimiter, its names, and what follows it in the first block."""

    line: int
    delimiter: str
    names: list[str]
    rest: bytes


def _split_header(head: bytes) -> _Header:
    """Find the header, and its delimiter: the one that makes the most known columns of it.

    Raises:
        UnreadableError: the file is empty, or its header does not end.
    """
    body = head.lstrip(b"\r\n")
    if not body.strip():
        raise empty_file()
    line = 1 + count_line_ends(head[: len(head) - len(body)])

    def read(delimiter: str) -> tuple[list[str], int]:
        """The names, and how many bytes they take; only the header's own lines are decoded."""
        # A character that the block's end cuts is far behind the header.
        lines = io.TextIOWrapper(io.BytesIO(body), "utf-8", "ignore", newline="")
        taken: list[str] = []
        try:
            names = next(csv.reader(_noted(lines, taken), delimiter=delimiter), [])
        except csv.Error:
            return [], len(body)
        return names, len("".join(taken).encode())

    found = {delimiter: read(delimiter) for delimiter in DELIMITERS}

    def merit(delimiter: str) -> tuple[int, int]:
        names, _ = found[delimiter]
        return (len(map_headers(names).mapped), len(names))

    delimiter = max(DELIMITERS, key=merit)
    names, taken = found[delimiter]
    rest = body[taken:]
    if not names or (not rest and (len(head) == BLOCK or "\n" in names[-1].rstrip("\r\n"))):
        raise unreadable(
            "bad_text",
            "The header does not end: it is too long, or it has a quote that is never closed.",
            "The first line must hold the column names, separated by commas, semicolons or tabs.",
            line=line,
        )
    return _Header(line, delimiter, names, rest)


def _noted(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line
