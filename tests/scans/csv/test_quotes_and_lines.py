"""What a stray quote swallows is never published; a broken JSON line breaks no other."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.config import load
from chalicelib.ingest.check import check_file


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
