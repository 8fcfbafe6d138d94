"""All cells as one, and the bounds of their bytes."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.byte_scan import as_single_value, byte_bounds, join_lines


@given(st.lists(st.text(max_size=5), max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_the_one_cell_has_the_texts_of_all_one_behind_the_other(
    texts: list[str], start: int, length: int
) -> None:
    cells = pa.array(texts, pa.string()).slice(min(start, len(texts)), length)
    one = as_single_value(cells)
    assert one.to_pylist() == ["".join(cells.to_pylist())]
    one.validate(full=True)


@pytest.mark.parametrize("cells", [[], [None], [None, None], ["", ""]])
def test_no_text_at_all_is_an_empty_one(cells: list[str | None]) -> None:
    assert as_single_value(pa.array(cells, pa.string())).to_pylist() == [""]


def test_nulls_are_passed_over() -> None:
    assert as_single_value(pa.array(["a", None, "b"])).to_pylist() == ["ab"]


@given(st.lists(st.none() | st.text(max_size=5), max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_the_bounds_are_those_of_all_bytes(
    texts: list[str | None], start: int, length: int
) -> None:
    cells = pa.array(texts, pa.string()).slice(min(start, len(texts)), length)
    data = "".join(filter(None, cells.to_pylist())).encode()
    assert byte_bounds(cells) == ((min(data), max(data)) if data else None)


@given(st.lists(st.text(max_size=5), max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_the_lines_are_the_texts(texts: list[str], start: int, length: int) -> None:
    cells = pa.array(texts, pa.string()).slice(min(start, len(texts)), length)
    assert join_lines(cells).to_pylist() == ["\n".join(cells.to_pylist())]
