"""Leave out of a page's file what only its authors read: comments, and what says nothing."""

import re
from typing import Final

_INDENT: Final = re.compile(r"^\s+", re.MULTILINE)
_TEXT: Final = r'"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'"
_BEFORE_A_PATTERN: Final = r"[(,=:\[!&|?{};]"
_PATTERN: Final = (  # A slash where a value is expected; anywhere else it divides.
    rf"(?:(?<={_BEFORE_A_PATTERN})|(?<={_BEFORE_A_PATTERN} ))"
    r"/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*"
)
_KEPT: Final = rf"(?P<kept>{_TEXT}|`(?:[^`\\]|\\.)*`|{_PATTERN})"
_MARKS: Final = r"[{}()\[\],;:?=<>&|*!\"'`]"
# Between + and + or - and - a space parts two signs.
_SPACE: Final = (
    rf"(?<={_MARKS})[ ]+|[ ]+(?={_MARKS})|(?<![+-])[ ]+(?=[+-])|(?<=[+-])[ ]+(?![+-])|[ ]+$"
)
_OF_SCRIPTS: Final = re.compile(
    rf"{_KEPT}|/\*.*?\*/|//[^\n]*|{_SPACE}",
    re.DOTALL | re.MULTILINE,
)
# Of a script without spaces: ends of lines that go on, signs at the end of a block or a list,
# brackets around one name.
_SAYS_NOTHING: Final = re.compile(
    rf"{_KEPT}|(?<=[{{(\[,;=>?:&|])\n|\n(?=[?:.&|])|[;,\n]+(?=}})|,\n?(?=[)\]])"
    r"|(?<=[=>(,:?\n])\((?P<name>\w+)\)(?==>)"
    r"|\b(?P<constant>const)\b"
)
# Of a script without all that: what begins and ends statements, and the brackets around them.
_STATEMENTS: Final = re.compile(
    rf"{_KEPT}|(?P<opens>[{{(\[])|(?P<closes>[}})\]])|;?(?P<declares>(?:export )?\blet\b ?)|[;\n]"
)
# A space before a colon parts two selectors, one beside a sign is part of a sum.
_OF_STYLES: Final = re.compile(
    rf"(?P<kept>{_TEXT})|/\*.*?\*/|(?<=[{{}};,>:])\s+|\s+(?=[{{}};,>])", re.DOTALL
)


def lean_script(text: str) -> str:
    """A script without comments, indentation, and signs that say nothing; texts stay as they are.

    Names and order stay too; `const` is sent as `let`, and declarations in a row as one. No text of
    ours goes over several lines, and no statement is empty. A line ends where a statement might.

    Args:
        text: a `.js` file of `chalicelib/web/static`.
    """
    bare = _INDENT.sub("", _OF_SCRIPTS.sub(_kept, _INDENT.sub("", text)))
    return _joined(_SAYS_NOTHING.sub(_shorter, bare))


def lean_style(text: str) -> str:
    """A style sheet without comments, and the spaces and lines that are for the eye.

    Args:
        text: a `.css` file of `chalicelib/web/static`.
    """
    bare = _OF_STYLES.sub(_kept, text)
    return _OF_STYLES.sub(_kept, bare).replace(";}", "}").strip() + "\n"


def _kept(found: re.Match[str]) -> str:
    return found["kept"] or ""


def _shorter(found: re.Match[str]) -> str:
    return found["kept"] or found["name"] or (found["constant"] and "let") or ""


def _joined(text: str) -> str:
    """A script with `let a=1;let b=2;` as `let a=1,b=2;`, exported or not."""
    declared = [""]  # What the statement is that one is in, block by block.

    def shorter(found: re.Match[str]) -> str:
        word = found["declares"]
        if word:
            joined = found[0][0] == ";" and declared[-1].strip() == word.strip()
            declared[-1] = word
            return "," if joined else found[0]
        if found["opens"]:
            declared.append("")
        elif found["closes"]:
            declared.pop()
        elif not found["kept"]:
            declared[-1] = ""
        return found[0]

    return _STATEMENTS.sub(shorter, text)
