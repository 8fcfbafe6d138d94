"""The view `kingdoms.json`: the lake's catalog, made of all kingdoms' `snapshots.json`."""

from functools import partial

from chalicelib.catalog.kingdoms_document import KingdomLine, decode, decode_lines, encode
from chalicelib.catalog.snapshots_document import NEWEST_BYTES, SnapshotsDocument
from chalicelib.catalog.sources_tail import content_of
from chalicelib.engines.athena.tables import GlueTable
from chalicelib.errors import CatalogError, ObjectNotFoundError
from chalicelib.lake.keys import Partition, parse_kingdom_folder
from chalicelib.lake.prefixes import CATALOG
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import KINGDOMS_KEY, snapshots_key
from chalicelib.threads.pool import map_in_threads
from chalicelib.views.sources import kingdom_catalogs
from chalicelib.views.view import Current, Dates, SnapshotMaker, Source, Sources, Target


class KingdomsView:
    """`kingdoms.json` of the lake."""

    folder = CATALOG
    table: GlueTable | None = None

    def targets(self, _: Partition, __: Dates) -> tuple[Target, ...]:
        """See `View.targets`."""
        return (Target(KINGDOMS_KEY),)

    def may_change(self, store: Store, target: Target, partition: Partition) -> bool:
        """See `View.may_change`: not where the target says what the kingdom's own catalog does.

        So a correction, or an older date, costs two reads and no listing of all kingdoms.
        """
        try:
            with store.open(target.key) as reader:
                listed = decode(reader.read()).latest.get(partition.kingdom)
            return listed != _newest(store, partition.kingdom, None).latest
        except (CatalogError, ObjectNotFoundError):
            return True

    def look(self, store: Store, _: Target) -> Sources:
        """See `View.look`; one listing, 1,000 kingdoms per request."""
        return tuple(Source(info.key, info.etag) for info in kingdom_catalogs(store).values())

    def make(
        self, store: Store, _: Target, sources: Sources, current: Current, __: SnapshotMaker
    ) -> bytes | None:
        """See `View.make`; reads the beginning of those `snapshots.json` that changed."""
        wanted = {_kingdom(source): source for source in sources}
        before = decode_lines(current.body())
        lines = {kingdom: line for kingdom, line in before.items() if kingdom in wanted}
        changed = {
            kingdom: source
            for kingdom, source in wanted.items()
            if kingdom not in lines or lines[kingdom].source != source.etag
        }
        made = map_in_threads(partial(_line, store), changed.items())
        lines |= {key: line for key, line in zip(changed, made, strict=True) if line is not None}
        if current.info is None and not lines:
            return None
        return encode(lines)

    def is_sound(self, body: bytes, _: Target) -> bool:
        """See `View.is_sound`."""
        try:
            decode(body)
        except CatalogError:
            return False
        return content_of(body) != body

    def content(self, body: bytes) -> bytes:
        """See `View.content`."""
        return content_of(body)


def _kingdom(source: Source) -> int:
    kingdom = parse_kingdom_folder(source.key.split("/")[2])
    assert kingdom is not None, "only kingdoms' catalogs are sources"
    return kingdom


def _line(store: Store, numbered: tuple[int, Source]) -> KingdomLine | None:
    """A kingdom's line; None for a damaged catalog, which must not affect other kingdoms."""
    kingdom, source = numbered
    try:
        return _newest(store, kingdom, source.etag)
    except CatalogError:
        return None


def _newest(store: Store, kingdom: int, etag: str | None) -> KingdomLine:
    with store.open(snapshots_key(kingdom), length=NEWEST_BYTES, etag=etag) as reader:
        entry = SnapshotsDocument(reader.read(), kingdom).newest()
        return KingdomLine(entry.snapshot.snapshot_date if entry else None, reader.info.etag)
