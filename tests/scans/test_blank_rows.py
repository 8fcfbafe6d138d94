"""Rows without a value in any mapped column are no rows; whoever looks says the same."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.players.headers import KINGDOM
from chalicelib.scans.batch import Cells
from chalicelib.scans.blank_rows import are_blank, blank_cells, blank_rows, is_blank, without_rows

TEXTS = st.sampled_from(["", " ", "\xa0", "\u200b\u3164", "\t\r\n", "-", "a", "5", "雪", "\0"])


def batch(odd: dict[str, dict[int, Any]] | None = None, /, **columns: list[Any]) -> Cells:
    arrays = {
        name: pa.array(
            values, pa.int64() if any(isinstance(v, int) for v in values) else pa.string()
        )
        for name, values in columns.items()
    }
    return Cells(arrays, len(next(iter(columns.values()))), odd or {})


def listed(mask: pa.BooleanArray | None) -> list[bool] | None:
    return None if mask is None else mask.to_pylist()


@pytest.mark.parametrize("ids", [["1", "2"], ["1,000", "#5"], ["雪", "\u3164x"], ["-", "?"]])
def test_a_row_with_an_id_is_not_blank(ids: list[str]) -> None:
    assert blank_rows(batch(id=ids, name=["", ""])) is None


def test_a_value_in_any_mapped_column_makes_a_row() -> None:
    cells = batch(id=["", "\xa0", None], name=["", "\u200b", ""], power=[None, None, 5])
    assert listed(blank_rows(cells)) == [True, True, False]


def test_the_kingdom_is_no_value() -> None:
    cells = batch(id=["1", ""], name=["a", " "], **{KINGDOM: ["51", "51"]})
    assert listed(blank_rows(cells)) == [False, True]


def test_an_odd_cell_is_a_value_and_moves_with_its_row() -> None:
    odd = {"name": {1: [], 3: True}}
    cells = batch(odd, id=["", "", "7", None], name=[None, None, "a", None])
    mask = blank_rows(cells)
    assert listed(mask) == [True, False, False, False]
    assert mask is not None
    kept = without_rows(cells, mask)
    assert kept.length == 3
    assert kept.columns["id"].to_pylist() == ["", "7", None]
    assert kept.odd == {"name": {0: [], 2: True}}


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=20), st.integers(0, 5))
def test_columns_and_single_rows_are_judged_alike(rows: list[tuple[str, ...]], skip: int) -> None:
    columns = {
        name: pa.array(values, pa.string()).slice(skip)
        for name, values in zip(("id", "name", "power"), zip(*rows, strict=True), strict=True)
    }
    cells = Cells(columns, len(columns["id"]))
    wanted = [are_blank(row) for row in rows[skip:]]
    assert listed(blank_rows(cells)) == (wanted if any(wanted) else None)


def test_kernels_and_python_agree_on_every_character() -> None:
    characters = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
    mask = blank_cells(pa.array(characters, pa.string()))
    assert mask.to_pylist() == [is_blank(character) for character in characters]
