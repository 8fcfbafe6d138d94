"""Files that are named `.xlsx` and are none: the hint says what they are and what to do."""

import io
import zipfile

import pytest

from tests.ingest.support import codes, read
from tests.scans.xlsx.books import Book, pack, scan

SCAN = "ID,Name,Power\n1,Ana,5\n"


def compound(*names: str) -> bytes:
    """A compound file (MS-CFB) with these names in its directory."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (1).to_bytes(4, "little")
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)
    return bytes(header) + bytes(512) + entries.ljust(512, b"\0")


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (compound("Root Entry", "EncryptionInfo", "EncryptedPackage"), "password", "empty the"),
        (compound("Root Entry", "Workbook"), "old workbook (.xls)", "Excel Workbook (.xlsx)"),
        (compound("Root Entry", "WordDocument"), "document or a presentation", "Copy the table"),
        (compound("Root Entry", "Picture"), "old Office file", "Excel Workbook (.xlsx)"),
        (compound()[:100], "old Office file", "Excel Workbook (.xlsx)"),
        (SCAN.encode(), "CSV", "end in .csv"),
        (SCAN.encode("utf-8-sig"), "CSV", "end in .csv"),
        (SCAN.replace(",", ";").encode("utf-16"), "CSV", "end in .csv"),
        (SCAN.replace(",", "\t").encode("latin-1"), "tabs", "end in .tsv"),
        (b'[{"id": 1}]', "JSON", "end in .json"),
        (b'\n {"id": 1}\n', "JSON", "end in .json"),
        (b"<html><table><tr><td>ID</td></tr></table>", "web page", "Excel Workbook (.xlsx)"),
        (b'<?xml version="1.0"?><Workbook/>', "XML", "Excel Workbook (.xlsx)"),
        (b"<!DOCTYPE html>\n<html><title>Sign in", "web page", "download that again"),
        (b'<html xmlns:x="urn:schemas-microsoft-com:office:excel">', "web page", "save it there"),
        (b"\xef\xbb\xbf\r\n<table>", "web page", "save it there"),
        (b"just words\n", "plain text", "as a workbook (.xlsx) or as CSV"),
        (b"Hello, kingdom\nall; is well\n", "plain text", "as a workbook (.xlsx) or as CSV"),
        (b"Kingdom 51\n\n" + SCAN.encode(), "CSV", "end in .csv"),
        (b"Kings, queens, pawns\n" + SCAN.replace(",", "\t").encode(), "tabs", "end in .tsv"),
        (b"{\\rtf1 Hello}", "document", "Copy the table"),
        (b"\xff\xd8\xff\xe0\x00", "picture", "Export the scan again"),
        (b"Rar!\x1a\x07", "archive", "Unpack"),
        (b"\x1f\x8b\x08\x00", "gzip", "Unpack"),
        (b"%PDF-1.7\n", "PDF", "workbook that it was made from"),
        (b"\x89PNG\r\n\x1a\n\x00", "picture", "Export the scan again"),
        (b"PAR1\x15\x04\x00", "no workbook", "Excel Workbook (.xlsx)"),
        (b"PK\x05\x06" + bytes(18), "empty zip", "Excel Workbook (.xlsx)"),
        (pack({"content.xml": b"<x/>", "mimetype": b"x"}), "OpenDocument", "Excel Workbook"),
        (pack({"Index/Document.iwa": b"x"}), "Numbers", "Export To"),
        (pack({"word/document.xml": b"x"}), "document or a presentation", "Copy the table"),
        (pack({"players.csv": SCAN.encode()}), "other files in it", "Unpack"),
        (pack({"readme": b"x"}), "no workbook is in it", "Export the scan again"),
    ],
)
def test_another_file_is_called_what_it_is(data: bytes, message: str, hint: str) -> None:
    report, _ = read(data, "players.xlsx")
    assert codes(report) == ["bad_workbook"]
    assert message in report["errors"][0]["message"]
    assert hint in report["errors"][0]["hint"]


def test_a_binary_workbook_is_called_one() -> None:
    book = Book({"S": scan(2)})
    rels = book.parts()["_rels/.rels"].replace(b"workbook.xml", b"workbook.bin")
    data = Book({"S": scan(2)}, replaced={"_rels/.rels": rels, "xl/workbook.bin": b"x"}).pack()
    report, _ = read(data, "players.xlsx")
    assert "binary workbook (.xlsb)" in report["errors"][0]["message"]


def test_an_empty_file_is_empty() -> None:
    assert codes(read(b"", "players.xlsx")[0]) == ["empty_file"]


def test_a_workbook_cut_off_anywhere_is_told_so() -> None:
    data = Book({"S": scan(3)}).pack()
    for end in [*range(4, len(data), 97), len(data) - 1]:
        report, _ = read(data[:end], "players.xlsx")
        assert codes(report) == ["bad_workbook"]
        assert "cut off or damaged" in report["errors"][0]["message"]


def test_a_zip_file_with_a_password_is_told_so() -> None:
    data = bytearray(Book({"S": scan(3)}).pack())
    for at in range(len(data) - 10):
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 8] |= 1
        if data[at : at + 4] == b"PK\x03\x04":
            data[at + 6] |= 1
    report, _ = read(bytes(data), "players.xlsx")
    assert codes(report) == ["bad_workbook"]
    assert "password" in report["errors"][0]["message"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_spreadsheets_pack_with_is_unpacked(method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, body in Book({"S": scan(3)}).parts().items():
            packed.writestr(name, body)
    report, _ = read(out.getvalue(), "players.xlsx")
    assert codes(report) == ["bad_workbook"]


def test_parts_may_lie_in_the_file_as_they_are() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name, body in Book({"S": scan(3)}).parts().items():
            packed.writestr(name, body)
        packed.comment = b"by a test"
    assert read(out.getvalue(), "players.xlsx")[0]["players"] == 3
