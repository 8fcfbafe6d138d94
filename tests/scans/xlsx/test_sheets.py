"""Which sheet of a workbook is the list of players, and where its header is."""

from typing import Any

import pytest

from tests.ingest.support import codes, csv_of, read
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


@pytest.mark.parametrize("title", [True, False])
@pytest.mark.parametrize(
    ("header", "code"),
    [
        ([["ID", "Name", "Kills", None], [None, None, "T4", "T5"]], "ragged_row"),
        ([["ID", "Name", "Kills", None, "Deads"], [None, " ", "T4", "T5"]], "missing_value"),
    ],
)
def test_a_header_merged_over_two_rows_is_to_be_written_into_one(
    header: Rows, code: str, title: bool
) -> None:
    rows: Rows = [*([["Kingdom 51"]] * title), *header, [1, "Ana", 5, 6], [2, "Bo", 5, 6]]
    workbook, saved = report_on({"A": rows}), read(csv_of(*_as_texts(rows)))[0]
    for report in (workbook, saved):
        first = report["errors"][0]
        assert (first["code"], first["row"], first["line"]) == (code, 1, 2 + title)
        assert "the header's second row" in first["message"]
        assert "T4 Kills" in first["hint"]
        assert "second row" not in str(report["errors"][1:])


def _as_texts(rows: Rows) -> tuple[list[str], list[list[str]]]:
    width = max(map(len, rows))
    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    texts = [row + [""] * (width - len(row)) for row in texts]
    return texts[0], texts[1:]


@pytest.mark.parametrize(
    "first", [[None, "Ana", "many"], [None, None, 5], [None, None, "1,234"], [7, None, "T4"]]
)
def test_a_row_with_a_player_or_a_number_is_no_second_row_of_the_header(first: list[Cell]) -> None:
    report = report_on({"A": [HEADER, first, [2, "Bo", 7]]})
    assert report["error_count"]
    assert "second row" not in str(report["errors"])


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


def test_rows_behind_a_ragged_one_keep_their_numbers() -> None:
    rows: Rows = [
        HEADER,
        [1, "Ana", 5, "x"],
        [2, "Bo", "many"],
        [],
        [3, "Cy", 7, "x"],
        [4, "Di", -7],
    ]
    report = report_on({"A": rows})
    assert [(one["code"], one["row"], one["line"]) for one in report["errors"]] == [
        ("ragged_row", 1, 2),
        ("bad_number", 2, 3),
        ("ragged_row", 3, 5),
        ("out_of_range", 4, 6),
    ]


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
