"""References to the next page, relative to a request's own URL."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

Asked = Iterable[tuple[str, Any]]
"""Parameters' names and values, in the order in which a reference has them."""


def next_page(total: int, limit: int, offset: int, before: Asked, after: Asked) -> str | None:
    """The reference of the page after this one; None on the last page.

    Args:
        total: how many entries there are in all.
        limit: this page's.
        offset: likewise; of a page around a player the offset that followed.
        before: what stands before limit and offset in it.
        after: what stands after them.
    """
    following = offset + limit
    if following >= total:
        return None
    return reference([*before, ("limit", limit), ("offset", following), *after])


def reference(asked: Asked) -> str:
    """The query that asks for this; what is None or empty is left out."""
    return "?" + "&".join(
        f"{name}={quote(_text(value), safe=':,')}"
        for name, value in asked
        if value not in (None, ())
    )


def _text(value: Any) -> str:
    """A parameter's value as a request has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, Mapping):
        return ",".join(f"{name}:{weight}" for name, weight in value.items())
    return str(value)
