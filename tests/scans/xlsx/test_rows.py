"""Where a cell is in a sheet, however its XML says it."""

from typing import Any

import pytest

from tests.ingest.support import codes, read
from tests.scans.xlsx.books import MAIN, SHEET, STRICT, Book, Rows, Xml, letters, scan, sheet_xml

HEADER = '<c t="str"><v>ID</v></c><c t="str"><v>Name</v></c><c t="str"><v>Power</v></c>'
PLAYER = '<c><v>1</v></c><c t="str"><v>Ana</v></c><c><v>5</v></c>'
ANA = {"id": 1, "name": "Ana", "power": 5}


def read_sheet(xml: str | bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return read(Book({"S": []}, replaced={SHEET: xml}).pack(), "players.xlsx")


@pytest.mark.parametrize(
    "rows",
    [
        f"<row>{HEADER}</row><row>{PLAYER}</row>",
        f'<row r="3">{HEADER}</row><row r="9">{PLAYER}</row>',
        f"<row/><row>{HEADER}</row><row/><row>{PLAYER}</row><row/>",
        f'<row>{HEADER}</row><row><c r="A2"><v>1</v></c><c t="str"><v>Ana</v></c>'
        '<c r="C2"><v>5</v></c></row>',
        f'<row>{HEADER}</row><row r="2"><c r="C2"><v>5</v></c><c r="A2"><v>1</v></c>'
        '<c r="B2" t="str"><v>Ana</v></c></row>',
        f'<row>{HEADER}</row><row><c r="a7"><v>1</v></c><c r="B7" t="str"><v>Ana</v></c>'
        '<c r="C7"><v>5</v></c></row>',
        f"<row>{HEADER}</row><row>{PLAYER}<x><c><v>7</v></c></x></row><x><row>{PLAYER}</row></x>",
        f"<row>{HEADER}</row><row><c><v>1</v><x>2</x></c><c t='str'><v>A<!-- c -->na</v></c>"
        "<c><v><![CDATA[5]]></v></c></row>",
    ],
)
def test_cells_are_where_they_say_or_where_they_follow(rows: str) -> None:
    report, players = read_sheet(sheet_xml(rows))
    assert report["status"] == "accepted", report["errors"]
    assert players == [ANA]


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="2">{PLAYER}</row><row r="2">{PLAYER}</row>',
        f'<row r="3">{PLAYER}</row><row r="2">{PLAYER}</row>',
        f'<row r="0">{PLAYER}</row>',
        f'<row r="x">{PLAYER}</row>',
        f'<row r="1048577">{PLAYER}</row>',
        f'<row r="{"9" * 5000}">{PLAYER}</row>',
        '<row r="2"><c r="A3"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c><c r="B2"><v>3</v></c></row>',
        '<row r="2"><c r="XFE2"><v>1</v></c></row>',
        '<row r="2"><c r="XFD2"><v>1</v></c><c><v>1</v></c></row>',
        '<row r="2"><c r="2A"><v>1</v></c></row>',
        '<row r="2"><c r=""><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1<x/>2</v></c></row>',
    ],
)
def test_places_that_contradict_each_other_are_damage(rows: str) -> None:
    report, _ = read_sheet(sheet_xml(f"<row>{HEADER}</row>{rows}"))
    assert codes(report) == ["bad_workbook"]


def test_a_cell_at_the_far_end_is_told_at_once() -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    report, _ = read_sheet(sheet_xml(f"<row>{HEADER}</row><row>{PLAYER}</row>{far}"))
    assert codes(report) == ["ragged_row"]
    assert "XFD1048576" in report["errors"][0]["message"]
    assert report["errors"][0]["line"] == 1_048_576


def test_a_cell_at_the_far_end_alone_is_no_list() -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    report, _ = read_sheet(sheet_xml(far))
    assert set(codes(report)) == {"missing_column"}


def test_a_player_in_the_last_row_has_its_line() -> None:
    last = '<row r="1048576"><c r="A1048576"><v>0</v></c></row>'
    report, _ = read_sheet(sheet_xml(f"<row>{HEADER}</row><row>{PLAYER}</row>{last}"))
    assert [(one["row"], one["line"]) for one in report["errors"]] == [(2, 1_048_576)]
    assert report["file"]["blank_rows"] == 1_048_573


@pytest.mark.parametrize(
    "sheet",
    [
        sheet_xml(f"<row>{HEADER}</row><row>{PLAYER}</row>", STRICT),
        f'<m:worksheet xmlns:m="{MAIN}"><m:sheetData>'
        + "".join(
            f"<row>{cells}</row>".replace("</", "</m:")
            .replace("<", "<m:")
            .replace("<m:/m:", "</m:")
            for cells in (HEADER, PLAYER)
        )
        + "</m:sheetData></m:worksheet>",
        sheet_xml(f"<row>{HEADER}</row><row>{PLAYER}</row>")
        .replace("UTF-8", "UTF-16")
        .encode("utf-16"),
        sheet_xml(f"<row>{HEADER}</row><row>{PLAYER}</row>").replace("UTF-8", "windows-1252"),
    ],
    ids=["strict", "prefixed", "utf-16", "windows-1252"],
)
def test_namespaces_prefixes_and_encodings_are_those_of_xml(sheet: str | bytes) -> None:
    assert read_sheet(sheet)[1] == [ANA]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("names_cells", [False, True])
def test_a_whole_book_may_be_strict_or_name_no_cell(strict: bool, names_cells: bool) -> None:
    book = Book({"S": scan(5)}, strict=strict, names_cells=names_cells)
    expected = read(Book({"S": scan(5)}).pack(), "players.xlsx")[1]
    assert read(book.pack(), "players.xlsx")[1] == expected
    assert len(expected) == 5


@pytest.mark.parametrize(
    "xml",
    [
        sheet_xml(f"<row>{HEADER}</row>").replace(MAIN, "http://example.com/other"),
        f"<worksheet><sheetData><row>{HEADER}</row></sheetData></worksheet>",
        f'<chartsheet xmlns="{MAIN}"/>',
    ],
    ids=["another namespace", "no namespace", "another root"],
)
def test_a_part_that_is_no_sheet_is_damage(xml: str) -> None:
    report, _ = read_sheet(xml)
    assert codes(report) == ["bad_workbook"]
    assert SHEET in report["errors"][0]["message"]


def test_columns_beyond_the_first_hundreds_are_found() -> None:
    empty = [None] * 700
    rows: Rows = [[*empty, "ID", "Name", "Power"], [*empty, 1, Xml('t="str"><v>Ana</v>'), 5]]
    assert read(Book({"S": rows}).pack(), "players.xlsx")[1] == [ANA]
    assert letters(702) == "AAA"
