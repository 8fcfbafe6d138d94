"""The view `changes.parquet`: what happened since the snapshot before, a row a change.

Of each date that has a curated file. It is made of that file, of the one of the snapshot before,
and of the one before that, which tells which of two scans is likely wrong
(`chalicelib.changes.suspects`). A date that is withdrawn is no snapshot: those after it are
compared with the snapshot before it, and its own target has no rows.
"""

from collections.abc import Collection, Iterator
from typing import Final

from chalicelib.changes.compare import COLUMNS, summary_of_pair
from chalicelib.changes.pair import Pair, Scan
from chalicelib.changes.table import changes_of, no_changes
from chalicelib.engines.athena.tables import GlueTable
from chalicelib.errors import TooManyChangesError
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import CHANGES
from chalicelib.lake.read_once import KnownFile
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import changes_key
from chalicelib.views.changes_file import ChangesFile, decode_summary, encode_changes
from chalicelib.views.curated_file import CuratedFile, read_curated
from chalicelib.views.sources import curated_before
from chalicelib.views.view import (
    Body,
    Current,
    Dates,
    NotMadeError,
    SnapshotMaker,
    Source,
    Sources,
    Target,
)

REACH: Final = 2
"""So many snapshots before a date its changes are made of; so many after it are touched by it."""

_COLUMNS: Final = frozenset({"id", "name", "alliance", *COLUMNS})


class ChangesView:
    """`changes.parquet` of each date."""

    folder = CHANGES
    table: GlueTable | None = None

    def targets(self, partition: Partition, dates: Dates) -> tuple[Target, ...]:
        """See `View.targets`: its own date, and the two snapshots that come after."""
        days = (partition.snapshot_date, *dates.after(partition.snapshot_date, REACH))
        return tuple(
            Target(changes_key(Partition(partition.kingdom, day)), partition.kingdom, day)
            for day in days
        )

    def may_change(self, _: Store, __: Target, ___: Partition) -> bool:
        """See `View.may_change`."""
        return True

    def look(self, store: Store, target: Target) -> Sources:
        """See `View.look`: its own curated file first, then those before it.

        Up to two that have players for certain: those that may be withdrawn are sources too, since
        they may come back.
        """
        found = curated_before(store, target.partition, REACH)
        return tuple(Source(info.key, info.etag) for info in found)

    def make(
        self, store: Store, target: Target, sources: Sources, __: Current, ___: SnapshotMaker
    ) -> Body | None:
        """See `View.make`; reads two curated files, and a third if a fault depends on it.

        Where there are more changes than can be listed, it cannot be made: no upload waits for it.
        """
        if not sources:
            return None
        own = read_curated(store, sources[0])
        if own.snapshot.withdrawn:
            return encode_changes(no_changes(None))
        before = _snapshots(store, sources[1:])
        try:
            return changes_between(next(before, None), own, before)
        except TooManyChangesError as error:
            raise NotMadeError(target.key, str(error)) from None

    def is_sound(self, body: bytes, target: Target) -> bool:
        """See `View.is_sound`."""
        try:
            decode_summary(body, target.partition)
        except NotMadeError:
            return False
        return True

    def content(self, body: bytes) -> bytes:
        """See `View.content`."""
        return body


def changes_between(
    older: CuratedFile | None, newer: CuratedFile, before: Iterator[CuratedFile]
) -> Body:
    """The file of a date that has players.

    Args:
        older: the snapshot before it; None if there is none.
        newer: the date's own.
        before: the snapshots before the older one, newest first; read only if one is asked for.
    """

    def read_before(columns: Collection[str]) -> Scan | None:
        file = next(before, None)
        return None if file is None else _scan(file, {"id", *columns})

    if older is None:
        return encode_changes(no_changes(_scan(newer, ("id", "power")).head))
    pair = Pair(_scan(older, _COLUMNS), _scan(newer, _COLUMNS))
    summary = summary_of_pair(pair, read_before)
    return KnownFile(encode_changes(changes_of(pair, summary)), ChangesFile(summary))


def _scan(file: CuratedFile, columns: Collection[str]) -> Scan:
    return Scan(file.snapshot, file.players(columns))


def _snapshots(store: Store, sources: Sources) -> Iterator[CuratedFile]:
    """Those of some curated files that have players, each read when it is asked for."""
    for source in sources:
        file = read_curated(store, source)
        if not file.snapshot.withdrawn:
            yield file
