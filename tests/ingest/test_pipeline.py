"""One upload all the way (contract, section 3): however often, wherever and beside whomever."""

import gzip
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import pytest

from chalicelib import config
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.errors import UploadChangedError
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import Store
from chalicelib.scans import upload
from tests.ingest.races import (
    accept,
    atomic_moto,
    ingest_together,
    state,
    two_processes,
    watched,
)
from tests.ingest.support import (
    BAD_SCAN,
    BOARDS,
    FOLDER,
    KEY,
    MOMENT,
    PARTITION,
    RUN_TS,
    SCAN,
    SETTINGS,
    contents,
    curated,
    ingest,
    names,
)

LATER = MOMENT + timedelta(hours=1)
NEW_SCAN = SCAN.replace(b"Ana", b"Eve") + b"1000003,Cy,9000000\n"


def uri_of(store: Store) -> str:
    if isinstance(store, S3Store):
        return f"s3://{vars(store)['_bucket']}"
    return f"file:{vars(store)['_root']}"


def rounds(store: Store) -> range:
    """A kingdom for each race; those in S3 take long."""
    return range(1, 4 if isinstance(store, S3Store) else 9)


def in_kingdom(key: str, kingdom: int) -> str:
    return key.replace("kingdom=51", f"kingdom={kingdom}")


class TestReplay:
    UPLOADS = (
        (KEY, SCAN, MOMENT),
        (f"{FOLDER}/later.csv.gz", gzip.compress(NEW_SCAN, mtime=0), LATER),
        (f"{FOLDER}/too.csv", NEW_SCAN, MOMENT),
        (f"{FOLDER}/bad.csv", BAD_SCAN, LATER),
        ("inbox/notes.txt", b"hello", MOMENT),
    )

    def test_a_replay_in_any_order_changes_no_byte_and_writes_nothing(self, store: Store) -> None:
        keys = [accept(store, *each) for each in self.UPLOADS]
        first = [ingest(store, key) for key in keys]
        assert [one.replayed for one in first] == [False] * len(keys)
        before = state(store)

        def no_write(method: str, key: str) -> None:
            assert method not in ("create", "replace"), f"{method} of {key}"

        for key, one in reversed([*zip(keys, first, strict=True)]):
            again = ingest(watched(store, no_write), key)
            assert (again.replayed, again.report) == (True, one.report)
            assert again.published is (key == self.UPLOADS[1][0])
        assert state(store) == before

    @pytest.mark.slow
    def test_the_same_uploads_give_the_same_objects_in_a_directory_and_in_s3(
        self, directory_store: DirectoryStore, s3_store: S3Store
    ) -> None:
        for store in (directory_store, s3_store):
            for each in self.UPLOADS:
                ingest(store, accept(store, *each))
        assert contents(directory_store) == contents(s3_store)


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with two_processes() as pool, atomic_moto():
        yield pool


@pytest.mark.slow
class TestTwoProcesses:
    def test_the_same_upload_by_two_at_once_is_one_run_and_both_succeed(
        self, pool: Pool, store: Store, tmp_path: Path
    ) -> None:
        calm = DirectoryStore(str(tmp_path / "calm"))
        for kingdom in rounds(store):
            key = in_kingdom(KEY, kingdom)
            for lake in (calm, store):
                accept(lake, key, SCAN, MOMENT)
            answer = ingest(calm, key).answer(calm)
            assert ingest_together(pool, uri_of(store), [key, key]) == [answer, answer]
        found = contents(store)
        assert found == contents(calm)
        views = Counter(key.partition("/")[0] for key in found)
        count = len(rounds(store))
        kinds = ("inbox", "raw", "curated", "boards", "players", "reports")
        several = {"changes": 3 * count, "catalog": count + 1}
        assert views == dict.fromkeys(kinds, count) | several

    @pytest.mark.parametrize("apart", [timedelta(hours=1), timedelta(0)])
    def test_of_two_uploads_of_a_date_at_once_the_newest_is_in_both_views(
        self, pool: Pool, store: Store, tmp_path: Path, apart: timedelta
    ) -> None:
        calm = DirectoryStore(str(tmp_path / "calm"))
        for kingdom in rounds(store):
            keys = [in_kingdom(f"{FOLDER}/{name}.csv", kingdom) for name in ("old", "new")]
            for lake in (calm, store):
                accept(lake, keys[0], SCAN, MOMENT)
                accept(lake, keys[1], NEW_SCAN, MOMENT + apart)
            reports = [ingest(calm, key).report for key in keys]
            order = slice(None, None, -1 if kingdom % 2 else 1)
            answers = ingest_together(pool, uri_of(store), keys[order])[order]
            published = [answer.pop("published") for answer in answers]
            latest = [answer.pop("place")["latest"] for answer in answers]
            assert answers == reports
            newest = max(range(2), key=lambda index: reports[index]["run_id"])
            assert published[newest]
            assert latest[newest] == "2026-01-26"
            # The other may be done before anything of the date is published.
            assert {*latest} <= {"2026-01-26", None}
        assert contents(store) == contents(calm)


