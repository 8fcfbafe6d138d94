"""Check all cells of a column at once, as one run of bytes.

A kernel costs time for every cell. Most columns of most batches are plain (digits only, ASCII
only, no control characters), and one check of all their bytes shows it at a tenth of the cost.
Only columns that fail this check are processed cell by cell.
"""

from struct import Struct
from typing import Final

import pyarrow as pa

from chalicelib import kernels

_BOUNDS: Final = Struct("=ii")
"""The two offsets of an array with one text."""


def byte_bounds(cells: pa.Array) -> tuple[int, int] | None:
    """The smallest and the largest byte of the cells' texts; None when they have no bytes.

    The bytes are read as numbers, because no text kernel is as fast. Bytes under a null count too,
    as with `as_single_value`.

    Args:
        cells: string array.
    """
    start, end, data = _span(cells)
    if start == end:
        return None
    numbers = pa.Array.from_buffers(pa.uint8(), end - start, [None, data], offset=start)
    bounds = kernels.min_max(numbers)
    return bounds["min"].as_py(), bounds["max"].as_py()


def as_single_value(cells: pa.Array) -> pa.Array:
    """The cells' texts concatenated, as an array with one text.

    Nothing is copied. Bytes under a null may be included, so the text can fail a check that every
    cell passes, never the reverse.

    Args:
        cells: string array.
    """
    start, end, data = _span(cells)
    return single_value(pa.string(), data, start, end)


def single_value(kind: pa.DataType, data: pa.Buffer, start: int, end: int) -> pa.Array:
    """An array with one value, which is a part of a buffer; nothing is copied.

    Args:
        kind: string, or binary for bytes that may be no UTF-8.
        data: the buffer.
        start: where the part begins.
        end: where it ends.
    """
    # As bytes, not as an array of the two: this is called often, and takes a tenth of the time.
    bounds = pa.py_buffer(_BOUNDS.pack(start, end))
    return pa.Array.from_buffers(kind, 1, [None, bounds, data], null_count=0)


def join_lines(cells: pa.Array) -> pa.Array:
    """The cells' texts, one per line, as an array with one text.

    Args:
        cells: string array without nulls.
    """
    bounds = pa.array([0, len(cells)], pa.int32())
    return kernels.binary_join(pa.ListArray.from_arrays(bounds, cells), "\n")


def _span(cells: pa.Array) -> tuple[int, int, pa.Buffer]:
    """Where the cells' bytes start and end, and the buffer that they are in."""
    _, offsets, data = cells.buffers()
    if not len(cells) or data is None:
        return 0, 0, pa.py_buffer(b"")
    bounds = memoryview(offsets).cast("i")
    return bounds[cells.offset], bounds[cells.offset + len(cells)], data
