"""Files that are no scan at all, named like one: the hint says what they are."""

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from chalicelib.ingest.check import check_file
from tests.ingest.support import SETTINGS, codes

PLAYER = '{"id": 1, "name": "Ada", "power": 5}'


def report_on(folder: Path, data: bytes, name: str = "players.csv") -> dict[str, Any]:
    (folder / name).write_bytes(data)
    return check_file(folder / name, SETTINGS)


def packed(*names: str, first: bytes = b"") -> bytes:
    """A zip with such names in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for name in names:
            file.writestr(name, first or b"<xml/>")
    return out.getvalue()


WORKBOOK = packed("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100


@pytest.mark.parametrize(
    ("data", "is_a", "do"),
    [
        (WORKBOOK, "an Excel workbook, but", "end in .xlsx"),
        (packed("docProps/app.xml", "xl/worksheets/sheet1.xml"), "an Excel workbook, but", ".xlsx"),
        (packed("[Content_Types].xml", "xl/workbook.bin"), ".xlsb", "CSV UTF-8"),
        (packed("scan.csv"), "packed file", "Unpack"),
        (packed("[Content_Types].xml", "word/document.xml"), "packed file", "Unpack"),
        (packed(), "packed file", "Unpack"),
        (b"PK\x03\x04\x14\x00", "packed file", "Unpack"),
        (packed("mimetype", first=ODS), ".ods", ".xlsx"),
        (packed("Index/Document.iwa"), "Numbers", "Export"),
        (OLE, "old Excel workbook", ".xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password", "remove the password"),
        (b"Rar!\x1a\x07\x00", "packed file", "Unpack"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF", ".csv"),
        (b"\x89PNG\r\n\x1a\n", "picture", "scanner"),
        (gzip.compress(b"ID,Name", mtime=0), "compressed", "Add .gz"),
        ("ID,Name,Power\n".encode("utf-16-le"), "UTF-16", "CSV UTF-8"),
        ("ID,Name,Power\n1,Zo\xeb,5\n".encode("cp1252"), "line 2", "LibreOffice"),
        ("ID,Name,Power\n1,龙,5\n".encode("gbk"), "line 2", "Google Sheets"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["players.csv", "players.json"])
def test_what_is_no_text_is_told_what_it_is_and_one_thing_to_do(
    data: bytes, is_a: str, do: str, name: str, tmp_path: Path
) -> None:
    report = report_on(tmp_path, data, name)
    assert codes(report) == ["bad_encoding"]
    assert is_a in report["errors"][0]["message"]
    assert do in report["errors"][0]["hint"]


def test_nul_in_the_header_is_no_text(tmp_path: Path) -> None:
    text = "성명,ID,Power\n".encode("utf-16-le")
    for data in (b"ID,Na\0me,Power\n1,a,5\n", b"title\0\nID,Name,Power\n1,a,5\n", text):
        report = report_on(tmp_path, data)
        assert codes(report) == ["bad_encoding"], data
    report = report_on(tmp_path, b"ID,Name,Power\n1,a\0,5\n")
    assert codes(report) == ["bad_text"]


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
    assert codes(report) == ["missing_column"]
    assert says in report["errors"][0]["message"] + report["errors"][0]["hint"]


@pytest.mark.parametrize("header", ["Id number,Who", "(i),who,[x]", "5,Ada,7"])
def test_a_header_that_is_only_unknown_is_told_the_names(header: str, tmp_path: Path) -> None:
    hints = " ".join(
        error["hint"] for error in report_on(tmp_path, f"{header}\n".encode())["errors"]
    )
    assert "ID, Name, Power" in hints


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
