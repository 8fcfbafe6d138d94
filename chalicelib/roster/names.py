"""Names as they are searched: folded (contract, section 9)."""

import unicodedata
from typing import Final

import pyarrow as pa

from chalicelib import kernels

_BETWEEN: Final = "\n"
"""Stands between names that are folded as one text: neither step changes it, or moves a mark over
it, and nothing becomes it."""


BEFORE_EACH: Final = "\u0338"
"""Stands before, between and after the names of one player, in the text that is searched. It is a
mark, and no folded text has a mark in it."""


def fold(text: str) -> str:
    """A text in the form in which names are compared: NFKD, without marks, casefolded.

    Marks are the characters of Unicode's category M: accents, vowel signs, variation selectors.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    for mark in [one for one in {*decomposed} if unicodedata.category(one)[0] == "M"]:
        decomposed = decomposed.replace(mark, "")
    return decomposed.casefold()


def fold_names(names: pa.Array) -> pa.Array:
    """A column of names, folded; null stays null.

    Those that are not ASCII by Python and all as one text: Arrow's Unicode is not of the same
    version, and what is searched is folded by Python.
    """
    folded = kernels.utf8_lower(names)
    beyond = kernels.invert(kernels.fill_null(kernels.string_is_ascii(names), value=True))
    others = kernels.filter_by(names, beyond)
    if not len(others):
        return folded
    offsets = pa.array([0, len(others)], pa.int32())
    text = kernels.binary_join(pa.ListArray.from_arrays(offsets, others), _BETWEEN)[0].as_py()
    if text.count(_BETWEEN) == len(others) - 1:
        made = fold(text).split(_BETWEEN)
    else:
        made = [fold(name) for name in others.to_pylist()]
    return kernels.replace_with_mask(folded, beyond, pa.array(made, pa.string()))


def folded_with(older: pa.Array, newest: pa.Array) -> pa.Array:
    """The searched text of each player, who has one name more.

    Args:
        older: that of the names before; null where there were none.
        newest: the newest name, folded; null where none is known, whose text is null.
    """
    known = kernels.is_valid(newest)
    older = kernels.fill_null(older, BEFORE_EACH)
    none = pa.scalar(None, pa.string())
    return kernels.if_else(known, kernels.join_rows([BEFORE_EACH, newest, older], ""), none)


def folded_of(text: str) -> list[str]:
    """The folded names in a player's searched text, newest first."""
    return text[len(BEFORE_EACH) : -len(BEFORE_EACH)].split(BEFORE_EACH)
