"""Read a number from one cell (see `number_grammar`)."""

import re
from typing import Final, NamedTuple

from chalicelib.validation.number_grammar import GRAMMAR, NO_DIGITS, UNKNOWN_TOKENS

_CELL: Final = GRAMMAR.removesuffix("$") + r"\Z"
_NEGATIVE: Final = r"-0*[1-9][0-9]*\Z"


class NotANumber(NamedTuple):
    """A cell that is no number.

    Attributes:
        reason: why, to follow "is not a whole number: ".
        hint: what to do.
    """

    reason: str
    hint: str


def read_cell(text: str) -> int | NotANumber | None:
    """Read one cell: a number (of any size or sign), None for "not known", or why it is neither."""
    cell = text.strip()
    if cell.lower() in UNKNOWN_TOKENS:
        return None
    if re.match(_CELL, cell):
        digits = re.sub(NO_DIGITS, "", cell)
        return _integer(digits)
    if re.match(_NEGATIVE, cell):
        return -_integer(cell[1:])
    return _explain(cell)


def _integer(digits: str) -> int:
    """Digits as an integer, capped far beyond any counter's range."""
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _MAX_DIGITS else 10**_MAX_DIGITS


# Python refuses to convert more than 4,300 digits; so many would also make a message unreadable.
_MAX_DIGITS: Final = 40

_PLAIN_HINT: Final = "Write the whole number with its digits only, like 1234567."
_NEGATIVE_HINT: Final = (
    "A counter is never negative. Correct the cell, or leave it empty if it is not known."
)
# What people and scanners write instead of a number, in the order in which it is matched.
_REASONS: Final[tuple[tuple[str, NotANumber], ...]] = tuple(
    (pattern, NotANumber(reason, hint))
    for pattern, reason, hint in (
        (r"\(.*\)\Z", "brackets mean a negative amount", _NEGATIVE_HINT),
        (
            r"[+-]?[0-9.,]+e[+-]?[0-9]+\Z",
            "scientific notation has lost digits",
            "In the spreadsheet, format the column as a number without decimals and save again.",
        ),
        (r"[+-]?[0-9.,\s]+\s?(k|m|b|bn|mil|mio)\Z", "it is shortened", _PLAIN_HINT),
        (r"-[0-9][0-9., \u00a0\u202f]*\Z", "it is negative", _NEGATIVE_HINT),
        (r"\+[0-9][0-9., \u00a0\u202f]*\Z", "it has a sign", _PLAIN_HINT),
        (r"[0-9]{1,3}\.[0-9]{3}\Z", "it could mean thousands or a fraction", _PLAIN_HINT),
        (
            r"[0-9]+[.,][0-9]+\Z",
            "it has a fraction",
            "Counters are whole numbers. Check that the scanner did not misread the cell.",
        ),
        (
            r"[0-9][0-9., \u00a0\u202f]*\Z",
            "its separators are not in groups of three",
            _PLAIN_HINT,
        ),
    )
)


def _explain(cell: str) -> NotANumber:
    for pattern, reason in _REASONS:
        if re.match(pattern, cell, re.IGNORECASE):
            return reason
    if "#" in cell:
        return NotANumber(
            "it is a spreadsheet's error or filling",
            "Widen the column or fix the formula, then save again.",
        )
    return NotANumber(
        "it has something other than digits",
        f"{_PLAIN_HINT} Leave the cell empty if the number is not known.",
    )
