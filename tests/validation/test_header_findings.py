"""What is told of a file's columns, whatever they are called."""

import time

import pytest

from chalicelib.players.headers import map_headers
from chalicelib.scans.findings import Finding
from chalicelib.validation.header_findings import header_errors, ignored_columns
from tests.ingest.support import read

LONG = "x" * 5000


def told(*names: str, line: int | None = 1, sheets: tuple[str, ...] = ()) -> list[Finding]:
    return header_errors(map_headers(names), line, sheets)


@pytest.mark.parametrize(
    ("header", "code"),
    [(LONG, "ignored_column"), (f"Power{'_' * 5000}", "duplicate_column")],
)
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_message_has_no_more_of_a_header_than_a_person_can_read(
    header: str, code: str, kind: str
) -> None:
    scan = f"ID,Name,Power,{header}\n1,Ana,5,5\n"
    if kind == "jsonl":
        scan = f'{{"ID":1,"Name":"Ana","Power":5,"{header}":5}}\n'
    report, _ = read(scan.encode(), f"players.{kind}")
    [finding] = report["errors"] + report["warnings"]
    assert finding["code"] == code
    assert f"{header[:90]}" in finding["message"]
    assert len(finding["message"]) < 300


def test_a_message_has_no_more_of_a_repeated_key_than_a_person_can_read() -> None:
    key = f"Power{'_' * 5000}"
    report, _ = read(f'{{"ID":1,"Name":"Ana","{key}":5,"{key}":6}}'.encode(), "players.json")
    (error,) = report["errors"]
    assert error["code"] == "duplicate_column"
    assert len(error["message"]) < 300


@pytest.mark.parametrize(
    ("names", "message", "hint"),
    [
        (["10000001", "Ada", "50,000,000"], "The first line is a player", "Put a line with the"),
        (["1", "Ada", "10000001.0"], "The first line is a player", "Put a line with the"),
        (["ID,Name,Power"], "All columns stand in one", "Split it into columns"),
        (["ID;Name;Power"], "All columns stand in one", "Split it into columns"),
        (
            ["ID|Name|Power"],
            'are separated by "|"',
            "commas, semicolons or tabs",
        ),
        (
            ["ID  Name  Power"],
            "are separated by spaces",
            "commas, semicolons or tabs",
        ),
        (["<html><table><tr><td>ID</td></tr></table></html>"], "This is a web page", "again"),
        (["<!DOCTYPE html>"], "This is a web page", "Download the scan itself again"),
        (['{"players": ['], "This is JSON", ".json"),
        (["[1"], "This is JSON", ".json"),
        (["{\\rtf1\\ansi"], "This is a text document", ".xlsx"),
        (["Kingdom", "Tier", "Power", "KP"], "This is no list of players", "one row a player"),
        (["Alliance", "Members", "Power"], "This is no list of players", "one row a player"),
        (["Rank", "Spieler"], 'the first line has "Rank", "Spieler".', "ID, Name, Power"),
        (["Governor", "Power"], "There is no column for the player's ID.", "read as the name"),
        (
            ["Gouverneur-ID", "Spielername", "Macht"],
            "There are no columns for the player's id and name.",
            '"Gouverneur-ID" is "ID", "Spielername" is "Name", "Macht" is "Power"',
        ),
        (["总督ID", "名字", "战力"], "There are no columns", '"总督ID" is "ID", "名字" is "Name"'),
        (["Governer ID", "Govenor Name"], "There are no columns", '"Governer ID" is "ID"'),
    ],
    ids=lambda one: one[0] if isinstance(one, list) else "",
)
def test_a_header_of_no_players_is_one_finding_that_says_what_it_is(
    names: list[str], message: str, hint: str
) -> None:
    (error,) = told(*names)
    assert (error.code, error.column, error.line) == ("missing_column", "id", 1)
    assert message in error.message
    assert hint in error.hint


def test_of_json_it_is_not_said_that_lines_are_missing() -> None:
    (error,) = told("stats", "10000001", line=None)
    assert "line" not in error.message + error.hint


