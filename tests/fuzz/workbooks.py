"""Hostile workbooks by number: damaged as files, in the list of their parts, and in parts."""

import re
import warnings
import zlib
from collections.abc import Callable
from random import Random
from typing import Final

from tests.fuzz import grammar
from tests.fuzz.files import HostileFile
from tests.fuzz.hostile import NAMES, NUMBERS
from tests.fuzz.mutate import mutate
from tests.scans.xlsx.books import (
    SHEET,
    Book,
    Cell,
    Styled,
    Text,
    Xml,
    error,
    formula,
    pack,
    sheet_xml,
)

NAME: Final = "players.xlsx"
Parts = list[tuple[str, bytes]]

_ODD_CELLS: Final[tuple[Cell, ...]] = (
    *(True, False, error("#N/A"), error("#REF!"), formula("A1"), formula("A1", "5"), None),
    *(Styled(45000, "yyyy"), Styled(0.5, "h:mm"), Styled(7, "000"), Xml('t="x"><v>1</v>')),
    *(Xml("><v>1E+11</v>"), Xml("><v>9007199254740993</v>"), Xml("><v>1E999999</v>")),
    *(Xml('t="s"><v>99999</v>'), Xml('t="inlineStr"><is><r><t>a</t></r></is>'), Xml('t="b">')),
)
_TOKENS: Final = (
    *(b"<", b">", b"/>", b"<row>", b"</row>", b"<c>", b"</c>", b"<v>", b"</v>", b"?>", b"<?x?>"),
    *(b"<row r='1048576'>", b"<c r='XFD1048576'", b"<!DOCTYPE x>", b"<!--", b"-->", b"<![CDATA["),
    *(b"]]>", b"&amp;", b"&x;", b"&#0;", b"&#55296;", b"\x00", b"\xff", b"  ", b"1E999", b"-1"),
    *(b' t="s"', b' t="b"', b' t="e"', b' t="d"', b' s="1"', b' s="-1"', b' r="A1"', b' r="A1:B2"'),
    *(b"<is><t>x</t></is>", b"<f/>", b"<f>1+1</f>", b'xmlns=""', b"<rPh><t>", b"_x000D_", b"NaN"),
    *(b'state="hidden"', b'state="veryHidden"', b'date1904="1"', b'fullCalcOnLoad="1"', b"../../"),
    *(b'TargetMode="External"', b"xl/workbook.xml", b"<sheetData>", b"</sheetData>", b"_xD800_"),
)


def make(seed: int) -> HostileFile:
    """The workbook of a seed."""
    dice = Random(f"workbook {seed}")
    parts = [*_book(dice).parts().items()]
    families = ("whole", "inside", "inside", "inside", "parts", "zip", "zip", "bomb")
    family = dice.choice(families)
    if family == "bomb":
        parts = _bomb(dice, parts)
    if family == "inside":
        for _ in range(dice.choice((1, 1, 2, 4))):
            parts = _inside(dice, parts)
    if family == "parts":
        parts = dice.choice(_PART_CHANGES)(dice, parts)
    with warnings.catch_warnings(action="ignore"):  # `zipfile` tells of names that are there twice
        data = pack(parts)
    if family == "zip":
        data = dice.choice((_mutated, _field))(dice, data)
    return HostileFile(seed, f"workbook: {family}", NAME, data)


def _book(dice: Random) -> Book:
    sheets: dict[str, list[list[Cell]]] = {}
    for number in range(dice.choice((1, 1, 1, 2, 4))):
        headers, rows = grammar.table(dice)
        odd = dice.choice((0.0, 0.0, 0.02, 0.2))
        titles: list[list[Cell]] = [["A title"], []]
        above = titles[: dice.choice((0, 0, 0, 1, 2, 2))]
        table: list[list[Cell]] = [[*headers]]
        table += [[_cell(dice, text, odd) for text in row] for row in rows]
        if dice.random() < 0.1:
            table.insert(dice.randrange(len(table) + 1), [])
        sheets[dice.choice((f"Sheet{number}", f"{number} <&>", f"Ü{number}"))] = above + table
    return Book(
        sheets,
        states=dict.fromkeys(sheets, "hidden") if dice.random() < 0.03 else {},
        names_cells=dice.random() < 0.8,
        strict=dice.random() < 0.1,
        properties=dice.choice(("", "", 'date1904="1"')),
        calculation=dice.choice(("", "", 'fullCalcOnLoad="1"')),
    )


