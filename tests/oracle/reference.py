"""What an upload must become, calculated a second time and independently.

`expected` is the oracle of the differential tests: slow, plain, standard library only, written
from the contract. Where the contract leaves a choice, README.md here tells which one was made.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Mapping as Weights
from dataclasses import dataclass, field
from typing import Literal

from tests.oracle.columns import (
    COLUMNS,
    COUNTERS,
    TEXTS,
    TIER_DEATHS,
    TIER_KILLS,
    Mapping,
    map_headers,
)
from tests.oracle.jsontable import json_table
from tests.oracle.numbers import (
    MOST,
    is_unknown_word,
    read_json_number,
    read_number,
    thousands_of,
)
from tests.oracle.table import Cell, Record, RefusedError, Table, csv_table
from tests.oracle.text import decode
from tests.oracle.whole_file import (
    damaged_names,
    date_column,
    is_second_header,
    kingdom_header,
    kingdoms,
)
from tests.oracle.workbook import book_table

DEFAULT_WEIGHTS = {"t4_kills": 10, "t5_kills": 20, "deaths": 40}
METRICS = ("dkp", "kills", "deaths", "power", "kill_points")
LONGEST_TEXT = 200
SHOWN = 100

Value = int | str | None
Row = dict[str, Value]


@dataclass(frozen=True)
class Finding:
    """An error or a warning, as the report lists it (without its words)."""

    row: int | None
    line: int | None
    column: str | None
    value: str | None
    code: str


@dataclass(frozen=True)
class Place:
    """One player's place on a board."""

    rank: int
    position: int
    id: int
    value: int


@dataclass
class Expected:
    """The outcome of an upload.

    Attributes:
        verdict: `accepted` or `rejected`.
        errors: all of them, file-level ones first, then by row and by the column's place.
        warnings: likewise.
        mapped: header as it stands in the file to column.
        ignored: headers that mean nothing.
        derived: columns that were calculated.
        rows: the players; empty when rejected.
        hashes: each player's record_hash.
        dkp: the basis, as the report has it.
        boards: every ranked player of each metric, best first.
        all_faulty: columns of the file in which two cells or more are errors, and no cell is good.
    """

    verdict: Literal["accepted", "rejected"]
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    mapped: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    derived: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    dkp: dict[str, object] = field(default_factory=dict)
    boards: dict[str, list[Place]] = field(default_factory=dict)
    all_faulty: list[str] = field(default_factory=list)


def expected(
    data: bytes,
    file_name: str,
    weights: Weights[str, int] = DEFAULT_WEIGHTS,
    kingdom: int | None = None,
) -> Expected:
    """Calculate what must become of an upload.

    Args:
        data: the file's bytes.
        file_name: its name; the extension tells CSV from JSON and whether it is packed.
        weights: DKP_WEIGHTS.
        kingdom: the kingdom that it is uploaded for; None where nobody says one.
    """
    try:
        table = _table_of(data, file_name)
    except RefusedError as refused:
        return Expected("rejected", [Finding(None, refused.line, None, None, refused.code)])
    mapping = map_headers(table.headers, dict(weights))
    errors = _header_errors(table, mapping)
    if not errors and not table.records and table.open_blank_line is None:
        errors = [Finding(None, None, None, None, "empty_file")]
    if errors:
        return Expected("rejected", errors)
    return _Judge(table, mapping, dict(weights), kingdom).outcome()


def _table_of(data: bytes, file_name: str) -> Table:
    if file_name.lower().endswith(".xlsx"):
        return book_table(data)
    text = decode(data, file_name)
    is_csv = file_name.lower().removesuffix(".gz").endswith((".csv", ".tsv"))
    return csv_table(text) if is_csv else json_table(text)


def _header_errors(table: Table, mapping: Mapping) -> list[Finding]:
    line = table.header_line
    errors = [
        Finding(None, line, column, table.headers[index], "duplicate_column")
        for index, column in mapping.repeated
    ]
    place_of = {index: column for column, index in mapping.place.items()}
    for header in table.repeated:
        column = place_of.get(table.headers.index(header))
        if column is not None:
            errors.append(Finding(None, line, column, header, "duplicate_column"))
    if {"id", "name"} <= {finding.column for finding in errors}:
        # Two lists beside each other, or more.
        errors = [one for one in errors if one.column == "id"][:1]
    missing = [column for column in ("id", "name") if column not in mapping.place]
    if len(missing) == 2:
        # No list of players at all, whatever it is.
        return [*errors, Finding(None, line, "id", None, "missing_column")]
    errors += [Finding(None, line, column, None, "missing_column") for column in missing]
    if not any(mapping.has(counter) for counter in COUNTERS):
        errors.append(Finding(None, line, None, None, "missing_column"))
    return errors


