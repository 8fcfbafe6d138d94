"""Split a file that holds several scans into one a date, by one of its columns."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final

from chalicelib.errors import LeaderboardError
from chalicelib.players.headers import fold
from chalicelib.scans.batch import WholeRow
from chalicelib.scans.dates import DayOrder, WrittenDate, read_date, settled_order
from chalicelib.scans.findings import shorten
from chalicelib.scans.reader import Reader

MAX_DATES: Final = 1000
"""More dates than that are no days of scans: each is a pass over the whole file."""

_NO_DATE: Final = 0
# A date without its time of day: of all texts that begin alike one is kept.
_DATE_LENGTH: Final = 12


class UnknownColumnError(LeaderboardError):
    """Raised when a file has no column of a name, or several."""


class SplitError(LeaderboardError):
    """Raised when a column does not say of each row which date it is of."""


class Split:
    """Which date each row of a file is of.

    Attributes:
        column: the header of the column that says so, as it is written.
        rows: how many rows each date has; in the order of the dates.
    """

    def __init__(self, column: str, days: dict[date, int], numbers: Sequence[int]) -> None:
        """Take the number of each date, and that of each row's date, 0 for what is no row."""
        self.column = column
        self._days = days
        self._numbers = numbers
        counts = Counter(numbers)
        self.rows = {day: counts[days[day]] for day in sorted(days)}

    def others(self, day: date) -> Collection[int]:
        """The numbers of the rows of other dates, to be left out of the file of this one."""
        return _Others(self._numbers, self._days[day])


class _Others(Collection[int]):
    """The rows whose date has another number, without a copy of millions of them."""

    def __init__(self, numbers: Sequence[int], own: int) -> None:
        self._numbers = numbers
        self._own = own

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, int) or not 0 < row <= len(self._numbers):
            return False
        return self._numbers[row - 1] not in {self._own, _NO_DATE}

    def __iter__(self) -> Iterator[int]:
        return (row for row in range(1, len(self._numbers) + 1) if row in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def split_by(reader: Reader, by: str) -> Split:
    """Read the date of each row.

    Args:
        reader: the file, read to its end (`chalicelib.scans.open.read_to_the_end`).
        by: the name of a column, as it is written or in another case, with or without spaces.

    Raises:
        UnknownColumnError: the file has no such column, or several.
        SplitError: a row has no date, or the column does not say which of its numbers are days.
    """
    at = _column(reader.headers.names, by)
    column = shorten(reader.headers.names[at]) or ""
    if reader.errors.count:
        first = reader.errors.listed[0]
        raise SplitError(f"{_place(first.row, first.line)}: {first.message} {first.hint}")
    numbers = array("H")
    written: dict[WrittenDate, int] = {}
    texts: dict[tuple[WrittenDate, str], str] = {}
    for row in reader.whole_rows():
        found = _date_of(row, at, column)
        number = written.setdefault(found, len(written) + 1)
        if number > MAX_DATES:
            raise SplitError(f'the column "{column}" has more than {MAX_DATES:,} dates')
        text = (row.cells[at] or "").strip()
        texts.setdefault((found, text[:_DATE_LENGTH]), text)
        numbers.extend([_NO_DATE] * (row.row - 1 - len(numbers)))
        numbers.append(number)
    if not written:
        raise SplitError("the file has no players")
    order = settled_order(written, texts.values())
    if order is None:
        raise SplitError(_not_settled(column, texts.values()))
    return _joined(column, written, order, numbers)


def _joined(
    column: str, written: dict[WrittenDate, int], order: DayOrder, numbers: Sequence[int]
) -> Split:
    """A split in which one date has one number, in whichever ways it is written."""
    days: dict[date, int] = {}
    joined = array("H", [_NO_DATE])
    for found in written:
        joined.append(days.setdefault(found.as_date(order), len(days) + 1))
    return Split(column, days, array("H", (joined[number] for number in numbers)))


def _column(names: Sequence[str], by: str) -> int:
    for same in (lambda name: name == by, lambda name: fold(name) == fold(by)):
        found = [at for at, name in enumerate(names) if same(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownColumnError(f'the file has {len(found)} columns called "{by}"')
    listed = ", ".join(f'"{shorten(name)}"' for name in names[:50] if name.strip())
    raise UnknownColumnError(f'the file has no column "{shorten(by)}"; its columns are {listed}')


def _date_of(row: WholeRow, at: int, column: str) -> WrittenDate:
    cell = row.cells[at] if at < len(row.cells) else None
    found = read_date(cell) if cell else None
    if found is not None:
        return found
    said = "is empty" if not (cell or "").strip() else f'is no date: "{shorten(cell)}"'
    raise SplitError(
        f'{_place(row.row, row.line)}: "{column}" {said}; give each player the date of their scan, '
        "like 2026-01-26, or delete the row"
    )


def _place(row: int | None, line: int | None) -> str:
    return f"row {row}" if line is None else f"row {row} (line {line})"


def _not_settled(column: str, texts: Collection[str]) -> str:
    shown = next((text for text in texts if _is_open(text)), "")
    return (
        f'the column "{column}" does not say which number is the day and which the month, as in '
        f'"{shorten(shown)}"; write its dates like 2026-01-26 and split again'
    )


def _is_open(text: str) -> bool:
    found = read_date(text)
    return found is not None and not found.is_settled
