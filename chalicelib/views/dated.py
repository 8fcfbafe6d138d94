"""The base of the two views that are made of a date's newest upload alone."""

from abc import ABC, abstractmethod

from chalicelib.engines.athena.tables import GlueTable
from chalicelib.lake.keys import Partition, parse_raw_key
from chalicelib.lake.store import Store
from chalicelib.views.sources import newest_raw
from chalicelib.views.view import (
    Body,
    Current,
    Dates,
    SnapshotMaker,
    SnapshotObjects,
    Source,
    Sources,
    Target,
)


class DatedView(ABC):
    """A view with one target a date, made of the newest upload of that date in `raw/`.

    An upload that is not the newest does not write the target; the newest one does.
    """

    folder: str
    table: GlueTable | None = None

    @abstractmethod
    def key(self, partition: Partition) -> str:
        """The target of a date."""

    @abstractmethod
    def of(self, objects: SnapshotObjects) -> Body:
        """The target's bytes, from the objects of an upload."""

    def targets(self, partition: Partition, _: Dates) -> tuple[Target, ...]:
        """See `View.targets`."""
        return (Target(self.key(partition), partition.kingdom, partition.snapshot_date),)

    def may_change(self, _: Store, __: Target, ___: Partition) -> bool:
        """See `View.may_change`."""
        return True

    def look(self, store: Store, target: Target) -> Sources:
        """See `View.look`."""
        assert target.kingdom is not None
        assert target.day is not None
        raw = newest_raw(store, Partition(target.kingdom, target.day))
        return () if raw is None else (Source(raw.key, ""),)

    def make(
        self, _: Store, __: Target, sources: Sources, ___: Current, maker: SnapshotMaker
    ) -> Body | None:
        """See `View.make`."""
        raw = parse_raw_key(sources[0].key) if sources else None
        objects = None if raw is None else maker.objects(raw)
        return None if objects is None else self.of(objects)

    def content(self, body: bytes) -> bytes:
        """See `View.content`."""
        return body
