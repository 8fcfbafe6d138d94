"""What a scan file holds, cell by cell, before anything is judged.

Pure standard library and slow on purpose: one character after the other, so that every rule can
be read off. Written from the contract (sections 4 and 5), not from `chalicelib`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.oracle.columns import meaning


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

    `ragged` is the source of a CSV record with another number of cells than the header; `is_open`
    says that the file ends inside quotes in it.
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
    """

    headers: list[str]
    header_line: int | None
    records: list[Record] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


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
        RefusedError: `empty_file` without a header.
    """
    delimiter = _delimiter(text)
    lines = Lines(text)
    records = [
        (lines.at(start), cells, source, is_open)
        for start, cells, source, is_open in csv_records(text, delimiter)
        if source  # a blank line is no record
    ]
    if not records:
        raise RefusedError("empty_file")
    header_line, headers, *_ = records[0]
    table = Table([header.replace("\ufeff", "") for header in headers], header_line)
    for line, cells, source, is_open in records[1:]:
        indexed = {place: Cell(cell) for place, cell in enumerate(cells)}
        ragged = None if len(cells) == len(headers) else source
        table.records.append(Record(line, indexed, ragged, is_open))
    return table


def _delimiter(text: str) -> str:
    """The one of `,` `;` and tab that makes most known columns of the header, then most cells."""
    best, most = ",", (0, 1)
    for candidate in ",;\t":
        for _, cells, source, _ in csv_records(text, candidate):
            if source:
                score = (sum(meaning(cell) is not None for cell in cells), len(cells))
                if score > most:
                    best, most = candidate, score
                break
    return best


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
