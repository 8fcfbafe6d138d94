"""What a CSV record is: a row, no row since it has no value, or ragged (contract, section 4)."""

from typing import Final, Literal, NamedTuple

from chalicelib.players.headers import KINGDOM, HeaderMap, map_headers
from chalicelib.scans.blank_rows import is_blank
from chalicelib.scans.csv.records import Record
from chalicelib.scans.findings import (
    SECOND_HEADER_HINT,
    SECOND_HEADER_MESSAGE,
    Finding,
    shorten,
)
from chalicelib.scans.two_row_header import (
    SECOND_ROW_HINT,
    SECOND_ROW_MESSAGE,
    is_second_row,
)

RowKind = Literal["row", "blank", "ragged"]

_NOTE_HINT: Final = (
    "If it is a note and no player, delete this line and upload the file again; "
    "else look for a missing {mark} in it."
)
_MOST_NAMES: Final = 1_000
_MARKS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}


class RowKinds(NamedTuple):
    """Tells rows from what is none.

    Attributes:
        delimiter: between cells.
        headers: the file's columns; beyond the last one empty cells are no cells.
        mapped: the places of the columns that are read.
    """

    delimiter: str
    headers: HeaderMap
    mapped: tuple[int, ...]

    def kind(self, cells: list[str]) -> RowKind:
        """What a record with these cells is."""
        width = len(self.headers.columns)
        if len(cells) > width and not all(map(is_blank, cells[width:])):
            return "ragged"
        for place in self.mapped:
            if place < len(cells) and not is_blank(cells[place]):
                return "row" if len(cells) >= width else "ragged"
        return "blank"

    def ragged(self, row: int, record: Record) -> Finding:
        """The error of a ragged row."""
        cells = record.cells(self.delimiter)
        wanted = len(self.headers.columns)
        found = len(cells)
        while found > wanted and is_blank(cells[found - 1]):
            found -= 1
        message = f"The row has {found} cell{'s' * (found != 1)}, but the header has {wanted}."
        hint = _hint(cells, wanted, record, self.delimiter)
        if self._is_second_row(row, cells):
            message, hint = SECOND_ROW_MESSAGE, SECOND_ROW_HINT
        elif self._may_be_no_player(cells) and "\n" not in record.text:
            if not map_headers(cells[:_MOST_NAMES]).missing:
                message, hint = SECOND_HEADER_MESSAGE, SECOND_HEADER_HINT
            else:
                hint = _NOTE_HINT.format(mark=_MARKS[self.delimiter])
        return Finding(
            code="ragged_row",
            message=message,
            hint=hint,
            row=row,
            value=shorten(record.text),
            line=record.line,
        )

    def _may_be_no_player(self, cells: list[str]) -> bool:
        """Whether a record has no digit where the id should be."""
        place = self.headers.columns.index("id")
        return place >= len(cells) or not any(map(str.isdigit, cells[place]))

    def _is_second_row(self, row: int, cells: list[str]) -> bool:
        columns = self.headers.columns
        player = {columns.index(name) for name in ("id", "name") if name in columns}
        others = [cell for place, cell in enumerate(cells) if place not in player]
        return is_second_row(row, [cells[at] for at in player if at < len(cells)], others)


def row_kinds(headers: HeaderMap, delimiter: str) -> RowKinds:
    """What tells the rows of a file."""
    mapped = (
        place
        for place, column in enumerate(headers.columns)
        if column is not None and column != KINGDOM
    )
    return RowKinds(delimiter, headers, tuple(mapped))


def _hint(cells: list[str], wanted: int, record: Record, delimiter: str) -> str:
    mark = _MARKS[delimiter]
    if record.quoted is not None and ("\n" in record.text or "\r" in record.text):
        return "A quote that is opened and never closed swallows the lines after it: look for one."
    if len(cells) > wanted:
        return (
            f"Look for a {mark} inside a name or a number of this row: such a cell must stand in "
            "quotes. Delete what stands beyond the last column."
        )
    if sum(not is_blank(cell) for cell in cells) == 1:
        return _NOTE_HINT.format(mark=mark)
    return f"Look for a missing {mark}, or a stray quote, in this row."
