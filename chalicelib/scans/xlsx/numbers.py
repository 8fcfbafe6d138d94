"""A number cell's value, exactly as it is written; nothing here is a float but what is only shown.

Spreadsheets write a number as XML Schema's double: `50000000`, `5.0E7`, `1.2345678900000001E7`.
"""

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

_NUMBER: Final = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,6}))?")
MAX_DIGITS: Final = 40
"""A whole number of more digits is not written out: no counter has half as many."""

_DAY: Final = 86_400
_LAST_DAY: Final = 2_958_465  # 9999-12-31
_FAKE_DAY: Final = 60  # 1900-02-29, which spreadsheets count though it never was
_PLAIN_FORMAT: Final = re.compile(r"(?:(#,##)|#*)(0+)(\.0+)?")


class Decimal(NamedTuple):
    """A decimal number: its digits as a whole number, times a power of ten.

    Attributes:
        sign: "-" or "".
        digits: without zeros at either end; "0" for zero.
        exponent: of ten.
    """

    sign: str
    digits: str
    exponent: int

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole number."""
        return self.exponent >= 0

    @property
    def is_long(self) -> bool:
        """Whether it is a whole number of more than `MAX_DIGITS` digits."""
        return self.exponent >= 0 and len(self.digits) + self.exponent > MAX_DIGITS

    @property
    def plain(self) -> str:
        """The digits of a whole number that is not long."""
        return f"{self.sign}{self.digits}{'0' * self.exponent}"


def read_decimal(text: str) -> Decimal | None:
    """A number as it is written; None where the text is none."""
    found = _NUMBER.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return None
    fraction = found[3] or ""
    digits = (found[2] + fraction).lstrip("0")
    exponent = int(found[4] or 0) - len(fraction)
    short = digits.rstrip("0")
    if not short:
        return Decimal("", "0", 0)
    return Decimal("-" if found[1] == "-" else "", short, exponent + len(digits) - len(short))


def shown(number: Decimal, text: str, code: str) -> str:
    """A number as a sheet shows it, as far as its format is a plain one.

    Whole numbers are shown whole, however long; of a fraction, ten digits.

    Args:
        number: its value.
        text: as it is written.
        code: its number format.
    """
    if not number.is_whole:
        return f"{float(text):.10g}"
    if number.is_long:
        return text
    plain = _PLAIN_FORMAT.fullmatch(code)
    if plain is None:
        return number.plain
    digits = number.plain.removeprefix("-").rjust(len(plain[2]), "0")
    if plain[1]:
        head = len(digits) % 3
        groups = [digits[:head]] * bool(head)
        digits = ",".join(groups + [digits[at : at + 3] for at in range(head, len(digits), 3)])
    return f"{number.sign}{digits}{plain[3] or ''}"


def as_date(text: str, *, since_1904: bool) -> str | None:
    """The day and the time of a number that is shown as a date, as ISO 8601 has it.

    Args:
        text: the number of days.
        since_1904: whether they are counted from 1904, not from 1900.

    Returns:
        None for a number that is no date.
    """
    number = read_decimal(text)
    if number is None or number.sign or number.is_long:
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
