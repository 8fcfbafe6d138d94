"""The column that says each player's kingdom: held against the key, and read as nothing else."""

import json
from typing import Any

import pytest

from chalicelib.scans.csv import reader as read_csv
from tests.ingest.support import patched, places, read

HEADER = "ID,Name,Power,Kingdom"


def scan(*kingdoms: str, header: str = HEADER) -> bytes:
    rows = [f'{row},n,5,"{cell}"' for row, cell in enumerate(kingdoms, 1)]
    return "\n".join([header, *rows, ""]).encode()


def told(report: dict[str, Any]) -> list[str]:
    return [one["code"] for one in report["errors"] + report["warnings"]]


class TestHeldAgainstTheKey:
    def test_of_the_same_kingdom_nothing_is_said(self) -> None:
        report, players = read(scan("51", "51"), kingdom=51)
        assert (report["status"], told(report), len(players)) == ("accepted", [], 2)
        assert report["columns"]["mapped"]["Kingdom"] == "kingdom"
        assert list(report["columns"]["mapped"]) == ["ID", "Name", "Power", "Kingdom"]
        assert report["columns"]["ignored"] == []
        assert "kingdom" not in players[0]

    def test_all_of_one_other_kingdom_refuse_the_file_once(self) -> None:
        report, _ = read(scan("1051", "", "1051"), kingdom=51)
        assert places(report) == [("other_kingdom", None, None, "kingdom", "1051")]
        assert (report["error_count"], report["warnings"]) == (1, [])
        error = report["errors"][0]
        assert "kingdom 1051" in error["message"]
        assert "kingdom 51" in error["message"]
        assert "kingdom=1051" in error["hint"]

    def test_some_of_others_are_one_warning_with_their_count_and_first_rows(self) -> None:
        cells = ["51", "60", "51", "62", "60", "63", "64", "-"]
        report, players = read(scan(*cells), kingdom=51)
        assert (report["status"], report["warning_count"], len(players)) == ("accepted", 1, 8)
        assert places(report, "warnings") == [("other_kingdom", None, None, "kingdom", "60")]
        assert "5 of 7 players are not of kingdom 51 but of" in report["warnings"][0]["message"]
        assert (
            "60 (first in row 2), 62 (first in row 4), 63 (first in row 6) and 1 more"
            in report["warnings"][0]["message"]
        )

    def test_several_others_and_none_of_its_own_are_a_warning_too(self) -> None:
        report, _ = read(scan("60", "61"), kingdom=51)
        assert (report["status"], told(report)) == ("accepted", ["other_kingdom"])

    def test_without_a_kingdom_nothing_is_held_against_it(self) -> None:
        report, _ = read(scan("60", "61", "60"))
        assert (report["status"], told(report)) == ("accepted", [])
        assert report["columns"]["mapped"]["Kingdom"] == "kingdom"

    def test_it_is_the_same_batch_by_batch(self) -> None:
        data = scan(*["51"] * 40, *["60"] * 40, *["51"] * 40, "61")
        whole, _ = read(data, kingdom=51)
        with patched((read_csv, "BLOCK", 64)):
            cut, _ = read(data, kingdom=51)
        assert whole == cut
        assert "41 of 121 players" in whole["warnings"][0]["message"]


class TestWhatIsSuchAColumn:
    @pytest.mark.parametrize("header", ["Kingdom", "kingdom_id", "Kingdom Number", "KINGDOM ID"])
    def test_its_names(self, header: str) -> None:
        report, _ = read(scan("1051", header=f"ID,Name,Power,{header}"), kingdom=51)
        assert told(report) == ["other_kingdom"]

    @pytest.mark.parametrize("cell", ["51", " 51 ", "51.0", "051"])
    def test_numbers_in_their_dress_are_numbers(self, cell: str) -> None:
        report, _ = read(scan(cell, "51"), kingdom=51)
        assert told(report) == []

    @pytest.mark.parametrize(
        "cell", ["K51", "Alliance", "0", "100000", "51.5", "2026-01-26", "-5", str(2**60)]
    )
    def test_with_anything_else_it_is_an_unknown_column(self, cell: str) -> None:
        report, _ = read(scan("1051", cell), kingdom=51)
        assert (report["status"], told(report)) == ("accepted", ["ignored_column"])
        assert report["columns"]["ignored"] == ["Kingdom"]
        assert "Kingdom" not in report["columns"]["mapped"]

    def test_without_any_known_value_it_is_an_unknown_column(self) -> None:
        report, _ = read(scan("", "Unknown"), kingdom=51)
        assert (report["status"], told(report)) == ("accepted", ["ignored_column"])

    def test_the_second_of_two_is_an_unknown_column(self) -> None:
        rows = "1,n,5,1051,x\n"
        report, _ = read(f"ID,Name,Power,Kingdom,Kingdom ID\n{rows}".encode(), kingdom=51)
        assert report["columns"]["ignored"] == ["Kingdom ID"]
        assert told(report) == ["other_kingdom", "ignored_column"]

    def test_a_second_header_is_no_other_value(self) -> None:
        rows = ["1,n,5,51", HEADER, "2,n,5,51"]
        report, _ = read("\n".join([HEADER, *rows]).encode(), kingdom=51)
        assert [error["code"] for error in report["errors"]] == ["bad_number"]
        assert report["warnings"] == []


@pytest.mark.parametrize("value", [1051, "1051", 1051.0])
def test_json_has_such_a_column_too(value: object) -> None:
    rows = [{"id": 1, "name": "a", "power": 5, "Kingdom": value}]
    report, _ = read(json.dumps(rows).encode(), "players.json", kingdom=51)
    assert told(report) == ["other_kingdom"]


@pytest.mark.parametrize("value", [True, [51], "x", 51.5])
def test_json_of_anything_else_has_an_unknown_column(value: object) -> None:
    rows = [{"id": 1, "name": "a", "power": 5, "Kingdom": value}]
    report, _ = read(json.dumps(rows).encode(), "players.json", kingdom=51)
    assert (report["status"], told(report)) == ("accepted", ["ignored_column"])
