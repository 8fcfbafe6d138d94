"""The number grammar of the contract, section 4, and its two readers held together."""

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.limits import MAX_INTEGER
from chalicelib.validation.number_cells import read_cell
from chalicelib.validation.number_columns import Numbers, read_column
from chalicelib.validation.number_faults import FAULTS, Fault, NotANumber
from chalicelib.validation.number_grammar import THOUSANDS, USUAL, LoneGroups
from tests.ingest.support import SLOW

GOOD = {
    "0": 0,
    "7": 7,
    "1234567": 1234567,
    "007": 7,
    "0000000000000000000000000000042": 42,
    "1,234,567": 1234567,
    "999,999": 999999,
    "1 234 567": 1234567,
    "1\u00a0234\u00a0567": 1234567,
    "1\u202f234\u202f567": 1234567,
    "1\u2009234\u2007567": 1234567,
    "1'234'567": 1234567,
    "1’234’567": 1234567,
    " 162,750,894 ": 162750894,
    "\t5\n": 5,
    "\u30005\u00a0": 5,
    "\u200e\u202d5\u202c\ufeff": 5,
    "32040216.0": 32040216,
    "32040216.00": 32040216,
    "32040216.000": 32040216,
    "50000000,00": 50000000,
    "5,0": 5,
    "5.0000": 5,
    "1,234.0": 1234,
    "1,234.000": 1234,
    "50,000,000.00": 50000000,
    "50.000.000,00": 50000000,
    "1.234,0": 1234,
    "1 234.0": 1234,
    "50 000 000,00": 50000000,
    "50'000'000.00": 50000000,
    "1.234.567": 1234567,
    "14.200.000.000": 14200000000,
    "1,23,456": 123456,
    "12,34,567": 1234567,
    "5,00,00,000": 50000000,
    "12,34,567.00": 1234567,
    "+5": 5,
    "+1,234": 1234,
    "'10000001": 10000001,
    "'+5": 5,
    '="10000001"': 10000001,
    '=" 1,234 "': 1234,
    '\'="5"': 5,
    "٣": 3,
    "١٬٢٣٤": 1234,
    "１２": 12,
    "１，２３４．００": 1234,
    "१२३": 123,
    "𝟏𝟐": 12,
    "1\u200b": 1,
    "9007199254740991": MAX_INTEGER,
    "9,007,199,254,740,991": MAX_INTEGER,
    "9.007.199.254.740.991": MAX_INTEGER,
}
UNKNOWN = [
    *("", " ", "\t\n", "\u00a0", "-", " - ", "Unknown", "UNKNOWN", "unknown", "Skipped", "skipped"),
    *("N/A", "n/a", "-1", "-2", "-3", " -1 ", "-1.0", "-3.00", "-1,0", "--", "–", "—", "——", "−"),
    *("?", "/", "NaN", "nan", "None", "NULL", "null", "'", "'-", '=""', '="n/a"', "-١"),
]
UNCLEAR = "it could mean thousands or a fraction, and no other cell of the file shows which"
BAD = {
    "12.345": UNCLEAR,
    "1.000": UNCLEAR,
    "0.000": UNCLEAR,
    "1.2E+9": "scientific notation has lost digits",
    "1e9": "scientific notation has lost digits",
    "-1,5e-3": "scientific notation has lost digits",
    "1.2M": "it is shortened",
    "950k": "it is shortened",
    "1.2 B": "it is shortened",
    "3,5 Mio": "it is shortened",
    "12万": "it is shortened",
    "(10,975)": "brackets mean a negative amount",
    "($5.00)": "brackets mean a negative amount",
    "4.5": "it has a fraction",
    "4,5": "it has a fraction",
    "1234567.25": "it has a fraction",
    "1234567.250": "it has a fraction",
    "572362,156": "it has a fraction",
    "0.564": "it has a fraction",
    "0,564": "it has a fraction",
    ".5": "it has a fraction",
    ".0": "it has a fraction",
    "1.234,567": "it has a fraction",
    "1 234,5": "it has a fraction",
    "-1,234": "it is negative",
    "-4.5": "it is negative",
    "-0": "it is negative",
    "\u22125": "it is negative",
    "1,23": "it has a fraction",
    "123,45,678": "its separators are not in groups of three",
    "1234,567,890": "its separators are not in groups of three",
    "1.23.456": "its separators are not in groups of three",
    "1,234 567": "two kinds of separators are mixed",
    "1 234'567": "two kinds of separators are mixed",
    "1 2": "its separators are not in groups of three",
    "1  234": "its separators are not in groups of three",
    "1,234,": "its separators are not in groups of three",
    "1.": "its separators are not in groups of three",
    "1.234.567.0": "its separators are not in groups of three",
    "#####": "the spreadsheet's column was too narrow, so its digits are not in the file",
    "#REF!": "it is a spreadsheet's error",
    "#N/A": "it is a spreadsheet's error",
    "#¡VALOR!": "it is a spreadsheet's error",
    "=A1+B1": "it is a formula, not what comes out of it",
    "50%": "it is a percentage",
    "$50": "it has the sign of a currency",
    "1,234.50 €": "it has the sign of a currency",
    "1_000": "underscores stand between its digits",
    "2025-01-26": "it is a date",
    "26.01.2025 12:30": "it is a date",
    "3-Jan": "it is a date",
    "12:30": "it is a time",
    "TRUE": "it is a yes or a no",
    "12\n345": "it has a line break in it",
    "1000000O2": "a letter stands where a digit is expected",
    "l23": "a letter stands where a digit is expected",
    "abc": "it has something other than digits",
    "NA": "it has something other than digits",
    "+-5": "it has something other than digits",
    "++5": "it has something other than digits",
    "#10000001": "it has something other than digits",
    "ID: 10000002": "it has something other than digits",
    "0x1F": "it has something other than digits",
    "\u202e123": "it has something other than digits",
    "²": "it has something other than digits",
    "--1": "it has something other than digits",
    "unk\x00nown": "it has something other than digits",
}
OUTSIDE = {
    "9007199254740992": MAX_INTEGER + 1,
    "9,007,199,254,740,992": MAX_INTEGER + 1,
    "999999999999999999": 999999999999999999,
    "9223372036854775808": 2**63,
    "-4": -4,
    "-123456789": -123456789,
    "-007": -7,
}


