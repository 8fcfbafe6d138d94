"""Examples: files that are no scan, or cannot be read as text."""

import gzip
import io
import zipfile

from tests.findings.example import Example, Section, table
from tests.scans.xlsx.books import Book, pack
from tests.scans.xlsx.test_no_workbook import compound

_SCAN = "ID,Name,Power\n10000001,Ada,5\n"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def _open_document() -> bytes:
    """A packed file that begins, as each OpenDocument does, with its kind in plain letters."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(zipfile.ZipInfo("mimetype", (2026, 1, 26, 0, 0, 0)), _ODS)
    return out.getvalue()


def _renamed(title: str, data: bytes) -> Example:
    return Example(title, data, shown=f"({title[:1].lower()}{title[1:]}, named .csv)")


FILES = Section(
    "What kind of file it is",
    "A CSV is text in UTF-8 with one line a player. A workbook stays a workbook (`.xlsx`).",
    (
        Example("An empty file", b"", shown="(nothing)"),
        table("A header and no players", "ID,Name,Power"),
        _renamed("A workbook", Book({"Scan": [["ID", "Name", "Power"], [7, "Ada", 5]]}).pack()),
        _renamed("A binary workbook (.xlsb)", pack({"xl/workbook.bin": b"x"})),
        _renamed("An old workbook (.xls)", compound("Root Entry", "Workbook")),
        _renamed("A workbook with a password", compound("Root Entry", "EncryptedPackage")),
        _renamed("A LibreOffice workbook", _open_document()),
        _renamed("A Numbers workbook", pack({"Index/Document.iwa": b"x"})),
        _renamed("A zip file", pack({"players.csv": _SCAN.encode()})),
        _renamed("A PDF", b"%PDF-1.7"),
        _renamed("A picture", b"\x89PNG\r\n\x1a\n"),
        Example("A gzip without .gz", gzip.compress(_SCAN.encode(), mtime=0), shown="(gzip)"),
        Example("A .gz that is none", _SCAN.encode(), "players.csv.gz"),
        Example("A .gz with something behind it", gzip.compress(_SCAN.encode(), mtime=0) + b"..",
                "players.csv.gz", shown="(a gzip file and some bytes)"),
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
