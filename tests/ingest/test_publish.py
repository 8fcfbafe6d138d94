"""Publishing (contract, section 3): what is kept stays, and the newest run of a date is shown."""

import hashlib
import io
import itertools
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import StoreError, StoreUnavailableError
from chalicelib.ingest.pipeline import IngestResult
from chalicelib.ingest.publish import (
    MAX_SWAPS,
    find_report,
    inbox_key_of,
    is_newest,
    keep,
    newest_raw,
    publish_views,
    run_of,
    write_report,
)
from chalicelib.ingest.report import encode_report
from chalicelib.lake.archive_keys import parse_archive_key
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition, parse_raw_key, raw_key, with_hash
from chalicelib.lake.run import Run
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import Store
from chalicelib.scans.upload import Upload
from chalicelib.views.snapshot_writer import Curated
from tests.ingest.races import MOST_CALLS, accept, interrupted, watched
from tests.ingest.support import (
    BOARDS,
    CURATED,
    FOLDER,
    KEY,
    MOMENT,
    RUN_TS,
    SCAN,
    SLOW,
    contents,
    csv_of,
    ingest,
    put,
)

DAY = Partition(51, date(2026, 1, 26))
RAW = raw_key(DAY, RUN_TS, "players.csv")
REPORT = "reports/x/players.csv.json"
LATER = MOMENT + timedelta(minutes=1)


def upload(data: bytes) -> Upload:
    return Upload(io.BytesIO(data), len(data), hashlib.sha256(data).hexdigest(), too_large=False)


def run(data: bytes = SCAN) -> Run:
    return Run.of(KEY, MOMENT, upload(data).sha256)


def report(of: Run, status: str = "accepted") -> dict[str, object]:
    return {"status": status, "run_id": of.run_id, "written": {}}


class TestKeep:
    def test_bytes_are_kept_under_the_wanted_key_and_once(self, store: Store) -> None:
        assert keep(store, RAW, upload(SCAN)) == RAW
        before = store.head(RAW)
        assert keep(store, RAW, upload(SCAN)) == RAW
        assert (store.head(RAW), contents(store)) == (before, {RAW: SCAN})

    def test_other_bytes_of_that_name_get_their_hash_into_theirs(self, store: Store) -> None:
        keep(store, RAW, upload(SCAN))
        other = with_hash(RAW, upload(b"other").sha256)
        assert [keep(store, RAW, upload(b"other")) for _ in range(2)] == [other, other]
        assert contents(store) == {RAW: SCAN, other: b"other"}

    def test_nothing_is_replaced_though_both_names_are_taken(
        self, directory_store: DirectoryStore
    ) -> None:
        taken = dict.fromkeys((RAW, with_hash(RAW, upload(SCAN).sha256)), b"x")
        for key, body in taken.items():
            put(directory_store, key, body)
        with pytest.raises(StoreUnavailableError, match="both taken"):
            keep(directory_store, RAW, upload(SCAN))
        assert contents(directory_store) == taken


class TestReport:
    def test_a_report_is_found_by_its_run(self, store: Store) -> None:
        assert find_report(store, REPORT, run()) is None
        write_report(store, REPORT, run(), report(run()))
        assert find_report(store, REPORT, run()) == report(run())
        assert find_report(store, REPORT, run(b"other")) is None

    def test_a_report_that_is_there_stays(self, directory_store: DirectoryStore) -> None:
        first = report(run(), "rejected")
        write_report(directory_store, REPORT, run(), first)
        write_report(directory_store, REPORT, run(), report(run()))
        assert contents(directory_store) == {REPORT: encode_report(first)}

    def test_a_report_on_another_upload_of_that_name_and_second_stays_beside_it(
        self, directory_store: DirectoryStore
    ) -> None:
        for data in (SCAN, b"other", b"other"):
            write_report(directory_store, REPORT, run(data), report(run(data)))
        assert contents(directory_store) == {
            REPORT: encode_report(report(run())),
            f"reports/x/players~{run(b'other').sha256[:8]}.csv.json": encode_report(
                report(run(b"other"))
            ),
        }
        assert find_report(directory_store, REPORT, run(b"other")) == report(run(b"other"))

    def test_no_report_is_replaced_though_both_names_are_taken(
        self, directory_store: DirectoryStore
    ) -> None:
        theirs = encode_report(report(run(b"theirs")))
        hashed = f"reports/x/players~{run().sha256[:8]}.csv.json"
        for key in (REPORT, hashed):
            put(directory_store, key, theirs)
        with pytest.raises(StoreUnavailableError, match="both taken"):
            write_report(directory_store, REPORT, run(), report(run()))
        assert contents(directory_store) == {REPORT: theirs, hashed: theirs}

    @pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"null", b'{"run_id": "x"}', b"{"])
    def test_a_damaged_report_is_named_never_taken_for_none(
        self, directory_store: DirectoryStore, body: bytes
    ) -> None:
        put(directory_store, REPORT, body)
        with pytest.raises(StoreError, match=f"{REPORT} is damaged"):
            find_report(directory_store, REPORT, run())


uploads = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.integers(0, 2)), st.sampled_from(b"xyz"), max_size=6
)


