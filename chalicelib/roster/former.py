"""Former names: a column of lists, each player's spans of earlier names, oldest first."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import pyarrow as pa

from chalicelib import kernels

SPAN: Final = pa.struct(
    [
        ("name", pa.string()),
        ("folded", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
    ]
)
"""A name, and the first and the last snapshot that has it before the player had another."""

FORMER: Final = pa.list_(pa.field("element", SPAN))


def no_former(players: int) -> pa.Array:
    """The column of so many players who had no other name."""
    return pa.ListArray.from_arrays(
        pa.repeat(pa.scalar(0, pa.int32()), players + 1), pa.array([], SPAN), type=FORMER
    )


def append_spans(former: pa.Array, rows: pa.Array, spans: Sequence[pa.Array]) -> pa.Array:
    """The column with one more span at the end of some rows' lists.

    Args:
        former: the column.
        rows: which rows, as a mask.
        spans: the fields of `SPAN`, a value for each of these rows.
    """
    added = pa.StructArray.from_arrays(list(spans), fields=list(SPAN))
    at = kernels.cast(kernels.indices_nonzero(rows), pa.int64())
    parents = pa.concat_arrays([kernels.list_parent_indices(former), at])
    # The order is stable: a row's new span comes after its older ones.
    order = kernels.sort_indices(parents, [("", "ascending")])
    values = kernels.take(pa.concat_arrays([kernels.list_flatten(former), added]), order)
    counts = kernels.add(kernels.list_value_length(former), kernels.cast(rows, pa.int32()))
    return pa.ListArray.from_arrays(_offsets(counts), values, type=FORMER)


def spans_before(former: pa.Array, day: date, stays: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The column as it was before a date, and the spans that were current then.

    Args:
        former: the column.
        day: the date.
        stays: of whom the current name is the one of then, as a mask.

    Returns:
        The former names of then; and of each player whose current name is a later one the span of
        the name of then, null where there was none.
    """
    spans = kernels.list_flatten(former)
    early = kernels.less(spans.field("since"), pa.scalar(day, pa.date32()))
    ends = _offsets(kernels.list_value_length(former))
    begun = _offsets(kernels.cast(early, pa.int32()))
    first = ends[:-1]
    count = kernels.subtract(kernels.take(begun, ends[1:]), kernels.take(begun, first))
    last = kernels.subtract(kernels.add(first, count), pa.scalar(1, pa.int32()))
    reopens = kernels.and_not(kernels.greater(count, 0), stays)
    reopened = kernels.if_else(reopens, last, pa.scalar(None, pa.int32()))
    numbers = pa.array(range(len(spans)), pa.int32())
    kept = kernels.and_not(early, kernels.is_in(numbers, value_set=kernels.drop_null(reopened)))
    offsets = _offsets(kernels.subtract(count, kernels.cast(reopens, pa.int32())))
    before = pa.ListArray.from_arrays(offsets, kernels.filter_by(spans, kept), type=FORMER)
    return before, kernels.take(spans, reopened)


def _offsets(counts: pa.Array) -> pa.Array:
    """Where each list begins, and where the last one ends."""
    start = pa.array([0], pa.int32())
    return pa.concat_arrays([start, kernels.cast(kernels.cumulative_sum(counts), pa.int32())])
