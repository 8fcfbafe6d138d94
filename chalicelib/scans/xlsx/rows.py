"""The rows of a sheet that have cells with a value, one after the other, in bounded memory."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from chalicelib.scans.xlsx.budget import Budget
from chalicelib.scans.xlsx.cells import RawCell
from chalicelib.scans.xlsx.package import Package, Part
from chalicelib.scans.xlsx.problems import damaged_part, too_large_inside
from chalicelib.scans.xlsx.xml_part import MAIN, Attributes, XmlHandler, go_through, wrong_root

MAX_ROW: Final = 1_048_576
MAX_COLUMN: Final = 16_384
# A row whose cells take so many pieces of XML (4 MiB) is no player.
MAX_ROW_PIECES: Final = 64
_REFERENCE: Final = re.compile("([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_new_tuple: Final = tuple.__new__
_ROW_NUMBER: Final = re.compile("[1-9][0-9]{0,6}")
_ALPHABET: Final = 26
# How deep the elements are: worksheet / sheetData / row / c / v, f or is.
_DATA, _ROW, _CELL, _CONTENT = 2, 3, 4, 5


class Row(NamedTuple):
    """A row of a sheet.

    Attributes:
        number: as it stands beside the row.
        cells: by the number of their column, from 1; those with a value or a formula.
    """

    number: int
    cells: dict[int, RawCell]


def column_letters(column: int) -> str:
    """A column's name: A for 1, AA for 27."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, _ALPHABET)
        letters = chr(ord("A") + letter) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a column, from 1, by its name."""
    number = 0
    for letter in letters.upper():
        number = number * _ALPHABET + ord(letter) - ord("A") + 1
    return number


_LETTERS: Final = ("", *map(column_letters, range(1, 257)))


class _Handler(XmlHandler):
    """Takes the cells of a sheet: worksheet / sheetData / row / c / v, f and is.

    Attributes:
        rows: those that ended since they were taken last.
    """

    __slots__ = (
        *("_attributes", "_c", "_cells", "_column", "_data", "_f", "_formula", "_in_data"),
        *("_in_row", "_is", "_is_inline", "_next", "_own_texts", "_parent", "_part"),
        *("_pieces_of_row", "_r", "_reference", "_row", "_row_name", "_row_text", "_run_texts"),
        *("_t", "_v", "_value", "rows"),
    )

    def __init__(self, part: Part) -> None:
        super().__init__()
        self._part = part
        self.rows: list[Row] = []
        self._in_data = self._in_row = False
        self._row = 0
        self._row_text: str | None = ""
        self._pieces_of_row = 0
        self._cells: dict[int, RawCell] = {}
        self._column = self._next = 0
        self._reference: str | None = None
        self._attributes: Attributes = {}
        self._is_inline = False
        self._value: str | None = None
        self._formula: str | None = None
        self._parent = ""
        self._run_texts: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        """See `XmlHandler.start`; the cells' own elements first, since they are nearly all."""
        self.depth = depth = self.depth + 1
        self.elements += 1
        if depth == _CONTENT:
            if self._column and name in self._own_texts:
                self._text = ""
        elif depth == _CELL:
            if self._in_row and name == self._c:
                self._start_cell(attributes)
        elif depth < _CELL:
            self._start_outer(depth, name, attributes)
        elif self._column:
            self._start_inner(depth, name)

    def end(self, name: str) -> None:
        """See `XmlHandler.end`."""
        depth = self.depth
        self.depth = depth - 1
        if depth == _CONTENT:
            if name == self._v and not self._is_inline:
                self._value = self._text
                self._text = None
            elif self._column:
                self._end_content(name)
        elif depth == _CELL:
            if self._value is not None or self._formula is not None:
                self._end_cell()
            self._column = 0
        elif depth == _ROW:
            self._end_row()
        elif depth > _CONTENT and self._text is not None and name == self._t:
            self._run_texts.append(self._text)
            self._text = None

    def after_piece(self) -> None:
        """See `XmlHandler.after_piece`."""
        self._pieces_of_row = self._pieces_of_row + 1 if self._in_row else 0
        if self._pieces_of_row > MAX_ROW_PIECES:
            raise too_large_inside(f"Row {self._row} of the sheet is far longer than any player's.")

    def _start_outer(self, depth: int, name: str, attributes: Attributes) -> None:
        """An element above the cells starts."""
        if depth == _ROW:
            if self._in_data and name == self._row_name:
                self._start_row(attributes.get("r"))
        elif depth == _DATA:
            self._in_data = name == self._data
        else:
            self._start_sheet(name)

    def _start_inner(self, depth: int, name: str) -> None:
        """An element in a cell's content starts: texts stand right in `is`, or in its runs."""
        if self._text is not None:
            place = self._reference or self._place(self._column)
            raise damaged_part(self._part.name, f"has elements in the text of {place}")
        if depth == _CONTENT + 1:
            self._parent = name
        is_text = depth == _CONTENT + 1 or (depth == _CONTENT + 2 and self._parent == self._r)
        self._text = "" if is_text and name == self._t else None

    def _start_sheet(self, name: str) -> None:
        space, _, root = name.rpartition(" ")
        if space not in MAIN or root != "worksheet":
            raise wrong_root(self._part, "sheet")
        self._data, self._row_name, self._c, self._v, self._f, self._is, self._t, self._r = (
            f"{space} {each}" for each in ("sheetData", "row", "c", "v", "f", "is", "t", "r")
        )
        self._own_texts = (self._v, self._f)

    def _start_row(self, number: str | None) -> None:
        before = self._row
        if number is None:
            self._row = before + 1
            self._row_text = None  # a cell may say another
        else:
            self._row = int(number) if _ROW_NUMBER.fullmatch(number) else 0
            self._row_text = str(self._row)
        if not before < self._row <= MAX_ROW:
            raise damaged_part(self._part.name, f"has row {number or self._row} after row {before}")
        self._in_row = True
        self._pieces_of_row = 0
        self._cells = {}
        self._next = 1

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        column = self._next
        # A cell need not say where it is; its reference is made only if it has a value.
        if reference is not None and (
            self._row_text is None
            or column >= len(_LETTERS)
            or reference != _LETTERS[column] + self._row_text
        ):
            column = self._find(reference)
        if column > MAX_COLUMN or column in self._cells:
            place = reference or self._place(column)
            raise damaged_part(self._part.name, f"has the cell {place[:20]} twice or too far")
        self._next = column + 1
        self._column = column
        self._reference = reference
        self._attributes = attributes

    def _place(self, column: int) -> str:
        """The reference of a cell of this row."""
        letters = _LETTERS[column] if column < len(_LETTERS) else column_letters(column)
        return f"{letters}{self._row}"

    def _find(self, reference: str) -> int:
        """The column of a cell that is not the next one; its row must be this row."""
        found = _REFERENCE.fullmatch(reference)
        if found is not None:
            row = int(found[2])
            if self._row_text is None and row >= self._row and self._next == 1:
                self._row = row
            self._row_text = str(self._row)
            if row == self._row <= MAX_ROW:
                return column_number(found[1])
        raise damaged_part(
            self._part.name, f"has the cell {reference[:20]!r} in row {self._row}, which is not its"
        )

    def _end_content(self, name: str) -> None:
        """A formula, a cell's own text, or what is none of a cell's contents ends."""
        text, self._text = self._text, None
        if name == self._is:
            self._value = "".join(self._run_texts)
            self._is_inline = True
            self._run_texts = []
        elif name == self._f and text is not None:
            self._formula = text

    def _end_cell(self) -> None:
        """A cell with a value or a formula ends."""
        attributes = self._attributes
        reference = self._reference or self._place(self._column)
        kind = "inlineStr" if self._is_inline else attributes.get("t", "n")
        # Not by its own constructor, which takes twice as long: most of what is made are cells.
        self._cells[self._column] = _new_tuple(
            RawCell, (reference, kind, attributes.get("s"), self._value, self._formula)
        )
        self._value = self._formula = None
        self._is_inline = False

    def _end_row(self) -> None:
        if self._in_row and self._cells:
            self.rows.append(Row(self._row, self._cells))
        self._in_row = False


def sheet_rows(package: Package, name: str, budget: Budget) -> Iterator[Row]:
    """The rows of a sheet that have cells, from the first on.

    Args:
        package: the workbook.
        name: of the sheet's part.
        budget: what may be unpacked.

    Raises:
        UnreadableError: the sheet cannot be read on.
    """
    with package.open(name, budget) as part:
        handler = _Handler(part)
        for _ in go_through(part, handler, budget):
            rows, handler.rows = handler.rows, []
            yield from rows
