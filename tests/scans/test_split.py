"""A file with several scans is split by the dates in one of its columns."""

import io
import json
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lake.file_names import parse_file_name
from chalicelib.scans import split as splitting
from chalicelib.scans.open import open_reader, read_to_the_end
from chalicelib.scans.split import Split, SplitError, UnknownColumnError, split_by
from tests.ingest.support import SETTINGS, patched, upload

HEADER = "Date,ID,Name,Power"


def split(
    text: str | bytes, by: str = "Date", name: str = "a.csv"
) -> tuple[Split, dict[date, bytes]]:
    body = upload(text.encode() if isinstance(text, str) else text)
    reader = read_to_the_end(open_reader(body, parse_file_name(name), SETTINGS))
    found = split_by(reader, by)
    files = {}
    for day in found.rows:
        out = io.BytesIO()
        reader.write_without(found.others(day), out)
        files[day] = out.getvalue()
    return found, files


def table(days: Sequence[str]) -> str:
    rows = [f"{day},{number},P{number},{number}" for number, day in enumerate(days, 1)]
    return "".join(f"{line}\n" for line in (HEADER, *rows))


def test_each_date_gets_its_rows_as_they_stand() -> None:
    text = table(["2026-01-26", "2026-01-19", "", "2026-01-26"]).replace(",3,P3,3\n", "\n")
    found, files = split(text)
    assert found.rows == {date(2026, 1, 19): 1, date(2026, 1, 26): 2}
    assert files[date(2026, 1, 19)].decode().split() == [HEADER, "2026-01-19,2,P2,2"]
    assert files[date(2026, 1, 26)].decode().split() == [
        HEADER,
        "2026-01-26,1,P1,1",
        "2026-01-26,4,P4,4",
    ]


@pytest.mark.parametrize("by", ["Date", "date", " D_ate "])
def test_the_column_is_named_as_headers_are_compared(by: str) -> None:
    assert split(table(["2026-01-26"]), by)[0].column == "Date"


def test_one_date_written_in_two_ways_is_one() -> None:
    days = ["26.01.2026", "2026-01-26 15:30", "26 Jan 2026", "2026-01-19"]
    assert split(table(days))[0].rows == {date(2026, 1, 19): 1, date(2026, 1, 26): 3}


def test_which_number_is_the_day_is_settled_by_the_column() -> None:
    assert list(split(table(["03/04/2026", "29/04/2026"]))[0].rows) == [
        date(2026, 4, 3),
        date(2026, 4, 29),
    ]
    assert list(split(table(["03/04/2026", "03/29/2026"]))[0].rows) == [
        date(2026, 3, 4),
        date(2026, 3, 29),
    ]
    with pytest.raises(SplitError, match=r'the day .* "03/04/2026"'):
        split(table(["03/04/2026", "04/05/2026"]))
    with pytest.raises(SplitError, match="which number is the day"):
        split(table(["03/04/2026", "29/04/2026", "04/29/2026"]))


@pytest.mark.parametrize(
    ("cell", "said"), [("", "is empty"), (" ", "is empty"), ("soon", 'is no date: "soon"')]
)
def test_the_first_row_without_a_date_is_named(cell: str, said: str) -> None:
    with pytest.raises(SplitError, match=rf'^row 2 \(line 3\): "Date" {said}'):
        split(table(["2026-01-26", cell, "2026-01-27", ""]))


def test_an_unknown_column_lists_those_that_there_are() -> None:
    with pytest.raises(UnknownColumnError, match='no column "Day"; its columns are "Date", "ID"'):
        split(table(["2026-01-26"]), "Day")
    twice = table(["2026-01-26,2026-01-27"]).replace("Date,", "Date,date,")
    with pytest.raises(UnknownColumnError, match='2 columns called "DATE"'):
        split(twice, "DATE")
    assert list(split(twice, "date")[0].rows) == [date(2026, 1, 27)]


def test_rows_that_cannot_be_read_are_mended_first() -> None:
    with pytest.raises(SplitError, match=r"^row 2 \(line 3\): .*cells"):
        split(table(["2026-01-26", "2026-01-27,more"]))


def test_a_file_without_players_is_told() -> None:
    with pytest.raises(SplitError, match="no players"):
        split(table([]))


def test_too_many_dates_are_none_of_scans() -> None:
    with patched((splitting, "MAX_DATES", 2)), pytest.raises(SplitError, match="more than 2 dates"):
        split(table(["2026-01-26", "2026-01-27", "2026-01-28"]))


def test_json_stays_json() -> None:
    players = [{"ID": n, "Name": "x", "Power": n, "At": f"2026-01-2{n % 2}"} for n in range(1, 6)]
    found, files = split(json.dumps({"root": players}).encode(), "At", "a.json")
    assert [json.loads(body)["root"] for body in files.values()] == [
        players[1::2],
        players[0::2],
    ]
    assert found.rows == {date(2026, 1, 20): 2, date(2026, 1, 21): 3}


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.sampled_from(["json", "csv"]))
def test_every_row_is_in_just_one_file(days: list[int], kind: str) -> None:
    texts = [f"2026-01-2{day}" for day in days]
    if kind == "csv":
        found, files = split(table(texts))
        rows = {day: body.decode().split()[1:] for day, body in files.items()}
        every = table(texts).split()[1:]
    else:
        players = [
            {"ID": n, "Name": "x", "Power": 1, "Date": day} for n, day in enumerate(texts, 1)
        ]
        found, files = split(json.dumps(players).encode(), name="a.json")
        rows = {day: [json.dumps(p) for p in json.loads(body)] for day, body in files.items()}
        every = [json.dumps(player) for player in players]
    assert {day: len(listed) for day, listed in rows.items()} == found.rows
    for day, listed in rows.items():
        assert listed == [row for row, text in zip(every, texts, strict=True) if text == str(day)]
    for day in found.rows:
        others = found.others(day)
        assert (len(others), 0 in others, len(every) + 1 in others) == (
            len(every) - found.rows[day],
            False,
            False,
        )
