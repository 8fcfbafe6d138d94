"""`reconcile` and the views broken on purpose: each is what somebody might write in good faith."""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any, BinaryIO, Final, Protocol

import pyarrow.parquet as pq

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.parquet import read_facts
from chalicelib.catalog.snapshots_document import Line, SnapshotsDocument, encode_line
from chalicelib.errors import (
    CatalogError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreUnavailableError,
)
from chalicelib.ingest import rebuild, target_groups
from chalicelib.lake.archive_keys import ArchiveKey, parse_archive_key
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import BOARDS, CURATED, WITHDRAWN
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import curated_key, snapshots_key
from chalicelib.views import publish, registry
from chalicelib.views.kingdoms import KingdomsView
from chalicelib.views.making import in_step, own_snapshot
from chalicelib.views.reconcile import MAX_SWAPS, Outcome, differs
from chalicelib.views.reconcile import reconcile as as_it_should
from chalicelib.views.snapshots import SnapshotsView
from chalicelib.views.sources import dated_objects
from chalicelib.views.view import (
    Body,
    Current,
    Dates,
    SnapshotMaker,
    SnapshotObjects,
    Source,
    Sources,
    Target,
    View,
)
from tests.ingest.support import patched
from tests.views.toy_view import ToyView

Mutant = Callable[[], AbstractContextManager[None]]


class Reconcile(Protocol):
    """What `reconcile` is called with."""

    def __call__(
        self,
        store: Store,
        view: View,
        target: Target,
        maker: SnapshotMaker,
        *,
        afresh: bool = False,
    ) -> Outcome:
        """Bring a target to the state of its sources."""


def _everywhere(reconcile: Reconcile) -> AbstractContextManager[None]:
    return patched((publish, "reconcile", reconcile), (rebuild, "reconcile", reconcile))


def write_over(store: Store, key: str, body: Body) -> None:
    """Write an object over whatever is there."""
    while True:
        found = store.head(key)
        try:
            if found is None:
                store.create(key, body)
            else:
                store.replace(key, body, found.etag)
        except PreconditionFailedError:
            continue
        return


def _write(store: Store, key: str, current: Current | None, body: Body) -> None:
    """Swap a target that was seen, or write it over."""
    if current is None:
        write_over(store, key, body)
    elif current.info is None:
        store.create(key, body)
    else:
        store.replace(key, body, current.info.etag)


def _loop(*, looks_first: bool = False, swaps: bool = True, looks_again: bool = True) -> Reconcile:
    """The loop, with parts of it turned around or left out."""

    def reconcile(
        store: Store, view: View, target: Target, maker: SnapshotMaker, *, afresh: bool = False
    ) -> Outcome:
        for _ in range(MAX_SWAPS):
            sources = view.look(store, target) if looks_first else ()
            current = Current(store, store.head(target.key))
            sources = sources if looks_first else view.look(store, target)
            try:
                before = current.blank() if afresh else current
                body = view.make(store, target, sources, before, maker)
                if body is None:
                    return Outcome.LEFT
                if differs(store, view, current, body):
                    _write(store, target.key, current if swaps else None, body)
            except (PreconditionFailedError, ObjectNotFoundError):
                continue
            if not looks_again or view.look(store, target) == sources:
                return Outcome.WRITTEN
        raise StoreUnavailableError("too many writers")

    return reconcile


def looks_before_the_head() -> AbstractContextManager[None]:
    """The sources are looked at before the target that is then swapped, and not again."""
    return _everywhere(_loop(looks_first=True, looks_again=False))


def looks_before_the_head_and_again() -> AbstractContextManager[None]:
    """The sources are looked at before the target that is then swapped, and again in the end."""
    return _everywhere(_loop(looks_first=True))


def no_swap() -> AbstractContextManager[None]:
    """The target is written over whatever is there by then."""
    return _everywhere(_loop(swaps=False))


def no_second_look() -> AbstractContextManager[None]:
    """What was written is not held against the sources once more."""
    return _everywhere(_loop(looks_again=False))


def boards_without_a_swap() -> AbstractContextManager[None]:
    """The curated file is swapped; the boards follow as they come."""
    careless = _loop(swaps=False, looks_again=False)

    def reconcile(
        store: Store, view: View, target: Target, maker: SnapshotMaker, *, afresh: bool = False
    ) -> Outcome:
        chosen = careless if view.folder == BOARDS else as_it_should
        return chosen(store, view, target, maker, afresh=afresh)

    return _everywhere(reconcile)


def a_rebuilding_does_not_swap() -> AbstractContextManager[None]:
    """What was the newest run when a rebuilding looked is written over what came meanwhile."""
    return patched((rebuild, "reconcile", _loop(swaps=False, looks_again=False)))


def a_rebuilding_does_not_look_again() -> AbstractContextManager[None]:
    """A rebuilding looks at the sources, then at the target, and not again."""
    return patched((rebuild, "reconcile", _loop(looks_first=True, looks_again=False)))