class TestNewest:
    @settings(SLOW, max_examples=40)
    @given(kept=uploads)
    def test_the_newest_is_the_last_by_moment_and_then_by_run_id(
        self, kept: dict[tuple[str, int], int], tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        store = DirectoryStore(str(tmp_path_factory.mktemp("lake")))
        put(store, f"raw/{DAY.path}/run_ts=20990101T000000Z/notes.txt", b"no upload")
        put(store, raw_key(Partition(51, date(2026, 1, 27)), "20990101T000000Z", "a.csv"), b"")
        runs: dict[str, Run] = {}
        for (name, second), byte in kept.items():
            data, moment = bytes([byte]), MOMENT + timedelta(seconds=second)
            sha256 = hashlib.sha256(data).hexdigest()
            mine = Run.of(f"{FOLDER}/{name}.csv", moment, sha256)
            runs[raw_key(DAY, mine.run_ts, f"{name}.csv")] = mine
            put(store, raw_key(DAY, mine.run_ts, f"{name}.csv"), data)
        newest = max(runs, key=lambda key: runs[key].run_id, default=None)
        found = newest_raw(store, DAY)
        assert (found and found.key) == newest
        for key, mine in runs.items():
            parsed = parse_raw_key(key)
            assert parsed is not None
            assert run_of(store, parsed) == mine
            assert is_newest(store, DAY, mine, key) is (key == newest)

    def test_a_hash_in_a_name_is_ours_only_where_the_name_without_it_is_taken(
        self, directory_store: DirectoryStore
    ) -> None:
        sha256 = upload(SCAN).sha256
        kept = parse_archive_key(with_hash(RAW, sha256))
        assert kept is not None
        put(directory_store, kept.key, SCAN)
        assert inbox_key_of(directory_store, kept, sha256) == with_hash(KEY, sha256)
        put(directory_store, RAW, b"other")
        assert inbox_key_of(directory_store, kept, sha256) == KEY
        assert inbox_key_of(directory_store, kept, "0" * 64) == with_hash(KEY, sha256)


def scan(*powers: int) -> bytes:
    return csv_of(["ID", "Name", "Power"], [[n, f"P{n}", p] for n, p in enumerate(powers, 1)])


OLD, NEW = ("old.csv", MOMENT, scan(1, 2)), ("new.csv", LATER, scan(30, 20, 10))
PAIRS = {
    "newer-comes": (OLD, NEW),
    "older-comes": (NEW, OLD),
    "same-second": (OLD, ("too.csv", MOMENT, scan(5))),
    "same-second-swapped": (("too.csv", MOMENT, scan(5)), OLD),
    "same-upload": (NEW, NEW),
}


@pytest.fixture
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Store]:
    """Makes empty lakes by name."""
    if request.param == "directory":
        return lambda name: DirectoryStore(str(tmp_path / name))
    bucket, client = request.getfixturevalue("s3_bucket"), request.getfixturevalue("s3_client")
    return lambda name: S3Store(bucket, name, client)


@pytest.mark.parametrize(
    ("pair", "lake"),
    [*((pair, "directory") for pair in PAIRS), ("newer-comes", "s3")],
    indirect=["lake"],
)
def test_at_whichever_call_another_run_comes_in_between_the_newest_is_shown_whole(
    pair: str, lake: Callable[[str], Store]
) -> None:
    def lay(store: Store) -> list[str]:
        return [accept(store, f"{FOLDER}/{name}", data, at) for name, at, data in PAIRS[pair]]

    calm = lake("calm")
    newest = max([ingest(calm, key).report for key in lay(calm)], key=lambda one: one["run_id"])
    expected = contents(calm)
    came: list[IngestResult] = []
    for at in range(1, MOST_CALLS):
        store = lake(f"{at}")
        first, second = lay(store)
        mine = ingest(interrupted(store, at, lambda: came.append(ingest(store, second))), first)  # noqa: B023
        if len(came) < at:
            break
        assert contents(store) == expected
        assert {one.published for one in (mine, came[-1]) if one.report == newest} == {True}
    assert 8 < len(came) < MOST_CALLS - 1


@pytest.mark.parametrize("changes", [1, 2, MAX_SWAPS - 1])
def test_views_are_swapped_in_though_others_write_them_meanwhile(
    changes: int, directory_store: DirectoryStore
) -> None:
    left = iter(range(changes))
    assert publish_views(disturbed(directory_store, left), DAY, run(), RAW, views())
    assert contents(directory_store) == {CURATED: b"parquet", BOARDS: b"boards"}


def test_where_others_never_stop_writing_the_event_is_left_to_a_retry(
    directory_store: DirectoryStore,
) -> None:
    changes = itertools.count()
    with pytest.raises(StoreUnavailableError, match="too many writers"):
        publish_views(disturbed(directory_store, changes), DAY, run(), RAW, views())
    assert next(changes) == MAX_SWAPS


def views() -> Curated:
    return Curated(io.BytesIO(b"parquet"), io.BytesIO(b"boards"))


def disturbed(store: Store, changes: Iterator[int]) -> Store:
    """A store in which somebody writes the curated file just before its caller does."""

    def write_too(method: str, key: str) -> None:
        if method in ("create", "replace") and key == CURATED:
            for change in itertools.islice(changes, 1):
                put(store, key, b"theirs %d" % change, None)

    return watched(store, write_too)
