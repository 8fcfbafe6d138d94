"""Read a number from one cell, or say why it is none (see `number_grammar`)."""

import re
from typing import Final

from chalicelib.validation.number_faults import NotANumber, explain_fault, unclear_group
from chalicelib.validation.number_grammar import (
    DECIMALS,
    EDGE,
    LONE,
    PLUS,
    SEPARATORS,
    SIGNS,
    UNKNOWN_TOKENS,
    USUAL,
    WITHOUT_DECIMALS,
    LoneGroups,
    ascii_digits,
    for_re,
    grammar,
)

_NEGATIVE: Final = r"-0*[1-9][0-9]*\Z"
# Python refuses to convert more than 4,300 digits; so many would also make a message unreadable.
_MAX_DIGITS: Final = 40


def read_cell(text: str, lone: LoneGroups = USUAL) -> int | NotANumber | None:
    """Read one cell: a number (of any size or sign), None for "not known", or why it is neither.

    Args:
        text: the cell.
        lone: how lone groups are read in its file.
    """
    cell = plain_form(text)
    if cell.lower() in UNKNOWN_TOKENS:
        return None
    if for_re(grammar(lone)).match(cell):
        digits = for_re(DECIMALS).sub(WITHOUT_DECIMALS, cell)
        return _integer(re.sub(SEPARATORS, "", digits))
    if re.match(_NEGATIVE, cell):
        return -_integer(cell[1:])
    for mark, why in lone.by_mark():
        if why is not None and for_re(rf"\A{LONE[mark]}$").match(cell):
            return unclear_group(why)
    return explain_fault(cell)


def plain_form(text: str) -> str:
    """A cell without what is around its number, with our digits and signs."""
    cell = undressed(text.strip(EDGE))
    if not cell.isascii():
        for sign, ours in SIGNS:
            cell = re.sub(sign, ours, cell)
        (cell,) = ascii_digits([cell])
    return re.sub(PLUS, r"\1", cell)


def undressed(cell: str) -> str:
    """A cell without a leading apostrophe and the dress of a formula (`DRESS`)."""
    bare = cell.removeprefix("'").lstrip(EDGE)
    if bare.startswith("="):
        quoted = bare[1:].lstrip(EDGE)
        if len(quoted) > 1 and quoted[0] == quoted[-1] == '"':
            return quoted[1:-1].strip(EDGE)
    return bare


def _integer(digits: str) -> int:
    """Digits as an integer, capped far beyond any counter's range."""
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _MAX_DIGITS else 10**_MAX_DIGITS