def a_rebuilding_asks_for_dates_first() -> AbstractContextManager[None]:
    """Which dates a date touches is asked before its players are rebuilt."""
    touched = target_groups.touched

    def at_once(store: Store, partition: Partition) -> Iterable[tuple[View, Target]]:
        return iter([*touched(store, partition)])

    return patched((target_groups, "touched", at_once))


def the_last_to_arrive_wins() -> AbstractContextManager[None]:
    """The run that is published is the one that finishes last."""
    right = own_snapshot.OwnSnapshot._objects_of

    def objects(self: Any, event: ArchiveKey) -> SnapshotObjects | None:
        mine: SnapshotObjects | None = vars(self)["_objects"]
        return right(self, event) if mine is None else mine

    return patched((own_snapshot.OwnSnapshot, "_objects_of", objects))


def ties_are_ignored() -> AbstractContextManager[None]:
    """Of two runs of one second, the one that finishes last is published."""
    right = own_snapshot.OwnSnapshot._objects_of

    def objects(self: Any, event: ArchiveKey) -> SnapshotObjects | None:
        mine = parse_archive_key(vars(self)["_archived"])
        objects: SnapshotObjects | None = vars(self)["_objects"]
        tied = mine is not None and mine.accepted == event.accepted
        if tied and objects is not None and not event.key.startswith(WITHDRAWN):
            return objects
        return right(self, event)

    return patched((own_snapshot.OwnSnapshot, "_objects_of", objects))


def boards_run_ahead_of_players() -> AbstractContextManager[None]:
    """Whoever finds a newer event makes its boards, whatever the curated file is of."""

    def boards(self: Any, event: ArchiveKey) -> BinaryIO | None:
        maker: SnapshotMaker = vars(self)["_maker"]
        return maker.boards(event)

    return patched((in_step.InStep, "boards", boards))


@contextmanager
def the_catalog_comes_before_the_boards() -> Iterator[None]:
    """In the registry the catalog stands before what it is made of."""
    views = registry.VIEWS
    right = [*views]
    (boards,) = (view for view in right if view.folder == BOARDS)
    (catalog,) = (view for view in right if isinstance(view, SnapshotsView))
    views.remove(catalog)
    views.insert(views.index(boards), catalog)
    try:
        yield
    finally:
        views[:] = right


def the_catalog_is_made_of_curated_files() -> AbstractContextManager[None]:
    """The catalog says what the curated files say, whose boards come a little later."""

    def look(_: Any, store: Store, target: Target) -> Sources:
        assert target.kingdom is not None
        found = dated_objects(store, CURATED, target.kingdom, curated_key)
        return tuple(Source(info.key, info.etag) for info in found.values())

    def line(_: Any, store: Store, kingdom: int, dated: tuple[date, Source]) -> Line:
        day, source = dated
        with store.open(source.key, etag=source.etag) as reader:
            file = pq.ParquetFile(io.BytesIO(reader.read()))
        players = file.read(columns=list(METRIC_NAMES))
        known = {name: len(players) - players[name].null_count for name in METRIC_NAMES}
        facts = read_facts(file, kingdom, day)
        return Line(None if facts.withdrawn else encode_line(facts, known), source.etag)

    return patched((SnapshotsView, "look", look), (SnapshotsView, "_line", line))


def the_kingdom_s_own_catalog_tells() -> AbstractContextManager[None]:
    """A late upload leaves the lake's catalog alone where the kingdom's has a later date."""

    def may_change(_: Any, store: Store, __: Target, partition: Partition) -> bool:
        try:
            with store.open(snapshots_key(partition.kingdom)) as reader:
                newest = SnapshotsDocument(reader.read(), partition.kingdom).newest()
        except (CatalogError, ObjectNotFoundError):
            return True
        return newest is None or newest.snapshot.snapshot_date <= partition.snapshot_date

    return patched((KingdomsView, "may_change", may_change))


def a_successor_is_forgotten() -> AbstractContextManager[None]:
    """A view of neighbours makes only a date's own target anew."""
    right = ToyView.targets

    def targets(self: Any, partition: Partition, dates: Dates) -> tuple[Target, ...]:
        return right(self, partition, dates)[:1]

    return patched((ToyView, "targets", targets))


RECONCILE_MUTANTS: Final[tuple[Mutant, ...]] = (
    looks_before_the_head,
    looks_before_the_head_and_again,
    no_swap,
    no_second_look,
    boards_without_a_swap,
    the_last_to_arrive_wins,
    ties_are_ignored,
    boards_run_ahead_of_players,
    the_catalog_comes_before_the_boards,
    the_catalog_is_made_of_curated_files,
    the_kingdom_s_own_catalog_tells,
    a_successor_is_forgotten,
    a_rebuilding_does_not_swap,
    a_rebuilding_does_not_look_again,
    a_rebuilding_asks_for_dates_first,
)
