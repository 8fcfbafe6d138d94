"""What people and programs write that is no number, and what to do about each in their tool."""

import re
from typing import Final, NamedTuple


class NotANumber(NamedTuple):
    """A cell that is no number.

    Attributes:
        reason: why, to follow "is not a whole number: ".
        hint: what to do.
        id_hint: what to do about an id; None where only a look at the player helps.
    """

    reason: str
    hint: str
    id_hint: str | None = None


class Fault(NamedTuple):
    """A kind of cell that is no number.

    Attributes:
        example: such a cell.
        pattern: matches all of such a cell in plain form, whatever its case.
        found: what is told of it.
    """

    example: str
    pattern: str
    found: NotANumber


def _cell(example: str, pattern: str, reason: str, hint: str) -> Fault:
    """A fault of one cell: of an id, the player tells what is right."""
    return Fault(example, pattern, NotANumber(reason, hint))


def _tool(example: str, pattern: str, reason: str, hint: str) -> Fault:
    """A fault that the spreadsheet made, and can undo; in ids too."""
    return Fault(example, pattern, NotANumber(reason, hint, hint))


_PLAIN: Final = "Write the whole number with its digits only, like 1234567."
_OR_EMPTY: Final = "Leave the cell empty if the number is not known."
_FORMAT: Final = (
    "In the spreadsheet, choose a number format without separators and without decimals for the "
    "column, then save again."
)
_FORMULA: Final = (
    f"Correct the formula in the spreadsheet, or type the number, then save again. {_OR_EMPTY}"
)
_NEGATIVE: Final = (
    "A counter is never negative. Correct the cell, or leave it empty if it is not known."
)
_DATE: Final = (
    "The spreadsheet took the number for a date. Choose a number format for the column, type the "
    "number again and save."
)
_FRACTION: Final = (
    "Counters are whole numbers. Check that the scanner did not misread the cell. Where a formula "
    "makes such numbers, round them in the spreadsheet."
)
FRACTION: Final = NotANumber("it has a fraction", _FRACTION)

_DIGITS: Final = "[0-9][0-9., ']*"
_DASH: Final = "[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]"
_MONTH: Final = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CURRENCY: Final = "(?:[$€£¥₩₽₹₺₴₫฿]|usd|eur|gbp|rub|krw|inr)"
_UNITS: Final = "k|m|b|t|bn|kk|mn|mil|mio|mrd|million|billion|tsd|тыс|млн|млрд|万|萬|億|亿|만|억"

# In the order in which they are tried.
FAULTS: Final = (
    _tool(
        "########",
        "#+",
        "the spreadsheet's column was too narrow, so its digits are not in the file",
        "Make the column wider in the spreadsheet until the number shows, then save again.",
    ),
    _tool("#REF!", r"#[^\W\d].*|#¡.*", "it is a spreadsheet's error", _FORMULA),
    _tool(
        "=A1+B1",
        "=.*",
        "it is a formula, not what comes out of it",
        "In the spreadsheet, copy the column and paste it as values, then save again.",
    ),
    _tool(
        "1.2E+9",
        "[+-]?[0-9][0-9.,]*e[+-]?[0-9]+",
        "scientific notation has lost digits",
        "In the spreadsheet, format the column as a number without decimals and save again. If the "
        "numbers end in zeros only then, export the scan again.",
    ),
    _cell(
        "(10,975)",
        rf"\([^\w(]*{_DIGITS}[^\w)]*\)",
        "brackets mean a negative amount",
        _NEGATIVE,
    ),
    _cell("1.2M", rf"{_DASH}?{_DIGITS}(?:{_UNITS})\.?", "it is shortened", _PLAIN),
    _tool(
        "12%",
        rf"{_DASH}? ?{_DIGITS}[%٪‰]",
        "it is a percentage",
        "In the spreadsheet, choose a number format without percent, then save again.",
    ),
    _tool(
        "$100",
        rf"{_DASH}? ?(?:{_CURRENCY} ?{_DASH}?{_DIGITS}|{_DIGITS}{_CURRENCY})",
        "it has the sign of a currency",
        "In the spreadsheet, choose a number format without currency, then save again.",
    ),
    _cell("1_000", "[0-9]+(?:_[0-9]+)+", "underscores stand between its digits", _PLAIN),
    _tool(
        "2025-01-26",
        "(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
        "|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}(?:[0-9]{2})?)(?:[t ].*)?"
        rf"|[0-9]{{1,2}}[- .]*{_MONTH}[- .,]*(?:[0-9]{{2,4}})?"
        rf"|{_MONTH}[- .,]*[0-9]{{1,4}}(?:,? [0-9]{{4}})?",
        "it is a date",
        _DATE,
    ),
    _tool("12:30", "[0-9]+:[0-9]{2}(?::[0-9]{2}.*)?(?: ?[ap]m)?", "it is a time", _DATE),
    _cell(
        "TRUE",
        "true|false|yes|no|wahr|falsch|ja|nein|vrai|faux|истина|ложь",
        "it is a yes or a no",
        f"{_PLAIN} {_OR_EMPTY}",
    ),
    _cell("-1,234", rf"{_DASH} ?{_DIGITS}", "it is negative", _NEGATIVE),
    Fault(
        "4.5",
        "[0-9]*[.,](?:[0-9]{1,2}|[0-9]{4,})|[0-9]{4,}[.,][0-9]{3}|0[.,][0-9]{3}"
        "|[0-9]{1,3}(?:(?: [0-9]{3})+|(?:'[0-9]{3})+)[.,][0-9]+"
        r"|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+",
        FRACTION,
    ),
    _tool(
        "1,234 567",
        r"[0-9]+([., '])(?:[0-9]|\1)*(?!\1)[., '][0-9., ']*",
        "two kinds of separators are mixed",
        _FORMAT,
    ),
    _tool("12,3456,789", _DIGITS, "its separators are not in groups of three", _FORMAT),
    _cell(
        "12\n345",
        r"[0-9.,]+\s*[\r\n][\s0-9.,]*",
        "it has a line break in it",
        "Delete the line break; if two numbers stand in the cell, keep the right one.",
    ),
    _cell(
        "1000000O2",
        "(?=.*[0-9])[0-9ilosb|.,]+",
        "a letter stands where a digit is expected",
        "Scanners read 0 as O and 1 as l. Look at the number in the game and write its digits.",
    ),
)
_OTHER: Final = NotANumber("it has something other than digits", f"{_PLAIN} {_OR_EMPTY}")
_PATTERNS: Final = tuple((re.compile(fault.pattern, re.I | re.S), fault.found) for fault in FAULTS)
# A longer cell is none of these, and matching it could take long.
_LONGEST: Final = 100
# An id that can be read with the eye: its digits, and no others around them.
_IN_SIGHT: Final = re.compile("[^0-9]*[0-9]{4,}[^0-9]*")
_ID_IN_SIGHT: Final = "Write the id with its digits only, without what stands around them."


def explain_fault(cell: str) -> NotANumber:
    """Why a cell in plain form is no number, whatever its file says of lone groups."""
    if len(cell) > _LONGEST:
        return _OTHER
    for pattern, found in _PATTERNS:
        if pattern.fullmatch(cell):
            return found
    if _IN_SIGHT.fullmatch(cell):
        return _OTHER._replace(id_hint=_ID_IN_SIGHT)
    return _OTHER


def unclear_group(why: str) -> NotANumber:
    """Why a lone group is no number.

    Args:
        why: why the file does not settle it, to follow "and".
    """
    return NotANumber(f"it could mean thousands or a fraction, and {why}", _FORMAT, _FORMAT)
