"""The base of the two views that are made of a date's newest event alone."""

from abc import ABC, abstractmethod

from chalicelib.engines.athena.tables import GlueTable
from chalicelib.lake.archive_keys import ArchiveKey, parse_archive_key
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.views.sources import newest_event
from chalicelib.views.view import (
    Body,
    Current,
    Dates,
    SnapshotMaker,
    Source,
    Sources,
    Target,
)


class DatedView(ABC):
    """A view with one target a date, made of the newest event of that date.

    That is an upload in `raw/` or a withdrawal in `withdrawn/`. An upload that is not the newest
    does not write the target; the newest one does.
    """

    folder: str
    table: GlueTable | None = None

    @abstractmethod
    def key(self, partition: Partition) -> str:
        """The target of a date."""

    @abstractmethod
    def made(self, maker: SnapshotMaker, event: ArchiveKey) -> Body | None:
        """The target's bytes of an event; None when the event's own process writes them."""

    def targets(self, partition: Partition, _: Dates) -> tuple[Target, ...]:
        """See `View.targets`."""
        return (Target(self.key(partition), partition.kingdom, partition.snapshot_date),)

    def may_change(self, _: Store, __: Target, ___: Partition) -> bool:
        """See `View.may_change`."""
        return True

    def look(self, store: Store, target: Target) -> Sources:
        """See `View.look`."""
        event = newest_event(store, target.partition)
        return () if event is None else (Source(event.key, ""),)

    def make(
        self, _: Store, __: Target, sources: Sources, ___: Current, maker: SnapshotMaker
    ) -> Body | None:
        """See `View.make`."""
        event = parse_archive_key(sources[0].key) if sources else None
        return None if event is None else self.made(maker, event)

    def is_sound(self, _: bytes, __: Target) -> bool:
        """See `View.is_sound`."""
        return True

    def content(self, body: bytes) -> bytes:
        """See `View.content`."""
        return body
