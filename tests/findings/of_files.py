"""Examples: files that are no scan, or cannot be read as text."""

import gzip
import io
import zipfile

from tests.findings.example import Example, Section, table

_SCAN = "ID,Name,Power\n10000001,Ada,5\n"

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60)


def _packed(name: str, data: bytes = b"") -> bytes:
    """A zip file with one file in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


FILES = Section(
    "What kind of file it is",
    "A CSV is text in UTF-8 with one line a player. A workbook stays a workbook (`.xlsx`).",
    (
        Example("An empty file", b"", shown="(nothing)"),
        table("A header and no players", "ID,Name,Power"),
        Example("A workbook that was renamed", _packed("xl/workbook.xml"), shown="(a workbook)"),
        Example("A binary workbook", _packed("xl/workbook.bin"), shown="(an .xlsb workbook)"),
        Example("A workbook of LibreOffice",
                _packed("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
                shown="(an .ods workbook)"),
        Example("A workbook of Numbers", _packed("Index/Document.iwa"),
                shown="(a .numbers workbook)"),
        Example("An old workbook", _OLD, shown="(an .xls workbook)"),
        Example("A workbook with a password", _OLD + "EncryptedPackage".encode("utf-16-le"),
                shown="(a protected workbook)"),
        Example("A packed file", _packed("scan.csv"), shown="(a .zip file)"),
        Example("A PDF", b"%PDF-1.7\n", shown="(a PDF)"),
        Example("A screenshot", b"\x89PNG\r\n\x1a\n", shown="(a picture)"),
        Example("A gzip without .gz", gzip.compress(_SCAN.encode(), mtime=0), shown="(gzip)"),
        Example("A .gz that is none", _SCAN.encode(), "players.csv.gz"),
        Example("A .gz that is another packed file", _packed("scan.csv"), "players.csv.gz",
                shown="(a .zip file)"),
        Example("A .gz that was cut off", gzip.compress(_SCAN.encode(), mtime=0)[:-9],
                "players.csv.gz", shown="(the first half of a gzip file)"),
        Example("A .gz in which bytes are wrong",
                gzip.compress(_SCAN.encode(), mtime=0)[:12] + bytes(40), "players.csv.gz",
                shown="(a damaged gzip file)"),
        Example("Letters of a Western code page", b"ID,Name,Power\n10000001,Zo\xeb,5\n",
                shown="ID,Name,Power\n10000001,Zo<byte 0xEB>,5"),
        Example("UTF-32", "ID,Name,Power\n10000001,Ada,5\n".encode("utf-32"), shown="(UTF-32)"),
        Example("UTF-16 without its mark", "ID,Name,Power\n".encode("utf-16-le"),
                shown="(UTF-16 without a byte order mark)"),
        Example("NUL characters in the header", b"Scan,ID\0,Name,Power\n10000001,Ada,5\n",
                shown="Scan,ID<NUL>,Name,Power"),
        Example("More bytes than are allowed", _SCAN.encode() * 4, shown="(a large file)",
                most_bytes=100),
        Example("More bytes than are allowed, packed", gzip.compress(_SCAN.encode() * 40, mtime=0),
                "players.csv.gz", shown="(a large file, packed small)", most_bytes=200),
    ),
)  # fmt: skip

SECTIONS: tuple[Section, ...] = (FILES,)
