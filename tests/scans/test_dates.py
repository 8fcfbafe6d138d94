"""Dates as people write them, and what is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans.dates import WrittenDate, read_date, settled_order

DAY = date(2026, 7, 29)
SETTLED = (
    "2026-07-29",
    " 2026-07-29 ",
    "2026-07-29T15:30:12.000Z",
    "2026-07-29T15:30:12+02:00",
    "2026-07-29 15:30",
    "2026-07-29 00:00:00",
    "2026/07/29",
    "2026/7/29 3:30 PM",
    "2026.07.29",
    "2026. 7. 29.",
    "2026_07_29",
    "29.07.2026",
    "29.7.26",
    "29.07.2026, 15:30",
    "29/07/2026",
    "07/29/2026",
    "7/29/2026 3:30:12 pm",
    "7/29/26",
    "29-07-2026",
    "20260729",
    "20260729T153012Z",
    "20260729_153012",
    "29 Jul 2026",
    "29-Jul-26",
    "29. July 2026",
    "29th July 2026",
    "Jul 29, 2026",
    "July 29 2026",
    "Wed, 29 Jul 2026 15:30:12 GMT",
    "Wednesday, July 29, 2026",
    "2026年7月29日",
    "2026년 7월 29일",
)
NONE = (
    "",
    " ",
    "-",
    "Ada",
    "5",
    "10000001",
    "50000000",
    "16.459.781",
    "106.315",
    "1.2.3",
    "2026-13-01",
    "2026-02-30",
    "30.02.2026",
    "13/13/2026",
    "1999-07-29",
    "2026-07",
    "15:30",
    "2026/07-29",
    "26 Jab 2026",
    "scan of 2026-07-29",
    "2026-07-29 " + "x" * 100,
    "2" * 10_000,
)


@pytest.mark.parametrize("text", SETTLED)
def test_a_date_is_read_as_people_write_it(text: str) -> None:
    found = read_date(text)
    assert found == WrittenDate(2026, (7, 29))
    assert {found.as_date("day"), found.as_date("month")} == {DAY}


@pytest.mark.parametrize("text", NONE, ids=range(len(NONE)))
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


def test_of_two_small_numbers_only_the_column_says_which_is_the_day() -> None:
    found = read_date("07/08/2026")
    assert found == WrittenDate(2026, (7, 8), is_settled=False)
    assert found.as_date("month") == date(2026, 7, 8)
    assert found.as_date("day") == date(2026, 8, 7)
    assert read_date("07/07/2026") == WrittenDate(2026, (7, 7))


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (("07/08/2026", "07/29/2026"), "month"),
        (("07/08/2026", "29/07/2026"), "day"),
        (("07/08/2026", "08/08/2026"), None),
        (("07/08/2026", "29/07/2026", "07/29/2026"), None),
        (("2026-07-08", "08.07.2026"), "month"),
    ],
)
def test_a_column_settles_the_order_by_its_own_dates(
    texts: tuple[str, ...], order: str | None
) -> None:
    dates = [read_date(text) for text in texts]
    assert settled_order([one for one in dates if one], texts) == order


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_whatever_the_day_its_forms_are_one_date(day: date) -> None:
    forms = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y%m%d", "%d %b %Y", "%d-%b-%y", "%B %d, %Y")
    found = {read_date(day.strftime(form)) for form in (*forms, "%Y-%m-%dT%H:%M:%S.%fZ")}
    assert found == {WrittenDate(day.year, (day.month, day.day))}
    for order, form in (("day", "%d/%m/%Y"), ("month", "%m/%d/%Y")):
        written = read_date(day.strftime(form))
        assert written is not None
        assert written.as_date(order) == day  # type: ignore[arg-type]


@given(st.text(max_size=70))
def test_no_text_breaks_it(text: str) -> None:
    found = read_date(text)
    assert found is None or 20_000_101 <= found.key <= 20_991_231
