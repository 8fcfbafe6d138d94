"""The view `summary.json`, and the base of what is made of `changes.parquet`.

A summary is what happened since the snapshot before, for the API, made of that date's
`changes.parquet` alone: what happened is found out once.
"""

from abc import ABC, abstractmethod

from chalicelib.changes.summary import decode, encode
from chalicelib.engines.athena.tables import GlueTable
from chalicelib.errors import StoreError
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import CHANGES
from chalicelib.lake.store import ObjectReader, Store
from chalicelib.lake.view_keys import changes_key, summary_key
from chalicelib.views.changes import ChangesView
from chalicelib.views.changes_file import read_summary
from chalicelib.views.view import Current, Dates, SnapshotMaker, Source, Sources, Target


class OfChanges(ABC):
    """The base of views with one target a date, made of that date's `changes.parquet` alone."""

    folder = CHANGES
    table: GlueTable | None = None

    @abstractmethod
    def key(self, partition: Partition) -> str:
        """The target of a date."""

    @abstractmethod
    def of(self, reader: ObjectReader, partition: Partition) -> bytes:
        """The target's bytes, from `changes.parquet`.

        Raises:
            NotMadeError: they are damaged.
        """

    def targets(self, partition: Partition, dates: Dates) -> tuple[Target, ...]:
        """See `View.targets`: of each date whose changes are touched."""
        return tuple(
            target._replace(key=self.key(target.partition))
            for target in ChangesView().targets(partition, dates)
        )

    def may_change(self, _: Store, __: Target, ___: Partition) -> bool:
        """See `View.may_change`."""
        return True

    def look(self, store: Store, target: Target) -> Sources:
        """See `View.look`."""
        info = store.head(changes_key(target.partition))
        return () if info is None else (Source(info.key, info.etag),)

    def make(
        self, store: Store, target: Target, sources: Sources, _: Current, __: SnapshotMaker
    ) -> bytes | None:
        """See `View.make`."""
        if not sources:
            return None
        (source,) = sources
        with store.open(source.key, etag=source.etag) as reader:
            return self.of(reader, target.partition)

    def content(self, body: bytes) -> bytes:
        """See `View.content`."""
        return body


class SummaryView(OfChanges):
    """`summary.json` of each date."""

    def key(self, partition: Partition) -> str:
        """See `OfChanges.key`."""
        return summary_key(partition)

    def of(self, reader: ObjectReader, partition: Partition) -> bytes:
        """See `OfChanges.of`."""
        return summary_of_changes(reader, partition)

    def is_sound(self, body: bytes, target: Target) -> bool:
        """See `View.is_sound`."""
        kingdom, day = target.partition
        try:
            decode(body, kingdom, day)
        except StoreError:
            return False
        return True


def summary_of_changes(reader: ObjectReader, partition: Partition) -> bytes:
    """The bytes of the summary of a changes file.

    Raises:
        NotMadeError: the file is damaged.
    """
    return encode(partition.kingdom, read_summary(reader, partition))
