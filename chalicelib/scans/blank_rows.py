"""Rows without a value in any mapped column, which are no rows (contract, section 4)."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.byte_scan import byte_bounds
from chalicelib.players.headers import KINGDOM
from chalicelib.scans.batch import Cells

# White space, and characters that cannot be seen: Unicode's White_Space and, of what is ignorable
# by default, what people and programs do write; the Braille pattern without dots. Control
# characters are values, so that they are told of.
_UNSEEN: Final = (
    "\t-\r \x85\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180e\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff"
)
_ONLY_UNSEEN: Final = f"[{_UNSEEN}]*"
_BLANK: Final = re.compile(_ONLY_UNSEEN)

BLANK_PATTERN: Final = f"^{_ONLY_UNSEEN}$"
"""What a cell without a value looks like, for Arrow's kernels; null is none either."""


def is_blank(text: str | None) -> bool:
    """Whether a cell has no value: nothing, white space, characters that cannot be seen."""
    return not text or (not "!" <= text[0] <= "~" and _BLANK.fullmatch(text) is not None)


def are_blank(texts: Iterable[str | None]) -> bool:
    """Whether no cell has a value."""
    return all(is_blank(text) for text in texts)


def blank_rows(cells: Cells) -> pa.BooleanArray | None:
    """Which rows of a batch are blank; None if no row is.

    Costs next to nothing where every row has an id of visible ASCII characters.
    """
    columns = {name: array for name, array in cells.columns.items() if name != KINGDOM}
    ids = columns.pop("id", None)
    if not cells.length or (ids is not None and _all_seen(ids)):
        return None
    # The rows that are blank in all columns so far: few, and fewer with each column.
    rows = pa.array(range(cells.length), pa.int64())
    for name, array in ([("id", ids)] if ids is not None else []) + list(columns.items()):
        rows = kernels.filter_by(rows, blank_cells(kernels.take(array, rows)))
        odd = cells.odd.get(name)
        if odd:
            rows = pa.array([row for row in rows.to_pylist() if row not in odd], pa.int64())
        if not len(rows):
            return None
    return kernels.is_in(pa.array(range(cells.length), pa.int64()), rows)


def without_rows(cells: Cells, left_out: pa.BooleanArray) -> Cells:
    """A batch without the rows that are true in a mask."""
    kept = kernels.invert(left_out)
    columns = {name: kernels.filter_by(array, kept) for name, array in cells.columns.items()}
    length = len(kernels.indices_nonzero(kept))
    return Cells(columns, length, _moved(cells.odd, left_out) if cells.odd else cells.odd)


def blank_cells(array: pa.Array) -> pa.BooleanArray:
    """Which cells of a column have no value."""
    if not pa.types.is_string(array.type):
        return kernels.is_null(array)
    return kernels.fill_null(kernels.match_substring_regex(array, BLANK_PATTERN), True)


def _all_seen(ids: pa.Array) -> bool:
    """Whether it is plain that every cell has a visible character."""
    if ids.null_count:
        return False
    if not pa.types.is_string(ids.type):
        return True
    if kernels.min_max(kernels.binary_length(ids))["min"].as_py() == 0:
        return False
    span = byte_bounds(ids)
    return span is not None and span[0] in _VISIBLE and span[1] in _VISIBLE


_VISIBLE: Final = range(0x21, 0x7F)


def _moved(
    odd: Mapping[str, Mapping[int, Any]], left_out: pa.BooleanArray
) -> dict[str, dict[int, Any]]:
    """Odd cells by their row's index without the rows left out (none of which has an odd one)."""
    before = kernels.cumulative_sum(kernels.cast(left_out, pa.int64()))
    return {
        name: {index - before[index].as_py(): value for index, value in found.items()}
        for name, found in odd.items()
    }