class TestNewest:
    def test_a_corrected_upload_replaces_the_views_and_nothing_else(self, store: Store) -> None:
        ingest(store, accept(store, KEY, SCAN, MOMENT))
        before = contents(store, "raw/", "reports/")
        corrected = ingest(store, accept(store, KEY, NEW_SCAN, LATER))
        assert corrected.published
        assert names(store) == ["Eve", "Bo", "Cy"]
        after = contents(store, "raw/", "reports/")
        assert after.items() > before.items()
        assert len(after) == 4
        assert contents(store, "raw/")[corrected.report["written"]["raw"]] == NEW_SCAN

    def test_an_older_upload_that_arrives_late_is_kept_but_not_shown(self, store: Store) -> None:
        ingest(store, accept(store, f"{FOLDER}/new.csv", NEW_SCAN, LATER))
        views = contents(store, "curated/", "boards/")
        late = ingest(store, accept(store, KEY, SCAN, MOMENT))
        assert (late.report["status"], late.published) == ("accepted", False)
        assert late.answer(store) == {
            **late.report,
            "published": False,
            "place": {"replaces": None, "latest": "2026-01-26", "warnings": []},
        }
        assert contents(store, "curated/", "boards/") == views
        assert contents(store, "raw/")[late.report["written"]["raw"]] == SCAN

    def test_curated_and_boards_are_of_one_run(self, store: Store) -> None:
        for key, data, moment in ((KEY, SCAN, LATER), (f"{FOLDER}/b.csv", NEW_SCAN, MOMENT)):
            ingest(store, accept(store, key, data, moment))
        assert curated(store)["run_id"].unique().to_pylist() == [
            run_id := ingest(store, KEY).report["run_id"]
        ]
        assert f'"run_id":"{run_id}"'.encode() in contents(store, BOARDS)[BOARDS]

    def test_the_latest_snapshot_is_the_newest_date_that_was_published(self, store: Store) -> None:
        def latest() -> date | None:
            return LakeCatalog(store).kingdoms().latest.get(51)

        assert latest() is None
        for day, data, expected in (
            ("2026-01-12", SCAN, "2026-01-12"),
            ("2026-01-26", SCAN, "2026-01-26"),
            ("2026-01-19", NEW_SCAN, "2026-01-26"),
            ("2026-01-27", BAD_SCAN, "2026-01-26"),
            ("2026-02-27", SCAN, "2026-01-26"),
        ):
            ingest(store, accept(store, KEY.replace("2026-01-26", day), data, MOMENT))
            assert latest() == date.fromisoformat(expected)


REFUSED = {
    "bad-cell": (KEY, BAD_SCAN),
    "empty": (KEY, b""),
    "format": (KEY.replace(".csv", ".docx"), SCAN),
    "kingdom": (in_kingdom(KEY, 0), SCAN),
    "future": (KEY.replace("2026-01", "2026-02"), SCAN),
    "too-large": (KEY, SCAN * 20),
}
TIGHT = SETTINGS._replace(max_upload_bytes=len(SCAN) * 10)


