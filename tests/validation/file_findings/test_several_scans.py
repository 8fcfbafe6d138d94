"""Several scans in one file are told as such, by the column that has their dates."""

import json
from collections.abc import Iterator

import pyarrow as pa
import pytest

from chalicelib.scans.batch import SkippedRows, WholeRow
from chalicelib.scans.csv import reader as read_csv
from chalicelib.validation.file_findings.repeated_ids import RepeatedIds
from chalicelib.validation.file_findings.several_scans import find_several_scans
from tests.ingest.support import codes, patched, places, read

HEADER = "Date,ID,Name,Power"


def scan(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def two(first: str, second: str) -> bytes:
    return scan(*(f'"{date}",{one},n{one},5' for date in (first, second) for one in (7, 8, 9)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026-07-29", "2026-07-30"),
        ("2026-07-29T15:30:12.000Z", "2026-07-30T15:30:12.000Z"),
        ("2026/07/29", "2026/07/30"),
        ("29.07.2026", "30.07.2026"),
        ("07/29/2026", "07/30/2026"),
        ("07/08/2026", "08/07/2026"),
        ("7/29/2026 3:30 PM", "7/30/2026 3:30 PM"),
        ("26 Jan 2026", "2 Feb 2026"),
        ("26-Jan-26", "2-Feb-26"),
        ("Jul 29, 2026", "Jul 30, 2026"),
        ("20260729", "20260730"),
    ],
)
def test_dates_are_read_as_people_write_them(first: str, second: str) -> None:
    report, _ = read(two(first, second))
    assert places(report) == [("several_scans", None, None, "Date", None)]
    assert report["error_count"] == 1
    error = report["errors"][0]
    assert '"Date" has 2 dates' in error["message"]
    assert first in error["message"]
    assert second in error["message"]
    assert "the id 7 in rows 1 and 4" in error["message"]
    assert 'split FILE --by "Date" --to DIR' in error["hint"]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("one date", ["2026-07-29,7,a,5", "2026-07-29,7,a,6"]),
        ("one date and its times", ["2026-07-29 10:00,7,a,5", "2026-07-29 11:00,7,a,6"]),
        ("a pair twice", ["2026-07-29,7,a,5", "2026-07-30,7,a,5", "2026-07-30,7,a,5"]),
        ("a row without", ["2026-07-29,7,a,5", "2026-07-30,7,a,5", ",8,a,5"]),
        ("no date in one", ["2026-07-29,7,a,5", "2026-07-30,7,a,5", "today,8,a,5"]),
        ("no dates", ["x,7,a,5", "y,7,a,5"]),
        ("numbers", ["1,7,a,5", "2,7,a,5"]),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_else_ids_are_repeated(name: str, rows: list[str]) -> None:
    report, _ = read(scan(*rows))
    assert set(codes(report)) == {"duplicate_id"}
    assert len(codes(report)) == report["error_count"]


def test_a_file_without_repeated_ids_may_have_any_dates() -> None:
    report, _ = read(scan("2026-07-29,7,a,5", "2026-07-30,8,b,6"))
    assert report["status"] == "accepted"


def test_the_first_of_several_columns_is_told_also_one_that_is_known() -> None:
    rows = ["7,2026-07-29,29.07.2026,5", "7,2026-07-30,30.07.2026,5"]
    report, _ = read(scan(*rows, header="ID,Name,Day,Power"))
    assert places(report) == [("several_scans", None, None, "Name", None)]
    report, _ = read(scan(*rows, header="ID,Day,Name,Power"))
    assert places(report) == [("several_scans", None, None, "Day", None)]


def test_other_errors_stay_and_rows_without_an_id_need_no_date() -> None:
    rows = ["2026-07-29,7,a,5", "2026-07-30,7,a,many", "too,few", ",Total,,12"]
    report, _ = read(scan(*rows))
    assert [(error["code"], error["row"]) for error in report["errors"]] == [
        ("several_scans", None),
        ("bad_number", 2),
        ("ragged_row", 3),
        ("bad_number", 4),
    ]
    assert report["error_count"] == 4


def test_it_is_the_same_in_json_and_batch_by_batch() -> None:
    players = [
        {"Date": date, "ID": one, "Name": "n", "Power": 5}
        for date in ("2026-07-29", "2026-07-30")
        for one in range(1, 40)
    ]
    for text, name in (
        (json.dumps(players), "players.json"),
        ("\n".join(map(json.dumps, players)), "players.jsonl"),
    ):
        assert codes(read(text.encode(), name)[0]) == ["several_scans"]
    rows = [",".join(map(str, player.values())) for player in players]
    with patched((read_csv, "BLOCK", 64)):
        assert codes(read(scan(*rows))[0]) == ["several_scans"]


def test_reading_ends_with_the_first_row_in_which_no_column_has_a_date() -> None:
    taken = 0

    def rows() -> Iterator[WholeRow]:
        nonlocal taken
        for row in range(1, 1001):
            taken += 1
            yield WholeRow(row, row + 1, ("2026-07-29" if row < 10 else "", "7"))

    ids = RepeatedIds(SkippedRows())
    ids.add(pa.array([7] * 1000, pa.int64()))
    ids.find()
    assert find_several_scans(("Date", "ID"), ids, rows()) is None
    assert taken == 10
