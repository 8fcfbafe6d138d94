"""Which records are rows: whatever widths, blank rows, quotes and blocks, it is what csv reads."""

import csv
import io
import tracemalloc
from functools import partial
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans.batch import RowLocation
from chalicelib.scans.csv import reader as csv_reader
from chalicelib.scans.csv.reader import CsvReader
from tests.ingest.support import SLOW, patched, stream_of

pytestmark = pytest.mark.slow

HEADER = ["ID", "Rank", "Name", "Power"]
MAPPED = {"id": 0, "name": 2, "power": 3}
CELLS = st.sampled_from(["", "", " ", "\xa0", "5", "17", "a,b", 'q"q', "x\ny", "雪", "\u200b", "-"])
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=7), max_size=12)


class Told(NamedTuple):
    """What a reader tells of a file.

    Attributes:
        rows: the mapped cells of the sound rows.
        ragged: the numbers of the ragged ones.
        blank: how many are no rows.
    """

    rows: list[list[str]]
    ragged: list[int]
    blank: int


def written(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> str:
    lines = []
    for row in rows:
        # Before 3.13 a CR or an LF in a cell is quoted only if it is part of the line's end.
        line = io.StringIO(newline="")
        csv.writer(line, delimiter=delimiter, lineterminator="\r\n").writerow(row)
        lines.append(line.getvalue().removesuffix("\r\n") + end)
    return "".join(lines)


def expected(rows: list[list[str]]) -> Told:
    """What becomes of cells, by the words of the contract."""
    told = Told([], [], 0)
    number = blank = 0
    for cells in rows:
        seen = [bool(cell.replace("\u200b", "").strip()) for cell in cells]
        if not any(seen[place] for place in MAPPED.values() if place < len(cells)) and not any(
            seen[len(HEADER) :]
        ):
            blank += 1
            continue
        number += 1
        if len(cells) < len(HEADER) or any(seen[len(HEADER) :]):
            told.ragged.append(number)
        else:
            told.rows.append([cells[place] for place in MAPPED.values()])
    return told._replace(blank=blank)


def told_by(text: str, block: int) -> tuple[Told, CsvReader]:
    with patched((csv_reader, "BLOCK", block)):
        reader = CsvReader(lambda: stream_of(text))
        rows: list[list[str]] = []
        for batch in reader.batches():
            columns = [batch.columns[name].to_pylist() for name in MAPPED]
            assert all(len(column) == batch.length for column in columns)
            rows += map(list, zip(*columns, strict=True))
    assert reader.rows == len(rows) + len(reader.skipped)
    ragged = [finding.row or 0 for finding in reader.errors.listed]
    return Told(rows, ragged, reader.blank_rows), reader


@SLOW
@given(ROWS, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n", "\r"]), st.integers(20, 300))
def test_rows_are_those_that_csv_reads(
    rows: list[list[str]], delimiter: str, end: str, block: int
) -> None:
    text = written([HEADER, *rows], delimiter, end)
    assert told_by(text, block)[0] == expected(rows)


@SLOW
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=12), st.integers(20, 300))
def test_columns_that_have_no_name_are_none(rows: list[list[str]], block: int) -> None:
    text = written([[*HEADER, "", " "], *rows])
    assert told_by(text, block)[0] == expected(rows)


@SLOW
@given(ROWS, st.integers(20, 300), st.integers(0, 3))
def test_a_second_look_numbers_rows_as_the_first_did(
    rows: list[list[str]], block: int, blank_lines: int
) -> None:
    text = written([["a title"], HEADER, *rows]).replace("\r\n", "\n")
    text = text.replace("\n", "\n" * (1 + blank_lines), 1)
    told, reader = told_by(text, block)
    found = {row.row: row for row in reader.whole_rows()}
    every = range(1, reader.rows + 1)
    assert sorted({*found, *told.ragged}) == list(every)
    assert [[row.cells[place] for place in MAPPED.values()] for row in found.values()] == told.rows
    assert all(len(row.cells) == len(HEADER) for row in found.values())
    located = reader.locate_rows(list(every))
    assert located == CsvReader(lambda: stream_of(text)).locate_rows(list(every))
    assert list(located) == list(every)
    for number, row in found.items():
        assert located[number] == RowLocation(row.line, row.cells[0])
    assert all(finding.line == located[finding.row or 0].line for finding in reader.errors.listed)


@SLOW
@given(ROWS, st.sets(st.integers(1, 12)), st.sampled_from(["", "\ufeff"]), st.booleans())
def test_a_file_without_some_rows_is_the_rest_of_it_byte_for_byte(
    rows: list[list[str]], left_out: set[int], bom: str, ends: bool
) -> None:
    parts = [written([row], end="\r\n") for row in rows]
    head = "a title\n\n" + written([HEADER], end="\r")
    kept, number = [head], 0
    for row, part in zip(rows, parts, strict=True):
        is_row = expected([row]).blank == 0
        number += is_row
        if not (is_row and number in left_out):
            kept.append(part)
    text = bom + head + "".join(parts)
    wanted = bom + "".join(kept)
    if not ends and rows:
        text = text.removesuffix("\r\n")
        wanted = wanted.removesuffix("\r\n") if kept[-1] is parts[-1] else wanted
    for encoding in ("utf-8", "utf-16"):
        out = io.BytesIO()
        data = text.encode(encoding)
        CsvReader(partial(stream_of, data)).write_without(left_out, out)
        mark = "\ufeff" if encoding == "utf-16" else ""
        assert out.getvalue() == (mark + wanted).encode()


@pytest.mark.parametrize(
    ("row", "message", "hint"),
    [
        ("scanned by Eve", "has 1 cell,", "delete this line"),
        ("3;Cy", "has 2 cells,", "missing semicolon"),
        ("3;Cy;9;;x", "has 5 cells,", "a semicolon inside a name"),
        ('3;"Cy;9\n4;Di;8', "has 2 cells,", "never closed"),
    ],
)
def test_a_ragged_row_is_told_with_what_to_do(row: str, message: str, hint: str) -> None:
    told, reader = told_by(f"ID;Rank;Name;Power\n1;1;Ana;5;;\n{row}", 1000)
    assert told == Told([["1", "Ana", "5"]], [2], 0)
    assert message in reader.errors.listed[0].message
    assert hint in reader.errors.listed[0].hint


@pytest.mark.parametrize(
    "rows",
    [
        "1,Ana\n",
        *(pytest.param(rows, marks=pytest.mark.long) for rows in ("1,Ana,5,\n,,,,,,\n", "\t\n")),
    ],
)
def test_memory_is_bounded_whatever_widths_there_are(rows: str) -> None:
    """pyarrow would pass over any number of blocks of such rows before it gives a batch."""
    data = ("ID,Name,Power\n1,Ana,5\n" + rows * (600_000 // len(rows))).encode()
    reader = CsvReader(lambda: stream_of(data))
    tracemalloc.start()
    held = max(batch.length for batch in reader.batches())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held <= 10_000
    assert peak < 20_000_000
