"""Read numbers from whole columns by Arrow kernels (see `number_grammar`)."""

from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.byte_scan import as_single_value, byte_bounds, join_lines
from chalicelib.limits import MAX_INTEGER
from chalicelib.validation.evidence import Evidence
from chalicelib.validation.number_grammar import (
    DECIMALS,
    DRESS,
    EDGE,
    PLUS,
    SEPARATORS,
    SIGNS,
    UNDRESSED,
    UNKNOWN_CODES,
    UNKNOWN_TOKENS,
    USUAL,
    WITHOUT_DECIMALS,
    LoneGroups,
    ascii_digits,
    grammar,
)

# int64 holds every number of 18 digits; longer ones are out of any counter's range.
_SAFE_DIGITS: Final = 18
_MAX_DIGITS: Final = len(str(MAX_INTEGER))
# Index: a number of digits. Value: the smallest number with so many digits; 0 has one.
_LEAST_BY_DIGITS: Final = pa.array(
    [0, 0, *(10**digits for digits in range(1, _SAFE_DIGITS))], pa.int64()
)

# One cell per line, all with commas between thousands; `0,564` is a fraction.
_ONE_GROUPED: Final = r"(?:(?:[0-9]{2,3}|[1-9])(?:,[0-9]{3}){0,5}|0)"
_ALL_GROUPED: Final = rf"\A(?:{_ONE_GROUPED}\n)*{_ONE_GROUPED}\z"
_NULL_TEXT: Final = pa.scalar(None, pa.string())
_NULL_NUMBER: Final = pa.scalar(None, pa.int64())


class Numbers(NamedTuple):
    """The numbers in a column of cells.

    Attributes:
        values: int64, null where a cell is not known, empty or no number.
        unknown: boolean array, cells that say "not known"; None when there are none.
        faulty: boolean array, cells that are no number or out of 0 to 2^53-1; None likewise.
        text: makes the values as text in base 10 from the cells' own text; None where that would
            not be cheap.
    """

    values: pa.Array
    unknown: pa.Array | None = None
    faulty: pa.Array | None = None
    text: Callable[[], pa.Array] | None = None


def read_column(
    cells: pa.Array, lone: LoneGroups = USUAL, evidence: Evidence | None = None
) -> Numbers:
    """Read cells as counters.

    Args:
        cells: string, or int64 for numbers that are exact already.
        lone: how lone groups are read.
        evidence: where to gather what the cells show about lone groups.
    """
    if pa.types.is_integer(cells.type):
        return _check_range(cells)
    lengths = kernels.binary_length(cells)
    longest = _longest_digits(cells, lengths)
    if longest is not None:
        return _read_digits(cells, lengths, longest)
    return _read_unusual(cells, lengths, lone, evidence)


def _longest_digits(cells: pa.Array, lengths: pa.Array) -> int | None:
    """The digits of the longest cell, if each has 1 to 18 digits and nothing else; else None.

    Nulls do not count.
    """
    span = byte_bounds(cells)
    if span is not None and not (span[0] >= ord("0") and span[1] <= ord("9")):
        return None
    bounds = kernels.min_max(lengths).as_py()
    if bounds["min"] is None:
        return 0
    return bounds["max"] if bounds["min"] > 0 and bounds["max"] <= _SAFE_DIGITS else None


def _read_digits(cells: pa.Array, lengths: pa.Array, longest: int) -> Numbers:
    """Read cells of digits only; without leading zeros their text is the value's own.

    A value below the smallest number of so many digits has leading zeros. This comparison takes
    half the time of checking each cell's first character.
    """
    values = kernels.cast(cells, pa.int64())
    padded = kernels.greater(kernels.take(_LEAST_BY_DIGITS, lengths), values).true_count
    numbers = Numbers(values) if longest < _MAX_DIGITS else _check_range(values)
    if padded or numbers.faulty is not None:
        return numbers
    return numbers._replace(text=lambda: cells)


def _check_range(values: pa.Array) -> Numbers:
    """Split exact numbers into values, a scanner's codes for "not known", and out of range."""
    bounds = kernels.min_max(values).as_py()
    if bounds["min"] is None or (bounds["min"] >= 0 and bounds["max"] <= MAX_INTEGER):
        return Numbers(values)
    unknown = _null_as_false(kernels.is_in(values, pa.array(UNKNOWN_CODES, pa.int64())))
    within = kernels.and_(kernels.greater_equal(values, 0), kernels.less_equal(values, MAX_INTEGER))
    faulty = kernels.and_not(kernels.invert(kernels.fill_null(within, True)), unknown)
    in_range_values = kernels.if_else(kernels.fill_null(within, False), values, _NULL_NUMBER)
    return Numbers(
        in_range_values,
        unknown if unknown.true_count else None,
        faulty if faulty.true_count else None,
    )


def _null_as_false(mask: pa.Array) -> pa.Array:
    return kernels.fill_null(mask, False)


