"""The rules for cells (contract, section 4), as Arrow kernels over whole columns."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.byte_scan import as_single_value, byte_bounds, join_lines
from chalicelib.players.schema import MAX_TEXT_LENGTH, TEXT_COLUMNS
from chalicelib.scans.batch import Cells
from chalicelib.validation.derive import Derivation, derive, kill_points_mismatch
from chalicelib.validation.evidence import Evidence
from chalicelib.validation.number_columns import Numbers, read_column
from chalicelib.validation.number_grammar import USUAL, LoneGroups

_CONTROL_CHARACTERS: Final = r"[\x00\x1f]"
# Text of only these characters is NFC already: NFC changes none and joins none to its predecessor.
# Latin, Greek, Cyrillic, Armenian, Georgian, kana, Chinese, Korean, most symbols and emoji.
IN_NFC: Final = (
    "\x00-\u02ff\u0370-\u0373\u0375-\u037d\u0388-\u0482\u048a-\u0590\u10d0-\u10ff\u1e00-\u1eff"
    "\u2002-\u20cf\u2190-\u2328\u232b-\u2adb\u3000-\u3029\u3030-\u3098\u309b-\u30ff\u3100-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\ufe00-\ufe0f\uff01-\uffef\U0001f000-\U0001faff"
)
# White space as Unicode and Arrow's trim kernel define it.
WHITESPACE: Final = "\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_UNCLEAN: Final = rf"(?m)^[{WHITESPACE}]|[{WHITESPACE}]$|[^{IN_NFC}]"
_ALL_IN_NFC: Final = rf"\A[{IN_NFC}]*\z"
_NOT_IN_NFC: Final = rf"[^{IN_NFC}]"
# Bytes. The control characters that no text may have are below the first.
_SPACE: Final = 0x20
_LAST_ASCII: Final = 0x7F
_NULL_TEXT: Final = pa.scalar(None, pa.string())


class ValidatedBatch:
    """A validated batch.

    Attributes:
        columns: typed arrays by column, including derived columns, without parts.
        texts: values as text, by column, for those columns where the text was available.
        faulty: by column, boolean arrays of the cells that are errors. If one of the columns that
            were read together has such a cell, all of them have an array.
        unknown: by column, boolean arrays of the cells that mean "not known"; likewise.
        mismatch: boolean array of the rows whose kill points mismatch; None when there is none.
    """

    __slots__ = ("columns", "faulty", "mismatch", "texts", "unknown")

    def __init__(self) -> None:
        """Start empty."""
        self.columns: dict[str, pa.Array] = {}
        self.texts: dict[str, pa.Array] = {}
        self.faulty: dict[str, pa.Array] = {}
        self.unknown: dict[str, pa.Array] = {}
        self.mismatch: pa.Array | None = None


def validate_batch(
    cells: Cells, numbers: Mapping[str, Numbers], derivation: Derivation
) -> ValidatedBatch:
    """Validate every cell of a batch.

    Args:
        cells: the batch.
        numbers: its id and its counters, as `read_numbers` returns them.
        derivation: what to derive.
    """
    validated = ValidatedBatch()
    _add_numbers(numbers, validated)
    _validate_texts(cells, validated)
    for name, odd in cells.odd.items():
        validated.faulty[name] = _with_rows(validated.faulty.get(name), odd, cells.length)
    _validate_ids(validated)
    for name, derived in derive(validated.columns, derivation).items():
        validated.columns[name] = derived.values
        if derived.excessive is not None:
            validated.faulty[name] = derived.excessive
    validated.mismatch = kill_points_mismatch(validated.columns)
    return validated


def _add_numbers(numbers: Mapping[str, Numbers], validated: ValidatedBatch) -> None:
    for name, read in numbers.items():
        validated.columns[name] = read.values
        if read.faulty is not None:
            validated.faulty[name] = read.faulty
        if read.unknown is not None:
            validated.unknown[name] = read.unknown
        if read.text is not None:
            validated.texts[name] = read.text()


def _validate_texts(cells: Cells, validated: ValidatedBatch) -> None:
    for name in TEXT_COLUMNS:
        if name in cells.columns:
            validated.columns[name], wrong = _read_text(cells.columns[name])
            if wrong is not None:
                validated.faulty[name] = wrong


def _validate_ids(validated: ValidatedBatch) -> None:
    """An id is required and at least 1: "not known", null and 0 are errors here."""
    ids = validated.columns["id"]
    validated.unknown.pop("id", None)
    least = kernels.minimum(ids).as_py()
    if ids.null_count == 0 and (least is None or least >= 1):
        return
    valid = kernels.fill_null(kernels.greater_equal(ids, 1), False)
    validated.columns["id"] = kernels.if_else(valid, ids, pa.scalar(None, pa.int64()))
    validated.faulty["id"] = kernels.invert(valid)


def read_numbers(
    cells: Cells, lone: LoneGroups = USUAL, evidence: Evidence | None = None
) -> dict[str, Numbers]:
    """Read a batch's id and counters. Columns of one type are read together, at half the cost.

    Args:
        cells: the batch.
        lone: how lone groups are read.
        evidence: where to gather what the cells show about lone groups; batches come in file order.

    Returns:
        By column. The arrays are slices of longer arrays, which stay in memory with them.
    """
    names = [name for name in cells.columns if name not in TEXT_COLUMNS]
    found: dict[str, Numbers] = {}
    for kind in (pa.string(), pa.int64()):
        alike = [name for name in names if cells.columns[name].type == kind]
        if not alike:
            continue
        if evidence is not None:
            evidence.enter(alike, cells.length)
        stack = read_column(
            pa.concat_arrays([cells.columns[name] for name in alike]), lone, evidence
        )
        for index, name in enumerate(alike):
            start = index * cells.length
            found[name] = Numbers(
                stack.values.slice(start, cells.length),
                _slice(stack.unknown, start, cells.length),
                _slice(stack.faulty, start, cells.length),
                None if stack.text is None else partial(_part, stack.text, start, cells.length),
            )
    if evidence is not None:
        evidence.leave(cells.length)
    return found


def _slice(array: pa.Array | None, start: int, length: int) -> pa.Array | None:
    return None if array is None else array.slice(start, length)


def _part(text: Callable[[], pa.Array], start: int, length: int) -> pa.Array:
    return text().slice(start, length)


def _read_text(cells: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Names as they are stored (trimmed, NFC, null when empty), and the mask of faulty cells."""
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
    wrong = kernels.or_kleene(long, kernels.match_substring_regex(cells, _CONTROL_CHARACTERS))
    if not wrong.true_count:
        return text, None
    return text, kernels.fill_null(wrong, False)


