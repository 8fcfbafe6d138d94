"""Text for a terminal: made harmless, measured and aligned.

Player and file names are untrusted: they may contain escape sequences that rewrite the screen, or
marks that change the text direction of what follows.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

Align = Literal["left", "right"]

# Control and format characters, surrogates, line and paragraph separators.
_HARMFUL_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Combining marks: they take no column and are drawn over the previous character.
_MARK_CATEGORIES = frozenset({"Mn", "Me"})
MARKS_SHOWN = 8
"""No script has more marks on one character; dozens of them would be drawn over other lines."""
# The two joiners are format characters, but scripts and emoji need them between characters.
_JOINERS = frozenset("\u200c\u200d")
_PRINTABLE_ASCII = re.compile(r"[ -~]*")
_GAP = "  "


def safe(text: str) -> str:
    r"""A text with control characters and direction marks as escapes: `\x1b`, `\u202e`, `\n`.

    Of marks stacked on one character the first are shown, then `…`.
    """
    if _PRINTABLE_ASCII.fullmatch(text):
        return text
    shown: list[str] = []
    for char, why in _classified(text):
        if why == "stacked":
            # One `…` for all of them: escapes would make a table very wide.
            shown += [] if shown[-1] == "…" else ["…"]
        else:
            shown.append(_escape(char) if why else char)
    return "".join(shown)


def safe_json(text: str) -> str:
    """The same JSON with such characters in its strings as `\\uXXXX`.

    Line feeds stay, so only for JSON on one line or indented with line feeds.
    """
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(_json_escape(c) if why and c != "\n" else c for c, why in _classified(text))


def _classified(text: str) -> Iterator[tuple[str, Literal["", "control", "stacked"]]]:
    """Each character, and why it must not be shown unchanged; "" if it may."""
    marks = 0
    before = ""
    for char in text:
        category = unicodedata.category(char)
        if char in _JOINERS:
            yield char, "" if before and before not in _JOINERS else "control"
        elif category in _MARK_CATEGORIES:
            marks += 1
            yield char, "stacked" if marks > MARKS_SHOWN else ""
        else:
            marks = 0
            yield char, "control" if category in _HARMFUL_CATEGORIES else ""
        before = char


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def thousands(number: int) -> str:
    """`1,234,567`."""
    return f"{number:,}"


def counted(number: int, noun: str) -> str:
    """`1 player`, `1,241 players`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def width(text: str) -> int:
    """The width of a text in terminal columns: wide characters 2, combining marks 0."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if unicodedata.category(char) in _MARK_CATEGORIES or char in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def columns(
    titles: Sequence[str], aligns: Sequence[Align], rows: Sequence[Sequence[str]]
) -> list[str]:
    """Lines of a table: the titles, then the rows, each column as wide as its widest cell."""
    lines = [list(map(safe, cells)) for cells in (titles, *rows)]
    widths = [max(width(cells[i]) for cells in lines) for i in range(len(titles))]
    return [
        _GAP.join(
            _pad(cell, size, align) for cell, size, align in zip(cells, widths, aligns, strict=True)
        ).rstrip()
        for cells in lines
    ]


def _pad(cell: str, size: int, align: Align) -> str:
    blanks = " " * (size - width(cell))
    return cell + blanks if align == "left" else blanks + cell
