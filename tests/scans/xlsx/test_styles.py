"""Which number formats show a date or a time."""

import pytest

from chalicelib.scans.xlsx.styles import is_date_code


@pytest.mark.parametrize(
    "code",
    [
        *("yyyy-mm-dd", "d.m.yy", "h:mm", "mm:ss.0", "[h]:mm:ss", "[mm]:ss", "[s]", "D/M/YYYY"),
        *("[$-409]mmm d, yyyy;@", '"on" dd', "[Red]yyyy", 'yyyy"年"m"月"d"日"', "[$-411]ge.m.d"),
        "0;yyyy",
    ],
)
def test_a_format_with_days_or_hours_is_a_date(code: str) -> None:
    assert is_date_code(code)


@pytest.mark.parametrize(
    "code",
    [
        *("General", "GENERAL", "0", "0.00E+00", "#,##0", "@", "", '0 "days"', "0\\d", "0_m"),
        *("[$USD] 0", "[Red]0", "[Magenta]0", "0*d", '"dmyhs"0;"h"', "[>=1000000]0.0,,", "# ?/?"),
        *('0"unclosed d', "[unclosed d", "Standard"),
    ],
)
def test_a_format_whose_letters_are_no_placeholders_is_none(code: str) -> None:
    assert not is_date_code(code)
