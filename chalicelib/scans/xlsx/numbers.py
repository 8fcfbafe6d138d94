"""A number cell as people see it: dates, leading zeros, thousands.

What it is worth is told by `chalicelib.scans.whole_numbers`; a float is here only what is shown.
"""

import re
from datetime import date, timedelta
from typing import Final

from chalicelib.scans.whole_numbers import whole_number

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LONG: Final = 10**40  # no counter has half as many digits
_DAY: Final = 86_400
_LAST_DAY: Final = 2_958_465  # 9999-12-31
_FAKE_DAY: Final = 60  # 1900-02-29, which spreadsheets count though it never was
_PLAIN_FORMAT: Final = re.compile(r"(?:(#,##)|#*)(0+)(\.0+)?")


def is_number(text: str) -> bool:
    """Whether a text is a number as XML Schema's double is written: `50000000`, `5.0E7`."""
    return _NUMBER.fullmatch(text) is not None


def exact(text: str) -> int | None:
    """A number's value; None for a fraction, and for what is no number."""
    return whole_number(text.removeprefix("+"))


def is_long(value: int) -> bool:
    """Whether a number is too large to be worth its digits."""
    return abs(value) >= _LONG


def shown(text: str, code: str) -> str:
    """A number as a sheet shows it, as far as its format is a plain one.

    Whole numbers are shown whole, however long; of a fraction, ten digits.

    Args:
        text: the number as it is written; anything else stays as it is.
        code: its number format.
    """
    value = exact(text)
    if value is None:
        return f"{float(text):.10g}" if is_number(text) else text
    if is_long(value):
        return text
    plain = _PLAIN_FORMAT.fullmatch(code)
    if plain is None:
        return str(value)
    digits = str(abs(value)).rjust(len(plain[2]), "0")
    if plain[1]:
        head = len(digits) % 3
        groups = [digits[:head]] * bool(head)
        digits = ",".join(groups + [digits[at : at + 3] for at in range(head, len(digits), 3)])
    return f"{'-' if value < 0 else ''}{digits}{plain[3] or ''}"


def as_date(text: str, *, since_1904: bool) -> str | None:
    """The day and the time of a number that is shown as a date, as ISO 8601 has it.

    Args:
        text: the number of days.
        since_1904: whether they are counted from 1904, not from 1900.

    Returns:
        None for a number that is no date.
    """
    if not is_number(text) or not 0 <= float(text) <= _LAST_DAY + 1:
        return None
    days, seconds = divmod(round(float(text) * _DAY), _DAY)
    if days > _LAST_DAY:
        return None
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if not days and not since_1904:
        return clock
    day = _day(days, since_1904=since_1904)
    return f"{day} {clock}" if seconds else day


def _day(days: int, *, since_1904: bool) -> str:
    if since_1904:
        first = date(1904, 1, 1)
    elif days == _FAKE_DAY:
        return "1900-02-29"
    else:
        first = date(1899, 12, 30) if days > _FAKE_DAY else date(1899, 12, 31)
    try:
        return (first + timedelta(days)).isoformat()
    except OverflowError:  # after 9999, where days are counted from 1904
        return "9999-12-31"
