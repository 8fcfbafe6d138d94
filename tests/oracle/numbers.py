"""The number grammar (contract, section 4, "Numbers"), as far from the real one as it can be.

A cell is taken apart into runs of digits and the signs between them, one character after the other.
"""

import unicodedata
from collections.abc import Iterable
from decimal import Decimal

MOST = 2**53 - 1
BOTH = frozenset(",.")
DIGITS = "0123456789"

_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u2060\ufeff" + "".join(
    map(chr, range(0x2066, 0x206A))
)
_UNKNOWN_WORDS = ("", "?", "/", "unknown", "skipped", "n/a", "nan", "none", "null")


def read_number(text: str, least: int, thousands: frozenset[str]) -> int | str:
    """A counter's or id's text cell.

    Args:
        text: the cell.
        least: the smallest value that the column takes, 0 for a counter, 1 for an id.
        thousands: the marks (`,`, `.`) whose lone groups are thousands in the file.

    Returns:
        The number, or the code of what is wrong; `unknown_value` where a counter is not known.
    """
    cell = bare(text)
    if is_unknown_word(text):
        return "unknown_value"
    if cell.startswith("-"):
        return _negative(cell[1:])
    number = _magnitude(cell, thousands)
    if number is None:
        return "bad_number"
    return number if least <= number <= MOST else "out_of_range"


def read_json_number(source: str, least: int) -> int | str:
    """A number of JSON, which is its value; NaN is not known."""
    number = None if source == "NaN" else _json_value(source)
    if source == "NaN" or number in (-1, -2, -3):
        return "unknown_value"
    if number is None:
        return "bad_number"
    return number if least <= number <= MOST else "out_of_range"


def _json_value(source: str) -> int | None:
    """A number's value, None if it is not whole; far out of range it is only too large."""
    mantissa, _, exponent = source.lower().partition("e")
    if not mantissa.strip("-0."):
        return 0
    if len(exponent.lstrip("+-0")) > 6:  # Decimal has limits of its own
        return None if exponent.startswith("-") else MOST + 1
    value = Decimal(source)
    power = int(value.as_tuple().exponent)
    digits = value.as_tuple().digits
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    if power + zeros < 0:
        return None
    return int(value) if abs(value) <= MOST else MOST + 1


def is_unknown_word(text: str) -> bool:
    """Whether a cell says in words or dashes, or by being blank, that the value is not known."""
    cell = bare(text)
    is_dashes = 1 <= len(cell) <= 2 and all(
        each == "\u2212" or unicodedata.category(each) == "Pd" for each in cell
    )
    return cell.lower() in _UNKNOWN_WORDS or is_dashes


def thousands_of(cells: Iterable[str], delimiter: str | None) -> frozenset[str]:
    """The marks whose lone groups are thousands in a file.

    Args:
        cells: all its text cells of id and counters.
        delimiter: between its cells; None in formats without one.
    """
    kinds = [_evidence(bare(cell)) for cell in cells]
    settled = {
        mark
        for mark in BOTH
        if any((mark, True) in kind for kind in kinds)
        and not any((mark, False) in kind for kind in kinds)
    }
    return frozenset(settled if delimiter == ";" else settled | {","})


def _evidence(cell: str) -> set[tuple[str, bool]]:
    """What a cell shows: (mark, whether it groups with it or has it as a decimal mark)."""
    found = set()
    runs = _runs(cell)
    if runs is not None:
        groups, signs = runs
        last = signs[-1] if signs else ""
        has_decimals = _is_zeros(groups[-1]) and last in BOTH and signs.count(last) == 1
        before = (groups[:-1], signs[:-1])
        if has_decimals and signs[:-1] and _are_groups(*before):
            found |= {(last, False)} | {(sign, True) for sign in signs[:-1] if sign in BOTH}
        elif len(signs) > 1 and _are_groups(groups, signs) and last in BOTH:
            found.add((last, True))
        elif has_decimals and len(signs) == 1 and not _is_lone(groups):
            found.add((last, False))
    for place, mark in enumerate(cell):
        if mark in BOTH and (mark, True) not in found and (place == 0 or cell[place - 1] in DIGITS):
            digits = len(cell) - place - 1 - len(cell[place + 1 :].lstrip(DIGITS))
            if digits not in (0, 3):
                found.add((mark, False))
    return found


