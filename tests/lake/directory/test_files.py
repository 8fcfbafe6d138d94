"""What the directory store promises when processes race, die, or the disk fails."""

import errno
import io
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import (
    PreconditionFailedError,
    StoreDeniedError,
    StoreError,
    StoreUnavailableError,
)
from chalicelib.lake.directory.store import DirectoryStore
from tests.lake.support import files, read

KEY = "inbox/x/players.csv"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def _race(root: str, number: int, rounds: int) -> None:
    """What each racing process does: creates that one wins, and swaps that none loses."""
    store = DirectoryStore(root)
    for round_number in range(rounds):
        try:
            store.create(f"raw/{round_number}/object", b"%d" % number * 5000)
        except PreconditionFailedError:
            pass
        else:
            store.create(f"won/{round_number}/{number}", b"")
        while True:
            with store.open("counter/value") as reader:
                value = int(reader.read())
            try:
                store.replace("counter/value", b"%d" % (value + 1), reader.info.etag)
            except PreconditionFailedError:
                continue
            break


@pytest.mark.slow
def test_processes_that_race_lose_nothing(directory_store: DirectoryStore, root: Path) -> None:
    processes, rounds = 4, 25
    directory_store.create("counter/value", b"0")
    context = multiprocessing.get_context("spawn")
    racing = [
        context.Process(target=_race, args=(str(root), number, rounds))
        for number in range(1, processes + 1)
    ]
    for process in racing:
        process.start()
    for process in racing:
        process.join(120)
        assert process.exitcode == 0
    assert read(directory_store, "counter/value") == b"%d" % (processes * rounds)
    won = [info.key for info in directory_store.list_objects("won/")]
    assert len(won) == rounds
    for key in won:
        _, round_number, winner = key.split("/")
        content = read(directory_store, f"raw/{round_number}/object")
        assert content == winner.encode() * 5000
    assert not [name for name in files(root) if ".rok-tmp-" in name]


def test_a_killed_writer_leaves_nothing_after_the_next_write(
    directory_store: DirectoryStore, root: Path
) -> None:
    script = textwrap.dedent(
        """
        import io, sys, time
        from chalicelib.lake.directory.store import DirectoryStore

        class Slow(io.BytesIO):
            def read(self, size=-1):
                print("writing", flush=True)
                time.sleep(60)

        DirectoryStore(sys.argv[1]).create("inbox/slow", Slow())
        """
    )
    command = [sys.executable, "-c", script, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        directory_store.create("inbox/first", b"")
        assert len([name for name in files(root) if name.startswith(".rok-tmp-")]) == 1
        assert [info.key for info in directory_store.list_objects("")] == ["inbox/first"]
        writer.send_signal(signal.SIGKILL)
    directory_store.create("inbox/second", b"")
    assert files(root) == ["inbox/first", "inbox/second"]


def test_scratch_is_written_without_a_copy(directory_store: DirectoryStore, root: Path) -> None:
    with directory_store.scratch() as scratch:
        scratch.write(b"content")
        directory_store.create(KEY, scratch)
        assert os.fstat(scratch.fileno()).st_ino == (root / KEY).stat().st_ino
    assert files(root) == [KEY]


def test_scratch_that_the_disk_has_no_room_for_is_a_fault_of_the_store(
    directory_store: DirectoryStore, root: Path
) -> None:
    with pytest.raises(StoreUnavailableError, match="No space left"), directory_store.scratch():
        raise OSError(errno.ENOSPC, "No space left on device")
    assert files(root) == []


def test_scratch_that_did_not_reach_the_disk_is_not_kept(
    directory_store: DirectoryStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, calls = os.fsync, []

    def fail_at_first(file: int) -> None:
        calls.append(file)
        if len(calls) == 1:  # the system tells of it once
            raise OSError(errno.EIO, "Input/output error")
        sync(file)

    monkeypatch.setattr(os, "fsync", fail_at_first)
    with directory_store.scratch() as scratch:
        scratch.write(b"content")
        scratch.flush()
        with pytest.raises(StoreUnavailableError, match=f"cannot write {KEY}: Input/output error"):
            directory_store.create(KEY, scratch)
    assert files(root) == []


def test_a_new_folder_is_on_the_disk_before_what_lies_in_it(
    directory_store: DirectoryStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, link = os.fsync, os.link
    synced: list[int] = []
    before: list[int] = []

    def note(file: int) -> None:
        synced.append(os.fstat(file).st_ino)
        sync(file)

    def note_link(*arguments: Any, **named: Any) -> None:
        before.extend(synced)
        link(*arguments, **named)

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(os, "link", note_link)
    directory_store.create("a/b/c/name", b"content")
    changed = [root, root / "a", root / "a/b"]
    assert {folder.stat().st_ino for folder in changed} <= {*before}
    assert {(root / "a/b/c").stat().st_ino, (root / "a/b/c/name").stat().st_ino} <= {*synced}


def test_a_failed_write_leaves_nothing(directory_store: DirectoryStore, root: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(errno.ENOSPC, "No space left on device")

    etag = directory_store.create(KEY, b"one")
    with pytest.raises(
        StoreUnavailableError, match=r"No space left .* of the lake .*lake is full; make"
    ):
        directory_store.create("inbox/y", Broken())
    with pytest.raises(StoreUnavailableError, match="No space left"):
        directory_store.replace(KEY, Broken(), etag)
    assert files(root) == [KEY]
    assert read(directory_store, KEY) == b"one"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, StoreUnavailableError),
        (errno.EIO, StoreUnavailableError),
        (errno.EMFILE, StoreUnavailableError),
        (errno.EACCES, StoreDeniedError),
        (errno.EPERM, StoreDeniedError),
        (errno.EROFS, StoreDeniedError),
    ],
)
def test_a_failing_disk_is_told_as_the_stores_error(
    directory_store: DirectoryStore,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    expected: type[StoreError],
) -> None:
    directory_store.create(KEY, b"content")

    def fail(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", fail)
    for call in (
        lambda: directory_store.head(KEY),
        lambda: directory_store.open(KEY),
        lambda: directory_store.create("inbox/y", b""),
        lambda: directory_store.replace(KEY, b"", "x"),
        lambda: list(directory_store.list_objects("")),
        lambda: list(directory_store.list_folders("")),
    ):
        with pytest.raises(expected, match=os.strerror(number)):
            call()


def test_a_disk_that_may_only_be_read_is_told_with_the_remedy(
    directory_store: DirectoryStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    directory_store.create(KEY, b"content")
    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(
        StoreDeniedError, match=rf"Read-only .*: mount the disk of the lake {root} for"
    ):
        directory_store.create("inbox/y", b"")


def test_a_root_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        store = DirectoryStore(str(path))
        with pytest.raises(StoreDeniedError, match="is not a directory"):
            store.create(KEY, b"")
        with pytest.raises(StoreDeniedError, match="is not a directory"):
            store.head(KEY)


def test_a_replace_waits_for_the_one_under_way(directory_store: DirectoryStore, root: Path) -> None:
    import fcntl

    etag = directory_store.create(KEY, b"one")
    folder = os.open(root / "inbox/x", os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    swap = threading.Thread(target=directory_store.replace, args=(KEY, b"two", etag))
    swap.start()
    time.sleep(0.1)
    assert (root / KEY).read_bytes() == b"one"
    os.close(folder)
    swap.join(10)
    assert (root / KEY).read_bytes() == b"two"
