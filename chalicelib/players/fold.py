"""Fold a header: the form in which two headers are compared (contract, section 4)."""

import re
import unicodedata
from typing import Final

# Spaces, `_` and dashes of all kinds stand between words, or not.
_BETWEEN_WORDS: Final = re.compile(r"[\s_\-\u2010-\u2015\u2212]+")
_ASCII_BETWEEN_WORDS: Final = str.maketrans("", "", " _-")
# `%` is meaning ("Kills %" are no kills), and so are `+`, `=`, `$` and their like.
_ASCII_AT_ENDS: Final = "!\"#&'()*,./:;?@[\\]{}"
_NOT_AT_ENDS: Final = "%\u2030\u2031"
# Emoji, and what is shown as nothing: controls (but not those that are spaces), formats, fillers,
# variation selectors.
_UNSEEN: Final = re.compile(
    # A key with a digit on it; a letter or sign that is shown as a picture.
    r"(?<!\w)[0-9#*]\ufe0f?\u20e3|[^\x00-\x7f]\ufe0f|["
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891"
    r"\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
    r"\u2190-\u21ff\u2300-\u23ff\u2600-\u2775\u2794-\u27bf\u2b00-\u2bff\U0001f000-\U0001f0ff"
    r"\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a\U0001f1e6-\U0001faff]+"
)


def fold(header: str) -> str:
    """A header in the form for comparison.

    In NFKC and lower case; without spaces, `_` and dashes, without punctuation at either end (but
    with `%`), without emoji and characters that cannot be seen. A header of nothing else is empty.
    """
    # What is left out may bring together what NFKC then joins; so once more, until nothing changes.
    while not (header.isascii() and header.isprintable()):
        folded = _fold_once(header)
        if folded == header:
            return folded
        header = folded
    return header.translate(_ASCII_BETWEEN_WORDS).strip(_ASCII_AT_ENDS).lower()


def _fold_once(header: str) -> str:
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", header)).casefold()
    text = _BETWEEN_WORDS.sub("", _UNSEEN.sub("", unicodedata.normalize("NFKC", text)))
    start, end = 0, len(text)
    while start < end and _is_punctuation(text[start]):
        start += 1
    while start < end and _is_punctuation(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_punctuation(character: str) -> bool:
    if character.isascii():
        return character in _ASCII_AT_ENDS
    return unicodedata.category(character)[0] == "P" and character not in _NOT_AT_ENDS