def bare(text: str) -> str:
    """A cell without white space and dress, with our digits and signs."""
    cell = _trim(text).removeprefix("'")
    cell = _trim(cell)
    if cell.startswith("="):
        inner = _trim(cell[1:])
        if len(inner) > 1 and inner.startswith('"') and inner.endswith('"'):
            cell = _trim(inner[1:-1])
    cell = "".join(_ours(each) for each in cell)
    return cell[1:] if cell.startswith("+") and cell[1:2] in tuple(DIGITS) else cell


def _trim(text: str) -> str:
    while text and (text[0].isspace() or text[0] in _INVISIBLE):
        text = text[1:]
    while text and (text[-1].isspace() or text[-1] in _INVISIBLE):
        text = text[:-1]
    return text


def _ours(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if unicodedata.category(character) == "Zs" and character != "\u1680":
        return " "
    if character in "\u2019\u066c":
        return "'"
    return unicodedata.normalize("NFKC", character) if character in "，．＋＇" else character


def _negative(digits: str) -> str:
    """Of what follows a minus sign: -1 to -3 are a scanner's, also as floats; a -0 is no number."""
    whole, mark, decimals = digits[:1], digits[1:2], digits[2:]
    is_float = mark == "" or (mark in BOTH and decimals in ("0", "00"))
    if whole in ("1", "2", "3") and is_float:
        return "unknown_value"
    is_plain = digits != "" and not digits.strip(DIGITS)
    return "out_of_range" if is_plain and digits.strip("0") else "bad_number"


def _magnitude(cell: str, thousands: frozenset[str]) -> int | None:
    runs = _runs(cell)
    if runs is None:
        return None
    groups, signs = runs
    if len(signs) == 1 and signs[0] in BOTH and _is_lone(groups):
        is_fraction = groups[0] == "0" and groups[1] != "000"
        return _whole(groups) if signs[0] in thousands and not is_fraction else None
    if signs and signs[-1] in BOTH and signs.count(signs[-1]) == 1 and _is_zeros(groups[-1]):
        if _are_groups(groups[:-1], signs[:-1]):
            return _whole(groups[:-1])
        return None
    return _whole(groups) if _are_groups(groups, signs) else None


def _runs(cell: str) -> tuple[list[str], list[str]] | None:
    """The runs of digits of a cell and the signs between them; None where there is more."""
    groups, signs = [""], []
    for each in cell:
        if each in DIGITS:
            groups[-1] += each
        elif each in ",. '":
            signs.append(each)
            groups.append("")
        else:
            return None
    return (groups, signs) if all(groups) else None


def _is_lone(groups: list[str]) -> bool:
    return len(groups) == 2 and len(groups[0]) <= 3 and len(groups[1]) == 3


def _is_zeros(digits: str) -> bool:
    return not digits.strip("0")


def _are_groups(groups: list[str], signs: list[str]) -> bool:
    """Whether digits stand alone, in groups of three by one sign, or in lakhs by commas."""
    if not signs:
        return True
    if len(set(signs)) > 1:
        return False
    first, *middle, last = (len(group) for group in groups)
    in_threes = first <= 3 and last == 3 and all(length == 3 for length in middle)
    in_lakhs = first <= 2 and last == 3 and bool(middle) and all(each == 2 for each in middle)
    return in_threes or (in_lakhs and signs[0] == ",")


def _whole(groups: list[str]) -> int:
    """The value; anything of more than 18 digits is just too large (int() refuses 5,000 digits)."""
    digits = "".join(groups).lstrip("0") or "0"
    return int(digits) if len(digits) <= 18 else MOST + 1
