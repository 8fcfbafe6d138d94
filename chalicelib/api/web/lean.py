"""Leave out of a page's file what only its authors read: comments, and spaces that say nothing."""

import re
from typing import Final

_INDENT: Final = re.compile(r"^\s+", re.MULTILINE)
_GOES_ON: Final = re.compile(r"(?<=[{(\[,;])\n")
_TEXT: Final = r'"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'"
_BEFORE_A_PATTERN: Final = r"[(,=:\[!&|?{};]"
_PATTERN: Final = (  # A slash where a value is expected; anywhere else it divides.
    rf"(?:(?<={_BEFORE_A_PATTERN})|(?<={_BEFORE_A_PATTERN} ))"
    r"/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*"
)
_MARKS: Final = r"[{}()\[\],;:?=<>&|*!]"
# Between + and + or - and - a space parts two signs.
_SPACE: Final = (
    rf"(?<={_MARKS})[ ]+|[ ]+(?={_MARKS})|(?<![+-])[ ]+(?=[+-])|(?<=[+-])[ ]+(?![+-])|[ ]+$"
)
_OF_SCRIPTS: Final = re.compile(
    rf"(?P<kept>{_TEXT}|`(?:[^`\\]|\\.)*`|{_PATTERN})|/\*.*?\*/|//[^\n]*|{_SPACE}",
    re.DOTALL | re.MULTILINE,
)
# A space before a colon parts two selectors, one beside a sign is part of a sum.
_OF_STYLES: Final = re.compile(
    rf"(?P<kept>{_TEXT})|/\*.*?\*/|(?<=[{{}};,>:])\s+|\s+(?=[{{}};,>])", re.DOTALL
)


def lean_script(text: str) -> str:
    """A script without comments, indentation, and spaces beside signs; texts stay as they are.

    No text of ours goes over several lines. A line ends where a statement might.

    Args:
        text: a `.js` file of `chalicelib/web/static`.
    """
    bare = _INDENT.sub("", _OF_SCRIPTS.sub(_kept, _INDENT.sub("", text)))
    return _GOES_ON.sub("", bare)


def lean_style(text: str) -> str:
    """A style sheet without comments, and the spaces and lines that are for the eye.

    Args:
        text: a `.css` file of `chalicelib/web/static`.
    """
    bare = _OF_STYLES.sub(_kept, text)
    return _OF_STYLES.sub(_kept, bare).replace(";}", "}").strip() + "\n"


def _kept(found: re.Match[str]) -> str:
    return found["kept"] or ""
