"""A crash between any two steps leaves a state that the same call completes (contract, 3)."""

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from chalicelib.config import Settings, load
from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.sweep import sweep
from chalicelib.ingest.verify import verify
from chalicelib.ingest.watching import Sweeper
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.directory.watcher import FolderWatcher
from tests.ingest.failing_store import FailingStore
from tests.ingest.support import said

pytestmark = pytest.mark.slow

FOLDER = "inbox/source=rok_players/kingdom=51/dt=2026-01-26"
GOOD = b"ID,Name,Power,Deads\n7,Ada,5,1\n8,Eve,4,2\n"
BETTER = b"ID,Name,Power,Deads\n7,Ada,50,1\n8,Eve,40,2\n9,Zoe,30,3\n"
BAD = b"ID,Name,Power\n7,Ada,lots\n"
NOON = 1_769_428_800  # 2026-01-26T12:00:00Z
# More calls than any ingestion makes.
MOST_CALLS = 60


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"LAKE_URI": f"file:{tmp_path}"})


def put(root: Path, name: str, data: bytes, at: int = NOON) -> str:
    """Lay an upload into the inbox; its key."""
    path = root / FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (at, at))
    return f"{FOLDER}/{name}"


def objects(root: Path) -> dict[str, bytes]:
    """All that is in a lake, but for its inbox."""
    return {
        path.relative_to(root).as_posix(): said(
            path.relative_to(root).as_posix(), path.read_bytes()
        )
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_relative_to(root / "inbox")
    }


def undisturbed(root: Path, settings: Settings, uploads: list[tuple[str, bytes, int]]) -> None:
    for upload in uploads:
        assert ingest_key(DirectoryStore(str(root)), put(root, *upload), settings)


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "uploads",
    [
        [("a.csv", GOOD, NOON)],
        [("a.csv", BAD, NOON)],
        pytest.param([("a.csv", GOOD, NOON), ("b.csv", BETTER, NOON + 60)], marks=pytest.mark.long),
        pytest.param([("b.csv", BETTER, NOON + 60), ("a.csv", GOOD, NOON)], marks=pytest.mark.long),
        [("a.csv", GOOD, NOON), ("notes.txt", b"hello", NOON)],
    ],
    ids=["good", "bad", "newer", "older", "unrecognised"],
)
def test_a_retry_after_a_crash_at_any_call_ends_where_an_undisturbed_run_does(
    tmp_path: Path, settings: Settings, uploads: list[tuple[str, bytes, int]], late: bool
) -> None:
    undisturbed(tmp_path / "calm", settings, uploads)
    expected = objects(tmp_path / "calm")
    undisturbed(tmp_path / "before", settings, uploads[:-1])
    crashes = 0
    for call in range(1, MOST_CALLS):
        root = tmp_path / f"{call}"
        if uploads[:-1]:
            shutil.copytree(tmp_path / "before", root)
        key = put(root, *uploads[-1])
        store = FailingStore(DirectoryStore(str(root)), call, late=late)
        try:
            ingest_key(store, key, settings)
        except StoreUnavailableError:
            crashes += 1
            ingest_key(DirectoryStore(str(root)), key, settings)
        assert objects(root) == expected
        if store.calls < call:
            break
    assert store.calls < call, "every call was failed once"
    assert crashes >= 3


@pytest.mark.parametrize("call", range(1, 36))
def test_a_run_whose_inbox_object_is_gone_after_a_crash_is_completed_from_raw(
    tmp_path: Path, settings: Settings, call: int
) -> None:
    undisturbed(tmp_path / "calm", settings, [("a.csv", GOOD, NOON)])
    root = tmp_path / "lake"
    key = put(root, "a.csv", GOOD)
    store = DirectoryStore(str(root))
    try:
        ingest_key(FailingStore(store, call, late=True), key, settings)
    except StoreUnavailableError:
        (root / key).unlink()
        list(sweep(store, settings))
    left = objects(root)
    assert left in ({}, objects(tmp_path / "calm"))
    if any(name.startswith("raw/") for name in left):
        assert left == objects(tmp_path / "calm")


def test_whatever_order_uploads_finish_in_the_newest_is_shown(
    tmp_path: Path, settings: Settings
) -> None:
    uploads = [("a.csv", GOOD, NOON), ("b.csv", BETTER, NOON + 60), ("c.csv", GOOD, NOON + 60)]
    undisturbed(tmp_path / "forwards", settings, uploads)
    undisturbed(tmp_path / "backwards", settings, uploads[::-1])
    assert objects(tmp_path / "forwards") == objects(tmp_path / "backwards")


