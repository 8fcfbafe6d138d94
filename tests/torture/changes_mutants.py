"""The views between snapshots broken on purpose, as somebody might write them in good faith."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Final

from chalicelib.ingest import pipeline
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.views import publish, sources
from chalicelib.views.changes import REACH
from chalicelib.views.sources import CuratedDates
from chalicelib.views.summary import SummaryView
from chalicelib.views.view import Dates, SnapshotMaker, Target
from tests.ingest.support import patched
from tests.torture.reconcile_mutants import Mutant


def _reaching(snapshots: int) -> AbstractContextManager[None]:
    """A change touches so many of the snapshots that come after it."""
    right = CuratedDates.after

    def after(self: CuratedDates, day: date, _: int) -> Sequence[date]:
        return right(self, day, snapshots) if snapshots else ()

    return patched((CuratedDates, "after", after))


def changes_are_a_date_s_own() -> AbstractContextManager[None]:
    """A late or corrected upload makes only its own date's changes anew."""
    return _reaching(0)


def changes_reach_one_date_far() -> AbstractContextManager[None]:
    """The snapshot after the next one, whose faults follow from the change too, is forgotten."""
    return _reaching(1)


def a_withdrawn_date_is_a_snapshot() -> AbstractContextManager[None]:
    """What comes before a date is looked for no further than two files, whoever is in them."""

    def up_to_snapshots(files: Iterable[ObjectInfo], snapshots: int) -> list[ObjectInfo]:
        return [*files][:snapshots]

    return patched((sources, "up_to_snapshots", up_to_snapshots))


def a_summary_is_a_date_s_own() -> AbstractContextManager[None]:
    """The changes of a later date are made anew, and its summary is not."""
    right = SummaryView.targets

    def targets(self: SummaryView, partition: Partition, dates: Dates) -> tuple[Target, ...]:
        return right(self, partition, dates)[:1]

    return patched((SummaryView, "targets", targets))


def each_view_lists_the_dates_anew() -> AbstractContextManager[None]:
    """Which dates come after a change is looked up by each view, when it is its turn."""

    class Anew:
        def __init__(self, *of: Any, resumed: bool) -> None:
            self._of = of
            self._resumed = resumed

        def __call__(self) -> Sequence[date]:
            return CuratedDates(*self._of)()

        def after(self, day: date, snapshots: int) -> Sequence[date]:
            return CuratedDates(*self._of, resumed=self._resumed).after(day, snapshots)

    return patched((publish, "CuratedDates", Anew))


def changes_come_before_the_players() -> AbstractContextManager[None]:
    """The dates that come after a change are listed before it is in `curated/`."""
    right = publish.publish

    def publish_at_once(
        store: Store, partition: Partition, maker: SnapshotMaker, *, resumed: bool = False
    ) -> None:
        dates = CuratedDates(store, partition.kingdom, resumed=resumed)
        dates()
        dates.after(partition.snapshot_date, REACH)
        with patched((publish, "CuratedDates", lambda *_, **__: dates)):
            right(store, partition, maker, resumed=resumed)

    return patched((publish, "publish", publish_at_once), (pipeline, "publish", publish_at_once))


def a_resumed_run_reaches_as_far_as_any() -> AbstractContextManager[None]:
    """Who goes on with what died touches the dates that come after its own by now."""

    def as_ever(store: Store, kingdom: int, *, resumed: bool) -> CuratedDates:
        return CuratedDates(store, kingdom)

    return patched((publish, "CuratedDates", as_ever))


CHANGES_MUTANTS: Final[tuple[Mutant, ...]] = (
    changes_are_a_date_s_own,
    changes_reach_one_date_far,
    a_withdrawn_date_is_a_snapshot,
    a_summary_is_a_date_s_own,
    each_view_lists_the_dates_anew,
    changes_come_before_the_players,
    a_resumed_run_reaches_as_far_as_any,
)
