"""The number grammar (contract, section 4), twice: over whole columns, and for one cell.

`read_column` judges columns by Arrow kernels; `read_cell` says of a single cell what it is and,
if it is no number, why. A property test holds the two together.
"""

import re
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.ingest.probe import as_one_cell
from chalicelib.players.schema import MAX_INTEGER

# "Not known": scanners and people write these; the negatives are a scanner's own codes.
UNKNOWN_WORDS: Final = ("", "-", "unknown", "skipped", "n/a")
UNKNOWN_CODES: Final = (-1, -2, -3)
# A column that holds them as floats writes them with decimals, like all its numbers.
UNKNOWN_NUMBERS: Final = {
    f"{code}{decimals}": code for code in UNKNOWN_CODES for decimals in ("", ".0", ".00")
}
UNKNOWN_TOKENS: Final = (*UNKNOWN_WORDS, *UNKNOWN_NUMBERS)

# Spaces that group digits: the plain one, and the no-break ones that spreadsheets write.
_SPACES: Final = " \u00a0\u202f"
_GRAMMAR: Final = (
    r"^(?:"
    r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:[SPACES][0-9]{3})+)(?:\.00?)?"
    r"|[0-9]{1,3}(?:\.[0-9]{3}){2,}"
    r")$"
).replace("SPACES", _SPACES)
_DECIMALS: Final = r"\.00?$"
_SEPARATORS: Final = f"[,.{_SPACES}]"
# int64 holds every number of 18 digits; longer ones are beyond any counter's range.
_SAFE_DIGITS: Final = 18

# Cells one a line, thousands grouped by commas in all of them.
_ALL_GROUPED: Final = r"\A(?:[0-9]{1,3}(?:,[0-9]{3}){0,5}\n)*[0-9]{1,3}(?:,[0-9]{3}){0,5}\z"
_NO_TEXT: Final = pa.scalar(None, pa.string())
_NO_NUMBER: Final = pa.scalar(None, pa.int64())

# Not compiled here, nor the reasons below: only cells that are looked at one by one need them.
_CELL: Final = _GRAMMAR.removesuffix("$") + r"\Z"
_NEGATIVE: Final = r"-0*[1-9][0-9]*\Z"


class Numbers(NamedTuple):
    """What a column of cells says.

    Attributes:
        values: int64, null where a cell is not known, empty or no number.
        unknown: boolean array, cells that say "not known"; None when there are none.
        faulty: boolean array, cells that are no number or out of 0 to 2^53-1; None likewise.
        text: the values in base 10, where that came about on the way; else None.
    """

    values: pa.Array
    unknown: pa.Array | None = None
    faulty: pa.Array | None = None
    text: pa.Array | None = None


def read_column(cells: pa.Array) -> Numbers:
    """Read cells as counters.

    Args:
        cells: string, or int64 for numbers that are exact already.
    """
    if pa.types.is_integer(cells.type):
        return _judge_range(cells)
    if _are_digits(cells):
        return _read_digits(cells)
    return _read_unusual(cells)


def _are_digits(cells: pa.Array) -> bool:
    """Whether every cell is a few digits and nothing else; nulls do not count."""
    if not _all(kernels.ascii_is_decimal(as_one_cell(cells))):
        return False
    lengths = kernels.min_max(kernels.binary_length(cells)).as_py()
    return lengths["min"] is None or (lengths["min"] > 0 and lengths["max"] <= _SAFE_DIGITS)


def _read_digits(cells: pa.Array) -> Numbers:
    """Read cells that are digits only; their text is the value's own if no zero leads it."""
    zeros = kernels.starts_with(cells, "0")
    is_canonical = not _any(zeros) or _all(kernels.equal(kernels.filter_by(cells, zeros), "0"))
    numbers = _judge_range(kernels.cast(cells, pa.int64()))
    return numbers._replace(text=cells) if is_canonical and numbers.faulty is None else numbers


