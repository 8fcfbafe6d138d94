"""Read kingdom and date from a key that is not as it should be, where they are beyond doubt.

Then the report on the refused upload lies where its kingdom's officers look, and its hint has
their own kingdom and date in it (contract, section 3).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple, TypeVar

from chalicelib.limits import MAX_KINGDOM

# A folder's label and value, however they are held together: `kingdom=51`, `Kingdom 51`.
_VALUE = r"\s*(?:[=:]\s*(?P<any>.*?)|[-_\s]?\s*(?P<digits>\d.*?))\s*"
_KINGDOM = re.compile(rf"\s*kingdom{_VALUE}", re.IGNORECASE | re.DOTALL)
_DATE = re.compile(rf"\s*(?:dt|date){_VALUE}", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"0*(\d{1,5})")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTS = re.compile(r"(\d{1,4})([-./_\s])(\d{1,2})\2(\d{1,4})")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")

_Value = TypeVar("_Value")


class Readable(NamedTuple):
    """What a key says beyond doubt.

    Attributes:
        kingdom: the kingdom; None if no folder says it, or two contradict each other.
        day: the date, likewise.
    """

    kingdom: int | None
    day: date | None


def read_folders(folders: Iterable[str]) -> Readable:
    """Read the folders of a key, in any order."""
    given = [*folders]
    return Readable(_one(_kingdoms(given)), _one(_days(given)))


def read_date(text: str) -> date | None:
    """The date that a text can only mean: `2026-1-26`, `20260126`, `26.01.2026`.

    None for one with two meanings, `05.01.2026`, and for what is none.
    """
    if found := _DIGITS.fullmatch(text):
        return _date(*found.groups())
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    first, _, second, third = found.groups()
    if len(first) == 4 and len(third) <= 2:
        return _date(first, second, third) or _date(first, third, second)
    if len(third) != 4 or len(first) > 2:
        return None
    meanings = {_date(third, second, first), _date(third, first, second)} - {None}
    return meanings.pop() if len(meanings) == 1 else None


def _kingdoms(folders: Iterable[str]) -> Iterator[int | None]:
    """What each folder for a kingdom says; None where that is no kingdom."""
    for folder in folders:
        if labelled := _KINGDOM.fullmatch(folder):
            number = _NUMBER.fullmatch(labelled["any"] or labelled["digits"] or "")
            kingdom = int(number[1]) if number else 0
            yield kingdom if 1 <= kingdom <= MAX_KINGDOM else None


def _days(folders: Iterable[str]) -> Iterator[date | None]:
    """What each folder for a date says; None where that is no date."""
    for folder in folders:
        if _ISO.fullmatch(folder):
            yield read_date(folder)
        elif labelled := _DATE.fullmatch(folder):
            yield read_date(labelled["any"] or labelled["digits"] or "")


def _one(values: Iterable[_Value | None]) -> _Value | None:
    """What all say; None if they contradict each other, or one cannot be read."""
    found = {*values}
    return found.pop() if len(found) == 1 else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
