"""Kernels called by their names do what `pyarrow.compute` does, and do not import it."""

import subprocess
import sys
from types import FunctionType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from chalicelib import kernels

NUMBERS = pa.array([3, None, 1, 7, 1], pa.int64())
OTHERS = pa.array([2, 2, None, 7, 5], pa.int64())
TEXTS = pa.array([" Ab ", None, "", "00é", "e\u0301x"])
LISTS = pa.array([["a", "b"], [], None, ["c"]])
FLAGS = pa.array([True, None, False, True, False])
MASK = pa.array([True, False, False, True, False])
TABLE = pa.table({"value": [5, 9, 9, 1], "id": [4, 3, 2, 1]})
ORDER = [("value", "descending"), ("id", "ascending")]

RENAMED = {
    "maximum": "max",
    "minimum": "min",
    "filter_by": "filter",
    "join_rows": "binary_join_element_wise",
}
CALLS: dict[str, list[tuple[Any, ...]]] = {
    **{key: [(NUMBERS, OTHERS), (NUMBERS, 2)] for key in ("add", "divide", "multiply", "subtract")},
    **{
        key: [(NUMBERS, OTHERS), (NUMBERS, 2)]
        for key in ("equal", "not_equal", "greater", "greater_equal", "less", "less_equal")
    },
    **{key: [(FLAGS, MASK)] for key in ("and_", "and_not", "or_", "or_kleene")},
    **{key: [(FLAGS,)] for key in ("invert", "indices_nonzero")},
    **{
        key: [(TEXTS,)]
        for key in (
            "ascii_is_decimal",
            "ascii_trim_whitespace",
            "binary_length",
            "string_is_ascii",
            "utf8_length",
            "utf8_lower",
        )
    },
    **{
        key: [(NUMBERS,), (TEXTS,)]
        for key in ("is_null", "is_valid", "drop_null", "unique", "value_counts")
    },
    **{
        key: [(NUMBERS,)]
        for key in ("maximum", "minimum", "min_max", "cumulative_max", "cumulative_sum")
    },
    "ascii_ltrim": [(TEXTS, "0")],
    "utf8_trim": [(TEXTS, " é")],
    "ascii_rpad": [(TEXTS, 5, ".")],
    "ascii_rtrim": [(TEXTS, "x")],
    "bit_wise_and": [(NUMBERS, 3)],
    "binary_join": [(pa.array([["a", "b"], None]), "-")],
    "binary_slice": [(pa.array([b"abcd"], pa.binary(4)), 0, 2)],
    "cast": [(NUMBERS, pa.string()), (pa.array(["1"]), pa.int64())],
    "coalesce": [(NUMBERS, OTHERS)],
    "dictionary_encode": [(pa.array(["a", None, "b", "a"]),)],
    "fill_null": [(NUMBERS, 5), (FLAGS, False)],
    "filter_by": [(NUMBERS, MASK), (TABLE, MASK[:4])],
    "if_else": [(MASK, NUMBERS, OTHERS)],
    "is_finite": [(pa.array([1.0, float("nan")]),)],
    "is_in": [(NUMBERS, OTHERS)],
    "index_in": [(NUMBERS, OTHERS)],
    "list_flatten": [(LISTS,)],
    "list_parent_indices": [(LISTS,)],
    "list_value_length": [(LISTS,)],
    "match_substring": [(TEXTS, "0")],
    "match_substring_regex": [(TEXTS, "^0+")],
    "max_element_wise": [(NUMBERS, OTHERS), (NUMBERS, OTHERS, NUMBERS)],
    "min_element_wise": [(NUMBERS, OTHERS)],
    "partition_nth_indices": [(OTHERS, 2)],
    "rank": [(OTHERS, "descending"), (NUMBERS, "ascending")],
    "replace_substring_regex": [(TEXTS, "0$|b", "-")],
    "replace_with_mask": [(NUMBERS, MASK, pa.array([8, 9], pa.int64()))],
    "select_k_unstable": [(TABLE, 2, ORDER)],
    "shift_right": [(NUMBERS, 1), (pa.array([-5, 2**53], pa.int64()), 32)],
    "sort_indices": [(TABLE, ORDER), (NUMBERS, [("", "ascending")])],
    "starts_with": [(TEXTS, "0")],
    "take": [(NUMBERS, pa.array([2, 0])), (TABLE, pa.array([2, 0]))],
    "utf8_normalize": [(TEXTS, "NFC")],
    "utf8_slice_codeunits": [(TEXTS, 0, 2)],
    "utf8_trim_whitespace": [(TEXTS,)],
}


def declared() -> set[str]:
    return {
        name
        for name, value in vars(kernels).items()
        if isinstance(value, FunctionType) and not name.startswith("_")
    }


def test_every_kernel_is_looked_at() -> None:
    assert declared() == {*CALLS, "join_rows", "not_among"}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_kernel_does_what_the_function_of_its_name_does(name: str) -> None:
    for arguments in CALLS[name]:
        expected = getattr(pc, RENAMED.get(name, name))(*arguments)
        assert getattr(kernels, name)(*arguments).equals(expected)


def test_rows_are_joined_with_null_as_an_empty_text() -> None:
    columns = [TEXTS, pa.array(["1", None, "3", None, "5"])]
    expected = pc.binary_join_element_wise(
        *columns, "|", null_handling="replace", null_replacement=""
    )
    assert kernels.join_rows(columns, "|").equals(expected)


@pytest.mark.parametrize("length", range(4))
@pytest.mark.parametrize("named", [[], [None], [0, None, None, None, None], [2, None, 0]])
def test_rows_are_not_among_those_whose_numbers_are_given(
    named: list[int | None], length: int
) -> None:
    rows = pa.array([one for one in named if one is None or one < length], pa.int32())
    expected = [row not in named for row in range(length)]
    assert kernels.not_among(rows, length).to_pylist() == expected


def test_null_does_not_hide_the_other_side_of_min_element_wise() -> None:
    assert kernels.min_element_wise(NUMBERS, 2, skip_nulls=False).to_pylist() == [2, None, 1, 2, 1]


def test_a_cast_never_loses_anything() -> None:
    with pytest.raises(pa.ArrowInvalid):
        kernels.cast(pa.array([2**40]), pa.int32())


def test_ingestion_imports_neither_pyarrow_compute_nor_jsonschema(tmp_path: Any) -> None:
    code = f"""
import io, sys
from chalicelib.config import load
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.open import open_store
settings = load({{"LAKE_URI": "file:{tmp_path}"}})
store = open_store(settings.lake_uri)
key = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"
store.create(key, "ID,Name,Power,Deads\\n1,Jos\\u00e9,5,\\"1,000\\"\\n2,Bo,4,-1\\n".encode())
assert ingest_key(store, key, settings).published
unwanted = {{"pyarrow.compute", "jsonschema", "pyarrow.json", "pandas", "numpy"}}
print(*sorted(unwanted & {{*sys.modules}}))
"""
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
