"""What only a whole file tells: kingdoms, several scans in one, names that lost their letters.

Written from the contract (section 4), as slowly and as plainly as the rest of the oracle.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from tests.oracle.columns import meaning, plain
from tests.oracle.numbers import read_json_number, read_number
from tests.oracle.table import Cell, Record, Table

_KINGDOMS = ("kingdom", "kingdomid", "kingdomnumber")
_MOST_KINGDOMS = 99_999


def kingdom_header(headers: Sequence[str], ignored: Iterable[int]) -> int | None:
    """The index of the first header that says which kingdom a player is of."""
    return next((index for index in ignored if plain(headers[index]) in _KINGDOMS), None)


def kingdoms(cells: Iterable[Cell | None], thousands: frozenset[str]) -> Counter[str] | None:
    """How many players are of each kingdom; None where the cells are something else, or nothing."""
    found: Counter[str] = Counter()
    for cell in cells:
        if cell is None or cell.kind == "null":
            continue
        number: int | str = "bad_number"
        if cell.kind == "number":
            number = read_json_number(cell.text, least=1)
        elif cell.kind == "text":
            number = read_number(cell.text, 1, thousands)
        if number == "unknown_value":
            continue
        if not isinstance(number, int) or number > _MOST_KINGDOMS:
            return None
        found[str(number)] += 1
    return found or None


def is_second_header(record: Record, place: dict[str, int]) -> bool:
    """Whether a row has names of columns where a player has id and name (no digit for an id)."""
    cells = [record.cells.get(place[column]) for column in ("id", "name")]
    words = [cell.text if cell is not None and cell.kind == "text" else "" for cell in cells]
    if any(map(str.isdigit, words[0])):
        return False
    return all(meaning(word) is not None for word in words)


def date_column(table: Table, players: list[tuple[int, Record]]) -> int | None:
    """The first column that makes a file several scans.

    Args:
        table: the file.
        players: its rows that have an id, with it.
    """
    for index in range(len(table.headers)):
        dates = []
        for player, record in players:
            cell = record.cells.get(index)
            day = None if cell is None or cell.kind == "null" else _date(cell.text)
            if day is None:
                break
            dates.append((player, day))
        else:
            days = {day for _, day in dates}
            if len(days) > 1 and len(set(dates)) == len(dates):
                return index
    return None


def _date(text: str) -> object:
    """A date of those forms that the oracle's cases have; None for anything else."""
    found = re.fullmatch(r"(\d{4})[-/](\d\d)[-/](\d\d)([T ].*)?", text.strip())
    if found is None:
        found = re.fullmatch(r"(?P<d>\d\d)\.(?P<m>\d\d)\.(?P<y>\d{4})", text.strip())
        parts = None if found is None else (found["y"], found["m"], found["d"])
    else:
        parts = (found[1], found[2], found[3])
    try:
        return None if parts is None else date(*map(int, parts))
    except ValueError:
        return None


def damaged_names(names: Iterable[str]) -> list[str]:
    """The damaged names, if they are so many that there is a warning; else none."""
    known = [name for name in names if name.strip()]
    damaged = [name for name in known if _is_lost(name) or _is_misread(name)]
    return damaged if len(damaged) >= 3 and len(damaged) >= 0.02 * len(known) else []


def _is_lost(name: str) -> bool:
    return set(name) <= set("? ") and "?" in name


def _is_misread(name: str) -> bool:
    """Whether a name is UTF-8 that was read as Windows-1252 or Latin-1."""
    pages: tuple[Callable[[], bytes], ...] = (
        lambda: name.encode("cp1252"),
        lambda: name.encode("latin-1"),
    )
    for encode in pages:
        try:
            if encode().decode() != name:
                return True
        except UnicodeError:
            continue
    return False