def _all(mask: pa.Array) -> bool:
    """Whether no value is false; nulls do not count."""
    return kernels.all_true(mask).as_py() is not False


def _any(mask: pa.Array) -> bool:
    return kernels.any_true(mask).as_py() is True


def _judge_range(values: pa.Array) -> Numbers:
    """Sort exact numbers into values, a scanner's codes, and what no counter can be."""
    bounds = kernels.min_max(values).as_py()
    if bounds["min"] is None or (bounds["min"] >= 0 and bounds["max"] <= MAX_INTEGER):
        return Numbers(values)
    unknown = _filled(kernels.is_in(values, pa.array(UNKNOWN_CODES, pa.int64())))
    within = kernels.and_(kernels.greater_equal(values, 0), kernels.less_equal(values, MAX_INTEGER))
    faulty = kernels.and_not(kernels.invert(kernels.fill_null(within, True)), unknown)
    kept = kernels.if_else(kernels.fill_null(within, False), values, _NO_NUMBER)
    return Numbers(kept, unknown if _any(unknown) else None, faulty if _any(faulty) else None)


def _filled(mask: pa.Array) -> pa.Array:
    return kernels.fill_null(mask, False)


def _read_unusual(cells: pa.Array) -> Numbers:
    """Read cells of which some are more than plain digits: only those are looked at closely.

    Digits with a zero before them are among those: the others' text is what the hash is made of.
    """
    lengths = kernels.binary_length(cells)
    padded = kernels.and_(kernels.starts_with(cells, "0"), kernels.greater(lengths, 1))
    short = kernels.and_not(kernels.less_equal(lengths, _SAFE_DIGITS), padded)
    plain = kernels.and_(kernels.ascii_is_decimal(cells), short)
    unusual = kernels.invert(kernels.fill_null(plain, True))
    closely = kernels.filter_by(cells, unusual)
    digits = _without_commas(closely)
    if digits is not None:
        return _read_digits(kernels.replace_with_mask(cells, unusual, digits))
    digits, unknown, faulty = _read_by_grammar(closely)
    text = kernels.replace_with_mask(cells, unusual, digits)
    numbers = _judge_range(kernels.cast(text, pa.int64()))
    return Numbers(
        numbers.values,
        _spread(unknown, unusual),
        _either(numbers.faulty, _spread(faulty, unusual)),
        text if numbers.faulty is None else None,
    )


def _spread(flags: pa.Array, over: pa.Array) -> pa.Array | None:
    """A mask for all cells, from the flags of those in a mask; None when no flag is set."""
    return kernels.replace_with_mask(over, over, flags) if _any(flags) else None


def _either(one: pa.Array | None, other: pa.Array | None) -> pa.Array | None:
    return (
        kernels.or_(one, other)
        if one is not None and other is not None
        else other
        if one is None
        else one
    )


def _without_commas(cells: pa.Array) -> pa.Array | None:
    """The digits of cells that all have commas between thousands, or are too short for them.

    People format whole columns like this, so all cells are matched at once, by one regular
    expression over one text. Where it fits, how many digits each has follows from its length.

    Args:
        cells: string array without nulls.

    Returns:
        None when a cell has anything else.
    """
    bounds = pa.array([0, len(cells)], pa.int32())
    lines = kernels.binary_join(pa.ListArray.from_arrays(bounds, cells), "\n")
    if not _all(kernels.match_substring_regex(lines, _ALL_GROUPED)):
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