def _read_unusual(
    cells: pa.Array, lengths: pa.Array, lone: LoneGroups, evidence: Evidence | None
) -> Numbers:
    """Read cells of which some are not plain digits; only those are parsed by the grammar.

    Digits with leading zeros are among those, because the record hash uses the text of the others.
    """
    padded = kernels.and_(kernels.starts_with(cells, "0"), kernels.greater(lengths, 1))
    short = kernels.and_not(kernels.less_equal(lengths, _SAFE_DIGITS), padded)
    plain = kernels.and_(kernels.ascii_is_decimal(cells), short)
    unusual = kernels.invert(kernels.fill_null(plain, True))
    unusual_cells = kernels.filter_by(cells, unusual)
    digits = _without_commas(unusual_cells) if lone.comma is None else None
    if digits is not None:
        if evidence is not None and evidence.is_comma_open:
            evidence.look(unusual_cells, unusual)
        cells = kernels.replace_with_mask(cells, unusual, digits)
        return _read_digits(cells, kernels.binary_length(cells), _SAFE_DIGITS)
    text = _in_plain_form(unusual_cells)
    if evidence is not None:
        evidence.look(text, unusual)
    digits, unknown, faulty = _read_by_grammar(text, lone)
    plain_values = kernels.cast(kernels.if_else(unusual, _NULL_TEXT, cells), pa.int64())
    values = kernels.replace_with_mask(plain_values, unusual, kernels.cast(digits, pa.int64()))
    numbers = _check_range(values)
    return Numbers(
        numbers.values,
        _expand_mask(unknown, unusual),
        _or_masks(numbers.faulty, _expand_mask(faulty, unusual)),
        cache(lambda: _replace_texts(cells, unusual, digits)) if numbers.faulty is None else None,
    )


def _replace_texts(cells: pa.Array, where: pa.Array, texts: pa.Array) -> pa.Array:
    """Cells with other texts where a mask is true.

    The kernel `replace_with_mask` takes 50% longer for texts than this; for numbers it is fast. So
    it replaces indices, and `take` reads the texts.
    """
    count = len(cells)
    every = kernels.indices_nonzero(kernels.is_null(pa.nulls(count + len(texts))))
    taken = kernels.replace_with_mask(every.slice(0, count), where, every.slice(count))
    return kernels.take(pa.concat_arrays([cells, texts]), taken)


def _expand_mask(flags: pa.Array, over: pa.Array) -> pa.Array | None:
    """A mask for all cells from the flags of the cells in `over`; None when no flag is set."""
    return kernels.replace_with_mask(over, over, flags) if flags.true_count else None


def _or_masks(one: pa.Array | None, other: pa.Array | None) -> pa.Array | None:
    return (
        kernels.or_(one, other)
        if one is not None and other is not None
        else other
        if one is None
        else one
    )


def _without_commas(cells: pa.Array) -> pa.Array | None:
    """The digits of cells that all have commas between thousands, or are too short for them.

    People format whole columns like this, so one regular expression matches all cells as one text.
    If it matches, the number of digits of each cell follows from its length.

    Args:
        cells: string array without nulls.

    Returns:
        None when a cell has anything else.
    """
    lines = join_lines(cells)
    if not kernels.match_substring_regex(lines, _ALL_GROUPED)[0].as_py():
        return None
    text = lines[0].as_buffer().to_pybytes()
    if text.count(b"\n") != len(cells) - 1:  # a line end within a cell
        return None
    lengths = kernels.binary_length(cells)
    lengths = kernels.subtract(lengths, kernels.divide(lengths, pa.scalar(4, pa.int32())))
    ends = kernels.cumulative_sum(pa.concat_arrays([pa.array([0], pa.int32()), lengths]))
    digits = pa.py_buffer(text.translate(None, b",\n"))
    return pa.Array.from_buffers(
        pa.string(), len(cells), [None, ends.buffers()[1], digits], null_count=0
    )


def _in_plain_form(cells: pa.Array) -> pa.Array:
    """Cells without dress, with our digits and signs (see `number_cells.plain_form`)."""
    text = kernels.utf8_trim(cells, EDGE)
    written = as_single_value(text)[0].as_buffer().to_pybytes()
    if b"'" in written or b"=" in written:
        text = kernels.replace_substring_regex(text, DRESS, UNDRESSED)
    if not written.isascii():
        for sign, ours in SIGNS:
            if kernels.match_substring_regex(as_single_value(text), sign)[0].as_py():
                text = kernels.replace_substring_regex(text, sign, ours)
        others = kernels.invert(kernels.string_is_ascii(text))
        if others.true_count:
            digits = ascii_digits(kernels.filter_by(text, others).to_pylist())
            text = kernels.replace_with_mask(text, others, pa.array(digits, pa.string()))
    if b"+" in written or not written.isascii():
        text = kernels.replace_substring_regex(text, PLUS, r"\1")
    return text


def _replaced(text: pa.Array, pattern: str, by: str, signs: bytes) -> pa.Array:
    """Cells with a pattern replaced; only looked for where one of the signs in it is anywhere."""
    written = as_single_value(text)[0].as_buffer().to_pybytes()
    if written.translate(None, signs) == written:
        return text
    return kernels.replace_substring_regex(text, pattern, by)


def _read_by_grammar(text: pa.Array, lone: LoneGroups) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Read cells of any kind.

    Args:
        text: the cells in plain form.
        lone: how lone groups are read.

    Returns:
        The digits of each number in range without leading zeros, null for all other cells; the
        mask of cells that mean "not known"; the mask of faulty cells.
    """
    unknown = kernels.is_in(kernels.utf8_lower(text), pa.array(UNKNOWN_TOKENS, pa.string()))
    digits = _replaced(text, DECIMALS, WITHOUT_DECIMALS, b".,")
    digits = _replaced(digits, SEPARATORS, "", b"., '")
    digits = kernels.ascii_ltrim(digits, "0")
    short = kernels.less_equal(kernels.binary_length(digits), _SAFE_DIGITS)
    readable = kernels.and_(kernels.match_substring_regex(text, grammar(lone)), short)
    digits = kernels.if_else(kernels.equal(digits, ""), "0", digits)
    digits = kernels.if_else(readable, digits, _NULL_TEXT)
    in_range = kernels.less_equal(kernels.cast(digits, pa.int64()), MAX_INTEGER)
    digits = kernels.if_else(_null_as_false(in_range), digits, _NULL_TEXT)
    return digits, unknown, kernels.and_not(kernels.is_null(digits), unknown)
