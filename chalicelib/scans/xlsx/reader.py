"""Read a workbook's sheet (contract, section 4) as a stream of batches of text."""

from collections.abc import Callable, Collection, Iterator
from typing import BinaryIO

from chalicelib.players.headers import HeaderMap
from chalicelib.scans.batch import Cells, RowLocation, SkippedRows, WholeRow
from chalicelib.scans.findings import FindingList
from chalicelib.scans.unreadable import unreadable


class WorkbookReader:
    """A scan in a workbook."""

    format = "xlsx"
    encoding = "utf-8"
    delimiter = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header_line: int | None = None
    skipped_line: int | None = None
    blank_rows = 0
    has_header = True
    rows = 0

    def __init__(self, open_body: Callable[[], BinaryIO], max_bytes: int) -> None:
        """Find the sheet and its header.

        Raises:
            UnreadableError: it is no workbook that can be read.
        """
        self.skipped = SkippedRows()
        self.errors = FindingList()
        self.headers = HeaderMap({}, (), (), ())
        raise unreadable("bad_workbook", "Workbooks are not read yet.", "Save it as CSV.")

    def columns(self) -> HeaderMap:
        """See `Reader.columns`."""
        raise NotImplementedError

    def batches(self) -> Iterator[Cells]:
        """See `Reader.batches`."""
        raise NotImplementedError

    def locate_rows(self, rows: list[int]) -> dict[int, RowLocation]:
        """See `Reader.locate_rows`."""
        raise NotImplementedError

    def whole_rows(self) -> Iterator[WholeRow]:
        """See `Reader.whole_rows`."""
        raise NotImplementedError

    def write_without(self, rows: Collection[int], out: BinaryIO) -> None:
        """See `Reader.write_without`."""
        raise NotImplementedError
