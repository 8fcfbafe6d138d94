"""Workbooks that other programs write are read as other programs read them (ADR 0025)."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.scans.xlsx.numbers import shown
from chalicelib.scans.xlsx.reader import WorkbookReader
from tests.ingest.support import CURATED, KEY, codes, curated, ingest, put, read
from tests.scans.xlsx.books import SHEET, Book, Rows, Xml, error, formula, pack, sheet_xml
from tests.scans.xlsx.bots_books import (
    HEADER_ROW,
    PLAYERS,
    as_shown,
    bots_workbook,
    player,
)

SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES: Final = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/{SHEET}" ContentType="{SHEET_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHEET_TYPE}.sharedStrings+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{SHEET_TYPE}.styles+xml"/></Types>'
)
Grid = list[list[str]]


@cache
def bots_file(write_only: bool) -> bytes:
    return bots_workbook(write_only=write_only)


def ours(data: bytes) -> tuple[WorkbookReader, Grid]:
    """What we read: the header and the rows below it that have a value in a column we know."""
    reader = WorkbookReader(lambda: io.BytesIO(data), 1 << 28)
    rows = [[cell or "" for cell in row.cells] for row in reader.whole_rows()]
    return reader, [[*reader.headers.names], *rows]


def theirs(rows: list[list[Any]], above: int, width: int) -> Grid:
    """The same of the values that a library gives: those below so many rows, where any is."""
    texts = [[as_text(cell) for cell in [*row, *[None] * width][:width]] for row in rows[above:]]
    return [row for row in texts if any(text.strip() for text in row)]


def as_text(value: Any) -> str:
    """A library's value as ours: exact digits, ISO dates, TRUE and FALSE."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return shown(repr(value), "")
        case datetime():
            return value.isoformat(" ").removesuffix(" 00:00:00")
        case date() | time():
            return value.isoformat()
    return str(value)


def by_openpyxl(data: bytes, sheet: str) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(data), data_only=True)
    return [[*row] for row in book[sheet].values]


def by_calamine(data: bytes, sheet: str) -> list[list[Any]]:
    found = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet)
    return [[*row] for row in found.to_python(skip_empty_area=False)]


READERS: Final = {"openpyxl": by_openpyxl, "calamine": by_calamine}


@pytest.mark.slow
@pytest.mark.parametrize("write_only", [False, True], ids=["decorated", "write-only"])
@pytest.mark.parametrize("library", READERS)
def test_a_bots_workbook_is_read_cell_for_cell_as_others_read_it(
    library: str, write_only: bool
) -> None:
    data = bots_file(write_only)
    reader, found = ours(data)
    assert (reader.sheet, reader.header_line, reader.skipped_line) == ("3584", 4, 1)
    assert reader.sheets == ("Summary", "Top 10s", "3584", "Rolled Up 3584")
    assert len(found) == PLAYERS + 1
    assert found == theirs(READERS[library](data, "3584"), 3, len(HEADER_ROW))


@pytest.mark.slow
@pytest.mark.parametrize("write_only", [False, True], ids=["decorated", "write-only"])
def test_a_bots_workbook_and_its_sheet_as_csv_are_published_alike(
    write_only: bool, tmp_path: Path
) -> None:
    out = io.StringIO()
    width = len(HEADER_ROW)
    titles = [["Scan of kingdom 3584"], ["", "26/01/2025 12:30"], [], HEADER_ROW]
    rows = [*titles, *(as_shown(player(number)) for number in range(PLAYERS)), *([[]] * 300)]
    csv.writer(out).writerows([*row, *[""] * (width - len(row))] for row in rows)
    files = {"csv": out.getvalue().encode("utf-8-sig"), "xlsx": bots_file(write_only)}
    published = []
    for extension, body in files.items():
        store = DirectoryStore(str(tmp_path / extension))
        key = KEY.replace(".csv", f".{extension}")
        put(store, key, body)
        report = ingest(store, key).report
        assert report["status"] == "accepted", report["errors"][:3]
        published.append(curated(store, CURATED))
    of_csv, of_workbook = (table.to_pylist() for table in published)
    assert len(of_csv) == PLAYERS
    assert {"power", "t5_kills", "record_hash"} <= set(of_csv[0])
    differing = {
        name
        for one, other in zip(of_csv, of_workbook, strict=True)
        for name in one
        if one[name] != other[name]
    }
    assert differing == {"run_id"}  # which has the upload's own hash


def simple(**parts: str | None) -> dict[str, bytes]:
    """The parts of a workbook with three players, which openpyxl reads too."""
    rows: Rows = [["ID", "Name", "Power"], [1, "Ana 😀", 5], ["2", " Bo ", 7.0], [3, "雪", 1.5e10]]
    replaced = {"[Content_Types].xml": TYPES, **parts}
    return Book({"S": rows}, replaced=replaced).parts()


