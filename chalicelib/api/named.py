"""Answers of versions that a request names: what may be kept for how long."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from chalicelib.api.caching import DAY, NEVER, SHORT
from chalicelib.api.operation import Answer, Content


class Named(NamedTuple):
    """A version that a request may name.

    Attributes:
        wanted: what the request names; None: nothing.
        listed: what the catalog says; None: there is no such snapshot.
    """

    wanted: str | None
    listed: str | None


def answer_of(
    named: Sequence[Named], versions: tuple[object, ...], make: Callable[[], Content]
) -> Answer:
    """An answer that follows from several versions.

    Args:
        named: those that the request may name.
        versions: all that it follows from, by the catalog.
        make: makes the content; raises ConflictError for another version than is wanted.
    """
    if any(one.wanted not in (None, one.listed) for one in named):
        # A file may have this version already, before the catalog lists it.
        made = make()
        return Answer(made.versions, NEVER, lambda: made)
    cache = DAY if all(one.wanted is not None for one in named) else SHORT
    return Answer(versions, cache, make)
