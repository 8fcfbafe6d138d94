"""Examples: files that are no scan, or cannot be read as text."""

import gzip

from tests.findings.example import Example, Section, table

_SCAN = "ID,Name,Power\n10000001,Ada,5\n"

FILES = Section(
    "What kind of file it is",
    "A CSV is text in UTF-8 with one line a player. A workbook stays a workbook (`.xlsx`).",
    (
        Example("An empty file", b"", shown="(nothing)"),
        table("A header and no players", "ID,Name,Power"),
        Example("A workbook that was renamed", b"PK\x03\x04" + bytes(60), shown="(a workbook)"),
        Example("A gzip without .gz", gzip.compress(_SCAN.encode(), mtime=0), shown="(gzip)"),
        Example("A .gz that is none", _SCAN.encode(), "players.csv.gz"),
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
