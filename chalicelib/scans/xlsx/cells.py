"""A cell of a sheet as a reader gives it: text, or an `OddCell` where no text can stand for it."""

from typing import Final, NamedTuple

from chalicelib.scans.batch import OddCell
from chalicelib.scans.blank_rows import is_blank
from chalicelib.scans.findings import MAX_VALUE_LENGTH
from chalicelib.scans.unreadable import UnreadableError
from chalicelib.scans.xlsx.numbers import as_date, exact, is_long, is_number, shown
from chalicelib.scans.xlsx.problems import bad_workbook
from chalicelib.scans.xlsx.strings import Texts, has_lone_half, unescaped, writable
from chalicelib.scans.xlsx.styles import DATE, Styles

# Digits; a number that is longer is looked at more closely.
_LONG: Final = 19
_LONGEST: Final = MAX_VALUE_LENGTH
_UNSAVED: Final = "it is a formula whose value was never saved"
_UNSAVED_HINT: Final = (
    "Open the workbook in Excel or LibreOffice, save it there, and upload that file."
)
_DATE_HINT: Final = (
    'In the spreadsheet give the column the number format "Number" without decimals; where that '
    "does not bring the number back, type it again."
)
_FRACTION_HINT: Final = (
    "Counters are whole numbers. Check that the number was not misread; if a formula makes it, "
    "round its result."
)
_TYPE_HINT: Final = "Type the number into the cell, or empty it if the number is not known."
_ERROR_HINT: Final = "Correct the cell's formula, or empty the cell if the number is not known."
_LONGEST_FORMULA: Final = 60
# What stands in a cell of a kind that is no text, if a number is wanted: why not, and what to do.
_NO_NUMBERS: Final = {
    "b": ("the cell is TRUE or FALSE", _TYPE_HINT),
    "e": ("it is a spreadsheet's error", _ERROR_HINT),
    "d": ("it is a date", _DATE_HINT),
}
_NO_TEXTS: Final = frozenset(("n", *_NO_NUMBERS))


class RawCell(NamedTuple):
    """A cell as it stands in a sheet's XML.

    Attributes:
        reference: where it is: `B7`.
        kind: its type there: `n` a number, `s` the number of a shared text, `str`, `inlineStr`, `b`
            a boolean, `e` an error, `d` a date in ISO 8601.
        style: its style's number.
        value: its value's text; None where it has none.
        formula: its formula; None where it has none.
    """

    reference: str
    kind: str
    style: str | None
    value: str | None
    formula: str | None


Value = str | OddCell


