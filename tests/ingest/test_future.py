"""A file from the future: only in a directory, where any program can give a file any time."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import UploadInFutureError
from chalicelib.ingest.sweep import SweepFailure, sweep
from chalicelib.lake.directory import files
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.s3.store import S3Store
from tests.ingest.races import accept
from tests.ingest.support import KEY, MOMENT, SCAN, SETTINGS, contents, date_object, ingest, put

FUTURE = datetime(2099, 1, 1, tzinfo=UTC)


def test_it_is_told_and_leaves_nothing_until_it_is_touched(directory_store: DirectoryStore) -> None:
    accept(directory_store, KEY, SCAN, FUTURE)
    with pytest.raises(UploadInFutureError, match="2099-01-01T00:00:00Z, is in the future"):
        ingest(directory_store)
    assert [*contents(directory_store)] == [KEY]
    date_object(directory_store, KEY, datetime.now(UTC))
    assert ingest(directory_store).published


def test_it_is_taken_when_the_clock_has_reached_it(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(directory_store, KEY, SCAN, FUTURE)
    monkeypatch.setattr("time.time_ns", lambda: int(FUTURE.timestamp()) * 10**9)
    assert ingest(directory_store).report["run_ts"] == "20990101T000000Z"


def test_a_few_seconds_are_the_jitter_of_clocks(directory_store: DirectoryStore) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=files.CLOCK_TOLERANCE_SECONDS - 2)
    accept(directory_store, KEY, SCAN, soon)
    assert ingest(directory_store).published


def test_a_correction_by_upload_over_it_is_taken_at_once(directory_store: DirectoryStore) -> None:
    accept(directory_store, KEY, SCAN, FUTURE)
    put(directory_store, KEY, SCAN + b"7,Zoe,1\n", None)
    assert ingest(directory_store).report["players"] == 3


def test_what_was_done_before_the_clock_was_set_back_stays_done(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(directory_store, KEY, SCAN, MOMENT)
    ingest(directory_store)
    monkeypatch.setattr("time.time_ns", lambda: 0)
    assert ingest(directory_store).replayed


def test_in_s3_a_clock_that_is_slow_holds_nothing_back(s3_store: S3Store) -> None:
    accept(s3_store, KEY, SCAN, FUTURE)
    assert ingest(s3_store).published


def test_a_sweep_tells_it_and_takes_the_others(directory_store: DirectoryStore) -> None:
    other = KEY.replace("players.csv", "other.csv")
    accept(directory_store, KEY, SCAN, FUTURE)
    accept(directory_store, other, SCAN, MOMENT)
    taken, held = sweep(directory_store, SETTINGS)
    assert taken.key == other
    assert isinstance(held, SweepFailure)
    assert (held.key, type(held.error)) == (KEY, UploadInFutureError)
    date_object(directory_store, KEY, MOMENT)
    assert [one.key for one in sweep(directory_store, SETTINGS)] == [KEY]
