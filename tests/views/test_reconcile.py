"""The one loop that writes what is derived, over a view as small as one can be."""

import itertools
from collections.abc import Iterator

import pytest

from chalicelib.engines.athena.tables import GlueTable
from chalicelib.errors import StoreUnavailableError
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.views.reconcile import MAX_SWAPS, Outcome, reconcile
from chalicelib.views.view import Current, Dates, SnapshotMaker, Source, Sources, Target
from tests.engines.support import NoMaker
from tests.ingest.races import watched
from tests.ingest.support import contents, put

TARGET = Target("notes/all.txt")


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that loses often pauses; nobody here is worth waiting for."""
    monkeypatch.setattr("chalicelib.views.reconcile._LONGEST_PAUSE", 0.0)


class NotesView:
    """One object that lists the names of those under `raw/`."""

    folder = "notes/"
    table: GlueTable | None = None

    def targets(self, _: Partition, __: Dates) -> tuple[Target, ...]:
        return (TARGET,)

    def may_change(self, _: Store, __: Target, ___: Partition) -> bool:
        return True

    def look(self, store: Store, _: Target) -> Sources:
        return tuple(Source(info.key, info.etag) for info in store.list_objects("raw/"))

    def make(
        self, _: Store, __: Target, sources: Sources, current: Current, ___: SnapshotMaker
    ) -> bytes | None:
        return " ".join(source.key for source in sources).encode() if sources else None

    def is_sound(self, _: bytes, __: Target) -> bool:
        return True

    def content(self, body: bytes) -> bytes:
        return body


def bring(store: Store) -> Outcome:
    return reconcile(store, NotesView(), TARGET, NoMaker())


def test_a_target_is_made_of_its_sources_and_once(store: Store) -> None:
    assert bring(store) is Outcome.LEFT
    put(store, "raw/a", b"1", None)
    assert bring(store) is Outcome.WRITTEN
    before = store.head(TARGET.key)
    assert bring(store) is Outcome.UNCHANGED
    assert store.head(TARGET.key) == before
    put(store, "raw/b", b"1", None)
    assert bring(store) is Outcome.WRITTEN
    assert contents(store, "notes/") == {TARGET.key: b"raw/a raw/b"}


def test_a_source_that_comes_after_the_look_is_seen_by_the_second_look(
    directory_store: DirectoryStore,
) -> None:
    put(directory_store, "raw/a", b"1", None)

    def come(method: str, key: str) -> None:
        if method == "create" and key == TARGET.key:
            put(directory_store, "raw/b", b"1", None)

    assert bring(watched(directory_store, come)) is Outcome.WRITTEN
    assert contents(directory_store, "notes/") == {TARGET.key: b"raw/a raw/b"}


@pytest.mark.parametrize("changes", [1, 2, MAX_SWAPS - 1])
def test_a_target_is_swapped_in_though_others_write_it_meanwhile(
    changes: int, directory_store: DirectoryStore
) -> None:
    put(directory_store, "raw/a", b"1", None)
    assert bring(disturbed(directory_store, iter(range(changes)))) is Outcome.WRITTEN
    assert contents(directory_store, "notes/") == {TARGET.key: b"raw/a"}


def test_where_others_never_stop_writing_the_event_is_left_to_a_retry(
    directory_store: DirectoryStore,
) -> None:
    put(directory_store, "raw/a", b"1", None)
    changes = itertools.count()
    with pytest.raises(StoreUnavailableError, match=f"too many writers of {TARGET.key}"):
        bring(disturbed(directory_store, changes))
    assert next(changes) == MAX_SWAPS


def disturbed(store: Store, changes: Iterator[int]) -> Store:
    """A store in which somebody writes the target just before its caller does."""

    def write_too(method: str, key: str) -> None:
        if method in ("create", "replace") and key == TARGET.key:
            for change in itertools.islice(changes, 1):
                put(store, key, b"theirs %d" % change, None)

    return watched(store, write_too)