def _cell(dice: Random, text: str, odd: float) -> Cell:
    if dice.random() < odd:
        return dice.choice((*_ODD_CELLS, *NUMBERS, *NAMES.values()))
    if text.isascii() and text.isdigit() and len(text) < 16 and dice.random() < 0.7:
        return int(text)
    # XML has no control characters: as spreadsheets do, they are written as escapes.
    text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", _escape, text)
    return Text(text) if dice.random() < 0.2 else text


def _escape(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _inside(dice: Random, parts: Parts) -> Parts:
    """Damage to the content of one part."""
    at = dice.randrange(len(parts))
    if dice.random() < 0.5:
        at = next(index for index, (name, _) in enumerate(parts) if name == SHEET)
    name, body = parts[at]
    if dice.random() < 0.5:
        body = mutate(dice, body, [other for _, other in parts])
    else:
        place = dice.randrange(len(body) + 1)
        places = [found.start() for found in re.finditer(b"[<> ]", body)]
        place = dice.choice(places) if places and dice.random() < 0.8 else place
        token = dice.choice(_TOKENS) * dice.choice((1, 1, 1, 2, 200))
        over = dice.choice((0, 0, len(token), 1))
        body = body[:place] + token + body[place + over :]
    return [*parts[:at], (name, body), *parts[at + 1 :]]


def _drop(dice: Random, parts: Parts) -> Parts:
    at = dice.randrange(len(parts))
    return parts[:at] + parts[at + 1 :]


def _twice(dice: Random, parts: Parts) -> Parts:
    name, body = dice.choice(parts)
    return [*parts, (dice.choice((name, name.upper(), f"/{name}")), body)]


def _swap(dice: Random, parts: Parts) -> Parts:
    (one, first), (other, second) = dice.sample(parts, 2)
    bodies = dict(parts) | {one: second, other: first}
    return [*bodies.items()]


def _rename(dice: Random, parts: Parts) -> Parts:
    at = dice.randrange(len(parts))
    name = dice.choice((parts[at][0].replace("/", "\\"), parts[at][0].upper(), "../x", "x" * 300))
    return [*parts[:at], (name, parts[at][1]), *parts[at + 1 :]]


def _many(dice: Random, parts: Parts) -> Parts:
    return [*parts, *((f"xl/media/{number}", b"") for number in range(dice.choice((50, 12_000))))]


def _encode(dice: Random, parts: Parts) -> Parts:
    codec = dice.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7", "utf-8-sig"))
    text = parts[-1][1].decode()
    text = text.replace("UTF-8", dice.choice(("UTF-8", codec)))
    return [*parts[:-1], (parts[-1][0], text.encode(codec, "replace"))]


_PART_CHANGES: Final[tuple[Callable[[Random, Parts], Parts], ...]] = (
    *(_drop, _twice, _swap, _rename, _many, _encode),
)


def _bomb(dice: Random, parts: Parts) -> Parts:
    """A sheet or the texts, far too large."""
    count = dice.choice((100_000, 1_000_000))
    body = dice.choice(
        (
            sheet_xml("<row>" + "<c/>" * count),
            sheet_xml("<row/>" * count),
            sheet_xml(" " * 8 * count),
            sheet_xml("<row><c><v>" + "1" * count + "</v></c></row>"),
            sheet_xml("<x>" * count),
            sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        )
    )
    return [*parts, (SHEET, body.encode())] if dice.random() < 0.1 else _with(parts, body.encode())


def _with(parts: Parts, body: bytes) -> Parts:
    return [(name, body if name == SHEET else other) for name, other in parts]


def _mutated(dice: Random, data: bytes) -> bytes:
    return mutate(dice, data, [data[::-1], b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"])


def _field(dice: Random, data: bytes) -> bytes:
    """Other numbers in a header, in the list of parts, or at the list's end."""
    signature = dice.choice((b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"))
    places = [found.start() for found in re.finditer(re.escape(signature), data)]
    at = dice.choice(places) + 4 + dice.randrange(42)
    size = dice.choice((1, 2, 4))
    value = dice.choice((0, 1, 8, 9, 0x7F, 0xFF, 0xFFFF, 0xFFFFFFFF, dice.randrange(1 << 32)))
    number = (value % (1 << 8 * size)).to_bytes(size, "little")
    changed = data[:at] + number + data[at + size :]
    # Now and then with a checksum that is right, so that what is behind it is reached.
    return changed if dice.random() < 0.9 else changed + zlib.crc32(changed).to_bytes(4, "little")
