"""What every reader of a file format is: bytes in, batches of cells out."""

from collections.abc import Iterator
from typing import Protocol

from chalicelib.players.headers import HeaderMap
from chalicelib.scans.batch import Cells, RowLocation, SkippedRows
from chalicelib.scans.findings import FindingList


class MoreColumnsError(Exception):
    """Raised when a known column appears after the first batch: the reading starts again."""


class Reader(Protocol):
    """A scan in one of the file formats. Rows are numbered from 1, the bad ones included."""

    @property
    def format(self) -> str | None:
        """The format by the file's content; None where only its name tells."""
        ...

    @property
    def encoding(self) -> str:
        """The encoding, as the report names it."""
        ...

    @property
    def delimiter(self) -> str | None:
        """What stands between cells; None in formats that have no delimiter."""
        ...

    @property
    def headers(self) -> HeaderMap:
        """What the headers mean, those that were met so far."""
        ...

    @property
    def header_line(self) -> int | None:
        """The physical line where the header starts, in formats that have one."""
        ...

    @property
    def has_header(self) -> bool:
        """Whether there was anything that could name columns."""
        ...

    @property
    def rows(self) -> int:
        """How many rows were read so far, skipped ones included."""
        ...

    @property
    def skipped(self) -> SkippedRows:
        """The rows that no batch has."""
        ...

    @property
    def errors(self) -> FindingList:
        """What is wrong with the rows that were read so far, as far as the format is concerned."""
        ...

    def columns(self) -> HeaderMap:
        """Go to the first row and tell the columns of the file.

        Raises:
            UnreadableError: the file cannot be read as far as that takes.
        """
        ...

    def batches(self) -> Iterator[Cells]:
        """The cells of all known columns, batch by batch, in file order.

        Raises:
            UnreadableError: the rest cannot be read.
            MoreColumnsError: a known column appears only now; `columns` starts again, with it.
        """
        ...

    def locate_rows(self, rows: list[int]) -> dict[int, RowLocation]:
        """Where rows start and what their ids are; rows that cannot be read are left out.

        Args:
            rows: row numbers, ascending.
        """
        ...
