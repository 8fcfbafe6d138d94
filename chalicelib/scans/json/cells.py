"""From decoded JSON objects to cells: int64 where a column has only integers, else text."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from chalicelib import kernels
from chalicelib.players.schema import TEXT_COLUMNS
from chalicelib.scans.batch import Cells, JsonNumber


def cells_of(players: list[dict[str, Any]], keys: Mapping[str, str]) -> Cells:
    """The cells of a batch of players.

    Args:
        players: decoded objects.
        keys: the keys to read, as they are written, and their columns.
    """
    columns: dict[str, pa.Array] = {}
    odd: dict[str, dict[int, Any]] = {}
    for key, column in keys.items():
        values = [player.get(key) for player in players]
        is_text = column in TEXT_COLUMNS
        try:
            columns[column] = pa.array(values, pa.string() if is_text else pa.int64())
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
            columns[column], odd[column] = _mixed_column(values, is_text=is_text)
    return Cells(columns, len(players), {column: found for column, found in odd.items() if found})


def blank_mask(columns: Sequence[pa.Array]) -> pa.Array | None:
    """The mask of the rows that have a value in none of the columns; None when there are none.

    Args:
        columns: int64 or string arrays; the first is the id, which nearly every row has.
    """
    blank: pa.Array | None = None
    for column in columns:
        blank = _blank_cells(column, blank)
        if not blank.true_count:
            return None
    return blank


def _blank_cells(column: pa.Array, among: pa.Array | None) -> pa.Array:
    blank = kernels.is_null(column)
    if pa.types.is_string(column.type) and kernels.ascii_is_decimal(column).false_count:
        empty = kernels.equal(kernels.utf8_trim_whitespace(column), "")
        blank = kernels.or_(blank, kernels.fill_null(empty, False))
    return blank if among is None else kernels.and_(among, blank)


def _mixed_column(values: list[Any], *, is_text: bool) -> tuple[pa.Array, dict[int, Any]]:
    """A column of mixed types: its cells as text, and the values that have no text form."""
    texts: list[str | None] = []
    odd: dict[int, Any] = {}
    for index, value in enumerate(values):
        text = _as_text(value, is_text=is_text)
        texts.append(text)
        if text is None and value is not None:
            odd[index] = value
    return pa.array(texts, pa.string()), odd


def _as_text(value: Any, *, is_text: bool) -> str | None:
    if isinstance(value, str):
        # A lone surrogate is not valid text.
        return None if any("\ud800" <= character <= "\udfff" for character in value) else value
    if is_text or isinstance(value, bool):
        return None
    if isinstance(value, JsonNumber):
        return value.text
    return str(value) if isinstance(value, int) else None
