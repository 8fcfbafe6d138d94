"""The view `snapshots.json`: a kingdom's catalog, made of its boards objects.

Because of this source, an entry names a run only if that run's boards exist.
"""

from datetime import date
from functools import partial

from chalicelib.boards.document import HEAD_BYTES, decode_head
from chalicelib.catalog.snapshots_document import (
    Line,
    SnapshotsDocument,
    encode,
    encode_line,
)
from chalicelib.catalog.sources_tail import content_of
from chalicelib.engines.athena.tables import GlueTable
from chalicelib.errors import CatalogError, ObjectNotFoundError, PreconditionFailedError, StoreError
from chalicelib.lake.keys import Partition, parse_date_folder
from chalicelib.lake.prefixes import BOARDS, CATALOG
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import boards_key, snapshots_key
from chalicelib.threads.pool import map_in_threads
from chalicelib.views.sources import dated_objects
from chalicelib.views.view import Current, Dates, SnapshotMaker, Source, Sources, Target


class SnapshotsView:
    """`snapshots.json` of each kingdom."""

    folder = CATALOG
    table: GlueTable | None = None

    def targets(self, partition: Partition, _: Dates) -> tuple[Target, ...]:
        """See `View.targets`."""
        return (Target(snapshots_key(partition.kingdom), partition.kingdom),)

    def may_change(self, _: Store, __: Target, ___: Partition) -> bool:
        """See `View.may_change`."""
        return True

    def look(self, store: Store, target: Target) -> Sources:
        """See `View.look`; one listing."""
        assert target.kingdom is not None
        found = dated_objects(store, BOARDS, target.kingdom, boards_key)
        return tuple(Source(info.key, info.etag) for info in found.values())

    def make(
        self, store: Store, target: Target, sources: Sources, current: Current, _: SnapshotMaker
    ) -> bytes | None:
        """See `View.make`; reads the first line of those boards objects that changed."""
        assert target.kingdom is not None
        wanted = {_day(source): source for source in sources}
        before = SnapshotsDocument(current.body(), target.kingdom).lines()
        lines = {day: line for day, line in before.items() if day in wanted}
        changed = {
            day: source
            for day, source in wanted.items()
            if day not in lines or lines[day].source != source.etag
        }
        made = map_in_threads(partial(self._line, store, target.kingdom), changed.items())
        lines |= {day: line for day, line in zip(changed, made, strict=True) if line is not None}
        if current.info is None and not lines:
            return None
        return encode(target.kingdom, lines)

    def _line(self, store: Store, kingdom: int, dated: tuple[date, Source]) -> Line | None:
        """A snapshot's line; None for damaged boards, which must not affect other snapshots."""
        day, source = dated
        try:
            with store.open(source.key, length=HEAD_BYTES, etag=source.etag) as reader:
                head = decode_head(reader.read(), kingdom, day)
        except (ObjectNotFoundError, PreconditionFailedError):
            raise
        except StoreError as error:
            if type(error) is not StoreError:
                raise
            _log_damage(source.key, error)
            return None
        text = None if head.snapshot.withdrawn else encode_line(head.snapshot, head.known)
        return Line(text, source.etag)

    def is_sound(self, body: bytes, target: Target) -> bool:
        """See `View.is_sound`."""
        assert target.kingdom is not None
        try:
            SnapshotsDocument(body, target.kingdom).entries()
        except CatalogError:
            return False
        return content_of(body) != body

    def content(self, body: bytes) -> bytes:
        """See `View.content`."""
        return content_of(body)


def _log_damage(key: str, error: StoreError) -> None:
    # Imported here: damage is rare, and logging takes 2 ms of every cold start.
    import logging

    from chalicelib.logs import log_event

    fields = {"key": key, "message": str(error)}
    log_event(logging.getLogger(__name__), "boards_damaged", fields, logging.ERROR)


def _day(source: Source) -> date:
    day = parse_date_folder(source.key.split("/")[3])
    assert day is not None, "only boards of a date are sources"
    return day
