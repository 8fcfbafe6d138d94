"""The rules for cells (contract, section 4), judged by Arrow kernels over whole columns."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.players.schema import MAX_TEXT_LENGTH, TEXT_COLUMNS
from chalicelib.scans.batch import Cells
from chalicelib.validation.byte_scan import as_single_value, byte_bounds, join_lines
from chalicelib.validation.derive import Derivation, derive, kill_points_mismatch
from chalicelib.validation.number_columns import Numbers, read_column

_NO_TEXT: Final = r"[\x00\x1f]"
# Text of these alone is NFC as it stands: it changes none of them and joins none to the one before.
# Latin, Greek, Cyrillic, Armenian, Georgian, kana, Chinese, Korean, most symbols and emoji.
IN_NFC: Final = (
    "\x00-\u02ff\u0370-\u0373\u0375-\u037d\u0388-\u0482\u048a-\u0590\u10d0-\u10ff\u1e00-\u1eff"
    "\u2002-\u20cf\u2190-\u2328\u232b-\u2adb\u3000-\u3029\u3030-\u3098\u309b-\u30ff\u3100-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\ufe00-\ufe0f\uff01-\uffef\U0001f000-\U0001faff"
)
# What Unicode takes for white space, and so does the kernel that trims.
WHITESPACE: Final = "\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_UNCLEAN: Final = rf"(?m)^[{WHITESPACE}]|[{WHITESPACE}]$|[^{IN_NFC}]"
_ALL_IN_NFC: Final = rf"\A[{IN_NFC}]*\z"
# Bytes. A character that no text can have is before the first.
_SPACE: Final = 0x20
_LAST_ASCII: Final = 0x7F
_NULL_TEXT: Final = pa.scalar(None, pa.string())


class Judged:
    """A batch after the rules.

    Attributes:
        columns: typed arrays by column, derived ones included, parts left out.
        texts: columns' values as text, of those columns where it was at hand.
        faulty: by column, boolean arrays of the cells that refuse the file; of columns that were
            read together, all have one if any has such a cell.
        unknown: by column, boolean arrays of the cells that mean "not known"; likewise.
        mismatch: boolean array of the rows whose kill points do not fit; None when there is none.
    """

    __slots__ = ("columns", "faulty", "mismatch", "texts", "unknown")

    def __init__(self) -> None:
        """Start with nothing judged."""
        self.columns: dict[str, pa.Array] = {}
        self.texts: dict[str, pa.Array] = {}
        self.faulty: dict[str, pa.Array] = {}
        self.unknown: dict[str, pa.Array] = {}
        self.mismatch: pa.Array | None = None


def validate_batch(cells: Cells, numbers: Mapping[str, Numbers], derivation: Derivation) -> Judged:
    """Judge every cell of a batch.

    Args:
        cells: the batch.
        numbers: what its id and its counters say, as `read_numbers` tells it.
        derivation: what to derive.
    """
    judged = Judged()
    _judge_numbers(numbers, judged)
    _judge_texts(cells, judged)
    for name, odd in cells.odd.items():
        judged.faulty[name] = _also(judged.faulty.get(name), odd, cells.length)
    _judge_ids(judged)
    for name, derived in derive(judged.columns, derivation).items():
        judged.columns[name] = derived.values
        if derived.excessive is not None:
            judged.faulty[name] = derived.excessive
    judged.mismatch = kill_points_mismatch(judged.columns)
    return judged


def _judge_numbers(numbers: Mapping[str, Numbers], judged: Judged) -> None:
    for name, read in numbers.items():
        judged.columns[name] = read.values
        if read.faulty is not None:
            judged.faulty[name] = read.faulty
        if read.unknown is not None:
            judged.unknown[name] = read.unknown
        if read.text is not None:
            judged.texts[name] = read.text()


def _judge_texts(cells: Cells, judged: Judged) -> None:
    for name in TEXT_COLUMNS:
        if name in cells.columns:
            judged.columns[name], wrong = _read_text(cells.columns[name])
            if wrong is not None:
                judged.faulty[name] = wrong


def _judge_ids(judged: Judged) -> None:
    """An id is required, and from 1: "not known", null and 0 are faults here."""
    ids = judged.columns["id"]
    judged.unknown.pop("id", None)
    least = kernels.minimum(ids).as_py()
    if ids.null_count == 0 and (least is None or least >= 1):
        return
    valid = kernels.fill_null(kernels.greater_equal(ids, 1), False)
    judged.columns["id"] = kernels.if_else(valid, ids, pa.scalar(None, pa.int64()))
    judged.faulty["id"] = kernels.invert(valid)


def read_numbers(cells: Cells) -> dict[str, Numbers]:
    """Read a batch's id and counters; those of one type together, which costs half.

    Returns:
        By column; the arrays are parts of longer ones, which they keep alive.
    """
    names = [name for name in cells.columns if name not in TEXT_COLUMNS]
    found: dict[str, Numbers] = {}
    for kind in (pa.string(), pa.int64()):
        alike = [name for name in names if cells.columns[name].type == kind]
        if not alike:
            continue
        stack = read_column(pa.concat_arrays([cells.columns[name] for name in alike]))
        for index, name in enumerate(alike):
            start = index * cells.length
            found[name] = Numbers(
                stack.values.slice(start, cells.length),
                _slice(stack.unknown, start, cells.length),
                _slice(stack.faulty, start, cells.length),
                None if stack.text is None else partial(_part, stack.text, start, cells.length),
            )
    return found


def _slice(array: pa.Array | None, start: int, length: int) -> pa.Array | None:
    return None if array is None else array.slice(start, length)


def _part(text: Callable[[], pa.Array], start: int, length: int) -> pa.Array:
    return text().slice(start, length)


def _read_text(cells: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Names as they are kept (trimmed, NFC, null when empty), and where they are faulty."""
    span = byte_bounds(cells) or (_SPACE, _SPACE)
    text = _cleaned(cells, *span)
    lengths = kernels.min_max(kernels.binary_length(text)).as_py()
    if lengths["min"] == 0:
        text = kernels.if_else(kernels.equal(text, ""), _NULL_TEXT, text)
    # No text has more characters than bytes.
    is_short = lengths["max"] is None or lengths["max"] <= MAX_TEXT_LENGTH
    if is_short and (span[0] >= _SPACE or not _has_controls(cells)):
        return text, None
    long = kernels.greater(kernels.utf8_length(text), MAX_TEXT_LENGTH)
    wrong = kernels.or_kleene(long, kernels.match_substring_regex(cells, _NO_TEXT))
    if not wrong.true_count:
        return text, None
    return text, kernels.fill_null(wrong, False)


