"""Watching an inbox: each look takes what is new and holds still."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.errors import StoreDeniedError, StoreUnavailableError
from chalicelib.ingest.pipeline import IngestResult
from chalicelib.ingest.sweep import SweepFailure
from chalicelib.ingest.watching import RECHECKS_A_LOOK, Sweeper
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.directory.watcher import FolderWatcher
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import Store
from chalicelib.lake.watcher import ListingWatcher, Look, Watcher
from tests.ingest.races import accept, watched
from tests.ingest.support import (
    FOLDER,
    KEY,
    MOMENT,
    SCAN,
    SETTINGS,
    contents,
    date_object,
    names,
)
from tests.ingest.test_sweep import NEW_SCAN, failing, lay, opened, swept

FUTURE = datetime(2099, 1, 1, tzinfo=UTC)

Watch = Callable[[Store], Sweeper]


@pytest.fixture
def watch(directory_store: DirectoryStore) -> Iterator[Watch]:
    """Makes sweepers of the directory; a store that wraps it may stand before it."""
    root = str(vars(directory_store)["_root"])
    with ExitStack() as stack:

        def make(store: Store) -> Sweeper:
            inbox = stack.enter_context(closing(FolderWatcher(root, "inbox/")))
            return Sweeper(store, SETTINGS, inbox)

        yield make


def look(sweeper: Sweeper) -> list[str]:
    """The keys of what a look ingested; nothing may fail."""
    outcomes = list(sweeper.sweep())
    assert [one for one in outcomes if isinstance(one, SweepFailure)] == []
    return [one.key for one in outcomes]


def looks(sweeper: Sweeper, count: int) -> list[list[str]]:
    return [[one.key for one in sweeper.sweep()] for _ in range(count)]


def test_a_failure_is_tried_again_at_the_next_look(
    directory_store: DirectoryStore, watch: Watch
) -> None:
    keys = lay(directory_store)
    errors = iter([StoreUnavailableError("once")])

    def fail_once(method: str, key: str) -> None:
        if (method, key) == ("open", KEY):
            for error in errors:
                raise error

    sweeper = watch(watched(directory_store, fail_once))
    assert looks(sweeper, 4) == [[], keys, [KEY], []]
    assert names(directory_store) == ["Ana", "Bo"]


def test_what_fails_for_long_is_tried_ever_more_rarely_and_stops_no_other(
    directory_store: DirectoryStore, watch: Watch
) -> None:
    accept(directory_store, KEY, SCAN, MOMENT)
    sweeper = watch(failing(directory_store, KEY, StoreDeniedError("no")))
    tried = [bool(found) for found in looks(sweeper, 200)]
    assert [number for number, is_tried in enumerate(tried) if is_tried] == [
        *(1, 2, 4, 8, 16, 32, 64, 128, 192)
    ]
    other = accept(directory_store, f"{FOLDER}/other.csv", SCAN, MOMENT)
    assert looks(sweeper, 3) == [[], [other], []]
    accept(directory_store, KEY, NEW_SCAN, MOMENT)
    assert looks(sweeper, 3) == [[], [KEY], [KEY]]


def test_what_was_done_before_is_never_opened(
    directory_store: DirectoryStore, watch: Watch
) -> None:
    lay(directory_store)
    swept(directory_store)
    found, seen = opened(directory_store)
    assert looks(watch(seen), 3) == [[], [], []]
    assert found == []


def test_recent_uploads_are_read_again_a_few_at_a_look_and_none_waits_for_them(
    directory_store: DirectoryStore, watch: Watch
) -> None:
    now = datetime.now(UTC)
    keys = [f"inbox/{number:02}.csv" for number in range(RECHECKS_A_LOOK * 3)]
    for key in keys:
        accept(directory_store, key, SCAN, now)
    swept(directory_store)
    found, seen = opened(directory_store)
    sweeper = watch(seen)
    assert look(sweeper) == []
    accept(directory_store, KEY, SCAN, MOMENT)
    for expected in ([], [KEY], [], []):
        found.clear()
        assert look(sweeper) == expected
        assert len({*found} & {*keys}) <= RECHECKS_A_LOOK
    found.clear()
    assert looks(sweeper, 3) == [[], [], []]
    assert found == []


def test_an_upload_that_replaced_another_of_its_second_and_size_is_found_at_the_start(
    directory_store: DirectoryStore, watch: Watch
) -> None:
    now = datetime.now(UTC)
    accept(directory_store, KEY, SCAN, now)
    swept(directory_store)
    accept(directory_store, KEY, NEW_SCAN, now)
    assert looks(watch(directory_store), 3) == [[], [KEY], []]
    assert len(contents(directory_store, "raw/")) == 2


def test_a_file_that_is_replaced_or_put_back_is_taken_again(
    directory_store: DirectoryStore, watch: Watch
) -> None:
    sweeper = watch(directory_store)
    for minutes, data in enumerate((SCAN, NEW_SCAN, SCAN)):
        accept(directory_store, KEY, data, MOMENT + timedelta(minutes=minutes))
        assert looks(sweeper, 3) == [[], [KEY], []]
    assert names(directory_store) == ["Ana", "Bo"]


def test_a_file_of_which_only_the_time_changes_is_another_upload(
    directory_store: DirectoryStore, watch: Watch
) -> None:
    sweeper = watch(directory_store)
    accept(directory_store, KEY, SCAN, MOMENT)
    assert looks(sweeper, 3) == [[], [KEY], []]
    date_object(directory_store, KEY, MOMENT + timedelta(minutes=1))
    assert looks(sweeper, 3) == [[], [KEY], []]
    assert len(contents(directory_store, "raw/")) == 2


def test_a_file_that_goes_away_before_it_is_taken_is_nothing(
    directory_store: DirectoryStore, watch: Watch, tmp_path: Path
) -> None:
    sweeper = watch(directory_store)
    accept(directory_store, KEY, SCAN, MOMENT)
    assert look(sweeper) == []
    (tmp_path / "lake" / KEY).unlink()
    assert looks(sweeper, 3) == [[], [], []]


def test_a_slow_copy_is_taken_when_it_is_renamed(
    directory_store: DirectoryStore, watch: Watch, tmp_path: Path
) -> None:
    sweeper = watch(directory_store)
    part = tmp_path / "lake" / FOLDER / ".players.csv.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(SCAN[:30])
    assert looks(sweeper, 4) == [[], [], [], []]
    part.write_bytes(SCAN)
    part.rename(part.with_name("players.csv"))
    assert looks(sweeper, 3) == [[], [KEY], []]


def test_a_file_that_changes_while_it_is_read_is_no_failure(
    directory_store: DirectoryStore, watch: Watch, tmp_path: Path
) -> None:
    changes = iter([SCAN[:20], SCAN])

    def change(method: str, key: str) -> None:
        if (method, key) == ("open", KEY):
            for data in changes:
                (tmp_path / "lake" / KEY).write_bytes(data)
                return

    accept(directory_store, KEY, SCAN[:10], MOMENT)
    sweeper = watch(watched(directory_store, change))
    found = [one for _ in range(8) for one in sweeper.sweep()]
    assert all(isinstance(one, IngestResult) for one in found)
    assert names(directory_store) == ["Ana", "Bo"]


class TestAFileFromTheFuture:
    def test_it_is_told_once_never_read_again_and_taken_when_it_is_touched(
        self, directory_store: DirectoryStore, watch: Watch
    ) -> None:
        found, seen = opened(directory_store)
        sweeper = watch(seen)
        accept(directory_store, KEY, SCAN, FUTURE)
        outcomes = [one for _ in range(20) for one in sweeper.sweep()]
        assert [(one.key, type(one)) for one in outcomes] == [(KEY, SweepFailure)]
        assert found.count(KEY) == 1
        date_object(directory_store, KEY, MOMENT)
        assert looks(sweeper, 3) == [[], [KEY], []]
        assert contents(directory_store, "reports/")

    def test_it_is_taken_when_the_clock_has_reached_it(
        self, directory_store: DirectoryStore, watch: Watch, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sweeper = watch(directory_store)
        accept(directory_store, KEY, SCAN, FUTURE)
        assert looks(sweeper, 4) == [[], [KEY], [], []]
        monkeypatch.setattr("time.time_ns", lambda: int(FUTURE.timestamp()) * 10**9)
        assert looks(sweeper, 2) == [[KEY], []]
        assert len(contents(directory_store, "reports/")) == 1

    def test_thousands_of_them_cost_no_more_than_hundreds(
        self, directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("chalicelib.ingest.watching.HEADS_A_LOOK", 5)
        keys = [f"inbox/{number:02}.csv" for number in range(20)]
        for key in keys:
            accept(directory_store, key, SCAN, FUTURE)
        heads: list[str] = []

        def note(method: str, key: str) -> None:
            if method == "head" and key in keys:
                heads.append(key)

        sweeper = Sweeper(
            watched(directory_store, note),
            SETTINGS,
            _Once(ListingWatcher(directory_store, "inbox/")),
        )
        looks(sweeper, 3)
        heads.clear()
        looks(sweeper, 50)
        assert len(heads) <= 50 * 5


class _Once:
    """A watcher that sees what is there at first, and no change later."""

    def __init__(self, watcher: Watcher) -> None:
        self._looks = iter([watcher.look()])

    def look(self) -> Look:
        return next(self._looks, Look([]))

    def close(self) -> None: ...


@pytest.mark.slow
def test_in_s3_every_look_lists_and_takes_what_two_listings_agree_on(s3_store: S3Store) -> None:
    sweeper = Sweeper(s3_store, SETTINGS, ListingWatcher(s3_store, "inbox/"))
    accept(s3_store, KEY, SCAN, MOMENT)
    accept(s3_store, f"{FOLDER}/.DS_Store", b"x", MOMENT)
    assert looks(sweeper, 3) == [[], [KEY], []]
    accept(s3_store, KEY, NEW_SCAN, MOMENT + timedelta(minutes=1))
    assert looks(sweeper, 3) == [[], [KEY], []]
    assert names(s3_store) == ["Eve", "Bo"]


def test_an_inbox_that_cannot_be_listed_is_an_error(s3_store: S3Store) -> None:
    failing_store = failing(s3_store, "inbox/", StoreUnavailableError("x"), "list_objects")
    sweeper = Sweeper(s3_store, SETTINGS, ListingWatcher(failing_store, "inbox/"))
    with pytest.raises(StoreUnavailableError):
        list(sweeper.sweep())