def _has_controls(cells: pa.Array) -> bool:
    """Whether any cell has a character that no text may have."""
    text = as_single_value(cells)[0].as_buffer().to_pybytes()
    return b"\x00" in text or b"\x1f" in text


def _cleaned(cells: pa.Array, least: int, greatest: int) -> pa.Array:
    """Texts trimmed and in NFC; most are already, which one check of all of them shows.

    The first Unicode kernel call fills Arrow's tables, which takes as long as a batch.

    Args:
        cells: string array.
        least: its smallest byte.
        greatest: its largest byte.
    """
    if least >= _SPACE and greatest <= _LAST_ASCII:
        return kernels.ascii_trim_whitespace(cells)
    if cells.null_count or kernels.match_substring_regex(join_lines(cells), _UNCLEAN)[0].as_py():
        return _normalised(kernels.utf8_trim_whitespace(cells))
    return cells


def _normalised(text: pa.Array) -> pa.Array:
    """Text in NFC; only texts that may not be NFC are normalised."""
    if kernels.match_substring_regex(as_single_value(text), _ALL_IN_NFC)[0].as_py():
        return text
    others = kernels.fill_null(kernels.match_substring_regex(text, _NOT_IN_NFC), False)
    return kernels.replace_with_mask(
        text, others, kernels.utf8_normalize(kernels.filter_by(text, others), "NFC")
    )


def _with_rows(mask: pa.Array | None, indices: Mapping[int, object], length: int) -> pa.Array:
    odd = pa.array([index in indices for index in range(length)], pa.bool_())
    return odd if mask is None else kernels.or_(mask, odd)
