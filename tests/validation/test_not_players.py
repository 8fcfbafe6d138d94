"""Rows that are no players: a second header and a row of sums are one error each."""

import json

import pytest

from chalicelib.scans.csv import reader as read_csv
from tests.ingest.support import patched, places, read

HEADER = "ID,Name,Power,Deads"
GOOD = "{},Ana,5,6"


def lines(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows, ""]).encode()


class TestASecondHeader:
    @pytest.mark.parametrize(
        "row",
        [
            HEADER,
            "Governor ID,Governor Name,Power,Deads",
            " id , NAME ,KP,x",
            "ID,Name,,",
            "Name,ID,Deads,Power",
            "Power,Deads,ID,Name",
        ],
    )
    def test_is_one_error_that_says_so(self, row: str) -> None:
        report, _ = read(lines(GOOD.format(1), row, GOOD.format(2)))
        value = row.split(",", maxsplit=1)[0]
        assert places(report) == [("bad_number", 2, 3, "id", value)]
        assert (report["error_count"], report["warnings"]) == (1, [])
        assert "a second header" in report["errors"][0]["message"]

    def test_other_rows_keep_their_errors_beside_it(self) -> None:
        report, _ = read(lines("x,Ana,many,6", HEADER, "ID,Ana,5,6", "7,Ana,5,6"))
        assert places(report) == [
            ("bad_number", 1, 2, "id", "x"),
            ("bad_number", 1, 2, "power", "many"),
            ("bad_number", 2, 3, "id", "ID"),
            ("bad_number", 3, 4, "id", "ID"),
        ]
        assert report["error_count"] == 4
        assert ["second header" in error["message"] for error in report["errors"]] == [
            False,
            False,
            True,
            False,
        ]

    def test_each_of_many_is_counted_once(self) -> None:
        rows = [row for number in range(1, 1201) for row in (GOOD.format(number), HEADER)]
        with patched((read_csv, "BLOCK", 4096)):
            report, _ = read(lines(*rows))
        assert (report["error_count"], len(report["errors"])) == (1200, 1000)
        assert {error["column"] for error in report["errors"]} == {"id"}
        assert [error["row"] for error in report["errors"][:3]] == [2, 4, 6]

    @pytest.mark.parametrize("row", ["ID,Name,Power", "Name,ID", f"{HEADER},Kills", "#," + HEADER])
    def test_of_another_width_is_told_as_such_too(self, row: str) -> None:
        report, _ = read(lines(GOOD.format(1), row))
        assert (report["error_count"], report["errors"][0]["code"]) == (1, "ragged_row")
        assert "a second header" in report["errors"][0]["message"]
        assert "Delete this row" in report["errors"][0]["hint"]

    def test_in_json_too(self) -> None:
        rows = [{"id": "1", "name": "a", "power": "5"}, {"id": "ID", "name": "Name", "power": "P"}]
        report, _ = read(json.dumps(rows).encode(), "players.json")
        assert [(error["row"], error["column"]) for error in report["errors"]] == [(2, "id")]


class TestARowOfSums:
    @pytest.mark.parametrize(
        "word",
        ["Total", "TOTAL:", " total ", "Sum", "Grand Total", "Gesamt", "Итого", "合計", "합계"],
    )
    def test_is_told_as_such_by_its_id_or_its_name(self, word: str) -> None:
        for row, code in ((f"{word},,9,9", "bad_number"), (f",{word},9,9", "missing_value")):
            report, _ = read(lines(GOOD.format(1), row))
            assert [(error["row"], error["code"]) for error in report["errors"]] == [(2, code)]
            assert report["error_count"] == 1
            assert "a row of sums" in report["errors"][0]["message"]
            assert "Delete this row" in report["errors"][0]["hint"]

    @pytest.mark.parametrize("sign", ["-", "?", "/", "–"])
    def test_may_have_a_sign_in_place_of_its_id(self, sign: str) -> None:
        report, _ = read(lines(GOOD.format(1), f"{sign},Total,9,9"))
        assert report["errors"][0]["code"] == "missing_value"
        assert "a row of sums" in report["errors"][0]["message"]

    @pytest.mark.parametrize("word", ["Σ", "Average", "AVG:", "Ø", "Durchschnitt", "Max", "평균"])
    def test_may_be_of_other_sums_where_that_stands_for_the_id(self, word: str) -> None:
        told = read(lines(GOOD.format(1), f"{word},,9,9"))[0]["errors"][0]
        assert "Delete this row" in told["hint"]
        told = read(lines(GOOD.format(1), f",{word},9,9"))[0]["errors"][0]
        assert "sums" not in told["message"], "a player may be called so"

    @pytest.mark.parametrize("row", ["Total,11", "Note: Bo, until Monday", "by a, b, c, d, e"])
    def test_or_a_note_of_another_width_is_to_be_deleted(self, row: str) -> None:
        told = read(lines(GOOD.format(1), row))[0]["errors"][0]
        assert told["code"] == "ragged_row"
        assert "delete this line" in told["hint"]

    @pytest.mark.parametrize("row", [",Ana,9,9", "Ana,,9,9", ",,9,9", "x,Total,9,9"])
    def test_is_not_what_has_another_fault(self, row: str) -> None:
        report, _ = read(lines(GOOD.format(1), row))
        assert "sums" not in report["errors"][0]["message"]

    def test_a_player_may_be_called_so(self) -> None:
        assert read(lines("1,Total,5,6"))[0]["status"] == "accepted"
