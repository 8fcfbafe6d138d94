"""No workbook ends the process, hangs it, takes more memory than it may, or is read wrong."""

import io
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import config
from tests.ingest.support import codes, read
from tests.scans.xlsx.books import MAIN, SHEET, Book, pack, scan, sheet_xml

STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
BOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
MIB = 1024 * 1024
STAGE = config.load({})
SMALL = config.load({"MAX_UPLOAD_BYTES": str(4 * MIB)})


def with_parts(**replaced: bytes | str | None) -> bytes:
    return Book({"S": scan(2)}, replaced=replaced).pack()


def part(name: str) -> bytes:
    return Book({"S": scan(2)}).parts()[name]


def report_on(data: bytes, stage: config.Settings = STAGE) -> dict[str, Any]:
    return read(data, "players.xlsx", stage)[0]


@pytest.mark.parametrize("name", [SHEET, STRINGS, STYLES, BOOK, RELATIONS, "_rels/.rels"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body.replace(b"?>\n", b'?>\n<!DOCTYPE x [<!ENTITY a "b">]>', 1),
        lambda body: body.replace(b"?>\n", b'?>\n<!DOCTYPE x SYSTEM "file:///etc/passwd">', 1),
        lambda body: body[: len(body) // 2],
        lambda body: body + b"<",
        lambda body: b"",
        lambda body: b"\x00" + body,
        lambda body: body.replace(b"UTF-8", b"UTF-7"),
        lambda body: body.replace(b"UTF-8", b"Shift_JIS"),
        lambda body: body.replace(b"</", b"&unknown;</", 1),
        lambda body: body.replace(b"?>\n", b"?>\n" + b"<a>" * 150, 1),
        lambda body: body.replace(b"?>\n", b"?>\n<!--" + b"-x" * 3 * MIB, 1),
    ],
    ids=[
        *("entities", "outside", "cut off", "more behind", "empty", "nul", "utf-7", "multi-byte"),
        *("undefined entity", "deep", "endless comment"),
    ],
)
def test_a_part_that_is_no_sound_xml_is_named(name: str, damage: Any) -> None:
    report = report_on(with_parts(**{name: damage(part(name))}))
    assert codes(report) == ["bad_workbook"]
    assert name in report["errors"][0]["message"]
    assert "Open the workbook in Excel" in report["errors"][0]["hint"]


@pytest.mark.parametrize(
    "item", ["<t>a<b>c</b></t>", "<t>a<t/></t>", "<r><t>a<t>b</t></t></r>"], ids=range(3)
)
def test_a_shared_text_with_elements_in_it_is_damage(item: str) -> None:
    texts = part(STRINGS).replace(b"<si>", f"<si>{item}</si><si>".encode(), 1)
    report = report_on(with_parts(**{STRINGS: texts}))
    assert codes(report) == ["bad_workbook"]
    assert f"{STRINGS} has elements in a text" in report["errors"][0]["message"]


@pytest.mark.parametrize("name", [SHEET, STRINGS, STYLES, BOOK, RELATIONS])
def test_a_part_that_is_missing_or_there_twice_is_named(name: str) -> None:
    missing = report_on(with_parts(**{name: None}))
    assert codes(missing) == ["bad_workbook"]
    assert f"{name} is missing" in missing["errors"][0]["message"]
    parts = [*Book({"S": scan(2)}).parts().items()]
    for other in (name, name.upper(), f"/{name}", name.replace("/", "\\")):
        with warnings.catch_warnings(action="ignore"):  # `zipfile` tells of the same name
            data = pack([*parts, (other, b"<x/>")])
        twice = report_on(data)
        assert codes(twice) == ["bad_workbook"]
        assert f"{name} is there twice" in twice["errors"][0]["message"]


@pytest.mark.parametrize(
    "target",
    [
        *("/xl/worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml", "worksheets\\sheet1.xml"),
        *("./worksheets/../worksheets/sheet1.xml", "WORKSHEETS/Sheet1.XML"),
        *("worksheets/sheet%31.xml", "../../../xl/worksheets/sheet1.xml"),
    ],
)
def test_targets_may_be_written_in_any_way(target: str) -> None:
    relations = part(RELATIONS).replace(b"worksheets/sheet1.xml", target.encode())
    assert report_on(with_parts(**{RELATIONS: relations}))["players"] == 2


@pytest.mark.parametrize("target", ["", "nowhere.xml", "../../etc/passwd", "http://example.com/x"])
def test_a_target_that_is_not_there_is_damage(target: str) -> None:
    relations = part(RELATIONS).replace(b"worksheets/sheet1.xml", target.encode())
    assert codes(report_on(with_parts(**{RELATIONS: relations}))) == ["bad_workbook"]


def test_a_sheet_outside_of_the_workbook_is_never_looked_for() -> None:
    relations = part(RELATIONS).replace(b'sheet1.xml"', b'sheet1.xml" TargetMode="External"')
    assert codes(report_on(with_parts(**{RELATIONS: relations}))) == ["bad_workbook"]


def test_a_sheet_without_its_relationship_is_damage() -> None:
    book = part(BOOK).replace(b'"rId1"', b'"rId9"')
    report = report_on(with_parts(**{BOOK: book}))
    assert codes(report) == ["bad_workbook"]
    assert "'S'" in report["errors"][0]["message"]


def test_bits_that_fell_over_are_found() -> None:
    """Its checksum tells of a part that was damaged; what is not read may be anything."""
    data = bytearray(pack({SHEET: part(SHEET)}))
    whole = Book({"S": scan(2)}).pack()
    at = whole.index(data[30 + len(SHEET) : 90 + len(SHEET)])
    for offset in range(40, 60):
        damaged = bytearray(whole)
        damaged[at + offset] ^= 0x10
        assert codes(report_on(bytes(damaged))) == ["bad_workbook"]


BOMBS: dict[str, Callable[[], dict[str, bytes | str]]] = {
    "spaces": lambda: {SHEET: sheet_xml("<row/>" + " " * 64 * MIB)},
    "one text": lambda: {STRINGS: f'<sst xmlns="{MAIN}"><si><t>' + "x" * 64 * MIB},
    "one value": lambda: {SHEET: sheet_xml("<row><c><v>" + "1" * 8 * MIB + "</v></c></row>")},
    "one attribute": lambda: {SHEET: f'<worksheet xmlns="{MAIN}" x="' + "y" * 8 * MIB},
    "one long name": lambda: {SHEET: f"<worksheet{'x' * 8 * MIB}"},
    "empty cells": lambda: {SHEET: sheet_xml("<row>" + "<c/>" * MIB)},
    "empty rows": lambda: {SHEET: sheet_xml("<row/>" * MIB)},
    "elements": lambda: {SHEET: sheet_xml("<x/>" * 2 * MIB)},
    "depth": lambda: {SHEET: sheet_xml("<x>" * 2 * MIB)},
    "texts": lambda: {STRINGS: f'<sst xmlns="{MAIN}">' + "<si/>" * MIB},
    "styles": lambda: {STYLES: f'<styleSheet xmlns="{MAIN}"><cellXfs>' + "<xf/>" * 100_000},
    "sheets": lambda: {BOOK: f'<workbook xmlns="{MAIN}"><sheets>' + '<sheet name="x"/>' * 200_000},
    "relationships": lambda: {RELATIONS: "<Relationships>" + '<Relationship Id="x"/>' * 200_000},
    "a wide row": lambda: {SHEET: sheet_xml("<row>" + ("<c><v>" + "1" * 3000 + "</v></c>") * 5000)},
}


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_little_time_and_memory(bomb: str) -> None:
    data = with_parts(**BOMBS[bomb]())
    tracemalloc.start()
    try:
        report = report_on(data, SMALL)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report["status"] == "rejected"
    assert {*codes(report)} <= {"bad_workbook", "too_large"}
    assert peak < 24 * MIB


@pytest.mark.slow
def test_a_size_that_lies_is_found() -> None:
    body = sheet_xml("<row/>" + " " * 64 * MIB).encode()
    for said in (100, len(body)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, each in Book({"S": scan(2)}).parts().items():
                packed.writestr(name, body if name == SHEET else each)
        data = out.getvalue().replace(len(body).to_bytes(4, "little"), said.to_bytes(4, "little"))
        assert codes(report_on(data, SMALL))[0] in ("too_large", "bad_workbook")


@pytest.mark.slow
def test_a_list_of_very_many_parts_is_not_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, body in Book({"S": scan(2)}).parts().items():
            packed.writestr(name, body)
        for number in range(20_000):
            packed.writestr(f"xl/media/{number}", b"")
    report = report_on(out.getvalue())
    assert codes(report) == ["too_large"]
    assert "parts" in report["errors"][0]["message"]


@pytest.mark.slow
def test_one_long_text_in_very_many_cells_takes_little_memory() -> None:
    """200 KB of text 800 times are 160 MB."""
    text = f'<sst xmlns="{MAIN}"><si><t>ID</t></si><si><t>Name</t></si><si><t>Power</t></si>'
    text += f"<si><t>{'x' * 200_000}</t></si></sst>"
    header = "<row>" + "".join(f'<c t="s"><v>{at}</v></c>' for at in range(3)) + "</row>"
    rows = ('<row><c><v>1</v></c><c t="s"><v>3</v></c><c t="s"><v>3</v></c></row>') * 400
    data = with_parts(**{STRINGS: text, SHEET: sheet_xml(header + rows)})
    tracemalloc.start()
    try:
        report = report_on(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report["players"] == 400
    assert peak < 80 * MIB


@pytest.mark.slow
def test_a_million_empty_rows_are_gone_through() -> None:
    header = '<row><c t="str"><v>ID</v></c><c t="str"><v>Name</v></c><c t="str"><v>KP</v></c></row>'
    player = '<row><c><v>1</v></c><c t="str"><v>Ana</v></c><c><v>5</v></c></row>'
    rows = f"{header}{player}{'<row/>' * 1_000_000}{player.replace('1', '2', 1)}"
    report = report_on(with_parts(**{SHEET: sheet_xml(rows)}))
    assert report["status"] == "accepted"
    assert report["players"] == 2
    assert report["file"]["blank_rows"] == 1_000_000