def test_a_replay_changes_no_byte_and_says_whether_the_run_is_shown(
    tmp_path: Path, settings: Settings
) -> None:
    store = DirectoryStore(str(tmp_path))
    keys = [put(tmp_path, "a.csv", GOOD), put(tmp_path, "b.csv", BETTER, NOON + 60)]
    first = [ingest_key(store, key, settings) for key in keys]
    before = objects(tmp_path)
    again = [ingest_key(store, key, settings) for key in keys]
    assert objects(tmp_path) == before
    assert [done.published for done in first if done] == [True, True]
    assert [done.published for done in again if done] == [False, True]
    assert [done.replayed for done in again if done] == [True, True]
    assert [done.report for done in first if done] == [done.report for done in again if done]


def test_two_uploads_of_one_name_and_second_are_two_runs_and_nothing_is_lost(
    tmp_path: Path, settings: Settings
) -> None:
    store = DirectoryStore(str(tmp_path))
    for data in (GOOD, BETTER, BAD):
        ingest_key(store, put(tmp_path, "a.csv", data), settings)
    found = objects(tmp_path)
    kept = [data for key, data in found.items() if key.startswith("raw/")]
    assert sorted(kept) == sorted([GOOD, BETTER])
    assert [data for key, data in found.items() if key.startswith("rejected/")] == [BAD]
    reports = [key for key in found if key.startswith("reports/")]
    assert len(reports) == 3
    assert sum("/a~" in key for key in found) >= 2
    assert all(outcome.ok for outcome in verify(store, settings))


def test_a_sweep_finds_an_upload_that_replaced_another_in_the_same_second(
    tmp_path: Path, settings: Settings
) -> None:
    store = DirectoryStore(str(tmp_path))
    now = int(tmp_path.stat().st_mtime)
    path = tmp_path / "inbox/source=rok_players/kingdom=51/dt=2026-01-26/a.csv"
    for data in (GOOD, BETTER):
        put(tmp_path, "a.csv", data, now)
        assert path.read_bytes() == data
        assert [outcome.key for outcome in sweep(store, settings)] == [f"{FOLDER}/a.csv"]
    assert list(sweep(store, settings)) == []


def test_watching_takes_a_file_only_when_two_looks_saw_the_same(
    tmp_path: Path, settings: Settings
) -> None:
    with closing(FolderWatcher(str(tmp_path), "inbox/")) as inbox:
        sweeper = Sweeper(DirectoryStore(str(tmp_path)), settings, inbox)
        put(tmp_path, "a.csv", GOOD[:30])
        assert list(sweeper.sweep()) == []
        put(tmp_path, "a.csv", GOOD, NOON + 1)
        assert list(sweeper.sweep()) == []
        assert [outcome.key for outcome in sweeper.sweep()] == [f"{FOLDER}/a.csv"]
        assert list(sweeper.sweep()) == []


def test_a_fault_with_one_object_does_not_keep_the_others_waiting(
    tmp_path: Path, settings: Settings
) -> None:
    store = DirectoryStore(str(tmp_path))
    put(tmp_path, "a.csv", GOOD)
    list(sweep(store, settings))
    (report,) = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    report.write_bytes(b"")
    os.utime(tmp_path / FOLDER / "a.csv")
    put(tmp_path, "a.csv", GOOD)
    put(tmp_path, "b.csv", BETTER, NOON + 60)
    report.write_bytes(b"[]")
    assert [outcome.key for outcome in sweep(store, settings)] == [f"{FOLDER}/b.csv"]
    # A report that is not believed is written anew beside it; it is never replaced.
    done = ingest_key(store, f"{FOLDER}/a.csv", settings)
    assert done is not None
    assert (done.replayed, report.read_bytes()) == (False, b"[]")
    assert len(list(report.parent.iterdir())) == 2


def test_verify_names_objects_that_are_in_no_snapshots_folder(
    tmp_path: Path, settings: Settings
) -> None:
    store = DirectoryStore(str(tmp_path))
    strays = ["curated/source=rok_players/kingdom=051/dt=2026-01-01/players.parquet", "boards/x"]
    for key in strays:
        store.create(key, b"?")
    (outcome,) = verify(store, settings)
    assert (outcome.ok, outcome.keys, outcome.kingdom) == (False, tuple(strays), None)