def one(cell: str | None) -> tuple[int | None, bool, bool]:
    """What the kernels say of a cell among others: value, not known, faulty."""
    return every(read_column(pa.array(["5", cell, "6"], pa.string())))[1]


def every(numbers: Numbers) -> list[tuple[int | None, bool, bool]]:
    length = len(numbers.values)
    no = [False] * length
    return list(
        zip(
            numbers.values.to_pylist(),
            no if numbers.unknown is None else numbers.unknown.to_pylist(),
            no if numbers.faulty is None else numbers.faulty.to_pylist(),
            strict=True,
        )
    )


@pytest.mark.parametrize(("cell", "value"), GOOD.items())
def test_a_number_is_read_however_it_is_grouped_and_padded(cell: str, value: int) -> None:
    assert read_cell(cell) == value
    assert one(cell) == (value, False, False)


@pytest.mark.parametrize("cell", UNKNOWN)
def test_what_a_scanner_writes_for_not_known_is_null(cell: str) -> None:
    assert read_cell(cell) is None
    assert one(cell) == (None, True, False)


@pytest.mark.parametrize(("cell", "reason"), BAD.items())
def test_what_is_no_number_is_an_error_that_says_why(cell: str, reason: str) -> None:
    found = read_cell(cell)
    assert isinstance(found, NotANumber)
    assert found.reason == reason
    assert found.hint.endswith(".")
    assert one(cell) == (None, False, True)


@pytest.mark.parametrize(("cell", "value"), OUTSIDE.items())
def test_a_number_that_no_counter_has_is_out_of_range(cell: str, value: int) -> None:
    assert read_cell(cell) == value
    assert one(cell) == (None, False, True)


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_of_5000_digits_is_only_too_large(sign: str) -> None:
    found = read_cell(sign + "9" * 5000)
    assert isinstance(found, int)
    assert abs(found) > MAX_INTEGER
    assert one(sign + "9" * 5000) == (None, False, True)


def test_null_is_not_known_without_a_word() -> None:
    assert one(None) == (None, False, False)
    assert every(read_column(pa.array([None, 3], pa.int64()))) == [
        (None, False, False),
        (3, False, False),
    ]


def test_a_column_of_plain_numbers_carries_no_masks() -> None:
    for cells in (pa.array(["1", "22", None]), pa.array([1, 22, None]), pa.array([], pa.string())):
        numbers = read_column(cells)
        assert (numbers.unknown, numbers.faulty) == (None, None)