class CellReader:
    """Reads the cells of a workbook.

    Attributes:
        taken: how many characters of text were read so far.
    """

    def __init__(self, strings: Texts, styles: Styles, *, since_1904: bool, unsaved: bool) -> None:
        """Take what cells refer to.

        Args:
            strings: the texts that they share.
            styles: the number formats.
            since_1904: whether days are counted from 1904.
            unsaved: whether a program wrote the formulas that calculated none of them.
        """
        self._strings = strings
        self._styles = styles
        self._since_1904 = since_1904
        self._unsaved = unsaved
        self.taken = 0

    def number(self, cell: RawCell | None) -> Value:
        """A cell of an id or of a counter: digits for a whole number, a text cell's text.

        Raises:
            UnreadableError: the cell refers to a text that is not there.
        """
        if cell is None:
            return ""
        if cell.kind == "s" and cell.value:
            return self._shared(cell.reference, cell.value)
        if cell.kind == "n" and cell.formula is None and self._styles.of(cell.style) != DATE:
            value = cell.value or ""
            if value.isdigit() and value.isascii() and value[0] != "0" and len(value) < _LONG:
                return value
        if cell.formula is not None and self._is_unsaved(cell):
            return _odd_formula(cell.formula)
        return self._odd_number(cell) if cell.kind in _NO_TEXTS else self._shown(cell)

    def text(self, cell: RawCell | None) -> Value:
        """A cell of a column of texts: what the sheet saved as CSV has there.

        Raises:
            UnreadableError: the cell refers to a text that is not there.
        """
        if cell is not None and cell.formula is not None and self._is_unsaved(cell):
            return _odd_formula(cell.formula)
        return self._shown(cell)

    def shown(self, cell: RawCell | None) -> str:
        """What people see in a cell; nothing for a formula whose value was never saved.

        Raises:
            UnreadableError: the cell refers to a text that is not there.
        """
        text = self.text(cell)
        return "" if isinstance(text, OddCell) else writable(text)

    def shown_if_sound(self, cell: RawCell | None) -> str:
        """What people see in a cell that nothing depends on: nothing if it is damaged."""
        try:
            return self.shown(cell)
        except UnreadableError:
            return ""

    def _is_unsaved(self, cell: RawCell) -> bool:
        """Whether a formula's value was never saved; a program's 0 is none."""
        if cell.kind in ("str", "inlineStr", "s"):
            return cell.value is None
        return not cell.value or (self._unsaved and cell.value == "0")

    def _shown(self, cell: RawCell | None) -> str:
        if cell is None:
            return ""
        reference, kind, style, value, _ = cell
        if value is None:
            return ""
        if kind == "s":
            return self._shared(reference, value)
        if kind in ("str", "inlineStr"):
            self.taken += len(value)
            return unescaped(value)
        if kind == "n":
            return self._shown_number(value.strip(), self._styles.of(style))
        if kind not in _NO_TEXTS:
            raise bad_workbook(f"The cell {reference} is of a kind that no spreadsheet writes.")
        return _boolean(value) if kind == "b" else value

    def _shared(self, reference: str, number: str) -> str:
        """The shared text of a number."""
        number = number.strip()
        if number.isascii() and number.isdigit() and len(number) < _LONG:
            try:
                text = self._strings[int(number)]
            except IndexError:
                pass
            else:
                self.taken += len(text)
                return text
        raise bad_workbook(
            f"The workbook is damaged: the cell {reference} refers to a text that is not there."
        )

    def _shown_number(self, text: str, code: str) -> str:
        if code == DATE:
            return as_date(text, since_1904=self._since_1904) or text
        return shown(text, code)

    def _odd_number(self, cell: RawCell) -> Value:
        """A cell that is neither a text nor just digits."""
        text = (cell.value or "").strip()
        if cell.kind == "n" and text:
            if self._styles.of(cell.style) != DATE:
                return _odd_value(text)
            day = as_date(text, since_1904=self._since_1904)
            reason = "it is a date" if day else "the cell is formatted as a date"
            return OddCell(day or text[:_LONGEST], reason, _DATE_HINT)
        if not text:
            return ""
        shown_text = _boolean(text) if cell.kind == "b" else text[:_LONGEST]
        return OddCell(shown_text, *_NO_NUMBERS[cell.kind])


def _odd_value(text: str) -> Value:
    """A number that is not written as its digits."""
    value = exact(text)
    if value is None:
        if not is_number(text):
            return OddCell(text[:_LONGEST], "it is no number at all", _TYPE_HINT)
        return OddCell(text[:_LONGEST], "it has a fraction", _FRACTION_HINT)
    if is_long(value):
        return OddCell(text[:_LONGEST], "it is far larger than any counter", _TYPE_HINT)
    return str(value)


def is_value(value: Value) -> bool:
    """Whether there is something in a cell."""
    return isinstance(value, OddCell) or not is_blank(value)


def as_text(value: Value) -> str:
    """A cell for people to read."""
    return value.text if isinstance(value, OddCell) else value


def is_odd(value: Value) -> bool:
    """Whether no array of text can hold a cell."""
    return isinstance(value, OddCell) or has_lone_half(value)


def _odd_formula(formula: str) -> OddCell:
    return OddCell(f"={formula}"[:_LONGEST_FORMULA], _UNSAVED, _UNSAVED_HINT)


def _boolean(value: str) -> str:
    return "TRUE" if value.strip() in ("1", "true") else "FALSE"
