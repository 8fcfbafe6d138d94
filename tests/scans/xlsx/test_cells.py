"""What each kind of cell of a workbook becomes: a value, or an error that says what it is."""

from typing import Any

import pytest

from tests.ingest.support import read
from tests.scans.xlsx.books import Book, Cell, Styled, Text, Xml, error, formula

HEADER: list[Cell] = ["ID", "Name", "Power"]


def read_cell(cell: Cell, at: int = 2, **book: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The report on a workbook with this cell in a column, and its players."""
    row: list[Cell] = [1, "Ana", 5]
    row[at] = cell
    return read(Book({"S": [HEADER, row]}, **book).pack(), "players.xlsx")


def only_error(report: dict[str, Any]) -> dict[str, Any]:
    assert report["error_count"] == 1
    found: dict[str, Any] = report["errors"][0]
    assert (found["row"], found["line"]) == (1, 2)
    return found


@pytest.mark.parametrize(
    ("cell", "power"),
    [
        (288650963, 288650963),
        (Xml("><v>5.0e7</v>"), 50_000_000),
        (Xml("><v>1E+11</v>"), 100_000_000_000),
        (Xml("><v> 32040216.0 </v>"), 32_040_216),
        (Xml("><v>9007199254740991</v>"), 2**53 - 1),
        ("288,650,963", 288_650_963),
        (Text(" 7 "), 7),
        (formula("SUM(A1:B1)", "12"), 12),
        (Xml('t="str"><f>"12"</f><v>12</v>'), 12),
        (Xml('t="n"><v>12</v>'), 12),
        (Xml('s="99"><v>12</v>'), 12),
        (Styled(12, "#,##0"), 12),
        (Styled(12, '0 "days"'), 12),
        (Xml('t="str"><f>""</f><v></v>'), None),
        (Xml('t="n"><v></v>'), None),
        (-1, None),
        (None, None),
        ("", None),
        (Text(" "), None),
    ],
)
def test_a_counter_is_read_exactly(cell: Cell, power: int | None) -> None:
    report, players = read_cell(cell)
    assert report["error_count"] == 0, report["errors"]
    assert players[0]["power"] == power


@pytest.mark.parametrize(
    ("cell", "code", "value", "words"),
    [
        (Xml("><v>4.5</v>"), "bad_number", "4.5", "it has a fraction"),
        (Xml("><v>12345678.900000001</v>"), "bad_number", "12345678.900000001", "fraction"),
        (Xml("><v>1E99</v>"), "bad_number", "1E99", "far larger"),
        (Xml("><v>1E999999999999</v>"), "bad_number", "1E999999999999", "far larger"),
        (Xml("><v>9007199254740993</v>"), "out_of_range", "9007199254740993", "9007199254740991"),
        (Xml("><v>-5</v>"), "out_of_range", "-5", "negative"),
        (Xml("><v>five</v>"), "bad_number", "five", "no number at all"),
        (Styled(45000, "yyyy-mm-dd"), "bad_number", "2023-03-15", "it is a date"),
        (Styled("45000.75", "d.m.yy h:mm"), "bad_number", "2023-03-15 18:00:00", "it is a date"),
        (Styled(0.5, "[h]:mm"), "bad_number", "12:00:00", "it is a date"),
        (Styled(305_000_000, "d/m/yy"), "bad_number", "305000000", "formatted as a date"),
        (Xml('t="d"><v>2026-01-26</v>'), "bad_number", "2026-01-26", "it is a date"),
        (True, "bad_number", "TRUE", "TRUE or FALSE"),
        (False, "bad_number", "FALSE", "TRUE or FALSE"),
        (error("#N/A"), "bad_number", "#N/A", "spreadsheet's error"),
        (error("#REF!"), "bad_number", "#REF!", "spreadsheet's error"),
        (formula("B2*2"), "bad_number", "=B2*2", "never saved"),
        (Xml("><f>B2*2</f><v></v>"), "bad_number", "=B2*2", "never saved"),
        (Xml('><f t="shared" si="0"/><v/>'), "bad_number", "=", "never saved"),
        (Xml('t="str"><f>B2</f>'), "bad_number", "=B2", "never saved"),
    ],
)
def test_what_is_no_counter_is_told_with_its_reason(
    cell: Cell, code: str, value: str, words: str
) -> None:
    report, _ = read_cell(cell)
    found = only_error(report)
    assert (found["code"], found["value"], found["column"]) == (code, value, "power")
    assert words in found["message"]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (7, "7"),
        (Xml("><v>1E+11</v>"), "100000000000"),
        (Styled(7, "000"), "007"),
        (True, "TRUE"),
        (error("#N/A"), "#N/A"),
        (Styled(46048, "d-mmm"), "2026-01-26"),
        ("null", "null"),
        ("007", "007"),
        (Text("=1+1"), "=1+1"),
        (Xml('t="str"><f>A1</f><v>Ana</v>'), "Ana"),
        (Xml('t="inlineStr"><is><r><t>A</t></r><r><rPr/><t>na</t></r></is>'), "Ana"),
        (Xml('t="inlineStr"><is><t>A</t><rPh><t>ア</t></rPh></is>'), "A"),
        (Text("A_x000D_\nB"), "A\r\nB"),
        (Text("_x005F_x000D_"), "_x000D_"),
        (Text("_xD83D__xDE00_"), "😀"),
        (Text("A_x00_B"), "A_x00_B"),
        (Xml('t="str"><f>""</f><v></v>'), None),
        (None, None),
    ],
)
def test_a_name_is_what_the_sheet_shows(cell: Cell, name: str | None) -> None:
    report, players = read_cell(cell, at=1)
    assert report["error_count"] == 0, report["errors"]
    assert players[0]["name"] == name


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (formula("VLOOKUP(A2,X!A:B,2,0)"), "never saved"),
        (Text("A_x0000_"), "character that no name can have"),
        (Text("A_xD800_"), "character that no name can have"),
        ("A" * 201, "201 characters"),
    ],
)
def test_what_is_no_name_is_told_with_its_reason(cell: Cell, words: str) -> None:
    found = only_error(read_cell(cell, at=1)[0])
    assert (found["code"], found["column"]) == ("bad_text", "name")
    assert words in found["message"]


@pytest.mark.parametrize("cell", [10_000_001, "10000001", Xml("><v>1.0000001E7</v>")])
def test_an_id_may_be_a_text_or_a_number(cell: Cell) -> None:
    assert read_cell(cell, at=0)[1][0]["id"] == 10_000_001


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        (formula("A1+1"), "Open the workbook in Excel or LibreOffice"),
        (Styled(45000, "yyyy"), "number format"),
        (error("#N/A"), "formula"),
    ],
)
def test_an_id_that_is_no_number_has_the_hint_of_its_kind(cell: Cell, hint: str) -> None:
    assert hint in only_error(read_cell(cell, at=0)[0])["hint"]


def test_an_empty_id_is_a_missing_one() -> None:
    assert only_error(read_cell(None, at=0)[0])["code"] == "missing_value"


def test_a_zero_of_a_program_that_calculates_nothing_was_never_saved() -> None:
    calculation = 'fullCalcOnLoad="1"'
    found = only_error(read_cell(formula("B2*2", "0"), calculation=calculation)[0])
    assert "never saved" in found["message"]
    assert read_cell(formula("B2*2", "4"), calculation=calculation)[1][0]["power"] == 4
    assert read_cell(formula("B2*2", "0"))[1][0]["power"] == 0


def test_days_may_be_counted_from_1904() -> None:
    cell = Styled(44586, "yyyy-mm-dd")
    report, _ = read_cell(cell, properties='date1904="1"')
    assert only_error(report)["value"] == "2026-01-26"


def test_numbers_are_no_evidence_of_how_texts_are_written() -> None:
    rows: list[list[Cell]] = [HEADER, [1, "Ana", "12.345"], [2, "Bo", Xml("><v>1234567.0</v>")]]
    report, _ = read(Book({"S": rows}).pack(), "players.xlsx")
    assert [(one["code"], one["row"]) for one in report["errors"]] == [("bad_number", 1)]


@pytest.mark.parametrize("kind", ["x", "S", ""])
def test_a_cell_of_an_unknown_kind_is_no_guess(kind: str) -> None:
    report, _ = read_cell(Xml(f't="{kind}"><v>5</v>'))
    assert [one["code"] for one in report["errors"]] == ["bad_workbook"]
    assert "C2" in report["errors"][0]["message"]


@pytest.mark.parametrize("number", ["9", "-1", "1.5", "x", "9" * 30])
def test_a_shared_text_that_is_not_there_is_damage(number: str) -> None:
    report, _ = read_cell(Xml(f't="s"><v>{number}</v>'))
    assert [one["code"] for one in report["errors"]] == ["bad_workbook"]
