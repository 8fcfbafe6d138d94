"""Puts the app's handlers onto a world's lake and clock."""

import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final, Generic, TypeVar
from unittest.mock import patch

import app as app_module
from chalicelib.api import http
from chalicelib.api.operations import across as across_operation
from chalicelib.engines import across, dynamodb, scans
from chalicelib.engines.open import open_engine
from chalicelib.ingest import sweep
from chalicelib.ingest.sweeping import due, memory
from chalicelib.ingest.sweeping import parts as sweeping_parts
from chalicelib.items import keys, members, pages, parts, snapshot_items
from chalicelib.views import kingdoms, roster, snapshots
from chalicelib.views.items import lines
from tests.ingest.support import patched
from tests.torture.table_parts import parts_remembered, small
from tests.torture.views import ENVIRONMENT, remembered
from tests.torture.workers import Worker
from tests.torture.world import World

IN_THREADS: Final = (snapshots, kingdoms, across, across_operation)
IN_ORDER: Final = (roster, scans, lines)
"""The modules that read side by side."""
KNOW_SIZES: Final = (keys, members, pages, parts, snapshot_items, dynamodb)
"""The modules that know how many players or entries an item has."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@contextmanager
def on_stage(world: World, *, remember: bool = True) -> Iterator[None]:
    """Let the handlers work on this world.

    Args:
        world: its lake and its clock.
        remember: take views that were made before from memory (see `tests.torture.views`).
    """

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return world.now.astimezone(tz)

    changes: list[tuple[Any, str, Any]] = [
        (app_module, "lake", lambda _: world.tortured),
        (app_module, "engine", lambda of: open_engine(of, world.tortured)),
        (sweep, "datetime", Clock),
        (memory, "FIRST_PAUSE", timedelta(0)),  # what failed is tried at once
        (due, "ReadAhead", InTurn),
        (parts, "datetime", Clock),
        (sweeping_parts, "datetime", Clock),
        (http, "run_with_timeout", _however_long_it_takes),
        *((module, "map_in_threads", one_by_one) for module in IN_THREADS),
        *((module, "map_ordered", lambda work, items, _: map(work, items)) for module in IN_ORDER),
        *(small(KNOW_SIZES) if world.table is not None else ()),
    ]
    with ExitStack() as stack:
        stack.enter_context(patched(*changes))
        stack.enter_context(patch.dict(os.environ, ENVIRONMENT))
        if remember:
            stack.enter_context(remembered())
        if remember and world.table is not None:
            stack.enter_context(parts_remembered())
        stack.enter_context(_silence())
        yield


class InTurn(Generic[_Item]):
    """What `ReadAhead` gives, read by the thread that is at work."""

    def __init__(self, items: Iterable[_Item]) -> None:
        """Read nothing yet."""
        self._items = items

    def __enter__(self) -> Iterable[_Item]:
        """The items."""
        return self._items

    def __exit__(self, *_: object) -> None:
        """Nothing is to be done."""


def one_by_one(read: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """What `map_in_threads` does, in the thread that is at work: others would have no turn."""
    return [read(item) for item in items]


def _however_long_it_takes(_: float, __: str, ask: Callable[[], _Result]) -> _Result:
    """What `run_with_timeout` does, in the thread that is at work; nobody waits for real."""
    return ask()


@contextmanager
def _silence() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def until(world: World, worker: Worker, methods: Collection[str], key: str) -> Worker:
    """Let a worker go on until it is about to make one of these calls."""
    while (
        worker.pending is None
        or worker.pending.method not in methods
        or not worker.pending.key.startswith(key)
    ):
        assert not worker.ended, f"{worker.kind} never came to {key}"
        world.step(worker)
    return worker
