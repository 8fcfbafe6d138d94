"""Files that are no scan at all, named like one: the hint says what they are."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from chalicelib.ingest.check import check_file
from tests.ingest.support import SETTINGS, codes

PLAYER = '{"id": 1, "name": "Ada", "power": 5}'


def report_on(folder: Path, data: bytes, name: str = "players.csv") -> dict[str, Any]:
    (folder / name).write_bytes(data)
    return check_file(folder / name, SETTINGS)


@pytest.mark.parametrize("head", [b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_workbook_is_called_one(head: bytes, tmp_path: Path) -> None:
    report = report_on(tmp_path, head + b"\x00" * 100)
    assert codes(report) == ["bad_encoding"]
    assert "workbook" in report["errors"][0]["message"]
    assert "CSV UTF-8" in report["errors"][0]["hint"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"[{PLAYER}]", ".json"),
        (f"{PLAYER}\n{PLAYER}\n", ".json"),
        ("<!DOCTYPE html>\n<html>\n", "web page"),
    ],
)
def test_csv_that_is_another_format_is_told_so(text: str, says: str, tmp_path: Path) -> None:
    report = report_on(tmp_path, text.encode())
    assert codes(report) == ["missing_column"] * 3
    assert all(says in error["hint"] for error in report["errors"])


@pytest.mark.parametrize("header", ["Id number,Who", "{id},name,[x]", "5,Ada,7"])
def test_a_header_that_is_only_unknown_is_told_the_names(header: str, tmp_path: Path) -> None:
    hints = " ".join(
        error["hint"] for error in report_on(tmp_path, f"{header}\n".encode())["errors"]
    )
    assert "Governor ID" in hints


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"I\xd1,Name,Power\n1,a,5\n",
        "Número;Name;Power\n1;a;5\n".encode("latin-1"),
        b"\x80",
        b"\n \x80x",
    ],
)
@pytest.mark.parametrize("name", ["players.csv", "players.json", "players.csv.gz"])
def test_a_bad_byte_among_the_very_first_is_told_with_its_line(
    data: bytes, name: str, tmp_path: Path
) -> None:
    upload = gzip.compress(data, mtime=0) if name.endswith(".gz") else data
    report = report_on(tmp_path, upload, name)
    assert codes(report) == ["bad_encoding"]
    assert report["errors"][0]["line"] == (2 if data.startswith(b"\n") else 1)