class _Judge:
    """Goes through the rows of one table."""

    def __init__(
        self, table: Table, mapping: Mapping, weights: dict[str, int], kingdom: int | None
    ) -> None:
        self.table = table
        self.mapping = mapping
        self.weights = weights
        self.by_place = sorted((index, column) for column, index in mapping.place.items())
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []
        self.kingdom = kingdom
        self.seen: set[int] = set()
        self.with_id: list[tuple[int, Record]] = []
        self.players: list[Record] = []
        self.good: set[str] = set()
        self.rows: list[Row] = []
        numbers = [index for index, column in self.by_place if column not in TEXTS]
        # Whose cells are too many or too few are of no column.
        whole = [record for record in table.records if record.ragged is None]
        cells = [each.cells.get(index) for each in whole for index in numbers]
        texts = [cell.text for cell in cells if cell is not None and cell.kind == "text"]
        self.thousands = thousands_of(texts, table.delimiter)

    def outcome(self) -> Expected:
        headers = self.table.headers
        for number, record in enumerate(self.table.records, start=1):
            self._judge(number, record)
        self._several_scans()
        kingdom = self._kingdoms()
        self._damaged_names()
        ignored = [index for index in self.mapping.ignored if index != kingdom]
        self._of_the_table(ignored)
        result = Expected("rejected" if self.errors else "accepted", self.errors, self.warnings)
        places = self.by_place if kingdom is None else [*self.by_place, (kingdom, "kingdom")]
        result.mapped = {headers[index]: column for index, column in sorted(places)}
        result.ignored = [_shown(headers[index]) for index in ignored]
        result.derived = list(self.mapping.derived)
        faults = Counter(error.column for error in self.errors if error.row is not None)
        columns = [column for _, column in self.by_place if column not in self.good]
        result.all_faulty = [column for column in columns if faults[column] > 1]
        result.dkp = self._basis()
        if not self.errors:
            result.rows = self.rows
            result.hashes = [record_hash(row) for row in self.rows]
            result.boards = {metric: board(self.rows, metric) for metric in METRICS}
        return result

    def _of_the_table(self, ignored: list[int]) -> None:
        """What is wrong outside of its rows, but for a wrong header."""
        table = self.table
        if table.open_blank_line is not None:
            found = Finding(None, table.open_blank_line, None, None, "bad_text")
            self._of_the_file(self.errors, found)
        if table.skipped_line is not None:
            found = Finding(None, table.skipped_line, None, None, "skipped_lines")
            self._of_the_file(self.warnings, found)
        for index in ignored:
            header = table.headers[index]
            found = Finding(None, table.header_line, _shown(header), None, "ignored_column")
            self._of_the_file(self.warnings, found)

    def _of_the_file(self, findings: list[Finding], *found: Finding) -> None:
        """Put findings of the whole file after those that are there, before those of rows."""
        at = sum(finding.row is None for finding in findings)
        findings[at:at] = found

    def _several_scans(self) -> None:
        if not any(error.code == "duplicate_id" for error in self.errors):
            return
        index = date_column(self.table, self.with_id)
        if index is not None:
            self.errors[:] = [error for error in self.errors if error.code != "duplicate_id"]
            header = self.table.headers[index]
            self._of_the_file(self.errors, Finding(None, None, header, None, "several_scans"))

    def _kingdoms(self) -> int | None:
        """The index of the column of kingdoms; its findings."""
        index = kingdom_header(self.table.headers, self.mapping.ignored)
        cells = [None if index is None else one.cells.get(index) for one in self.players]
        found = kingdoms(cells, self.thousands)
        others = [one for one in found or () if one != str(self.kingdom)]
        if found and others and self.kingdom is not None:
            finding = Finding(None, None, "kingdom", others[0], "other_kingdom")
            self._of_the_file(self.errors if len(found) == 1 else self.warnings, finding)
        return index if found else None

    def _damaged_names(self) -> None:
        cells = [record.cells.get(self.mapping.place["name"]) for record in self.players]
        names = [cell.text for cell in cells if cell is not None and cell.kind == "text"]
        found = damaged_names(names)
        if found:
            self._of_the_file(self.warnings, Finding(None, None, "name", found[0], "damaged_names"))

    def _basis(self) -> dict[str, object]:
        if "dkp" in self.mapping.place:
            return {"basis": "file"}
        if "dkp" in self.mapping.derived:
            return {"basis": "formula", "weights": self.weights}
        return {"basis": "none"}

    def _judge(self, number: int, record: Record) -> None:
        if record.ragged is not None:
            self.errors.append(_finding(number, record, None, record.ragged, "ragged_row"))
        elif is_second_header(record, self.mapping.place):
            text = record.cells[self.mapping.place["id"]].text
            self.errors.append(_finding(number, record, "id", text, "bad_number"))
        else:
            self._judge_player(number, record)

    def _judge_player(self, number: int, record: Record) -> None:
        self.players.append(record)
        if record.is_open:
            self.errors.append(_finding(number, record, None, None, "bad_text"))
        row: Row = dict.fromkeys((*COLUMNS, *TIER_DEATHS))
        for index, column in self.by_place:
            cell = record.cells.get(index)
            value, code = _read(column, cell, self.thousands)
            row[column] = value
            if value is not None and code is None:
                self.good.add(column)
            if code is None and column == "id" and isinstance(value, int):
                code = self._remember(value, record)
            if code is not None:
                text = None if cell is None or cell.kind == "null" else cell.text
                finding = _finding(number, record, column, text, code)
                (self.warnings if code == "unknown_value" else self.errors).append(finding)
            if column == "kill_points":
                self._check_identity(number, record)
        self._derive(number, record, row)
        self.rows.append({column: row[column] for column in COLUMNS})

    def _remember(self, player: int, record: Record) -> str | None:
        """Remember an id; the code of what is wrong if it was there before."""
        code = "duplicate_id" if player in self.seen else None
        self.seen.add(player)
        self.with_id.append((player, record))
        return code

    def _check_identity(self, number: int, record: Record) -> None:
        """Kill points must be what the tiers give; looked up again since columns may follow."""
        numbers: list[int] = []
        for column in (*TIER_KILLS, "kill_points"):
            index = self.mapping.place.get(column)
            cell = None if index is None else record.cells.get(index)
            value = _read(column, cell, self.thousands)[0]
            if not isinstance(value, int):
                return
            numbers.append(value)
        t1, t2, t3, t4, t5, points = numbers
        if points != t1 // 5 + 2 * t2 + 4 * t3 + 10 * t4 + 20 * t5:
            cell = record.cells[self.mapping.place["kill_points"]]
            self.warnings.append(
                _finding(number, record, "kill_points", cell.text, "kill_points_mismatch")
            )

    def _derive(self, number: int, record: Record, row: Row) -> None:
        recipes = {
            "kills": dict.fromkeys(TIER_KILLS, 1),
            "deaths": dict.fromkeys(TIER_DEATHS, 1),
            "dkp": self.weights,
        }
        for column in self.mapping.derived:
            total = _weighted(row, recipes[column])
            row[column] = total
            if total is not None and total > MOST:
                self.errors.append(Finding(number, record.line, column, str(total), "out_of_range"))
                row[column] = None


