"""What can be read from a key that is not as it should be: only what is beyond doubt."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lake.refused.readable import Readable, read_date, read_folders

DAY = date(2026, 1, 26)


@pytest.mark.parametrize(
    "path",
    [
        "source=rok_players/kingdom=51/dt=2026-01-26",
        "source=other/kingdom=51/dt=2026-01-26",
        "kingdom=51/dt=2026-01-26",
        "dt=2026-01-26/kingdom=51/source=rok_players",
        "source=rok_players/kingdom=51/dt=2026-01-26/run 2",
        "Kingdom=51/DT=2026-1-26",
        "KINGDOM 51/date=20260126",
        "kingdom_051/Date 26.01.2026",
        " kingdom = 51 /2026-01-26",
        "kingdom51/dt=01-26-2026",
        "kingdom=５１/dt=２026-01-26",
        "kingdom=51//dt=2026-01-26",
        "kingdom=51/kingdom=51/dt=2026-01-26/dt=2026-1-26",
        "scans/kingdom:51/2026-01-26",
    ],
)
def test_kingdom_and_date_are_read_however_they_are_typed(path: str) -> None:
    assert read_folders(path.split("/")) == Readable(51, DAY)


@pytest.mark.parametrize(
    ("path", "kingdom", "day"),
    [
        ("", None, None),
        ("51/26.01.2026", None, None),  # numbers without a label may be anything
        ("kingdom=51/dt=05.01.2026", 51, None),  # 5 January or May 1st
        ("kingdom=51/dt=2026-02-30", 51, None),
        ("kingdom=51/dt=26.01.26", 51, None),
        ("kingdom=51/kingdom=52/dt=2026-01-26", None, DAY),
        ("kingdom=51/kingdom=/dt=2026-01-26", None, DAY),
        ("kingdom=51/dt=2026-01-26/2026-01-27", 51, None),
        ("kingdom=0/dt=2026-01-26", None, DAY),
        ("kingdom=100000/dt=2026-01-26", None, DAY),
        ("kingdom=5a/dt=latest", None, None),
        ("kingdom=YOUR_KINGDOM/dt=YYYY-MM-DD", None, None),
        ("kingdoms of old/dtp/updated", None, None),
    ],
)
def test_what_is_in_doubt_is_not_read(path: str, kingdom: int | None, day: date | None) -> None:
    assert read_folders(path.split("/")) == Readable(kingdom, day)


@given(st.dates())
def test_a_date_with_the_year_first_is_itself(day: date) -> None:
    assert read_date(day.isoformat()) == day
    assert read_date(day.strftime("%Y%m%d").zfill(8)) == day
    assert read_date(f"{day.year:04}.{day.month}.{day.day}") == day


@given(st.dates(), st.sampled_from("./-_ "))
def test_a_date_with_the_day_first_is_never_another_day(day: date, mark: str) -> None:
    for parts in ((day.day, day.month), (day.month, day.day)):
        found = read_date(f"{parts[0]}{mark}{parts[1]}{mark}{day.year:04}")
        assert found in (None, day)
        assert (found is None) == (day.day <= 12 and day.day != day.month)


@given(st.lists(st.text()))
def test_any_folders_are_read_or_not(folders: list[str]) -> None:
    found = read_folders(folders)
    assert found.kingdom is None or 1 <= found.kingdom <= 99_999
