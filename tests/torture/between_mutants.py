"""The answers between snapshots broken on purpose, as somebody might write them in good faith."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Final

from chalicelib.api.conflicts import check_version
from chalicelib.api.operations import changes, gains
from chalicelib.boards.snapshot import Snapshot
from chalicelib.catalog import select_span
from chalicelib.catalog.entries import CatalogEntry
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.changes.findings import Findings, version_of
from chalicelib.changes.span import Span
from chalicelib.changes.summary import Summary, decode
from chalicelib.engines import between
from chalicelib.errors import ObjectNotFoundError, RosterMissingError
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import summary_key
from chalicelib.roster.roster import Roster, read_roster
from tests.ingest.support import patched
from tests.torture.reconcile_mutants import Mutant


def gains_begin_at_the_oldest_snapshot() -> AbstractContextManager[None]:
    """Without `from`, what is compared begins at the first snapshot that there is."""
    right = select_span.select_span

    def select(
        entries: Sequence[CatalogEntry], older: date | None = None, newer: date | None = None
    ) -> Span:
        first = entries[-1].snapshot.snapshot_date
        last = entries[0].snapshot.snapshot_date if newer is None else newer
        return right(entries, first if older is None and first < last else older, newer)

    return patched((select_span, "select_span", select))


def a_summary_is_of_whatever_the_catalog_names() -> AbstractContextManager[None]:
    """The summary of a date is told under the names of the two runs that the catalog has."""

    def published(store: Store, span: Span) -> Summary | None:
        kingdom, day = span.newer.kingdom, span.newer.snapshot_date
        try:
            with store.open(summary_key(Partition(kingdom, day))) as reader:
                found = decode(reader.read(), kingdom, day)
        except ObjectNotFoundError:
            return None
        if found is None or not span.adjacent:
            return None
        older, newer = found.older, found.newer
        return found._replace(
            older=older._replace(snapshot=span.older), newer=newer._replace(snapshot=span.newer)
        )

    return patched((between, "_published", published))


def a_summary_is_of_any_snapshot_before() -> AbstractContextManager[None]:
    """Of which snapshot before the two a fault follows is not asked."""
    return patched(
        (Findings, "follow_from", lambda *_: True),
        (Findings, "before_version", lambda _, listed: version_of(listed)),
    )


def the_older_version_is_not_compared() -> AbstractContextManager[None]:
    """`from_version` is taken, and not held against the older snapshot."""

    def check(snapshot: Snapshot, wanted: str | None, name: str = "version") -> None:
        check_version(snapshot, None if name == "from_version" else wanted, name)

    return patched((changes, "check_version", check), (gains, "check_version", check))


def a_roster_is_looked_for_once() -> AbstractContextManager[None]:
    """Whoever finds a catalog after they found no roster says that there is none."""

    def roster_of(self: LakeCatalog, kingdom: int) -> Roster:
        roster = read_roster(self._store, kingdom)
        if roster is None or roster.is_empty:
            self.snapshots(kingdom)
        if roster is None:
            raise RosterMissingError(f"kingdom {kingdom} has no list of its players yet")
        return roster

    return patched((LakeCatalog, "roster", roster_of))


BETWEEN_MUTANTS: Final[tuple[Mutant, ...]] = (gains_begin_at_the_oldest_snapshot,)
"""Those that a seed catches."""
SCRIPTED_MUTANTS: Final[tuple[Mutant, ...]] = (
    a_summary_is_of_whatever_the_catalog_names,
    a_summary_is_of_any_snapshot_before,
    the_older_version_is_not_compared,
    a_roster_is_looked_for_once,
)
"""Those that need a turn which a seed hardly ever takes (see `test_between_scripts.py`)."""
