"""The loop that brings a target to the state of its sources (docs/architecture.md).

Head, look, make, compare-and-swap, look again. The head comes before the look: a writer that
changes a source after the look writes this target later. Either it changes the ETag first and this
swap fails, or it replaces what this swap wrote. The second look is needed because a write of equal
bytes does not change the ETag: a source that changed and changed back in between leaves the target
as it was. The parts that a target names are written before the swap.

`tests/views/test_interleavings.py` runs every interleaving of some writers, with a crash anywhere.
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
from chalicelib.views.view import (
    Body,
    Current,
    SnapshotMaker,
    Target,
    View,
    ViewWithParts,
)

MAX_SWAPS: Final = 20
"""How often other writers may win the swap of one target before the event must be retried."""

_PAUSE_FROM: Final = 5
_LONGEST_PAUSE: Final = 0.2
"""From this attempt on a writer pauses for up to so many seconds: many write the same target."""

_CHUNK: Final = 1024 * 1024


class Outcome(Enum):
    """What `reconcile` did."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    LEFT = "left"
    """There is nothing to write, or another process writes it."""


def reconcile(
    store: Store, view: View, target: Target, maker: SnapshotMaker, *, afresh: bool = False
) -> Outcome:
    """Bring a target to the state of its sources, safe with concurrent writers of both.

    Idempotent: after a crash anywhere, the same call completes it.

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
    repaired = False
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
            if isinstance(view, ViewWithParts):
                if afresh:
                    repaired |= view.repair_parts(store, target, sources, body)
                else:
                    view.write_parts(store, target, sources, body, current)
            outcome = _swap(store, view, target, current, body)
        except (PreconditionFailedError, ObjectNotFoundError):
            continue
        if view.look(store, target) == sources:
            return Outcome.WRITTEN if repaired else outcome
    raise StoreUnavailableError(f"too many writers of {target.key} at once")


def differs(store: Store, view: View, current: Current, body: Body) -> bool:
    """Whether a target's content differs from the expected bytes.

    Args:
        store: the lake.
        view: the target's view.
        current: the target.
        body: the expected bytes.

    Raises:
        PreconditionFailedError, ObjectNotFoundError: the target was replaced or removed meanwhile.
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
    """Write a target's bytes if it is still in the state of the head (compare-and-swap)."""
    if current.info is None:
        store.create(target.key, body)
    elif _may_be_equal(body, current.info.size) and not differs(store, view, current, body):
        return Outcome.UNCHANGED
    else:
        store.replace(target.key, body, current.info.etag)
    return Outcome.WRITTEN


def _may_be_equal(body: Body, size: int) -> bool:
    """Whether the bytes must be read to compare them; they differ if their lengths do."""
    return isinstance(body, bytes) or body.seek(0, 2) == size
