"""Read dates as people and programs write them in a scan's columns."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final, Literal, NamedTuple

DayOrder = Literal["day", "month"]
"""What stands first where a date is two numbers and a year: `29/07/2026` or `07/29/2026`."""


class WrittenDate(NamedTuple):
    """A date as it is written.

    Attributes:
        year: the year.
        numbers: month and day; where their order is not settled, the two numbers as they stand.
        is_settled: whether the text alone says which of the two is the month.
    """

    year: int
    numbers: tuple[int, int]
    is_settled: bool = True

    @property
    def key(self) -> int:
        """A number that differs for different dates of a column written in one way."""
        return self.year * 10_000 + self.numbers[0] * 100 + self.numbers[1]

    def as_date(self, order: DayOrder) -> date:
        """The date, if an order that is not settled is this one."""
        month, day = self.numbers
        if not self.is_settled and order == "day":
            month, day = day, month
        return date(self.year, month, day)


@lru_cache(4096)
def read_date(text: str) -> WrittenDate | None:
    """Read a date, with or without a time of day; None if it is something else.

    ISO (`2026-07-29T15:30:12Z`), `2026/07/29`, `29.07.2026`, `07/29/2026 3:30 PM`, `20260729`,
    `29 Jul 2026`, `29-Jul-26`, `July 29, 2026`, `2026年7月29日`. Years are 2000 to 2099.
    """
    if len(text) > _LONGEST:
        return None
    for pattern, read in _FORMS:
        match = pattern.fullmatch(text.strip())
        if match:
            return read(match)
    return None


def settled_order(dates: Iterable[WrittenDate], texts: Iterable[str] = ()) -> DayOrder | None:
    """Which of two numbers is the day in a column, by those of its dates that settle it.

    Args:
        dates: dates of which only those that are not settled ask for the order.
        texts: the column's cells; `29/07/2026` among them settles that the day is first.

    Returns:
        None when nothing settles it, or when some say one and some the other. "month" when no
        date needs it.
    """
    if all(one.is_settled for one in dates):
        return "month"
    said = {order for order in map(_order_of, texts) if order is not None}
    return said.pop() if len(said) == 1 else None


def _order_of(text: str) -> DayOrder | None:
    match = _NUMBERS_FIRST.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None or match["mark"] == ".":
        return None
    one, other = int(match["one"]), int(match["other"])
    if max(one, other) <= _MONTHS:
        return None
    return "day" if one > other else "month"


_LONGEST: Final = 60
_MONTHS: Final = 12
_CENTURY: Final = 2000
_NAMES: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

_TIME: Final = (
    r"(?:(?:T|_|,?\s+)[0-9]{1,2}:?[0-9]{2}(?::?[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"\s*(?:[ap]\.?m\.?)?\s*(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_WEEKDAY: Final = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"


def _compiled(form: str) -> re.Pattern[str]:
    return re.compile(f"{_WEEKDAY}{form}{_TIME}", re.IGNORECASE)


_YEAR: Final = r"(?P<year>20[0-9]{2})"
_MONTH_DAY: Final = r"(?P<month>[0-9]{1,2})(?P=mark)\s?(?P<day>[0-9]{1,2})"
_NUMBERS_FIRST: Final = _compiled(
    r"(?P<one>[0-9]{1,2})(?P<mark>[-/.])(?P<other>[0-9]{1,2})(?P=mark)(?P<year>20[0-9]{2}|[0-9]{2})"
)


def _year_first(match: re.Match[str]) -> WrittenDate | None:
    return _checked(int(match["year"]), int(match["month"]), int(match["day"]))


def _numbers_first(match: re.Match[str]) -> WrittenDate | None:
    one, other = int(match["one"]), int(match["other"])
    year = int(match["year"]) % 100 + _CENTURY
    if match["mark"] == "." or one > _MONTHS:
        return _checked(year, other, one)
    if other > _MONTHS or one == other:
        return _checked(year, one, other)
    found = _checked(year, one, other)
    return found and found._replace(is_settled=False)


def _month_by_name(match: re.Match[str]) -> WrittenDate | None:
    name = match["name"].lower()
    month = next((number for number, one in enumerate(_NAMES, 1) if name.startswith(one)), None)
    if month is None:
        return None
    return _checked(int(match["year"]) % 100 + _CENTURY, month, int(match["day"]))


def _checked(year: int, month: int, day: int) -> WrittenDate | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return WrittenDate(year, (month, day))


_FORMS: Final = (
    (_compiled(rf"{_YEAR}(?P<mark>[-/._])\s?{_MONTH_DAY}\.?"), _year_first),
    (_NUMBERS_FIRST, _numbers_first),
    (_compiled(rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})"), _year_first),
    (
        _compiled(
            r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?[\s/-]?(?P<name>[a-z]{3,9})\.?[\s/,-]{0,2}"
            r"(?P<year>20[0-9]{2}|[0-9]{2})"
        ),
        _month_by_name,
    ),
    (
        _compiled(rf"(?P<name>[a-z]{{3,9}})\.?\s(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s{_YEAR}"),
        _month_by_name,
    ),
    (
        _compiled(
            rf"{_YEAR}\s?[年년]\s?(?P<month>[0-9]{{1,2}})\s?[月월]\s?(?P<day>[0-9]{{1,2}})\s?[日일]"
        ),
        _year_first,
    ),
)
