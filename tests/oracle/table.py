"""What a scan file holds, cell by cell, before anything is judged.

Pure standard library and slow on purpose: one character after the other, so that every rule can
be read off. Written from the contract (sections 4 and 5), not from `chalicelib`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from tests.oracle.columns import COUNTERS, map_headers

# A header is complete without a counter that only the weights give it.
NO_FORMULA = {"nothing": 1}


@dataclass(frozen=True)
class Cell:
    """One value as the file has it.

    Attributes:
        text: the raw text; of a JSON string its characters, of any other JSON value its source.
        kind: `text` (a CSV cell or a JSON string), `number`, `null`, or `other` (true, [], {}).
    """

    text: str
    kind: Literal["text", "number", "null", "other"] = "text"


@dataclass(frozen=True)
class Record:
    """One player: the physical line where it starts, and its cells by column index.

    `ragged` is the source of a CSV record with fewer cells than the header, or more with a value;
    `is_open` says that the file ends inside quotes in it.
    """

    line: int
    cells: dict[int, Cell]
    ragged: str | None = None
    is_open: bool = False


@dataclass
class Table:
    """A whole file.

    Attributes:
        headers: the names as they stand in the file; of JSON the keys, first seen first.
        header_line: where the header stands; None in JSON.
        records: the players in file order.
        repeated: JSON keys that stand twice in one object.
        skipped_line: where the first record above the header stands, if there is one.
        blank_rows: how many rows have no value in any mapped column; they are no records.
        delimiter: between the cells of a row; None in JSON.
        open_blank_line: where such a row stands in which the text ends inside quotes.
    """

    headers: list[str]
    header_line: int | None
    records: list[Record] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    skipped_line: int | None = None
    blank_rows: int = 0
    delimiter: str | None = None
    open_blank_line: int | None = None


class RefusedError(Exception):
    """Raised when a file cannot be read at all; holds the code and, if known, the line."""

    def __init__(self, code: str, line: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


class Lines:
    """Physical lines of a text: LF, CRLF and a lone CR each end one."""

    def __init__(self, text: str) -> None:
        self._ends = [found.end() for found in re.finditer(r"\r\n|\n|\r", text)]

    def at(self, offset: int) -> int:
        """The line, from 1, on which the character at an offset stands."""
        low, high = 0, len(self._ends)
        while low < high:
            middle = (low + high) // 2
            if self._ends[middle] <= offset:
                low = middle + 1
            else:
                high = middle
        return low + 1


def csv_table(text: str) -> Table:
    """Read CSV or TSV.

    Raises:
        RefusedError: `empty_file` without a header, `bad_encoding` with NUL up to its end.
    """
    found = _header(text)
    if found is None:
        raise RefusedError("empty_file")
    delimiter, start = found
    lines = Lines(text)
    first = next(place for place, character in enumerate(text) if character not in "\r\n")
    header, *rest = _records(text[start:], delimiter)
    if "\0" in text[: start + (rest[0].offset if rest else len(text))]:
        raise RefusedError("bad_encoding", lines.at(start))
    headers = _without_blank_end(header.cells)
    table = Table([name.replace("\ufeff", "") for name in headers], lines.at(start))
    table.delimiter = delimiter
    table.skipped_line = lines.at(first) if start > first else None
    mapped = set(map_headers(table.headers, NO_FORMULA).place.values())
    for record in rest:
        cells = _without_blank_end(record.cells, least=len(headers))
        if len(cells) <= len(headers) and not mapped & _places_with_value(cells):
            table.blank_rows += 1
            if record.is_open:
                table.open_blank_line = lines.at(start + record.offset)
            continue
        indexed = {place: Cell(cell) for place, cell in enumerate(cells)}
        ragged = None if len(cells) == len(headers) else record.source
        table.records.append(
            Record(lines.at(start + record.offset), indexed, ragged, record.is_open)
        )
    return table


@dataclass(frozen=True)
class _Source:
    """A record of a CSV text: its offset, cells, source, and whether its quotes stay open."""

    offset: int
    cells: list[str]
    source: str
    is_open: bool


def _records(text: str, delimiter: str) -> Iterator[_Source]:
    """All records; a blank line is none."""
    found = (_Source(*record) for record in csv_records(text, delimiter))
    return (record for record in found if record.source)


def _header(text: str) -> tuple[str, int] | None:
    """The delimiter, and where the header starts: the first complete one, or the best there is.

    Candidates are the first 20 records by each delimiter, and what starts in the first 20 lines
    that are not empty (an odd quote in a title makes one record of many lines).
    """
    complete: list[tuple[int, int, int, str]] = []  # the smallest is the header
    best: tuple[int, int, str, int] | None = None  # columns, names, delimiter, offset
    for delimiter in ",;\t":
        records = [*islice(_records(text, delimiter), 20)]
        most = max(((worth(one.cells)[0], -one.offset) for one in records), default=None)
        for record in records:
            columns, names, is_complete = worth(record.cells)
            if is_complete:
                complete.append((record.offset, -columns, -names, delimiter))
            if most == (columns, -record.offset) and (best is None or (columns, names) > best[:2]):
                best = (columns, names, delimiter, record.offset)
        for offset in _line_starts(text)[:20]:
            columns, names, is_complete = worth(next(_records(text[offset:], delimiter)).cells)
            if is_complete:
                complete.append((offset, -columns, -names, delimiter))
    if complete:
        order = ",;\t".index
        offset, *_, delimiter = min(complete, key=lambda one: (*one[:3], order(one[3])))
        return delimiter, offset
    return None if best is None else (best[2], best[3])


def _line_starts(text: str) -> list[int]:
    """Where the lines start that are not empty."""
    return [found.start() for found in re.finditer(r"[^\r\n]+", text)]


def worth(cells: list[str]) -> tuple[int, int, bool]:
    """As a header: how many columns it names, how many names, and whether it is complete."""
    names = [name.replace("\ufeff", "") for name in _without_blank_end(cells)]
    mapping = map_headers(names, NO_FORMULA)
    is_complete = (
        {"id", "name"} <= mapping.place.keys()
        and any(mapping.has(counter) for counter in COUNTERS)
        and not mapping.repeated
    )
    return len(mapping.place), sum(not is_blank(name) for name in names), is_complete


def _without_blank_end(cells: list[str], least: int = 1) -> list[str]:
    """Cells without the blank ones at the end, but so many at least."""
    count = len(cells)
    while count > least and is_blank(cells[count - 1]):
        count -= 1
    return cells[:count]


def _places_with_value(cells: list[str]) -> set[int]:
    return {place for place, cell in enumerate(cells) if not is_blank(cell)}


def is_blank(text: str) -> bool:
    """Whether a cell has no value: white space and what cannot be seen are none."""
    return all(
        (character.isspace() and character not in "\x1c\x1d\x1e\x1f")
        or unicodedata.category(character) == "Cf"
        or character in "\u115f\u1160\u3164\uffa0\u2800\u034f"
        or 0xFE00 <= ord(character) <= 0xFE0F
        for character in text
    )


def csv_records(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str, bool]]:
    """Each record's offset, cells, source, and whether the text ends inside its quotes (RFC 4180).

    A quote opens a quoted part only at the start of a cell; what follows the closing quote is
    taken as it is. A quote that is never closed reaches to the end of the text.
    """
    place, start = 0, 0
    cells: list[str] = []
    while place < len(text):
        cell, place, is_open = _csv_cell(text, place, delimiter)
        cells.append(cell)
        if place < len(text) and text[place] == delimiter:
            place += 1
            if place < len(text):
                continue
            cells.append("")
        source = re.sub(r"(\r\n|\n|\r)\Z", "", text[start:place])  # one inside an open quote
        place += 2 if text.startswith("\r\n", place) else 1
        yield start, cells, source, is_open
        cells, start = [], place


def _csv_cell(text: str, place: int, delimiter: str) -> tuple[str, int, bool]:
    """The cell that starts at a place, the place of what ended it, and whether nothing did."""
    out: list[str] = []
    is_open = text.startswith('"', place)
    if text.startswith('"', place):
        place += 1
        while place < len(text):
            if text.startswith('""', place):
                out.append('"')
                place += 2
            elif text[place] == '"':
                place += 1
                is_open = False
                break
            else:
                out.append(text[place])
                place += 1
    while place < len(text) and text[place] not in (delimiter, "\r", "\n"):
        out.append(text[place])
        place += 1
    return "".join(out), place, is_open