def _finding(
    number: int, record: Record, column: str | None, text: str | None, code: str
) -> Finding:
    """A finding of a row."""
    return Finding(number, record.line, column, None if text is None else _shown(text), code)


def _shown(text: str) -> str:
    """A text as a report shows it: up to a length, a lone surrogate as its escape."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _weighted(row: Row, weights: dict[str, int]) -> int | None:
    total = 0
    for column, weight in weights.items():
        value = row[column]
        if not isinstance(value, int):
            return None
        total += weight * value
    return total


def _read(column: str, cell: Cell | None, thousands: frozenset[str]) -> tuple[Value, str | None]:
    """A cell's value and the code of what is wrong with it."""
    if cell is None or cell.kind == "null":
        return None, "missing_value" if column == "id" else None
    if cell.kind == "other" or (cell.kind == "number" and column in TEXTS):
        return None, "wrong_type"
    if column in TEXTS:
        return _read_text(cell.text)
    least = 1 if column == "id" else 0
    if cell.kind == "number":
        number = read_json_number(cell.text, least)
    else:
        number = read_number(cell.text, least, thousands)
    if isinstance(number, int):
        return number, None
    if column == "id" and number == "unknown_value":
        return None, "missing_value" if is_unknown_word(cell.text) else "out_of_range"
    return None, number


def _read_text(raw: str) -> tuple[str | None, str | None]:
    text = unicodedata.normalize("NFC", raw.strip())
    if "\0" in raw or "\x1f" in raw or len(text) > LONGEST_TEXT or _has_surrogate(text):
        return None, "bad_text"
    return text or None, None


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= each <= "\udfff" for each in text)


def record_hash(row: Row) -> str:
    """The first 32 hex digits of the SHA-256 over a player's values."""
    joined = "\x1f".join("" if row[column] is None else str(row[column]) for column in COLUMNS)
    return hashlib.sha256(joined.rstrip("\x1f").encode()).hexdigest()[:32]


def board(rows: list[Row], metric: str) -> list[Place]:
    """A leaderboard: competition ranking, equal values by id, nulls left out."""
    ranked: list[tuple[int, int]] = []
    for row in rows:
        value, player = row[metric], row["id"]
        if isinstance(value, int) and isinstance(player, int):
            ranked.append((-value, player))
    ranked.sort()
    places: list[Place] = []
    for position, (value, player) in enumerate(ranked, start=1):
        tied = bool(places) and places[-1].value == -value
        places.append(Place(places[-1].rank if tied else position, position, player, -value))
    return places
