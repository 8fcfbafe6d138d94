"""What a stray quote swallows is never published; a broken JSON line breaks no other."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.config import load
from chalicelib.ingest.check import check_file
from chalicelib.scans.csv import reader as csv_reader
from chalicelib.scans.csv.reader import CsvReader
from chalicelib.scans.csv.records import BLOCK
from tests.ingest.support import patched, stream_of

pytestmark = pytest.mark.slow


def errors(tmp_path: Path, name: str, data: bytes) -> list[tuple[Any, ...]]:
    path = tmp_path / name
    path.write_bytes(data)
    report = check_file(path, load({}))
    return [(one["code"], one["row"], one["line"]) for one in report["errors"]]


HEADER = b"ID,Name,Power,Alliance\n"


@pytest.mark.parametrize(
    ("rows", "row", "line"),
    [
        (b'1,a,100,AZ\n2,b,90,"BZ\n3,c,80,CZ\n4,d,70,DZ\n', 2, 3),
        (b'1,a,100,AZ\n2,b,90,"B', 2, 3),
        (b'1,a,100,AZ\n2,b,90,"', 2, 3),
        (b'1,a,100,AZ\n\n2,b,90,"B ""quoted"" Z', 2, 4),
        (b'1,a"x,100,AZ\n2,b,90,"B\n', 2, 3),
    ],
)
def test_a_file_that_ends_inside_quotes_is_refused(
    tmp_path: Path, rows: bytes, row: int, line: int
) -> None:
    assert errors(tmp_path, "x.csv", HEADER + rows) == [("bad_text", row, line)]


@pytest.mark.parametrize(
    "rows",
    [
        b'1,a,100,"AZ"',
        b'1,a,100,""',
        b'1,a,100,"A ""Z"""\n',
        b'1,5" tall,100,6"\n',
        b'1,"a,b",100,AZ\n2,"",90,""\n',
        b'1,"a\nb",100,"A\nZ"\n\n',
    ],
)
def test_a_file_whose_quotes_are_closed_is_accepted(tmp_path: Path, rows: bytes) -> None:
    assert errors(tmp_path, "x.csv", HEADER + rows) == []


ROW = b"1,a,100,AZ"
# What stands behind the header, how many rows it has, and what is wrong with it.
SHAPES = [
    (b"", 0, ["empty_file"]),
    (b"\n\r\n\r", 0, ["empty_file"]),
    (ROW, 1, []),
    (ROW + b"\n", 1, []),
    (ROW + b"\r\n", 1, []),
    (ROW + b"\r", 1, []),
    (ROW + b"\r\r2,b,90,BZ", 2, []),
    (ROW + b"\n\n\r\n\n", 1, []),
    (ROW + b"\n2,b,90", 2, ["ragged_row"]),
    (ROW + b"\n2,b,90,BZ,", 2, []),
    (ROW + b"\n2,b,90,BZ,,x", 2, ["ragged_row"]),
    (b"2\r\n", 1, ["ragged_row"]),
    (ROW + b'\n2,b,90,"BZ"', 2, []),
    (ROW + b'\n2,b,90,"B ""Z"""', 2, []),
    (ROW + b'\n2,b,90,""', 2, []),
    (ROW + b'\n2,b,90,"B\rZ"\r', 2, []),
    (ROW + b'\n2,b,90,B"Z', 2, []),
    (ROW + b'\n2,b,90,"BZ', 2, ["bad_text"]),
    (ROW + b'\n2,b,90,"BZ\r\n', 2, ["bad_text"]),
    (ROW + b'\n2,b,90,"BZ\r', 2, ["bad_text"]),
    (ROW + b'\n2,b,90,"BZ\n3,c,80,CZ\n\n', 2, ["bad_text"]),
    (ROW + b'\n2,b,90,"B ""Z""', 2, ["bad_text"]),
    (ROW + b'\n2,b,90,"', 2, ["bad_text"]),
    (ROW + b'\n2,"b,90,BZ\n', 2, ["ragged_row"]),
    (ROW + b'\n2,b,90,BZ,"\n', 2, ["bad_text"]),
    (ROW + b'\n2,b,90,BZ,"x\n', 2, ["ragged_row"]),
    (ROW + b'\n"\n', 1, ["bad_text"]),
]


