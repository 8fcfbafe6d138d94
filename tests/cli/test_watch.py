"""The loop of `sweep --watch` and of `make run`: what it tells, and how often."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from chalicelib import config
from chalicelib.cli import watch
from chalicelib.lake.directory.store import DirectoryStore
from tests.cli.conftest import GOOD

KEY = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"
FUTURE = 4_070_908_800


@pytest.fixture(autouse=True)
def without_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "DIRECTORY_SECONDS", 0)


def watch_for(
    lake: DirectoryStore, looks: int, told: Mapping[str, str] | None = None
) -> tuple[list[str], list[str]]:
    """What so many looks ingest, and what they complain of."""
    left = looks
    ingested: list[str] = []
    failed: list[str] = []

    def check() -> None:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt

    with watch.stoppable():
        watch.watch(
            lake,
            config.load(),
            ingested=lambda outcome: ingested.append(outcome.key),
            failed=failed.append,
            check=check,
            told=told or {},
        )
    return ingested, failed


def test_a_file_from_the_future_is_told_once(lake: DirectoryStore, tmp_path: Path) -> None:
    lake.create(KEY, GOOD.encode())
    os.utime(tmp_path / "lake" / KEY, (FUTURE, FUTURE))
    ingested, [line] = watch_for(lake, 10)
    assert ingested == []
    assert line.startswith(f"{KEY}: the file's modification time, 2099-01-01T00:00:00Z, is in the")
    assert watch_for(lake, 10, {KEY: line}) == ([], [])


def test_a_full_disk_is_told_once_for_all_uploads_that_wait_for_room(
    lake: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [KEY.replace("players", f"players {number}") for number in range(5)]
    for key in keys:
        lake.create(key, GOOD.encode())

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", fail)
        ingested, [line] = watch_for(lake, 10)
    assert ingested == []
    assert line.startswith("No space left on device: the disk of the lake ")
    assert watch_for(lake, 5) == (keys, [])


def test_what_is_new_is_ingested_once(lake: DirectoryStore) -> None:
    lake.create(KEY, GOOD.encode())
    lake.create("inbox/.DS_Store", b"x")
    assert watch_for(lake, 5) == ([KEY], [])


def test_an_inbox_that_is_a_link_is_told_once(lake: DirectoryStore, tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "inbox").symlink_to(tmp_path)
    ingested, failed = watch_for(lake, 5)
    assert (ingested, len(failed)) == ([], 1)
    assert failed[0].startswith("inbox/: cannot list inbox: ")
