"""The messages in the code: texts that people may read, found by their look.

A text is a template where it stands in the code: an f-string, or a plain one; what is filled in
may be anything. A text of three words or more, which is no docstring, is one that people read,
unless it is said otherwise. So a new message is found wherever it is written, in whatever pieces.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
_WORDS: Final = 3
# Where findings are made. `split.py` is a command, whose texts are not findings.
_PLACES: Final = ("chalicelib/scans", "chalicelib/validation", "chalicelib/lake/refused")
_FILES: Final = ("chalicelib/lake/file_names.py", "chalicelib/lake/keys.py")
_NOT: Final = ("chalicelib/scans/split.py",)
_FILLED: Final = "\0"


class Template(NamedTuple):
    """A text in the code.

    Attributes:
        place: the file and the line.
        text: the text, with NUL for each part that is filled in.
    """

    place: str
    text: str

    @property
    def shown(self) -> str:
        """The text for people."""
        return self.text.replace(_FILLED, "…")

    def is_in(self, message: str) -> bool:
        """Whether a message has this text in it."""
        return self._pattern.search(message) is not None

    @property
    def _pattern(self) -> re.Pattern[str]:
        return _pattern(self.text)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, text.split(_FILLED))), re.DOTALL | re.IGNORECASE)


@cache
def templates() -> tuple[Template, ...]:
    """All of them, by file and line."""
    paths = [*(ROOT / one for one in _FILES)]
    for place in _PLACES:
        paths += sorted((ROOT / place).rglob("*.py"))
    found: dict[str, Template] = {}
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        if name not in _NOT:
            for line, text in texts_of(path):
                found.setdefault(text, Template(f"{name}:{line}", text))
    return tuple(found.values())


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """The texts in a file that people may read, each with its line; NUL where it is filled in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed = {id(node) for each in ast.walk(tree) for node in _not_shown(each)}
    for node in ast.walk(tree):
        text = None if id(node) in passed else _text(node)
        if text is not None and _is_read_by_people(text):
            assert isinstance(node, ast.expr)
            yield node.lineno, text


def _not_shown(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, parts of f-strings, texts of assertions and of mistakes in the code."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if isinstance(node, ast.JoinedStr):
        yield from (one for one in ast.walk(node) if one is not node)
    if isinstance(node, ast.Assert) and node.msg is not None:
        yield from ast.walk(node.msg)
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        named = node.exc.func
        if isinstance(named, ast.Name) and named.id in ("ValueError", "TypeError", "OSError"):
            yield from ast.walk(node.exc)


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.Constant) else _FILLED for one in node.values]
        return "".join(str(one) for one in parts)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{[a-z]+\}", _FILLED, node.value)
    return None


def _is_read_by_people(text: str) -> bool:
    return (
        " " in text
        and not text.startswith("\\A")
        and len(re.findall("[A-Za-z]{2,}", text)) >= _WORDS
    )


def unseen(messages: Iterable[str]) -> list[Template]:
    """The templates that are in none of these messages."""
    texts = [*messages]
    return [one for one in templates() if not any(one.is_in(text) for text in texts)]
