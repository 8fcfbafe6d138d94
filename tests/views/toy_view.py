"""A view that is made of two neighbours: the players of a date and those of the date before.

What `changes/` will be, in small: it shows that a view is one module and one line.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final

from chalicelib.engines.athena.tables import GlueTable
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import CURATED
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import curated_key
from chalicelib.views.registry import VIEWS
from chalicelib.views.sources import dated_objects
from chalicelib.views.view import Current, Dates, SnapshotMaker, Source, Sources, Target

TOYS: Final = "toys/"


def toy_key(partition: Partition) -> str:
    """Where a date's toy is."""
    return f"{TOYS}{partition.path}/toy.json"


MANY: Final = 2**60


def toy_of(bodies: list[bytes], colours: int = MANY) -> bytes:
    """A toy's bytes: the colour of each of its sources, the older one first.

    Args:
        bodies: the sources.
        colours: how many there are; of a few, other sources often have the same.
    """
    numbers = [int.from_bytes(hashlib.sha256(body).digest()) % colours for body in bodies]
    return json.dumps({"made_of": numbers}).encode()


class ToyView:
    """`toy.json` of each date: of its players and those of the date before."""

    folder = TOYS
    table: GlueTable | None = None

    def __init__(self, colours: int = MANY) -> None:
        """Make toys of so many colours."""
        self._colours = colours

    def targets(self, partition: Partition, dates: Dates) -> tuple[Target, ...]:
        """See `View.targets`: its own date, and the one that comes after."""
        after = [day for day in dates() if day > partition.snapshot_date]
        return tuple(
            _target(partition.kingdom, day) for day in (partition.snapshot_date, *after[:1])
        )

    def may_change(self, _: Store, __: Target, ___: Partition) -> bool:
        """See `View.may_change`."""
        return True

    def look(self, store: Store, target: Target) -> Sources:
        """See `View.look`."""
        assert target.kingdom is not None
        assert target.day is not None
        found = dated_objects(store, CURATED, target.kingdom, curated_key)
        if target.day not in found:
            return ()
        neighbours = [day for day in found if day <= target.day][-2:]
        return tuple(Source(found[day].key, found[day].etag) for day in neighbours)

    def make(
        self, store: Store, _: Target, sources: Sources, __: Current, ___: SnapshotMaker
    ) -> bytes | None:
        """See `View.make`."""
        bodies = [_read(store, source) for source in sources]
        return toy_of(bodies, self._colours) if sources else None

    def is_sound(self, _: bytes, __: Target) -> bool:
        return True

    def content(self, body: bytes) -> bytes:
        """See `View.content`."""
        return body


@contextmanager
def with_toys(colours: int = MANY) -> Iterator[None]:
    """Let the registry have the view for as long as the context lasts."""
    VIEWS.append(ToyView(colours))
    try:
        yield
    finally:
        VIEWS.pop()


def _target(kingdom: int, day: date) -> Target:
    return Target(toy_key(Partition(kingdom, day)), kingdom, day)


def _read(store: Store, source: Source) -> bytes:
    with store.open(source.key, etag=source.etag) as reader:
        return reader.read()
