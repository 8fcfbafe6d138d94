"""Leave out of a page's file what only its authors read: comments, and what says nothing.

It reads signs, not the grammar. So a script is refused where signs alone do not tell what they are;
the page's own keep to what is told, and a test reads each of them.
"""

import re
from typing import Final

_INDENT: Final = re.compile(r"^\s+", re.MULTILINE)
_TEXT: Final = r'"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'"
_BEFORE_A_PATTERN: Final = r"[(,=:\[!&|?{};>]"
_DIVIDES: Final = r"(?<=[\w$)\]]) / "
_PATTERN: Final = (  # A slash where a value is expected.
    rf"(?:(?<={_BEFORE_A_PATTERN})|(?<={_BEFORE_A_PATTERN} ))"
    r"/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*"
)
_KEPT: Final = rf"(?P<kept>{_TEXT}|`(?:[^`\\]|\\.)*`|{_PATTERN}|{_DIVIDES})"
_COMMENT: Final = r"/\*.*?\*/|//[^\n]*"
_TEXTS_AND_COMMENTS: Final = re.compile(rf"{_KEPT}|{_COMMENT}", re.DOTALL)
# Of a script without texts: one that goes on, a slash that may begin a pattern, an empty statement.
_IN_DOUBT: Final = re.compile(
    r"""[`"'/]|\b(?:return|throw|typeof|void|case|in|of|else|do|await|yield) divided"""
    r"|(?::|\b(?:else|do))\s*;"
)
_MARKS: Final = r"[{}()\[\],;:?=<>&|*!\"'`]"
# Between + and + or - and - a space parts two signs.
_SPACE: Final = (
    rf"(?<={_MARKS})[ ]+|[ ]+(?={_MARKS})|(?<![+-])[ ]+(?=[+-])|(?<=[+-])[ ]+(?![+-])|[ ]+$"
)
_WORD: Final = r"(?<![\w$.])"
_OF_SCRIPTS: Final = re.compile(
    rf"{_KEPT}|{_COMMENT}|{_SPACE}",
    re.DOTALL | re.MULTILINE,
)
# Of a script without spaces: ends of lines that go on, signs at the end of a block or a list,
# brackets around one name. Not `.` after a number, and no comma that stands for a gap in a list.
_SAYS_NOTHING: Final = re.compile(
    rf"{_KEPT}|(?<=[{{(\[,;=>?:&|])\n|(?<!\d)\n(?=[?:.&|])"
    r"|[;,\n]+(?=})|(?<![,\[\n]),\n?(?=[)\]])"
    r"|(?<=[=>(,:?\n])\((?P<name>\w+)\)(?==>)"
    rf"|{_WORD}(?P<constant>const)(?=[ {{\[])"
)
# Of a script without all that: what begins and ends statements, and the brackets around them.
_STATEMENTS: Final = re.compile(
    rf"{_KEPT}|(?P<opens>(?P<head>{_WORD}(?:if|for|while))?\(|[{{\[])|(?P<closes>[}})\]])"
    rf"|;?(?P<declares>{_WORD}(?:export )?let(?: |(?=[{{\[])))|[;\n]"
)
# A space before a colon parts two selectors, one beside a sign is part of a sum.
_OF_STYLES: Final = re.compile(
    rf"(?P<kept>{_TEXT})|/\*.*?\*/|(?<=[{{}};,>:])\s+|\s+(?=[{{}};,>])|;\s*(?=}})", re.DOTALL
)


class NotLeanError(ValueError):
    """A script has what cannot be told from its signs."""


def lean_script(text: str) -> str:
    """A script without comments, indentation, and signs that say nothing; texts stay as they are.

    Names and order stay too; `const` is sent as `let`, and declarations in a row as one. A line
    ends where a statement might.

    Args:
        text: a `.js` file of `chalicelib/web/static`.

    Raises:
        NotLeanError: a text goes over several lines or has a template in it, a slash may divide or
            begin a pattern, a statement is empty, or brackets do not match.
    """
    if found := _IN_DOUBT.search(_TEXTS_AND_COMMENTS.sub(_blank, text)):
        raise NotLeanError(f"what is {found[0]!r} in this script?")
    bare = _INDENT.sub("", _OF_SCRIPTS.sub(_kept, _INDENT.sub("", text)))
    return _joined(_SAYS_NOTHING.sub(_shorter, bare))


def lean_style(text: str) -> str:
    """A style sheet without comments, and the spaces and lines that are for the eye.

    Args:
        text: a `.css` file of `chalicelib/web/static`.
    """
    bare = _OF_STYLES.sub(_kept, text)
    return _OF_STYLES.sub(_kept, bare).strip() + "\n"


def _blank(found: re.Match[str]) -> str:
    """A word in place of a text."""
    kept = found["kept"] or ""
    if "\n" in kept or (kept[:1] == "`" and kept.count("{") != kept.count("}")):
        raise NotLeanError(f"a text goes over lines, or has another in it: {kept}")
    return kept and (" divided by " if kept == " / " else "text")


def _kept(found: re.Match[str]) -> str:
    return found["kept"] or ""


def _shorter(found: re.Match[str]) -> str:
    return found["kept"] or found["name"] or (found["constant"] and "let") or ""


def _joined(text: str) -> str:
    """A script with `let a=1;let b=2;` as `let a=1,b=2;`, exported or not."""
    declared = [""]  # What the statement is that one is in, block by block.
    heads = [False]  # Whether the block is what `if`, `for` or `while` is followed by.

    def shorter(found: re.Match[str]) -> str:
        word = found["declares"]
        if word:
            joined = found[0][0] == ";" and declared[-1].strip() == word.strip()
            declared[-1] = word
            return "," if joined else found[0]
        if found["opens"]:
            declared.append("")
            heads.append(bool(found["head"]) and text[found.start() - 1] != "}")
        elif found["closes"]:
            declared.pop()
            if not declared or (heads.pop() and text[found.end() :][:1] in {"", ";", "}"}):
                raise NotLeanError(f"nothing follows, or is closed: {text[: found.end()][-50:]}")
        elif not found["kept"]:
            declared[-1] = ""
        return found[0]

    sent = _STATEMENTS.sub(shorter, text)
    if declared[1:]:
        raise NotLeanError("a bracket is not closed")
    return sent
