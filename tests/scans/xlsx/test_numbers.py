"""A number cell is its value, exactly as it is written, and never a float."""

from decimal import Decimal as Exact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans.xlsx.numbers import as_date, exact, is_long, is_number, shown


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("007", 7),
        ("5.0e7", 50_000_000),
        ("1E+11", 100_000_000_000),
        ("1.0E+11", 100_000_000_000),
        ("32040216.0", 32_040_216),
        ("9007199254740993", 9_007_199_254_740_993),
        ("1.2345678E7", 12_345_678),
        ("120E-1", 12),
        ("-3", -3),
        ("+3", 3),
        (".0", 0),
        ("-0", 0),
        ("0E999999", 0),
    ],
)
def test_a_whole_number_is_exact(text: str, value: int) -> None:
    assert is_number(text)
    assert exact(text) == value
    assert not is_long(value)


@pytest.mark.parametrize("text", ["4.5", "1.2345678900000001E7", "49999999.999999993", "1E-999999"])
def test_a_fraction_is_none_however_small(text: str) -> None:
    assert is_number(text)
    assert exact(text) is None


@pytest.mark.parametrize("text", ["1E40", "1E999999", "-1E9999999999999999", "9" * 41])
def test_a_number_longer_than_any_counter_is_not_written_out(text: str) -> None:
    assert is_number(text)
    value = exact(text)
    assert value is not None
    assert is_long(value)


@pytest.mark.parametrize(
    "text", ["", ".", "E5", "1E", "NaN", "INF", "0x1F", "1,5", "1 5", "٣", "--1", "+-1"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert not is_number(text)


@given(
    st.from_regex(r"[+-]?[0-9]{1,12}(\.[0-9]{0,12})?([eE][+-]?[0-9]{1,2})?", fullmatch=True).filter(
        str.isascii
    )
)
def test_the_value_is_that_of_exact_arithmetic(text: str) -> None:
    assert is_number(text)
    value, expected = exact(text), Exact(text)
    is_whole = expected == expected.to_integral_value()
    assert (value is not None) == is_whole
    assert value is None or is_long(value) or value == expected


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("7", "", "7"),
        ("7.0", "", "7"),
        ("7", "000", "007"),
        ("7", "@", "7"),
        ("1234567", "#,##0", "1,234,567"),
        ("123456", "#,##0.00", "123,456.00"),
        ("-1234", "#,##0", "-1,234"),
        ("7", "0.00", "7.00"),
        ("7", '0 "d"', "7"),
        ("123456789012", "", "123456789012"),
        ("0.30000000000000004", "", "0.3"),
        ("1E300", "", "1E300"),
        ("x", "", "x"),
    ],
)
def test_a_number_among_texts_is_what_the_sheet_shows(text: str, code: str, expected: str) -> None:
    assert shown(text, code) == expected


@pytest.mark.parametrize(
    ("text", "since_1904", "expected"),
    [
        ("46048", False, "2026-01-26"),
        ("46048.5", False, "2026-01-26 12:00:00"),
        ("44586", True, "2026-01-26"),
        ("0.25", False, "06:00:00"),
        ("1", False, "1900-01-01"),
        ("59", False, "1900-02-28"),
        ("60", False, "1900-02-29"),
        ("61", False, "1900-03-01"),
        ("2958465.9999999", False, None),
        ("2958465", True, "9999-12-31"),
        ("288650963", False, None),
        ("-1", False, None),
        ("1E300", False, None),
        ("x", False, None),
    ],
)
def test_a_date_is_iso_text(text: str, since_1904: bool, expected: str | None) -> None:
    assert as_date(text, since_1904=since_1904) == expected
