"""The page's words, read from its language files and modules without a browser."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.references import ROOT

WEB: Final = ROOT / "chalicelib" / "web"
LANGUAGES: Final = ("en", "de")
_STRING: Final = re.compile(r'("(?:[^"\\]|\\.)*")')
_LITERAL: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`')
_CALL: Final = re.compile(r"\b(?:t|text|has)\(")
_COMMENT: Final = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
_PLACE: Final = re.compile(r"\{\d\}")

Words = Mapping[str, str | Mapping[str, str]]


def words_of(language: str) -> Words:
    """A language file's words.

    Raises:
        ValueError: a key stands there twice.
    """
    source = (WEB / "static" / f"{language}.js").read_text("utf-8")
    body = source[source.index("{", source.index("export default")) : source.rindex("}") + 1]
    parts = _STRING.split(body)
    for i in range(0, len(parts), 2):  # what stands between the strings
        part = re.sub(r"//[^\n]*", "", parts[i])
        part = re.sub(r"\b(\w+)(?=\s*:)", r'"\1"', part)
        parts[i] = re.sub(r",(\s*})", r"\1", part)
    found: Words = json.loads("".join(parts), object_pairs_hook=_once)
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"twice: {sorted(twice)}")
    return dict(pairs)


def places(words: str | Mapping[str, str]) -> list[list[str]]:
    """The places `{n}` of each form of some words."""
    forms = [words] if isinstance(words, str) else list(words.values())
    return [sorted(_PLACE.findall(form)) for form in forms]


def modules() -> Iterator[tuple[str, str]]:
    """Names and sources of the page's modules, languages aside and without comments."""
    for path in sorted((WEB / "static").glob("*.js")):
        if path.stem not in LANGUAGES:
            source = path.read_text("utf-8")
            yield (
                path.name,
                re.sub(r"(?m)/\*.*?\*/|(?<![:\"'`])//[^\n]*", "", source, flags=re.DOTALL),
            )


def keys_used(source: str) -> Iterator[tuple[str, bool]]:
    """The keys that a module asks for; with True a part of one, to which something is added."""
    for call in _CALL.finditer(source):
        first = _first_argument(source, call.end())
        for literal in _LITERAL.finditer(re.sub(r"\(.*?\)|(?:===|in) *\"\w*\"", "", first)):
            if literal[1]:
                yield literal[1], "+" in first


def _first_argument(source: str, start: int) -> str:
    depth = 0
    for end in range(start, len(source)):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(source[end], 0)
        if depth < 0 or (depth == 0 and source[end] == ","):
            return source[start:end]
    return source[start:]


def literals(source: str) -> list[str]:
    """The texts in a module."""
    return [found[1] or found[2] or "" for found in _LITERAL.finditer(source)]


def page() -> str:
    """The page's document."""
    return Path(WEB / "index.html").read_text("utf-8")
