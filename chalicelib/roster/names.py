"""Names as they are searched: folded (contract, section 9)."""

import unicodedata

import pyarrow as pa

from chalicelib import kernels


def fold(text: str) -> str:
    """A text in the form in which names are compared: NFKD, without marks, casefolded.

    Marks are the characters of Unicode's category M: accents, vowel signs, variation selectors.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(
        character for character in decomposed if unicodedata.category(character)[0] != "M"
    ).casefold()


def fold_names(names: pa.Array) -> pa.Array:
    """A column of names, folded; null stays null.

    One by one only where a name is not ASCII: Arrow's Unicode is not of Python's version, and what
    is searched is folded by Python.
    """
    folded = kernels.utf8_lower(names)
    beyond = kernels.invert(kernels.fill_null(kernels.string_is_ascii(names), value=True))
    others = kernels.filter_by(names, beyond)
    if not len(others):
        return folded
    made = pa.array([fold(name) for name in others.to_pylist()], pa.string())
    return kernels.replace_with_mask(folded, beyond, made)