def prefixed(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Elements as `x:row`, as the Open XML SDK writes them."""
    changed = dict(parts)
    for name in parts:
        if name.startswith("xl/") and not name.endswith(".rels"):
            body = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", parts[name])
            changed[name] = body.replace(b"xmlns=", b"xmlns:x=")
    return changed


def replace(old: str, new: str, only: str = "") -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    """Change a text in all parts whose names have `only`."""

    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        found = {
            name: body.replace(old.encode(), new.encode()) if only in name else body
            for name, body in parts.items()
        }
        assert found != parts
        return found

    return change


def without_styles(parts: dict[str, bytes]) -> dict[str, bytes]:
    """No styles at all, as small writers leave them out."""
    rels, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    del parts["xl/styles.xml"]
    parts[rels] = re.sub(rb'<Relationship [^>]*/styles"[^>]*/>', b"", parts[rels])
    parts[types] = re.sub(rb"<Override [^>]*styles[^>]*/>", b"", parts[types])
    return parts


def inline(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


WITHOUT_PLACES: Final = sheet_xml(
    f"<row>{inline('ID')}{inline('Name')}{inline('Power')}</row>"
    f"<row><c><v>1</v></c>{inline('Ana 😀')}<c><v>5</v></c></row>"
    f'<row><c t="str"><v>2</v></c>{inline(" Bo ")}<c t="n"><v>7</v></c></row>'
    f"<row><c><v>3.0E0</v></c>{inline('雪')}<c><v>1.5E10</v></c></row>"
)
AROUND: Final = (
    '<sheetPr><tabColor rgb="FF00FF00"/></sheetPr><dimension ref="A1:XFD1048576"/><sheetViews>'
    '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView>'
    '</sheetViews><sheetFormatPr defaultRowHeight="15"/><cols><col min="2" max="2" hidden="1"/>'
    "</cols><sheetData>"
)
RUNS: Final = (
    '<si><r><rPr><sz val="11"/></rPr><t>Ana</t></r><r><t xml:space="preserve"> 😀</t></r>'
    '<rPh sb="0" eb="1"><t>アナ</t></rPh><phoneticPr fontId="1"/></si>'
)
SHAPES: Final[dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]]] = {
    "as Excel": lambda parts: parts,
    "prefixes (Open XML SDK)": prefixed,
    "absolute targets (openpyxl, ClosedXML)": replace('Target="', 'Target="/xl/', "xl/_rels"),
    "a lying dimension, panes, hidden columns": replace("<sheetData>", AROUND, SHEET),
    "a filter, merged cells": replace(
        "</sheetData>",
        '</sheetData><autoFilter ref="A1:C4"/><mergeCells><mergeCell ref="E1:F1"/></mergeCells>',
        SHEET,
    ),
    "hidden rows, spans": replace('<row r="3"', '<row spans="1:3" hidden="1" ht="9" r="3"', SHEET),
    "no styles": without_styles,
    "no places, texts in cells (SheetJS, streams)": lambda parts: {
        **parts, SHEET: WITHOUT_PLACES.encode()
    },
    "runs and phonetic guides": replace(
        '<si><t xml:space="preserve">Ana 😀</t></si>', RUNS, "shared"
    ),
    "a byte order mark": replace('<?xml version="1.0"', '\ufeff<?xml version="1.0"', SHEET),
    "array formulas": replace(
        "<v>5</v>", '<f t="array" ref="C2:C3">A1:A2*5</f><v>5</v>', SHEET
    ),
    "data tables": replace(
        "<v>5</v>", '<f t="dataTable" ref="C2:C3" dt2D="1" dtr="1" r1="A1" r2="A2"/><v>5</v>', SHEET
    ),
    "attributes in another order": replace(' t="s">', " t='s' cm=\"1\" >", SHEET),
}  # fmt: skip
EXPECTED: Final = [
    ["ID", "Name", "Power"],
    ["1", "Ana 😀", "5"],
    ["2", " Bo ", "7"],
    ["3", "雪", "15000000000"],
]


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@pytest.mark.parametrize("shape", SHAPES)
def test_each_programs_xml_is_read_as_others_read_it(shape: str) -> None:
    data = pack(SHAPES[shape](simple()))
    assert ours(data)[1] == EXPECTED
    for by_library in READERS.values():
        assert theirs(by_library(data, "S"), 0, 3) == EXPECTED


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_what_others_read_otherwise_is_known() -> None:
    """Where they lose something we tell it: errors, formulas never saved, long numbers."""
    rows: Rows = [
        ["ID", "Name", "Power", "Deads", "KP"],
        [1, "Ana", error("#N/A"), formula("C2*2"), Xml("><v>9007199254740993</v>")],
    ]
    data = Book({"S": rows}, replaced={"[Content_Types].xml": TYPES}).pack()
    assert by_openpyxl(data, "S")[1] == [1, "Ana", "#N/A", None, 9007199254740993]
    assert by_calamine(data, "S")[1] == [1, "Ana", "", "", 9007199254740992.0]
    report, _ = read(data, "players.xlsx")
    assert [(one["column"], one["value"]) for one in report["errors"]] == [
        ("power", "#N/A"),
        ("deaths", "=C2*2"),
        ("kill_points", "9007199254740993"),
    ]


def test_a_formula_that_openpyxl_writes_has_no_value_until_it_is_saved() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["ID", "Name", "Power"], [1, "Ana", "=2*3"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    report, _ = read(out.getvalue(), "players.xlsx")
    assert codes(report) == ["bad_number"]
    assert "never saved" in report["errors"][0]["message"]
