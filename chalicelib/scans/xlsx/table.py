"""Which sheet of a workbook is the list of players, and where its header is."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from chalicelib.players.headers import HeaderMap, map_headers
from chalicelib.scans.blank_rows import is_blank
from chalicelib.scans.header_search import MAX_HEADER_RECORDS, choose_header
from chalicelib.scans.unreadable import unreadable
from chalicelib.scans.xlsx.budget import Budget
from chalicelib.scans.xlsx.cells import CellReader
from chalicelib.scans.xlsx.package import Package
from chalicelib.scans.xlsx.rows import Row, sheet_rows
from chalicelib.scans.xlsx.sheets import Book, Sheet


class Table(NamedTuple):
    """A sheet with a header.

    Attributes:
        sheet: the sheet.
        line: the number of the header's row in the sheet.
        skipped_line: that of the first row with a value above it, if any.
        headers: what its names mean, up to the last cell of it that has a name.
    """

    sheet: Sheet
    line: int
    skipped_line: int | None
    headers: HeaderMap


class _Record(NamedTuple):
    """A row of a sheet that has a value, and its cells' texts by column."""

    row: Row
    texts: dict[int, str]


def find_table(package: Package, book: Book, cells: CellReader, budget: Budget) -> Table:
    """The first sheet with a complete header; else the one that names most columns.

    Raises:
        UnreadableError: no sheet has a value, or one cannot be read.
    """
    best: Table | None = None
    for sheet in book.sheets:
        records = list(islice(_records(package, sheet, cells, budget), MAX_HEADER_RECORDS))
        if not records:
            continue
        # Of a wide row most cells are empty, and mean nothing.
        choice = choose_header([tuple(record.texts.values()) for record in records])
        if choice.is_complete or best is None or _named(choice.headers) > _named(best.headers):
            record = records[choice.record]
            for cell in record.row.cells.values():
                cells.shown(cell)  # a name that is damaged is no name that is not there
            skipped = records[0].row.number if choice.record else None
            best = Table(sheet, record.row.number, skipped, _headers(record))
        if choice.is_complete:
            break
    if best is None:
        raise unreadable(
            "empty_file",
            "The workbook has no cell with a value.",
            "Export the scan again and upload it with its header and its players.",
        )
    return best


def _records(
    package: Package, sheet: Sheet, cells: CellReader, budget: Budget
) -> Iterator[_Record]:
    for row in sheet_rows(package, sheet.part, budget):
        texts = {column: cells.shown_if_sound(cell) for column, cell in sorted(row.cells.items())}
        texts = {column: text for column, text in texts.items() if not is_blank(text)}
        if texts:
            yield _Record(row, texts)


def _headers(record: _Record) -> HeaderMap:
    return map_headers(record.texts.get(column, "") for column in range(1, max(record.texts) + 1))


def _named(headers: HeaderMap) -> int:
    return len(headers.mapped)
