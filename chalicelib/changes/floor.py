"""The value at a place of a column in ascending order (docs/between.md: `floor`, `ref`)."""

import pyarrow as pa

from chalicelib import kernels


def value_at(values: pa.Array, percent: int) -> int | None:
    """The value at index ⌊percent/100 · (n-1)⌋ in ascending order; None if there is no value.

    Args:
        values: int64 without nulls.
        percent: 0 to 100.
    """
    if not len(values):
        return None
    at = percent * (len(values) - 1) // 100
    found: int = values[kernels.partition_nth_indices(values, at)[at].as_py()].as_py()
    return found
