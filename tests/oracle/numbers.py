"""The number grammar (contract, section 4, "Numbers"), as far from the real one as it can be."""

import re

MOST = 2**53 - 1

_PLAIN = re.compile(r"[0-9]+")
_DIGITS = re.compile(r"[0-9]+(\.0{1,2})?")
_COMMAS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.0{1,2})?")
_SPACES = re.compile("[0-9]{1,3}([ \u00a0\u202f][0-9]{3})+(\\.0{1,2})?")
_DOTS = re.compile(r"[0-9]{1,3}(\.[0-9]{3}){2,}")
_UNKNOWN_WORDS = ("", "-", "unknown", "skipped", "n/a")


def read_number(text: str, least: int) -> int | str:
    """A counter's or id's cell.

    Args:
        text: the cell.
        least: the smallest value that the column takes, 0 for a counter, 1 for an id.

    Returns:
        The number, or the code of what is wrong; `unknown_value` where a counter is not known.
    """
    bare = text.strip()
    if is_unknown_word(bare):
        return "unknown_value"
    if bare.startswith("-"):
        return _negative(bare[1:])
    number = _magnitude(bare)
    if number is None:
        return "bad_number"
    return number if least <= number <= MOST else "out_of_range"


def is_unknown_word(text: str) -> bool:
    """Whether a cell says in words, or by being blank, that the value is not known."""
    return text.strip().lower() in _UNKNOWN_WORDS


def _negative(digits: str) -> str:
    """Of what follows a minus sign: -1 to -3 are a scanner's, also as floats; a -0 is no number."""
    if re.fullmatch(r"[123](\.0{1,2})?", digits):
        return "unknown_value"
    return "out_of_range" if _PLAIN.fullmatch(digits) and digits.strip("0") else "bad_number"


def _magnitude(text: str) -> int | None:
    if _DOTS.fullmatch(text):
        return _whole(text.replace(".", ""))
    if _DIGITS.fullmatch(text) or _COMMAS.fullmatch(text) or _SPACES.fullmatch(text):
        return _whole("".join(each for each in text.partition(".")[0] if each in "0123456789"))
    return None


def _whole(digits: str) -> int:
    """The value; anything of more than 18 digits is just too large (int() refuses 5,000 digits)."""
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= 18 else MOST + 1