@pytest.mark.parametrize(
    ("names", "column", "hint"),
    [
        (["Name", "Power"], "id", 'named "ID" or "Governor ID": names change'),
        (["Lord ID", "Name", "Power"], "id", 'If "Lord ID" is the player\'s ID, rename it to "ID"'),
        (["Governor", "Name", "Power"], "id", 'If "Governor" is the player\'s ID'),
        (["Governer ID", "Name", "Power"], "id", 'Rename "Governer ID" to "ID"'),
        (["Gouverneur-ID", "Name", "Power"], "id", 'Rename "Gouverneur-ID" to "ID"'),
        (["Kingdom ID", "Alliance ID", "Name", "Power"], "id", "Add the column of the players'"),
        (["ID", "Power"], "name", '"Name", "Governor Name", "Username" or "Player Name"'),
        (["ID", "Lord Name", "Power"], "name", 'If "Lord Name" is the player\'s name'),
        (["ID", "Discord Name", "Power"], "name", "Name the column of the players' names"),
        (["ID", "Name"], None, '"Power", "Kill Points", "T4 Kills" or "Deaths"'),
        (["ID", "Name", "Macht", "Tote"], None, '"Macht" is "Power", "Tote" is "Deaths"'),
        (["ID", "Name", "Powr"], None, '"Powr" is "Power"'),
        (["ID", "Name", "Power (M)"], None, 'name the column "Power"'),
        (["ID", "Name", "KP in billions"], None, 'name the column "Kill Points"'),
    ],
    ids=str,
)
def test_what_is_missing_is_told_with_the_one_thing_to_do(
    names: list[str], column: str | None, hint: str
) -> None:
    (error,) = told(*names)
    assert (error.code, error.column) == ("missing_column", column)
    assert hint in error.hint


def test_a_unit_is_told_as_the_reason_why_a_column_is_not_read() -> None:
    (error,) = told("ID", "Name", "Power (M)")
    assert error.message == '"Power (M)" gives power in millions: that is rounded.'


def test_lists_beside_each_other_are_one_finding() -> None:
    (error,) = told("Name", "ID", "Power", "", "Name", "ID", "Kill Points", line=3)
    assert (error.code, error.column, error.line) == ("duplicate_column", "id", 3)
    assert "Several lists stand beside each other" in error.message
    assert "one row a player" in error.hint


def test_two_columns_of_one_name_are_of_two_moments() -> None:
    power, points = told("ID", "Name", "Power", "KP", "power", "KP")
    assert (power.message, power.value) == ('Two columns are called "power".', "power")
    assert power.hint == (
        "Keep the newest power and delete the other column: a scan is of one moment."
    )
    assert "newest kill points" in points.hint


def test_two_names_of_one_column_are_both_told() -> None:
    (error,) = told("ID", "Name", "Power", "Kills", "Total Kills")
    assert error.message == 'Two columns mean kills: "Kills" and "Total Kills".'


def test_a_workbook_s_sheets_are_told() -> None:
    (error,) = told("Kingdom", "Tier", "Power", sheets=("Summary", "Top 10s"))
    assert error.hint.endswith(
        'The workbook has the sheets "Summary", "Top 10s"; none of them is such a list.'
    )
    (error,) = told("ID", "Power", sheets=("Sheet1",))
    assert error.hint.endswith('The workbook has one sheet, "Sheet1".')
    (error,) = told("x", sheets=tuple(f"{number}" for number in range(11)))
    assert '"9" and more; none' in error.hint


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ("T45 Kills", "Nothing to do, unless it is one of the known columns under another name."),
        ("KP (M)", 'Only whole numbers are read: export them and name the column "Kill Points".'),
        ("Tote", 'If it is the deaths, rename it to "Deaths".'),
        ("Macht", "Nothing to do, unless it is one of the known columns under another name."),
    ],
)
def test_a_column_that_is_not_read_is_told_with_what_it_may_be(header: str, hint: str) -> None:
    (warning,) = ignored_columns(map_headers(["ID", "Name", "Power", header]), 1)
    assert (warning.code, warning.column, warning.hint) == ("ignored_column", header, hint)


@pytest.mark.parametrize(
    "names",
    [
        ["1" * 500_000],
        ["Power" + "_" * 500_000 + "q"],
        [" a" * 250_000],
        [f"colum {number}x" for number in range(20_000)],
        ["power (" * 8] * 20_000,
    ],
    ids=["digits", "underscores", "spaces", "many", "brackets"],
)
def test_hostile_headers_take_no_time(names: list[str]) -> None:
    headers = map_headers(names)
    start = time.process_time()
    header_errors(headers, 1)
    ignored_columns(headers, 1)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("names", [("Gov. ID", "Gov. Name"), ("Lord ID", "Lord Name")])
def test_a_list_whose_id_and_name_are_called_otherwise_is_not_told_to_be_no_list(
    names: tuple[str, str],
) -> None:
    (finding,) = told(*names, "Power")
    assert "no list" not in finding.message
    assert f'"{names[0]}" to "ID" and "{names[1]}" to "Name"' in finding.hint


@pytest.mark.parametrize("header", ["", " "])
def test_a_column_without_a_name_is_told_to_be_named(header: str) -> None:
    (warning,) = ignored_columns(map_headers(["ID", "Name", header, "Power"]), 1)
    assert warning.message == "A column without a name was not read."
    assert "write its name above it" in warning.hint
