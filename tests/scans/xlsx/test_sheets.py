"""Which sheet of a workbook is the list of players, and where its header is."""

from typing import Any

import pytest

from tests.ingest.support import codes, read
from tests.scans.xlsx.books import Book, Cell, Rows, Xml, scan

HEADER = ["ID", "Name", "Power"]
PLAYERS: Rows = [HEADER, [1, "Ana", 5], [2, "Bo", 7]]
SUMMARY: Rows = [["Kingdom 3584"], ["Players", 2], ["Total power", 12]]
TOP_10: Rows = [["ID", "Name", "Power", None, "ID", "Name", "Deads"], [1, "Ana", 5, None, 2, "B"]]


def report_on(sheets: dict[str, Rows], **book: Any) -> dict[str, Any]:
    return read(Book(sheets, **book).pack(), "players.xlsx")[0]


@pytest.mark.parametrize(
    ("sheets", "states", "expected"),
    [
        ({"Scan": PLAYERS}, {}, "Scan"),
        ({"Summary": SUMMARY, "Top 10s": TOP_10, "3584": PLAYERS, "Up": scan(3)}, {}, "3584"),
        ({"3584": scan(3), "Rolled Up 3584": PLAYERS}, {}, "3584"),
        ({"Old": scan(3), "New": PLAYERS}, {"Old": "hidden"}, "New"),
        ({"Old": scan(3), "New": PLAYERS}, {"Old": "veryHidden"}, "New"),
        ({"Old": scan(3), "New": PLAYERS}, {"Old": "visible"}, "Old"),
        ({"Empty": [], "Ü & <x>": PLAYERS}, {}, "Ü & <x>"),
    ],
)
def test_the_first_sheet_with_a_header_is_read(
    sheets: dict[str, Rows], states: dict[str, str], expected: str
) -> None:
    report = report_on(sheets, states=states)
    assert report["status"] == "accepted", report["errors"]
    assert report["file"]["sheet"] == expected
    assert report["file"]["format"] == "xlsx"


def test_where_no_sheet_has_a_header_the_best_one_is_judged() -> None:
    report = report_on({"Summary": SUMMARY, "S": [["Gov Id", "Power"], [1, 2]], "T": TOP_10})
    assert report["file"]["sheet"] == "T"
    assert set(codes(report)) == {"duplicate_column"}


def test_a_workbook_without_a_value_is_empty() -> None:
    assert codes(report_on({"A": [], "B": [[" ", ""]]})) == ["empty_file"]


def test_a_header_without_players_is_an_empty_file() -> None:
    assert codes(report_on({"A": [HEADER]})) == ["empty_file"]


def test_hidden_sheets_alone_are_told_to_be_shown() -> None:
    report = report_on({"A": PLAYERS}, states={"A": "hidden"})
    assert codes(report) == ["bad_workbook"]
    assert "Unhide" in report["errors"][0]["hint"]


def test_charts_alone_are_no_list() -> None:
    relations = Book({"A": PLAYERS}).parts()["xl/_rels/workbook.xml.rels"].decode()
    charts = relations.replace("relationships/worksheet", "relationships/chartsheet")
    report = report_on({"A": PLAYERS}, replaced={"xl/_rels/workbook.xml.rels": charts})
    assert codes(report) == ["bad_workbook"]
    assert "no sheet with cells" in report["errors"][0]["message"]


def test_titles_above_the_header_are_left_out_with_one_warning() -> None:
    rows: Rows = [[], ["Kingdom 51"], [], [None, "26 January"], [], *PLAYERS, [], [3, "Cy", "many"]]
    report = report_on({"A": rows})
    assert report["file"]["header_line"] == 6
    assert report["file"]["blank_rows"] == 1
    assert [(one["code"], one["line"]) for one in report["warnings"]] == [("skipped_lines", 2)]
    assert [(one["row"], one["line"]) for one in report["errors"]] == [(3, 10)]


@pytest.mark.parametrize(("above", "accepted"), [(19, True), (20, False)])
def test_the_header_is_among_the_first_20_rows_with_a_value(above: int, accepted: bool) -> None:
    titles: list[list[Cell]] = [[f"Title {number}"] for number in range(above)]
    spaced = [row for title in titles for row in (title, [], ["", " "])]
    report = report_on({"A": [*spaced, *PLAYERS]})
    assert (report["status"] == "accepted") == accepted


def test_a_header_may_be_merged_or_have_empty_columns_around_it() -> None:
    rows: Rows = [
        [None, "Scan", None, None, "Kills", None],
        [None, "ID", "Name", None, "T4 Kills", "T5 Kills", None],
        [],
        [None, 1, "Ana", None, 5, 6],
    ]
    report = report_on({"A": rows})
    assert report["status"] == "accepted"
    assert report["players"] == 1
    assert report["file"]["header_line"] == 2


def test_a_header_merged_over_two_rows_is_never_read_wrong() -> None:
    rows: Rows = [
        ["ID", "Name", "Kills", None],
        [None, None, "T4", "T5"],
        [1, "Ana", 5, 6],
    ]
    report = report_on({"A": rows})
    assert report["status"] == "rejected"
    assert 2 in {one["line"] for one in report["errors"]}


def test_a_used_range_larger_than_the_data_is_nothing_odd() -> None:
    wide = [[*row, Xml('s="1">'), "", " "] for row in PLAYERS]
    empty: list[list[Cell]] = [[Xml('s="1">')] * 6 for _ in range(30)]
    report = report_on({"A": [*wide, *empty]})
    assert report["status"] == "accepted"
    assert report["players"] == 2
    assert "blank_rows" not in report["file"]
    assert report["columns"]["ignored"] == []


def test_a_value_beyond_the_header_makes_its_row_ragged() -> None:
    rows: Rows = [HEADER, [1, "Ana", 5, None, "note"], [2, "Bo", 7], [None] * 6 + [3]]
    report = report_on({"A": rows})
    assert codes(report) == ["ragged_row", "ragged_row"]
    assert [(one["row"], one["line"], one["value"]) for one in report["errors"]] == [
        (1, 2, "note"),
        (3, 4, "3"),
    ]
    assert "E2" in report["errors"][0]["message"]
    assert report["players"] == 3


def test_rows_without_a_mapped_value_are_no_rows() -> None:
    rows: Rows = [
        [*HEADER, "Note"],
        [1, "Ana", 5],
        [None, "\u3164", " ", "a note"],
        [],
        [2, "Bo", "many"],
        [None, None, None, "the end"],
    ]
    report = report_on({"A": rows})
    assert report["players"] == 2
    assert report["file"]["blank_rows"] == 2
    assert [(one["row"], one["line"]) for one in report["errors"]] == [(2, 5)]


def test_a_damaged_name_of_a_column_is_damage() -> None:
    rows: Rows = [[*HEADER, Xml('t="s"><v>99</v>')], [1, "Ana", 5, 7]]
    assert codes(report_on({"A": rows})) == ["bad_workbook"]
