"""HTML as text: whatever is not made here is escaped."""

import re
from collections.abc import Iterable
from html import escape
from typing import Final

_CODE: Final = re.compile(r"`([^`]+)`")
_EMPTY: Final = frozenset({"input", "link", "meta"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | None) -> Html:
    """An element.

    Args:
        name: its name.
        children: what is in it; plain text is escaped.
        attributes: by their names, `_` for `-`, one `_` at the end left out; those that are None
            are left out.
    """
    said = "".join(
        f' {key.removesuffix("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{join(children)}</{name}>")


def join(parts: Iterable[str], between: str = "") -> Html:
    """Parts in a row; plain text is escaped."""
    return Html(between.join(part if isinstance(part, Html) else escape(part) for part in parts))


def prose(text: str) -> Html:
    """A sentence of the document, with what stands in backticks as code."""
    pieces = _CODE.split(text)
    return join(tag("code", piece) if at % 2 else piece for at, piece in enumerate(pieces))


def table(caption: str, header: Iterable[str], rows: Iterable[Iterable[str]]) -> Html:
    """A table whose rows begin with their names."""
    lines = [
        tag("tr", *(tag("td", cell) if at else tag("th", cell, scope="row") for at, cell in cells))
        for cells in map(enumerate, rows)
    ]
    head = tag("tr", *(tag("th", name, scope="col") for name in header))
    return tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *lines))
