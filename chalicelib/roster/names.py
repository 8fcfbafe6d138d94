"""Names as they are searched: folded (contract, section 9)."""

import re
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


_APOSTROPHES: Final = "\u2018\u2019\u201b\u02bc"
"""What keyboards and scanners write for a plain apostrophe."""

_UNSEEN: Final = "".join(
    chr(one)
    for one in (
        *(0x00AD, 0x061C, 0xFEFF),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0x2066, 0x206A),
    )
)
"""What takes no place: zero width, soft hyphens, marks of direction."""

_AS_SEEN: Final = str.maketrans(dict.fromkeys(_UNSEEN, "") | dict.fromkeys(_APOSTROPHES, "'"))
_WRITTEN: Final = {one.encode(): one for one in _UNSEEN + _APOSTROPHES}
_BEGINNINGS: Final = {
    begun: re.compile(re.escape(begun) + b".?", re.DOTALL)
    for begun in dict.fromkeys(written[:2] for written in _WRITTEN)
}


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


def as_seen(folded: str) -> str:
    """A folded text as one sees it: any apostrophe as the plain one, nothing that is not seen.

    Names are kept folded only; so it is done to both sides when somebody searches.
    """
    return folded.translate(_AS_SEEN)


def column_as_seen(folded: pa.Array) -> pa.Array:
    """A column of folded texts, each as `as_seen`; null stays null."""
    present = _written_in(folded.buffers()[2])
    for among, by in ((_UNSEEN, ""), (_APOSTROPHES, "'")):
        some = "".join(one for one in among if one in present)
        if some:
            folded = kernels.replace_substring_regex(folded, f"[{some}]", by)
    return folded


def _written_in(texts: pa.Buffer | None) -> str:
    """Which characters that are not seen, and which apostrophes, there are in UTF-8 texts.

    Most names have none: a byte that is not there is found out in a hundredth of a millisecond.
    """
    held = b"" if texts is None else bytes(texts)
    found: set[bytes] = set()
    for begun, with_next in _BEGINNINGS.items():
        if begun[:1] in held and begun in held:
            found |= {begun, *with_next.findall(held)}
    return "".join(one for written, one in _WRITTEN.items() if written in found)


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