class TestRefusal:
    @pytest.mark.parametrize(("key", "data"), REFUSED.values(), ids=REFUSED.keys())
    def test_a_refused_upload_leaves_its_bytes_a_report_and_nothing_else(
        self, key: str, data: bytes, store: Store
    ) -> None:
        ingest(store, accept(store, f"{FOLDER}/good.csv", SCAN, MOMENT))
        accept(store, key, data, LATER)
        before = contents(store)
        refused = ingest(store, key, TIGHT)
        assert (refused.report["status"], refused.published) == ("rejected", False)
        after = contents(store)
        new = {found: body for found, body in after.items() if found not in before}
        assert before.items() <= after.items()
        kept = refused.report["written"]["rejected"]
        assert kept.startswith("rejected/")
        assert new.pop(kept) == data
        assert [found.partition("/")[0] for found in new] == ["reports"]

    def test_an_upload_that_no_disk_can_hold_leaves_only_a_report(
        self, directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(upload, "MAX_COPY_BYTES", 1000)
        key = accept(directory_store, KEY, SCAN * 50, MOMENT)
        refused = ingest(directory_store, key, TIGHT)
        assert [error["code"] for error in refused.report["errors"]] == ["too_large"]
        assert refused.report["written"] == {}
        assert refused.report["file"]["bytes"] == len(SCAN) * 50
        assert [*contents(directory_store, "r")] == [
            f"reports/{PARTITION}/run_ts={RUN_TS}/players.csv.json"
        ]


class TestNothingToDo:
    def test_a_key_without_an_object_is_nothing(self, store: Store) -> None:
        assert ingest_key(store, KEY, SETTINGS) is None
        assert contents(store) == {}

    def test_a_folder_that_the_console_made_is_nothing(self, s3_store: S3Store) -> None:
        accept(s3_store, f"{FOLDER}/", b"", MOMENT)
        assert ingest_key(s3_store, f"{FOLDER}/", SETTINGS) is None
        assert contents(s3_store) == {f"{FOLDER}/": b""}

    @pytest.mark.parametrize("name", [".players.csv.part", "Thumbs.db", ".sync/players.csv"])
    def test_what_systems_leave_behind_is_nothing(self, store: Store, name: str) -> None:
        key = accept(store, f"{FOLDER}/{name}", SCAN, MOMENT)
        assert ingest_key(store, key, SETTINGS) is None
        assert contents(store) == {key: SCAN}

    def test_an_upload_that_changes_while_it_is_read_is_left_to_the_next_try(
        self, directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        accept(directory_store, KEY, SCAN, MOMENT)
        open_whole = directory_store.open

        def open_longer(key: str) -> Any:
            reader = open_whole(key)
            reader.info = reader.info._replace(size=reader.info.size + 1)
            return reader

        monkeypatch.setattr(directory_store, "open", open_longer)
        with pytest.raises(UploadChangedError, match=f"{KEY} changed"):
            ingest_key(directory_store, KEY, SETTINGS)
        assert [*directory_store.list_objects("")] == [directory_store.head(KEY)]


class TestReport:
    def report(self, store: Store, data: bytes, stage: config.Settings = SETTINGS) -> bytes:
        ingest(store, accept(store, KEY, data, MOMENT), stage)
        (report,) = contents(store, f"reports/{PARTITION}/run_ts={RUN_TS}/players.csv").values()
        return report

    @pytest.mark.parametrize("data", [SCAN, BAD_SCAN, b""])
    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
    def test_it_is_the_same_bytes_at_another_clock_in_another_lake(
        self, data: bytes, zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        expected = self.report(DirectoryStore(str(tmp_path / "empty")), data)
        full = DirectoryStore(str(tmp_path / "full"))
        for name, moment in (("older.csv", MOMENT - timedelta(days=1)), ("newer.csv", LATER)):
            ingest(full, accept(full, f"{FOLDER}/{name}", NEW_SCAN, moment))
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        try:
            assert self.report(full, data) == expected
        finally:
            monkeypatch.undo()
            time.tzset()

    @pytest.mark.parametrize("data", [SCAN, BAD_SCAN])
    def test_no_other_moment_than_the_upload_s_is_in_any_object(
        self, data: bytes, directory_store: DirectoryStore
    ) -> None:
        self.report(directory_store, data)
        text = b"\n".join(
            key.encode() + body
            for key, body in contents(directory_store).items()
            if not key.endswith(".parquet")
        ).decode()
        moments = re.findall(r"\b20\d\d-?[01]\d-?[0-3]\d(?:T[\d:]+Z)?\b", text)
        assert {re.sub("[-:]", "", moment) for moment in moments} == {"20260126", RUN_TS}


@pytest.mark.parametrize(
    "key",
    [
        "inbox/",
        f"{FOLDER}/",
        f"{FOLDER}/sub/",
        "inbox//players.csv",
        "inbox/../players.csv",
        f"{FOLDER}/{'n' * 300}.csv",
        f"inbox/{'n' * 1100}.csv",
        f"{FOLDER}/nul\0.csv",
    ],
)
def test_an_event_of_a_key_that_the_store_cannot_hold_is_nothing(
    directory_store: DirectoryStore, key: str
) -> None:
    accept(directory_store, KEY, SCAN, MOMENT)
    before = contents(directory_store)
    assert ingest_key(directory_store, key, SETTINGS) is None
    assert contents(directory_store) == before