def _has_controls(cells: pa.Array) -> bool:
    """Whether a character that no text can have is anywhere in them."""
    text = as_single_value(cells)[0].as_buffer().to_pybytes()
    return b"\x00" in text or b"\x1f" in text


def _cleaned(cells: pa.Array, least: int, greatest: int) -> pa.Array:
    """Texts trimmed and in NFC, which most are already: one look at all of them tells.

    The first kernel for Unicode fills Arrow's tables, which takes as long as a batch.

    Args:
        cells: string array.
        least: the least byte in it.
        greatest: the greatest byte in it.
    """
    if least >= _SPACE and greatest <= _LAST_ASCII:
        return kernels.ascii_trim_whitespace(cells)
    if cells.null_count or kernels.match_substring_regex(join_lines(cells), _UNCLEAN)[0].as_py():
        return _normalised(kernels.utf8_trim_whitespace(cells))
    return cells


def _normalised(text: pa.Array) -> pa.Array:
    """Text in NFC: only what may not be is made anew."""
    if kernels.match_substring_regex(as_single_value(text), _ALL_IN_NFC)[0].as_py():
        return text
    others = kernels.fill_null(kernels.invert(kernels.string_is_ascii(text)), False)
    return kernels.replace_with_mask(
        text, others, kernels.utf8_normalize(kernels.filter_by(text, others), "NFC")
    )


def _also(mask: pa.Array | None, indices: Mapping[int, object], length: int) -> pa.Array:
    odd = pa.array([index in indices for index in range(length)], pa.bool_())
    return odd if mask is None else kernels.or_(mask, odd)