@pytest.mark.parametrize(("rows", "count", "wrong"), SHAPES)
@pytest.mark.parametrize("block", [200, BLOCK])
def test_the_end_of_the_text_is_no_row_and_tells_of_an_open_quote(
    tmp_path: Path, rows: bytes, count: int, wrong: list[str], block: int
) -> None:
    path = tmp_path / "x.csv"
    for header in (HEADER, b"ID,Name,Power,Shoe size\n"):
        path.write_bytes(header + rows)
        with patched((csv_reader, "BLOCK", block)):
            report = check_file(path, load({}))
        assert report["players"] == count
        assert [one["code"] for one in report["errors"]] == wrong
        assert "\\u0000" not in json.dumps(report)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r", "\n\n"])
@pytest.mark.parametrize("last", ["2", '"2"', '"2', '"""2"""', '"', '""'])
def test_a_file_of_one_column_ends_as_any_other(end: str, last: str) -> None:
    text = f"ID\n1\n{last}{end}"
    reader = CsvReader(lambda: stream_of(text))
    cells = [cell for batch in reader.batches() for cell in batch.columns["id"].to_pylist()]
    is_open = last in ('"2', '"')
    text = f"{last[1:]}{end}" if is_open else next(csv.reader([last]))[0]
    assert cells == ["1", *([text] if text.strip() else [])]  # a blank row is none
    assert [one.code for one in reader.errors.listed] == ["bad_text"] * is_open


@pytest.mark.parametrize("size", range(BLOCK - 12, BLOCK + 16))
def test_a_text_may_end_wherever_a_piece_of_it_ends(size: int) -> None:
    """The second piece is as long as pyarrow asks for, or some bytes less or more."""
    row = "1,a,5\n"
    first = "ID,Name,Power\n" + row * (BLOCK // len(row))
    whole, rest = divmod(BLOCK + size - len(first), len(row))
    text = first + row * whole + "\n" * rest
    for last, wrong in (("", []), ('2,"b","7', ["bad_text"])):
        reader = CsvReader(lambda last=last: stream_of(text + last))  # type: ignore[misc]
        assert sum(batch.length for batch in reader.batches()) == text.count("1,a") + len(wrong)
        assert [one.code for one in reader.errors.listed] == wrong


def test_an_open_quote_far_from_the_end_of_a_long_file_is_found(tmp_path: Path) -> None:
    rows = b"".join(b"%d,a,1,AZ\n" % number for number in range(1, 200_000))
    rows += b'200000,b,1,"' + b"x\n" * 400_000
    assert errors(tmp_path, "x.csv", HEADER + rows)[-1] == ("bad_text", 200_000, 200_001)


def test_a_broken_json_line_takes_neither_rows_nor_lines_from_others(tmp_path: Path) -> None:
    data = (
        b'{"id":1,"name":"a","power":1},\n'
        b'{"id":2,"name":"b",\n'
        b'{"id":3,"name":"c","power":3}\n'
        b'{"id":4,"name":"d","power":"bad"}\n'
        b'{"id":5,"name":"e\n'
        b'{"id":6,"name":"f","power":-9}\n'
    )
    assert errors(tmp_path, "x.jsonl", data) == [
        ("bad_json", 1, 1),
        ("bad_json", 2, 2),
        ("bad_number", 4, 4),
        ("bad_json", 5, 5),
        ("out_of_range", 6, 6),
    ]


def test_a_key_that_is_no_text_is_ignored_like_any_other(tmp_path: Path) -> None:
    data = b'{"id":1,"name":"a","power":1,"x\\ud800":2}\n'
    assert errors(tmp_path, "x.jsonl", data) == []
    assert errors(tmp_path, "x.json", b"[" + data + b"]") == []