signs = st.text(st.sampled_from("0123456789,. '’\u00a0\u202f１٣٬，"), max_size=24)
grouped = st.builds(
    lambda number, separator, end: f"{number:,}".replace(",", separator) + end,
    st.integers(-(10**19), 10**19),
    st.sampled_from([",", " ", ".", "\u00a0", "\u202f", "", ", ", "'", "’"]),
    st.sampled_from(["", ".0", ".00", ".000", " ", "\n", "M", ",0", ",000", ",00"]),
)
lakhs = st.from_regex(r"\A[0-9]{1,3}(,[0-9]{2,3}){1,4}([.,]0{1,4})?\Z")
weird = st.text(
    st.sampled_from("0123456789,.-+()eEkKM#='\"\u2019\u2014 \t\n\r\x00\x1f\x85\u3000\u200b\ufeff٣x")
)
dressed = st.builds(
    lambda before, cell, after: before + cell + after,
    st.sampled_from(["'", '="', "' =", '= "', "+", "'+", "=", '="+']),
    st.one_of(grouped, weird),
    st.sampled_from(["", '"', ' "\u00a0', '""']),
)
cells = st.one_of(
    signs,
    lakhs,
    dressed,
    grouped,
    weird,
    st.text(),
    st.integers(-(2**64), 2**64).map(str),
    st.sampled_from([*GOOD, *UNKNOWN, *BAD, *OUTSIDE]),
    st.none(),
)


LONE = st.sampled_from(
    [USUAL, THOUSANDS, LoneGroups("why", None), LoneGroups("why", "why"), LoneGroups(None, "why")]
)


def expected(cell: str | None, lone: LoneGroups = USUAL) -> tuple[int | None, bool, bool]:
    if cell is None:
        return None, False, False
    number = read_cell(cell, lone)
    if number is None:
        return None, True, False
    if isinstance(number, int) and 0 <= number <= MAX_INTEGER:
        return number, False, False
    return None, False, True


@pytest.mark.slow
@SLOW
@given(st.lists(cells, max_size=30), LONE)
@example(["un\u212anown", "İ"], USUAL)
@example(["１", "2.000"], THOUSANDS)
@example(["1,000"], LoneGroups("why", None))
def test_the_kernels_read_every_cell_as_it_is_read_alone(
    column: list[str | None], lone: LoneGroups
) -> None:
    found = every(read_column(pa.array(column, pa.string()), lone))
    assert found == [expected(cell, lone) for cell in column]


@SLOW
@given(st.lists(st.none() | st.integers(-5, 5) | st.integers(-(2**63), 2**63 - 1), max_size=30))
def test_exact_numbers_are_judged_like_their_text(column: list[int | None]) -> None:
    exact = every(read_column(pa.array(column, pa.int64())))
    texts = [None if cell is None else str(cell) for cell in column]
    assert exact == every(read_column(pa.array(texts, pa.string())))


@SLOW
@given(st.lists(cells, min_size=1, max_size=20), st.data())
def test_a_slice_of_a_column_is_read_like_the_column(
    column: list[str | None], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(column)))
    part = pa.array(column, pa.string()).slice(start)
    assert every(read_column(part)) == [expected(cell) for cell in column[start:]]


@pytest.mark.slow
def test_every_character_that_python_strips_is_stripped_by_the_kernels() -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
    padded = [f"{character}5" for character in characters if not character.isdecimal()]
    invisible = (
        "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u2060\u2066\u2067\u2068\u2069\ufeff"
    )
    around = "'+＋"
    stripped = [cell.strip() == "5" or cell[0] in invisible + around for cell in padded]
    numbers = read_column(pa.array(padded))
    assert [value == 5 for value in numbers.values.to_pylist()] == stripped


@given(
    st.lists(
        st.sampled_from(["0", "7", "0012", " 5 ", "1,234", "3.0", "-", "", "x", "00", "9" * 19])
    )
)
def test_the_text_of_numbers_is_theirs_and_zeros_do_not_cost_others_theirs(
    cells: list[str],
) -> None:
    numbers = read_column(pa.array(cells, pa.string()))
    if numbers.text is not None:
        assert numbers.text().equals(numbers.values.cast(pa.string()))
    elif "9" * 19 not in cells:
        assert {"0012", "00"} & {*cells}
        assert {*cells} <= {"0", "7", "0012", "00", "1,234"}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.example)
def test_every_fault_has_an_example_that_is_told_as_such(fault: Fault) -> None:
    assert read_cell(fault.example) == fault.found
    assert one(fault.example) == (None, False, True)


@pytest.mark.parametrize(
    "cell",
    ["1\n" * 500_000, '="' + " " * 500_000, "1,234" * 200_000, "1 " * 500_000, "'" * 500_000],
    ids=["lines", "dress", "groups", "spaces", "apostrophes"],
)
def test_a_cell_as_long_as_a_file_is_told_at_once(cell: str) -> None:
    assert isinstance(read_cell(cell), NotANumber)
    assert one(cell) == (None, False, True)


def test_commas_in_every_cell_of_a_column_are_read_at_once_where_they_are_thousands() -> None:
    column = pa.array(["1,234", "12", "999,999,999"])
    assert read_column(column, THOUSANDS).values.to_pylist() == [1234, 12, 999999999]
    unclear = read_column(column, LoneGroups("why", None))
    assert unclear.values.to_pylist() == [None, 12, 999999999]
