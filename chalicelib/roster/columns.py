"""Columns by their names, and what is done to all of them at once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import pyarrow as pa

from chalicelib import kernels

Columns = Mapping[str, pa.Array]

TYPES: Final = {"name": pa.string(), "alliance": pa.string()}
"""Columns of a scan that are no whole numbers."""


def type_of(name: str) -> pa.DataType:
    """The type of a scan's column."""
    return TYPES.get(name, pa.int64())


def of(columns: Columns, name: str, length: int) -> pa.Array:
    """A column of so many rows; nulls where nobody knows it."""
    return columns[name] if name in columns else pa.nulls(length, type_of(name))


def pick(columns: Columns, rows: pa.Array) -> dict[str, pa.Array]:
    """Rows by their numbers; a null number gives nulls."""
    return {name: kernels.take(values, rows) for name, values in columns.items()}


def keep(columns: Columns, mask: pa.Array) -> dict[str, pa.Array]:
    """Rows by a mask."""
    return {name: kernels.filter_by(values, mask) for name, values in columns.items()}


def put(columns: Columns, mask: pa.Array, values: Columns) -> dict[str, pa.Array]:
    """Columns, of which some rows get other values; those that have none get null.

    Args:
        columns: all rows.
        mask: which rows.
        values: of these rows, in order.
    """
    length, some = len(mask), len(kernels.indices_nonzero(mask))
    numbers = row_numbers(length + some)
    # By row numbers, since to replace texts or masks in place takes twice the time.
    order = kernels.replace_with_mask(numbers[:length], mask, numbers[length:])
    return {
        name: kernels.take(
            pa.concat_arrays([of(columns, name, length), of(values, name, some)]), order
        )
        for name in {**columns, **values}
    }


def choose(mask: pa.Array, columns: Columns, others: Columns) -> dict[str, pa.Array]:
    """Of each row the one or the other values."""
    return {
        name: kernels.if_else(mask, of(columns, name, len(mask)), of(others, name, len(mask)))
        for name in {**columns, **others}
    }


def stack(parts: Sequence[tuple[int, Columns]]) -> dict[str, pa.Array]:
    """Rows below other rows; a column that one of them has not is null there.

    Args:
        parts: how many rows, and their columns.
    """
    names: Iterable[str] = {name: None for _, columns in parts for name in columns}
    return {
        name: pa.concat_arrays(
            [
                columns[name] if name in columns else pa.nulls(length, _type(parts, name))
                for length, columns in parts
            ]
        )
        for name in names
    }


def _type(parts: Sequence[tuple[int, Columns]], name: str) -> pa.DataType:
    return next(columns[name].type for _, columns in parts if name in columns)


def row_numbers(length: int) -> pa.Array:
    """0, 1, 2, … as whole numbers of 32 bits."""
    return _numbers(1 << length.bit_length())[:length]


@lru_cache(maxsize=4)
def _numbers(length: int) -> pa.Array:
    """The same, kept: making them takes as long as what is done with them."""
    ones = pa.repeat(pa.scalar(1, pa.int32()), length)
    return kernels.subtract(kernels.cumulative_sum(ones), pa.scalar(1, pa.int32()))
