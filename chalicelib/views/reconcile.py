"""The one loop that brings a target to what its sources say (docs/architecture.md).

Head, look, make, swap, look again. The head comes before the look: whoever changes a source after
the look comes to this target later, so its ETag moves and the swap fails. The second look is
needed since a write of equal bytes moves no ETag: a source that came and went again in between
leaves the target as it was.

Every interleaving of some writers, with a crash anywhere, is walked in
`tests/views/test_interleavings.py`.
"""

import random
import time
from enum import Enum
from typing import Final

from chalicelib.errors import (
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreUnavailableError,
)
from chalicelib.lake.store import Store
from chalicelib.views.view import Body, Current, SnapshotMaker, Target, View

MAX_SWAPS: Final = 20
"""So many writers of one target may come first before the event is left to its retry."""

_PAUSE_FROM: Final = 5
_LONGEST_PAUSE: Final = 0.2
"""From this attempt on a writer pauses for up to so many seconds: many write the same target."""

_CHUNK: Final = 1024 * 1024


class Outcome(Enum):
    """What `reconcile` did."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    LEFT = "left"
    """There is nothing to write, or it is another process's to write."""


def reconcile(
    store: Store, view: View, target: Target, maker: SnapshotMaker, *, afresh: bool = False
) -> Outcome:
    """Bring a target to what its sources say, whoever else writes it or them.

    Safe to repeat: when it dies anywhere, the same call completes it.

    Args:
        store: the lake.
        view: the target's view.
        target: the object.
        maker: makes what follows from an upload alone.
        afresh: make every part anew, also where the target notes that its source is the same: what
            is noted may come from older software.

    Raises:
        NotMadeError: the target cannot be made.
        StoreUnavailableError: too many others write it at once.
    """
    for attempt in range(MAX_SWAPS):
        if attempt >= _PAUSE_FROM:
            time.sleep(random.uniform(0, _LONGEST_PAUSE))
        current = Current(store, store.head(target.key))
        sources = view.look(store, target)
        try:
            before = current.blank() if afresh else current
            body = view.make(store, target, sources, before, maker)
            if body is None:
                return Outcome.LEFT
            outcome = _swap(store, view, target, current, body)
        except (PreconditionFailedError, ObjectNotFoundError):
            continue
        if view.look(store, target) == sources:
            return outcome
    raise StoreUnavailableError(f"too many writers of {target.key} at once")


def differs(store: Store, view: View, current: Current, body: Body) -> bool:
    """Whether a target says something else than the bytes that it should have.

    Args:
        store: the lake.
        view: the target's view.
        current: the target.
        body: what it should be.

    Raises:
        PreconditionFailedError, ObjectNotFoundError: the target is another one by now.
    """
    if current.info is None:
        return True
    if isinstance(body, bytes):
        return view.content(current.body()) != view.content(body)
    body.seek(0)
    with store.open(current.info.key, etag=current.info.etag) as reader:
        while chunk := reader.read(_CHUNK):
            if chunk != body.read(len(chunk)):
                return True
    return bool(body.read(1))


def _swap(store: Store, view: View, target: Target, current: Current, body: Body) -> Outcome:
    """Write a target's bytes over what it was at the head."""
    if current.info is None:
        store.create(target.key, body)
    elif _is_as_long(body, current.info.size) and not differs(store, view, current, body):
        return Outcome.UNCHANGED
    else:
        store.replace(target.key, body, current.info.etag)
    return Outcome.WRITTEN


def _is_as_long(body: Body, size: int) -> bool:
    """Whether a look at the bytes is worth its read: they differ if their lengths do."""
    return isinstance(body, bytes) or body.seek(0, 2) == size
