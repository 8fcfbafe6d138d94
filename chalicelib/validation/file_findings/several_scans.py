"""Find out whether a file in which ids repeat is several scans in one (contract, section 4)."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.scans.batch import WholeRow
from chalicelib.scans.dates import read_date
from chalicelib.scans.findings import Finding, FindingList, shorten
from chalicelib.scans.reader import Reader
from chalicelib.validation.file_findings.repeated_ids import (
    RepeatedIds,
    Repetition,
    explain_repetitions,
)

# So many texts of dates are remembered, so that most rows cost a look into a dictionary.
_DATES_KEPT: Final = 10_000


def repeated_id_errors(reader: Reader, ids: RepeatedIds) -> FindingList:
    """The errors for ids that repeat: each of them, or one if the file is several scans.

    Args:
        reader: the file, after its last row.
        ids: its ids; they repeat.
    """
    found = FindingList()
    headers = reader.headers
    scans = find_several_scans(headers.names, ids, reader.whole_rows())
    if scans is not None:
        found.add([scans])
        return found
    position = headers.columns.index("id")
    repeated = explain_repetitions(ids.first(), reader.whole_rows(), headers.names, position)
    found.add(repeated, count=ids.count)
    return found


def find_several_scans(
    names: Sequence[str], ids: RepeatedIds, rows: Iterable[WholeRow]
) -> Finding | None:
    """The error for a file that holds several scans; None when it is one scan.

    Some column has a date in every row with an id, two different ones at least, with which every
    pair of id and date is there once; the first of several is told. Reading ends with the first row
    in which no column has a date any more: in most files this is the first. Of each row of a column
    with dates 4 bytes are kept, and pairs are compared in the parts in which ids are sorted.

    Args:
        names: the file's headers.
        ids: its ids; they repeat.
        rows: all of its rows; those without an id need no date.
    """
    columns = {at: _DateColumn() for at in range(len(names))}
    for row in _rows_of(ids, rows):
        for at in [*columns]:
            cell = row.cells[at] if row is not None and at < len(row.cells) else None
            if not columns[at].add(cell):
                del columns[at]
        if not columns:
            return None
    for at, column in columns.items():
        if column.earliest[0] != column.latest[0] and ids.are_unique_with(column.keys):
            return _several_scans(names[at], column, ids.first()[0])
    return None


def _rows_of(ids: RepeatedIds, rows: Iterable[WholeRow]) -> Iterator[WholeRow | None]:
    """The row of each id; None for one that cannot be read again."""
    every = iter(rows)
    row = next(every, None)
    for number in ids.rows():
        while row is not None and row.row < number:
            row = next(every, None)
        yield row if row is not None and row.row == number else None


class _DateColumn:
    """A column of dates, row by row.

    Attributes:
        earliest: the key and the text of its earliest date, likewise `latest`.
    """

    def __init__(self) -> None:
        self.earliest = (10**8, "")
        self.latest = (0, "")
        self._keys = array("i")
        self._known: dict[str, int] = {}

    def add(self, cell: str | None) -> bool:
        """Add a row's cell; false when it is no date, so that the column is none of dates."""
        key = self._known.get(cell or "")
        if key is None:
            date = read_date(cell) if cell else None
            if date is None or cell is None:
                return False
            key = date.key
            self.earliest = min(self.earliest, (key, cell.strip()))
            self.latest = max(self.latest, (key, cell.strip()))
            if len(self._known) < _DATES_KEPT:
                self._known[cell] = key
        self._keys.append(key)
        return True

    @property
    def keys(self) -> pa.Array:
        """The key of each row's date."""
        return pa.Array.from_buffers(
            pa.int32(), len(self._keys), [None, pa.py_buffer(self._keys)], null_count=0
        )


def _several_scans(name: str, column: _DateColumn, first: Repetition) -> Finding:
    dates = len(kernels.unique(column.keys))
    header = shorten(name)
    return Finding(
        code="several_scans",
        message=f'The file holds several scans: the column "{header}" has {dates:,} dates, from '
        f"{column.earliest[1]} to {column.latest[1]}, and players stand there once a date (the id "
        f"{first.id} in rows {first.first} and {first.row}).",
        hint=f'Make a file of each date: split FILE --by "{header}" --to DIR does it; or filter by '
        f'"{header}" in the spreadsheet and save the rows of each date as a file of their own.',
        column=header,
    )
