"""Which two snapshots an answer is between."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.entries import CatalogEntry
from chalicelib.catalog.select_span import find_entry, select_span, span_before
from chalicelib.errors import BadParameterError, NotFoundError
from tests.engines.support import facts

FIRST = date(2026, 1, 5)


def entries(*weeks: int) -> list[CatalogEntry]:
    """A kingdom's snapshots of these weeks, newest first as the catalog has them."""
    days = [FIRST + timedelta(weeks=week) for week in sorted(weeks, reverse=True)]
    return [CatalogEntry(facts(9, day), facts(9, day).version, {}) for day in days]


def day(week: int) -> date:
    return FIRST + timedelta(weeks=week)


weeks = st.sets(st.integers(0, 9), min_size=1)
choices = st.none() | st.integers(0, 10)


@given(weeks, choices, choices)
def test_a_span_is_of_two_snapshots_in_order_and_names_the_one_before(
    there: set[int], older: int | None, newer: int | None
) -> None:
    dates = [None if one is None else day(one) for one in (older, newer)]
    try:
        span = select_span(entries(*there), *dates)
    except (BadParameterError, NotFoundError):
        ordered = sorted(there)
        last = ordered[-1] if newer is None else newer
        before = [one for one in ordered if one < last]
        fits = last in there and (older in before if older is not None else bool(before))
        assert not fits
        return
    found = [one.snapshot_date for one in (span.older, span.newer)]
    assert found[0] < found[1]
    assert all(given in (None, one) for given, one in zip(dates, found, strict=True))
    assert newer is not None or found[1] == day(max(there))
    between = [one for one in there if found[0] < day(one) < found[1]]
    assert span.adjacent == (not between)
    assert older is not None or span.adjacent
    earlier = [day(one) for one in there if day(one) < found[0]]
    assert (span.before and span.before.snapshot_date) == max(earlier, default=None)


@given(weeks, st.integers(0, 10))
def test_previous_is_the_snapshot_right_before_or_none(there: set[int], newer: int) -> None:
    if newer not in there:
        with pytest.raises(NotFoundError, match="has no snapshot of"):
            span_before(entries(*there), day(newer))
        with pytest.raises(NotFoundError, match="has no snapshot of"):
            find_entry(entries(*there), day(newer))
        return
    span = span_before(entries(*there), day(newer))
    before = [one for one in there if one < newer]
    assert (span is None) == (not before)
    if span is not None:
        assert span == select_span(entries(*there), None, day(newer))
        assert span.adjacent
        assert span.older.snapshot_date == day(max(before))
