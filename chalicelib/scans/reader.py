"""The reader protocol: bytes in, batches of cells out, for each file format."""

from collections.abc import Collection, Iterator
from typing import BinaryIO, Protocol

from chalicelib.players.headers import HeaderMap
from chalicelib.scans.batch import Cells, RowLocation, SkippedRows, WholeRow
from chalicelib.scans.findings import FindingList


class MoreColumnsError(Exception):
    """Raised when a known column appears after the first batch; reading must restart."""


class Reader(Protocol):
    """A scan in one of the file formats.

    Rows are numbered from 1, including bad ones. Rows without a value in any mapped column are no
    rows: they are in no batch, take no number, and are counted in `blank_rows`.
    """

    @property
    def format(self) -> str | None:
        """The format by the file's content; None if only its name defines it."""
        ...

    @property
    def encoding(self) -> str:
        """The encoding, as the report names it."""
        ...

    @property
    def delimiter(self) -> str | None:
        """The delimiter between cells; None in formats without one."""
        ...

    @property
    def headers(self) -> HeaderMap:
        """The columns of the headers that were read so far."""
        ...

    @property
    def sheet(self) -> str | None:
        """The name of the sheet that is read, in a workbook."""
        ...

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of all sheets of a workbook that are not hidden."""
        ...

    @property
    def skipped_line(self) -> int | None:
        """The physical line of the first record above the header that was left out, if any."""
        ...

    @property
    def blank_rows(self) -> int:
        """How many rows without a value in any mapped column were read so far."""
        ...

    @property
    def header_line(self) -> int | None:
        """The physical line where the header starts, in formats that have one."""
        ...

    @property
    def has_header(self) -> bool:
        """Whether the file has a header or an object with keys."""
        ...

    @property
    def rows(self) -> int:
        """How many rows were read so far, including skipped ones."""
        ...

    @property
    def skipped(self) -> SkippedRows:
        """The rows that are in no batch."""
        ...

    @property
    def errors(self) -> FindingList:
        """The format errors of the rows that were read so far."""
        ...

    def columns(self) -> HeaderMap:
        """Go to the first row and return the file's columns.

        Raises:
            UnreadableError: the file cannot be read as far as needed for this.
        """
        ...

    def batches(self) -> Iterator[Cells]:
        """The cells of all known columns, batch by batch, in file order.

        Raises:
            UnreadableError: the rest cannot be read.
            MoreColumnsError: a known column appears only now; call `columns` to restart with it.
        """
        ...

    def locate_rows(self, rows: list[int]) -> dict[int, RowLocation]:
        """The line and the id text of rows; unreadable rows are left out.

        Args:
            rows: row numbers, ascending.
        """
        ...

    def whole_rows(self) -> Iterator[WholeRow]:
        """All rows with all of their cells, from the first on; unreadable rows are left out.

        For the few questions that need the columns that are not read; reads the text again.
        """
        ...

    def write_without(self, rows: Collection[int], out: BinaryIO) -> None:
        """Write the file without some of its rows, in its own format, not compressed.

        A workbook becomes CSV in UTF-8 with a BOM. All else stays as it stands, byte for byte where
        the text is UTF-8.

        Args:
            rows: the numbers of the rows to leave out.
            out: where to write.
        """
        ...
