"""Sweeping (contract, sections 6 and 7): what lost its event is found, what is done is left."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import StoreDeniedError, StoreUnavailableError
from chalicelib.ingest.pipeline import IngestResult
from chalicelib.ingest.sweep import RECHECK_PERIOD, Sweep, SweepFailure, SweepResult, sweep
from chalicelib.ingest.sweeping.memory import SweepMemory
from chalicelib.ingest.verify import verify
from chalicelib.lake.directory.store import DirectoryStore, _FileReader
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import Store
from tests.ingest.races import accept, moto_object, state, watched
from tests.ingest.support import (
    BAD_SCAN,
    FOLDER,
    KEY,
    MOMENT,
    SCAN,
    SETTINGS,
    contents,
    ingest,
    names,
)

BAD = f"{FOLDER}/bad.csv"
NOTES = "inbox/notes.txt"
OTHER = KEY.replace("2026-01-26", "2026-01-19")
NEW_SCAN = SCAN.replace(b"Ana", b"Eve")
UPLOADS = {BAD: BAD_SCAN, KEY: SCAN, NOTES: b"hello", OTHER: SCAN}


def lay(store: Store, moment: datetime = MOMENT) -> list[str]:
    """Uploads whose events were lost; their keys in the order of a listing."""
    return sorted(accept(store, key, data, moment) for key, data in UPLOADS.items())


def swept(store: Store) -> list[SweepResult]:
    return list(sweep(store, SETTINGS))


def remove(store: Store, key: str) -> None:
    """Delete an object as a person would; no store can."""
    if isinstance(store, DirectoryStore):
        (vars(store)["_root"] / key).unlink()
    else:
        vars(store)["_boto"].get().delete_object(Bucket=vars(store)["_bucket"], Key=key)


def opened(store: Store) -> tuple[list[str], Store]:
    """The keys that are opened in a store, and that store."""
    found: list[str] = []

    def note(method: str, key: str) -> None:
        if method == "open":
            found.append(key)

    return found, watched(store, note)


def failing(store: Store, doomed: str, error: Exception, method: str = "open") -> Store:
    def fail(called: str, key: str) -> None:
        if (called, key) == (method, doomed):
            raise error

    return watched(store, fail)


class TestSweep:
    def test_what_lost_its_event_is_ingested(self, store: Store) -> None:
        keys = lay(store)
        found = swept(store)
        assert sorted(one.key for one in found) == keys
        ingested = [one for one in found if isinstance(one, IngestResult)]
        assert {one.key: one.report["status"] for one in ingested} == {
            BAD: "rejected",
            KEY: "accepted",
            NOTES: "rejected",
            OTHER: "accepted",
        }
        assert names(store) == ["Ana", "Bo"]

    def test_it_leaves_what_the_events_would_have_left(
        self, store: Store, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        lay(store)
        swept(store)
        calm = DirectoryStore(str(tmp_path_factory.mktemp("calm")))
        for key in reversed(lay(calm)):
            ingest(calm, key)
        assert contents(store) == contents(calm)

    def test_what_is_done_is_not_even_opened_again(self, store: Store) -> None:
        lay(store)
        for key in (KEY, NOTES):
            ingest(store, key)
        found, seen = opened(store)
        assert sorted(one.key for one in swept(seen)) == sorted([BAD, OTHER])
        assert not {KEY, NOTES} & set(found)
        before = state(store)
        found.clear()
        assert (swept(seen), found) == ([], [])
        assert state(store) == before

    @pytest.mark.parametrize("is_in_parts", [False, True])
    def test_a_recent_upload_is_read_again_only_where_its_etag_does_not_tell_its_bytes(
        self, s3_store: S3Store, is_in_parts: bool
    ) -> None:
        key = accept(s3_store, "inbox/recent.csv", SCAN, datetime.now(UTC) - timedelta(minutes=5))
        ingest(s3_store, key)
        if is_in_parts:
            moto_object(s3_store, key)._etag = "0123456789abcdef0123456789abcdef-2"
        found, seen = opened(s3_store)
        memory = SweepMemory()
        for reads in (is_in_parts, False, False):
            found.clear()
            assert list(Sweep(seen, SETTINGS, memory=memory).results()) == []
            assert (key in found) is reads

    @pytest.mark.parametrize(
        ("age", "reads"),
        [
            (timedelta(0), [True, True, True]),
            (RECHECK_PERIOD / 2, [True, False, False]),
            (RECHECK_PERIOD + timedelta(hours=1), [True, False, False]),
        ],
        ids=["its second is not over", "recent", "old"],
    )
    def test_on_a_disk_an_upload_is_read_again_until_that_was_after_its_second(
        self, directory_store: DirectoryStore, age: timedelta, reads: list[bool]
    ) -> None:
        key = accept(directory_store, "inbox/recent.csv", SCAN, datetime.now(UTC) - age)
        found, seen = opened(directory_store)
        memory, told = SweepMemory(), []
        for is_read in reads:
            found.clear()
            told += [one.key for one in Sweep(seen, SETTINGS, memory=memory).results()]
            assert (key in found) is is_read
        assert told == [key]

    @pytest.mark.parametrize("data", [SCAN, BAD_SCAN], ids=["accepted", "refused"])
    def test_a_lost_archive_object_whose_upload_is_there_is_written_again(
        self, store: Store, data: bytes
    ) -> None:
        ingest(store, accept(store, KEY, data, MOMENT))
        before = contents(store)
        (archived,) = contents(store, "raw/", "rejected/")
        remove(store, archived)
        swept(store)
        assert contents(store) == before
        found, seen = opened(store)
        assert (swept(seen), found) == ([], [])

    @pytest.mark.parametrize("body", [b"", b"{", b"null", b'{"status": "accepted"}'])
    def test_a_damaged_report_stops_no_sweep(
        self, directory_store: DirectoryStore, body: bytes
    ) -> None:
        ingest(directory_store, accept(directory_store, KEY, SCAN, MOMENT))
        (report,) = contents(directory_store, "reports/")
        accept(directory_store, report, body, MOMENT)
        accept(directory_store, OTHER, SCAN, MOMENT)
        found, seen = opened(directory_store)
        assert [one.key for one in swept(seen)] == [OTHER]
        assert report not in found

    @pytest.mark.parametrize(
        "error",
        [StoreUnavailableError("throttled"), StoreDeniedError("no"), RuntimeError("a bug")],
        ids=lambda error: type(error).__name__,
    )
    def test_one_failing_upload_stops_no_other_and_is_tried_again(
        self, directory_store: DirectoryStore, error: Exception
    ) -> None:
        keys = lay(directory_store)
        found = swept(failing(directory_store, KEY, error))
        assert sorted(one.key for one in found) == keys
        assert [one for one in found if isinstance(one, SweepFailure)] == [SweepFailure(KEY, error)]
        assert [one.key for one in swept(directory_store)] == [KEY]

    def test_an_upload_that_replaced_one_that_is_done_is_found(self, store: Store) -> None:
        ingest(store, accept(store, KEY, SCAN, MOMENT))
        accept(store, KEY, NEW_SCAN, MOMENT + timedelta(minutes=1))
        assert [one.key for one in swept(store)] == [KEY]
        assert names(store) == ["Eve", "Bo"]

    def test_a_folder_that_the_console_made_is_left_alone(self, s3_store: S3Store) -> None:
        accept(s3_store, f"{FOLDER}/", b"", MOMENT)
        found, seen = opened(s3_store)
        assert (swept(seen), found) == ([], [])
        assert [*contents(s3_store)] == [f"{FOLDER}/"]

    def test_what_systems_leave_behind_is_left_alone(self, store: Store) -> None:
        keys = [f"{FOLDER}/.players.csv.part", f"{FOLDER}/desktop.ini", "inbox/.DS_Store"]
        for key in keys:
            accept(store, key, SCAN, MOMENT)
        found, seen = opened(store)
        assert (swept(seen), found) == ([], [])
        assert [*contents(store)] == sorted(keys)

    def test_objects_in_raw_that_are_no_uploads_are_left_alone(
        self, directory_store: DirectoryStore
    ) -> None:
        accept(directory_store, "raw/notes.txt", SCAN, MOMENT)
        assert swept(directory_store) == []
        assert [*contents(directory_store)] == ["raw/notes.txt"]

    def test_a_lake_that_cannot_be_listed_is_an_error(
        self, directory_store: DirectoryStore
    ) -> None:
        lay(directory_store)
        with pytest.raises(StoreUnavailableError):
            swept(failing(directory_store, "inbox/", StoreUnavailableError("x"), "list_objects"))

    @pytest.mark.parametrize(
        "data",
        [(SCAN, NEW_SCAN), (NEW_SCAN, SCAN), (SCAN, BAD_SCAN)],
        ids=["one", "other", "refused"],
    )
    @pytest.mark.parametrize("step", ["curated", "reports"])
    def test_a_run_that_died_is_completed_though_its_name_and_second_were_taken(
        self, directory_store: DirectoryStore, data: tuple[bytes, bytes], step: str
    ) -> None:
        def die(method: str, key: str) -> None:
            if method != "open" and key.startswith(step):
                raise StoreUnavailableError("died")

        now = datetime.now(UTC)
        accept(directory_store, KEY, data[0], now)
        with pytest.raises(StoreUnavailableError):
            ingest(watched(directory_store, die))
        ingest(directory_store, accept(directory_store, KEY, data[1], now))
        swept(directory_store)
        assert len(contents(directory_store, "reports/")) == 2
        assert [one.problems for one in verify(directory_store, SETTINGS)] == [()]
        assert swept(directory_store) == []

    @pytest.mark.parametrize(("key", "data"), [(KEY, BAD_SCAN), (NOTES, b"hello")])
    @pytest.mark.parametrize("taken", [False, True], ids=["first", "name taken"])
    def test_a_refused_run_that_died_is_completed_though_its_inbox_object_is_gone(
        self, store: Store, key: str, data: bytes, taken: bool
    ) -> None:
        def die(method: str, key: str) -> None:
            if method == "create" and key.startswith("reports"):
                raise StoreUnavailableError("died")

        if taken:
            ingest(store, accept(store, key, data + b"0,", MOMENT))
        accept(store, key, data, MOMENT)
        with pytest.raises(StoreUnavailableError):
            ingest(watched(store, die), key)
        accept(store, key, data, MOMENT + timedelta(minutes=1))
        assert len(swept(store)) == 2
        assert swept(store) == []
        bodies = list(contents(store, "reports/").values())
        reports = [json.loads(body) for body in bodies]
        assert len({report["run_id"] for report in reports}) == len(reports) == 2 + taken
        assert all(contents(store, one["written"]["rejected"]) for one in reports)
        assert {one["inbox_key"] for one in reports} == {key}

    @pytest.mark.slow
    @pytest.mark.parametrize("data", [(SCAN, NEW_SCAN), (SCAN, BAD_SCAN), (BAD_SCAN, SCAN)])
    def test_long_after_one_second_saw_two_uploads_of_a_name_the_other_one_is_found(
        self, s3_store: S3Store, data: tuple[bytes, bytes]
    ) -> None:
        ingest(s3_store, accept(s3_store, KEY, data[0], MOMENT))
        accept(s3_store, KEY, data[1], MOMENT)
        found, seen = opened(s3_store)
        assert [one.key for one in swept(s3_store)] == [KEY]
        assert len(contents(s3_store, "reports/")) == 2
        assert (swept(seen), found) == ([], [])

    def test_long_after_in_a_directory_the_other_one_is_found_by_its_size(
        self, directory_store: DirectoryStore
    ) -> None:
        ingest(directory_store, accept(directory_store, KEY, SCAN, MOMENT))
        accept(directory_store, KEY, SCAN + b"7,Zoe,1\n", MOMENT)
        assert [one.key for one in swept(directory_store)] == [KEY]
        assert swept(directory_store) == []

    @pytest.mark.parametrize("data", [(SCAN, NEW_SCAN), (SCAN, BAD_SCAN), (BAD_SCAN, b"")])
    def test_long_after_a_run_that_died_is_completed_though_its_name_has_a_report(
        self, store: Store, data: tuple[bytes, bytes]
    ) -> None:
        def die(method: str, key: str) -> None:
            if method == "create" and key.startswith("reports"):
                raise StoreUnavailableError("died")

        ingest(store, accept(store, KEY, data[0], MOMENT))
        accept(store, KEY, data[1], MOMENT)
        with pytest.raises(StoreUnavailableError):
            ingest(watched(store, die))
        remove(store, KEY)
        assert len(swept(store)) == 1
        assert len(contents(store, "reports/")) == 2
        assert swept(store) == []

    @pytest.mark.parametrize("key", [KEY, NOTES, KEY.removesuffix(".csv") + ".zip"])
    def test_nothing_is_read_of_what_is_too_large_by_event_and_sweep_alike(
        self, directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch, key: str
    ) -> None:
        monkeypatch.setattr("chalicelib.scans.upload.MAX_COPY_BYTES", 10)
        monkeypatch.setattr(_FileReader, "read", None)
        small = SETTINGS._replace(max_upload_bytes=10)
        accept(directory_store, key, SCAN, MOMENT)
        (ingested,) = sweep(directory_store, small)
        assert isinstance(ingested, IngestResult)
        assert ingested.report["file"]["bytes"] == len(SCAN)
        assert ingested.report["file"]["sha256"] is None
        assert ingested.report["written"] == {}
        monkeypatch.undo()
        reports = contents(directory_store, "reports/")
        assert [*contents(directory_store)] == [key, *reports]
        monkeypatch.setattr("chalicelib.scans.upload.MAX_COPY_BYTES", 10)
        found, seen = opened(directory_store)
        assert (list(sweep(seen, small)), found) == ([], [])
        replayed = ingest(directory_store, key, small)
        assert (replayed.replayed, replayed.report) == (True, ingested.report)
        assert contents(directory_store, "reports/") == reports
