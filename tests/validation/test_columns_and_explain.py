"""The kernels (`rules.judge`) and jsonschema (`judge.explain_row`) say the same of every cell.

jsonschema is the authority on what is wrong with a row; the kernels decide which rows it is shown.
If the two ever differed, a bad cell would get through or a count would be wrong.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import kernels
from chalicelib.config import DEFAULT_DKP_WEIGHTS
from chalicelib.limits import MAX_INTEGER
from chalicelib.players.headers import map_headers
from chalicelib.players.schema import COLUMN_NAMES, COUNTERS, SUMS, TEXT_COLUMNS
from chalicelib.scans.batch import Cells, JsonNumber
from chalicelib.scans.json.reader import JsonReader
from chalicelib.validation.columns import (
    IN_NFC,
    WHITESPACE,
    ValidatedBatch,
    read_numbers,
    validate_batch,
)
from chalicelib.validation.derive import Derivation, plan
from chalicelib.validation.explain import Problem, explain_row
from chalicelib.validation.number_cells import read_cell
from chalicelib.validation.number_faults import NotANumber
from chalicelib.validation.number_grammar import UNKNOWN_CODES, USUAL, LoneGroups
from tests.ingest.support import SLOW, stream_of
from tests.validation.test_number_columns import BAD, GOOD, LONE, OUTSIDE, UNKNOWN

GROUPS = (
    SUMS["kills"],
    SUMS["deaths"],
    (*SUMS["kills"], *SUMS["deaths"]),
    ("kill_points", *SUMS["kills"], "deaths"),
    ("t4_kills", "t5_kills", "deaths"),
    ("dkp", "t4_kills", "t5_kills", "deaths"),
    ("power",),
)
weights = st.sampled_from(
    [
        DEFAULT_DKP_WEIGHTS,
        {"t4_kills": 1_000_000, "deaths": 0},
        {"kills": 3},
        {"kill_points": 1, "t5_kills": 999_999, "helps": 7},
    ]
)


@st.composite
def columns(draw: st.DrawFn) -> list[str]:
    chosen = {"id", "name", *draw(st.sampled_from(GROUPS))}
    chosen |= draw(st.sets(st.sampled_from(["alliance", *COUNTERS]), max_size=3))
    mapped = map_headers(draw(st.permutations(sorted(chosen))))
    return [name for name in mapped.columns if name is not None]


numbers = st.one_of(
    st.integers(0, MAX_INTEGER).map(str),
    st.sampled_from([MAX_INTEGER, MAX_INTEGER // 5, MAX_INTEGER // 20, MAX_INTEGER // 10]).map(str),
    st.sampled_from([*GOOD, *UNKNOWN, *BAD, *OUTSIDE]),
    st.text(st.sampled_from("0123456789,. -+eM"), max_size=10),
)
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.text(st.sampled_from("a \t\n\x00\x1f\x85\u00a0\u3164\u0301é龍"), max_size=6),
    st.sampled_from(["NA", "null", "007", " ", "x" * 200, "x" * 201, "e\u0301" * 200, "\n"]),
    st.sampled_from([" " + "x" * 200 + " ", "e\u0301" * 201, "\u0344" * 101, "👑" * 200]),
)


def csv_cell(column: str) -> st.SearchStrategy[str]:
    return texts if column in TEXT_COLUMNS else numbers


def json_source(column: str) -> st.SearchStrategy[str]:
    """A value of a JSON object as it is written."""
    return st.one_of(
        csv_cell(column).map(json.dumps),
        st.integers(-5, 10).map(str),
        st.integers(-(2**70), 2**70).map(str),
        st.sampled_from(
            ["null", "true", "false", "[]", "{}", '{"a":[1]}', '"\\ud800"', '"\\u0000"']
        ),
        st.sampled_from(["0.0", "-0", "-0.0", "5.0", "-1.0", "1e5", "1.5", "12.345", "-1e400"]),
        st.sampled_from(
            ["5.0e7", "12.345e3", "1e-2", "100e-2", "NaN", "1E+400", "9007199254740992.0"]
        ),
        st.sampled_from(["9" * 30, "9" * 5000, "-" + "9" * 5000, str(2**53), str(2**53 - 1)]),
    )


def rows_of(cells: Cells) -> list[dict[str, Any]]:
    return [
        {name: cells.value(name, index) for name in cells.columns} for index in range(cells.length)
    ]


def flagged(validated: ValidatedBatch, length: int) -> list[set[str]]:
    masks = {name: mask.to_pylist() for name, mask in validated.faulty.items()}
    return [{name for name, mask in masks.items() if mask[index]} for index in range(length)]


def value_of(column: str, cell: Any, lone: LoneGroups) -> Any:
    """What a good cell means."""
    if column in TEXT_COLUMNS:
        return None if cell is None else unicodedata.normalize("NFC", cell.strip()) or None
    if isinstance(cell, JsonNumber):
        cell = None if cell.text == "NaN" else int(Decimal(cell.text))
    if isinstance(cell, str):
        return read_cell(cell, lone)
    return None if cell in UNKNOWN_CODES else cell


def total_of(known: Mapping[str, Any], terms: Mapping[str, int]) -> int | None:
    values = [(known[name], weight) for name, weight in terms.items()]
    if any(value is None for value, _ in values):
        return None
    return int(sum(value * weight for value, weight in values))


def values_of(
    row: dict[str, Any], bad: set[str], derivation: Derivation, lone: LoneGroups
) -> dict[str, Any]:
    """What is kept of a row; null where a cell is bad."""
    known = {
        name: None if name in bad else value_of(name, cell, lone) for name, cell in row.items()
    }
    recipes = {total: dict.fromkeys(parts, 1) for total, parts in derivation.sums.items()}
    if derivation.weights is not None:
        recipes["dkp"] = dict(derivation.weights)
    for name, terms in recipes.items():
        total = total_of(known, terms)
        known[name] = None if total is None or total > MAX_INTEGER else total
    return known


def assert_agree(
    cells: Cells, derivation: Derivation, lone: LoneGroups = USUAL
) -> list[dict[str, Problem]]:
    validated = validate_batch(cells, read_numbers(cells, lone), derivation)
    rows = rows_of(cells)
    problems = [explain_row(row, derivation, lone=lone) for row in rows]
    assert flagged(validated, cells.length) == [set(found) for found in problems]
    kept = {name: column.to_pylist() for name, column in validated.columns.items()}
    for index, (row, found) in enumerate(zip(rows, problems, strict=True)):
        wanted = values_of(row, set(found), derivation, lone)
        # What a bad text is kept as matters to nobody: the file is refused.
        compared = wanted.keys() - (found.keys() & set(TEXT_COLUMNS))
        assert {name: kept[name][index] for name in compared} == {
            name: wanted[name] for name in compared
        }
    return problems


@pytest.mark.slow
@SLOW
@given(st.data(), columns(), weights, LONE)
def test_of_csv_both_say_the_same_cell_for_cell(
    data: st.DataObject, names: list[str], points: Mapping[str, int], lone: LoneGroups
) -> None:
    length = data.draw(st.integers(0, 5))
    cells = Cells(
        {
            name: pa.array(
                data.draw(st.lists(csv_cell(name), min_size=length, max_size=length)), pa.string()
            )
            for name in names
        },
        length,
    )
    assert_agree(cells, plan(map_headers(names), points), lone)


@pytest.mark.slow
@SLOW
@given(st.data(), columns(), weights)
def test_of_json_both_say_the_same_cell_for_cell(
    data: st.DataObject, names: list[str], points: Mapping[str, int]
) -> None:
    players = [
        {name: data.draw(json_source(name)) for name in names}
        for _ in range(data.draw(st.integers(1, 5)))
    ]
    for player in players[1:]:
        player.pop(data.draw(st.sampled_from(names)))
    for shape in ("[{}]", '{{"root":[{}]}}', "{}"):
        separator = "\n" if shape == "{}" else ","
        objects = [
            "{" + ",".join(f'"{name}":{source}' for name, source in player.items()) + "}"
            for player in players
        ]
        text = shape.format(separator.join(objects))
        reader = JsonReader(lambda text=text: stream_of(text))  # type: ignore[misc]
        derivation = plan(reader.headers, points)
        for cells in reader.batches():
            assert_agree(cells, derivation)
        assert (reader.rows, reader.errors.count) == (len(players), 0)


NOTHING_DERIVED = Derivation({}, None, dkp_in_file=False)
CODES: list[tuple[str, Any, str]] = [
    ("power", "12.345", "bad_number"),
    ("power", "-4", "out_of_range"),
    ("power", str(2**53), "out_of_range"),
    ("power", 2**53, "out_of_range"),
    ("power", -4, "out_of_range"),
    ("power", True, "wrong_type"),
    ("power", [1], "wrong_type"),
    ("power", {"a": 1}, "wrong_type"),
    ("power", JsonNumber("1.5"), "bad_number"),
    ("power", JsonNumber("106.315"), "bad_number"),
    ("power", JsonNumber("1e16"), "out_of_range"),
    ("power", JsonNumber("-4.0"), "out_of_range"),
    ("id", "", "missing_value"),
    ("id", None, "missing_value"),
    ("id", "Unknown", "missing_value"),
    ("id", "-", "missing_value"),
    ("id", "0", "out_of_range"),
    ("id", 0, "out_of_range"),
    ("id", "-1", "out_of_range"),
    ("id", "-1.0", "out_of_range"),
    ("id", -1, "out_of_range"),
    ("id", "abc", "bad_number"),
    ("id", "'-1", "out_of_range"),
    ("id", "—", "missing_value"),
    ("id", "null", "missing_value"),
    ("id", JsonNumber("NaN"), "missing_value"),
    ("id", JsonNumber("-1.0"), "out_of_range"),
    ("name", JsonNumber("NaN"), "wrong_type"),
    ("id", False, "wrong_type"),
    ("name", 5, "wrong_type"),
    ("name", JsonNumber("1.5"), "wrong_type"),
    ("name", "x" * 201, "bad_text"),
    ("name", "a\x00", "bad_text"),
    ("name", "\x1f", "bad_text"),
    ("alliance", "\ud800", "bad_text"),
]


@pytest.mark.parametrize(("column", "cell", "code"), CODES)
def test_what_is_wrong_has_its_code_and_words_that_help(column: str, cell: Any, code: str) -> None:
    row = {"id": "1", "name": "Ana", "power": "5", column: cell}
    problems = explain_row(row, NOTHING_DERIVED)
    assert list(problems) == [column]
    problem = problems[column]
    assert problem.code == code
    assert problem.message[0].isupper() or problem.message[0] in "'-0123456789"
    assert problem.message.endswith(".")
    assert problem.hint.endswith(".")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("#10000001", "with its digits only"),
        ("ID: 10000002", "with its digits only"),
        ("10000003 (alt)", "with its digits only"),
        ("1.23E+11", "number without decimals"),
        ("#REF!", "formula"),
        ("12.345", "number format without separators"),
        ("Total", "Look the player up"),
        ("1000000O2", "Look the player up"),
        ("0", "Look the player up"),
    ],
)
def test_an_id_is_looked_up_only_where_nothing_else_helps(cell: str, words: str) -> None:
    problem = explain_row({"id": cell}, NOTHING_DERIVED)["id"]
    assert words in problem.hint


def test_whole_numbers_of_json_are_their_value() -> None:
    for text in ("5.0e7", "32040216.0", "-1.0", "-3", "0e5", "-0.0", "100e-2", "NaN"):
        assert explain_row({"id": 1, "power": JsonNumber(text)}, NOTHING_DERIVED) == {}


def test_a_row_may_have_many_problems_one_a_cell() -> None:
    row = {"id": "x", "name": "a\0" * 300, "power": "1.5", "helps": [1], "deaths": "5"}
    problems = explain_row(row, NOTHING_DERIVED)
    assert {name: problem.code for name, problem in problems.items()} == {
        "id": "bad_number",
        "name": "bad_text",
        "power": "bad_number",
        "helps": "wrong_type",
    }


def test_a_derived_value_that_is_too_large_is_a_problem_of_its_own() -> None:
    derivation = Derivation({"kills": SUMS["kills"]}, {"t5_kills": 2}, dkp_in_file=False)
    row = {"id": 1, "name": "a", **dict.fromkeys(SUMS["kills"], MAX_INTEGER)}
    problems = explain_row(row, derivation)
    assert {name: (one.code, one.value) for name, one in problems.items()} == {
        "kills": ("out_of_range", str(5 * MAX_INTEGER)),
        "dkp": ("out_of_range", str(2 * MAX_INTEGER)),
    }
    assert all(one.message.startswith("Derived from other columns") for one in problems.values())


def test_the_reason_of_the_grammar_is_in_the_message() -> None:
    for cell, reason in BAD.items():
        problem = explain_row({"id": "1", "power": cell}, NOTHING_DERIVED)["power"]
        found = read_cell(cell)
        assert isinstance(found, NotANumber)
        assert problem.message.endswith(f"is not a whole number: {reason}.")
        assert (problem.hint, problem.value) == (found.hint, cell)


def test_only_columns_of_the_file_and_derived_ones_come_out() -> None:
    cells = Cells({name: pa.array(["1"]) for name in ("id", "name", "power")}, 1)
    validated = validate_batch(cells, read_numbers(cells), NOTHING_DERIVED)
    assert set(validated.columns) == {"id", "name", "power"} < set(COLUMN_NAMES)
    assert (validated.faulty, validated.unknown, validated.mismatch) == ({}, {}, None)


def test_text_that_is_not_made_anew_is_in_nfc_whatever_stands_beside_it() -> None:
    """No character of `IN_NFC` changes, is reordered, or is joined to the character before it."""
    taken = re.compile(f"[{IN_NFC}]")
    every = [chr(code) for code in range(0x110000) if taken.match(chr(code))]
    assert len(every) > 40_000
    joined = {
        second for code in range(0x110000) for second in unicodedata.normalize("NFD", chr(code))[1:]
    }
    assert [
        character
        for character in every
        if unicodedata.combining(character)
        or character in joined
        or unicodedata.normalize("NFC", character) != character
    ] == []


def test_white_space_is_what_the_kernel_trims() -> None:
    white = re.compile(f"[{WHITESPACE}]")
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    trimmed = kernels.utf8_trim_whitespace(pa.array(every)).to_pylist()
    assert [bool(white.match(character)) for character in every] == [not one for one in trimmed]


@SLOW
@given(st.lists(st.text(st.sampled_from(" \t\n\x1f\x85\u00a0\u3000aé雪e\u0301"), max_size=4)))
def test_texts_are_trimmed_and_in_nfc_whatever_is_beside_them(texts: list[str]) -> None:
    ids = pa.array([str(number) for number in range(1, len(texts) + 1)], pa.string())
    cells = Cells({"id": ids, "name": pa.array(texts, pa.string())}, len(texts))
    names = validate_batch(cells, read_numbers(cells), NOTHING_DERIVED).columns["name"].to_pylist()
    assert names == [unicodedata.normalize("NFC", text.strip()) or None for text in texts]