def _read_by_grammar(cells: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Read cells of any kind.

    Returns:
        The digits of each number in range, without zeros before them, null for all other cells;
        where cells say "not known"; where they are faulty.
    """
    text = kernels.utf8_trim_whitespace(cells)
    unknown = kernels.is_in(kernels.utf8_lower(text), pa.array(UNKNOWN_TOKENS, pa.string()))
    digits = kernels.replace_substring_regex(text, _DECIMALS, "")
    digits = kernels.replace_substring_regex(digits, _SEPARATORS, "")
    digits = kernels.ascii_ltrim(digits, "0")
    short = kernels.less_equal(kernels.binary_length(digits), _SAFE_DIGITS)
    readable = kernels.and_(kernels.match_substring_regex(text, _GRAMMAR), short)
    digits = kernels.if_else(kernels.equal(digits, ""), "0", digits)
    digits = kernels.if_else(readable, digits, _NO_TEXT)
    in_range = kernels.less_equal(kernels.cast(digits, pa.int64()), MAX_INTEGER)
    digits = kernels.if_else(_filled(in_range), digits, _NO_TEXT)
    return digits, unknown, kernels.and_not(kernels.is_null(digits), unknown)


class NotANumber(NamedTuple):
    """A cell that is no number.

    Attributes:
        reason: why, to follow "is not a whole number: ".
        hint: what to do.
    """

    reason: str
    hint: str


def read_cell(text: str) -> int | NotANumber | None:
    """Read one cell: a number (of any size or sign), None for "not known", or why it is neither."""
    cell = text.strip()
    if cell.lower() in UNKNOWN_TOKENS:
        return None
    if re.match(_CELL, cell):
        digits = re.sub(_SEPARATORS, "", re.sub(_DECIMALS, "", cell))
        return _integer(digits)
    if re.match(_NEGATIVE, cell):
        return -_integer(cell[1:])
    return _explain(cell)


def _integer(digits: str) -> int:
    """Digits as an integer; beyond any counter's range the size no longer matters."""
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _MAX_DIGITS else 10**_MAX_DIGITS


# Python refuses to convert more than 4,300 digits, and nobody wants to read them.
_MAX_DIGITS: Final = 40

_WRITE_PLAIN: Final = "Write the whole number with its digits only, like 1234567."
_NEVER_NEGATIVE: Final = (
    "A counter is never negative. Correct the cell, or leave it empty if it is not known."
)
# What people and scanners write instead of a number, in the order in which it is looked for.
_REASONS: Final[tuple[tuple[str, NotANumber], ...]] = tuple(
    (pattern, NotANumber(reason, hint))
    for pattern, reason, hint in (
        (
            r"\(.*\)\Z",
            "brackets mean a negative amount",
            _NEVER_NEGATIVE,
        ),
        (
            r"[+-]?[0-9.,]+e[+-]?[0-9]+\Z",
            "scientific notation has lost digits",
            "In the spreadsheet, format the column as a number without decimals and save again.",
        ),
        (
            r"[+-]?[0-9.,\s]+\s?(k|m|b|bn|mil|mio)\Z",
            "it is shortened",
            _WRITE_PLAIN,
        ),
        (
            r"-[0-9][0-9., \u00a0\u202f]*\Z",
            "it is negative",
            _NEVER_NEGATIVE,
        ),
        (
            r"\+[0-9][0-9., \u00a0\u202f]*\Z",
            "it has a sign",
            _WRITE_PLAIN,
        ),
        (
            r"[0-9]{1,3}\.[0-9]{3}\Z",
            "it could mean thousands or a fraction",
            _WRITE_PLAIN,
        ),
        (
            r"[0-9]+[.,][0-9]+\Z",
            "it has a fraction",
            "Counters are whole numbers. Check that the scanner did not misread the cell.",
        ),
        (
            r"[0-9][0-9., \u00a0\u202f]*\Z",
            "its separators are not in groups of three",
            _WRITE_PLAIN,
        ),
    )
)


def _explain(cell: str) -> NotANumber:
    for pattern, reason in _REASONS:
        if re.match(pattern, cell, re.IGNORECASE):
            return reason
    if "#" in cell:
        return NotANumber(
            "it is a spreadsheet's error or filling",
            "Widen the column or mend the formula, then save again.",
        )
    return NotANumber(
        "it has something other than digits",
        f"{_WRITE_PLAIN} Leave the cell empty if the number is not known.",
    )
