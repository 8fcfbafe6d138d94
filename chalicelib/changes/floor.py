"""How deep a snapshot was scanned (contract, section 9: `floor`)."""

import pyarrow as pa

from chalicelib import kernels
from chalicelib.changes.pair import Scan, column_of
from chalicelib.changes.summary import Head


def head_of(scan: Scan) -> Head:
    """A snapshot's facts and floor; needs the column power."""
    power = column_of(scan.players, "power")
    known = kernels.drop_null(power) if power.null_count else power
    return Head(scan.snapshot, value_at(known, 2))


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
