"""What a number is worth: exactly, if it is whole."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans.whole_numbers import whole_number

FAR = 10**40


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5.0e7", 50_000_000),
        ("32040216.0", 32040216),
        ("9007199254740993.0", 9007199254740993),
        ("1E+9", 10**9),
        ("100e-2", 1),
        ("12.345e3", 12345),
        ("-1.0", -1),
        ("-0.0", 0),
        ("0e999999999999999999999999", 0),
        ("1.5", None),
        ("12.345", None),
        ("1e-1", None),
        ("1e-999999999999999999999999", None),
        ("NaN", None),
        ("", None),
        ("-", None),
        (".", None),
        ("1e5x", None),
        ("1e400", FAR),
        ("-1e999999999999999999999999", -FAR),
        ("9" * 5000, FAR),
        ("1" + "0" * 5000 + "e-5000", 1),
        ("0." + "0" * 5000 + "7e5001", 7),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_number_is_its_value_if_that_is_whole(text: str, value: int | None) -> None:
    assert whole_number(text) == value


@given(
    st.integers(-(10**12), 10**12),
    st.text(st.sampled_from("0123456789"), max_size=8),
    st.integers(-12, 12),
)
def test_it_is_what_fractions_say(whole: int, fraction: str, power: int) -> None:
    text = f"{whole}.{fraction or '0'}e{power}"
    value = Fraction(text)
    assert whole_number(text) == (int(value) if value.denominator == 1 else None)
