"""What only the directory store promises: real files, and no way out of the lake."""

import io
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import (
    InvalidKeyError,
    ObjectNotFoundError,
    PreconditionFailedError,
    UploadChangedError,
)
from chalicelib.lake.directory.store import DirectoryStore
from tests.lake.support import files, info_of, read

KEY = "inbox/x/players.csv"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def test_a_key_is_a_path_and_nothing_else_lies_in_the_lake(
    directory_store: DirectoryStore, root: Path
) -> None:
    etag = directory_store.create(KEY, b"one")
    directory_store.replace(KEY, io.BytesIO(b"two"), etag)
    with pytest.raises(PreconditionFailedError):
        directory_store.create(KEY, b"three")
    with pytest.raises(PreconditionFailedError):
        directory_store.replace(KEY, b"three", etag)
    assert files(root) == [KEY]
    assert (root / KEY).read_bytes() == b"two"


def test_files_that_people_put_there_are_objects(
    directory_store: DirectoryStore, root: Path
) -> None:
    (root / "inbox/x").mkdir(parents=True)
    (root / KEY).write_bytes(b"hello")
    os.utime(root / KEY, ns=(0, 1_769_441_412_999_999_999))
    (root / "inbox/x/new\nline.csv").write_bytes(b"")
    info = directory_store.head(KEY)
    assert info
    assert (info.size, info.last_modified) == (5, datetime(2026, 1, 26, 15, 30, 12, tzinfo=UTC))
    assert [info.key for info in directory_store.list_objects("inbox/")] == [
        "inbox/x/new\nline.csv",
        KEY,
    ]


@pytest.mark.parametrize("seconds", [-1, 0, 2**33, 2**38])
def test_any_file_time_is_told_as_some_moment(
    directory_store: DirectoryStore, root: Path, seconds: int
) -> None:
    directory_store.create(KEY, b"")
    os.utime(root / KEY, (seconds, seconds))
    assert [info.key for info in directory_store.list_objects("")] == [KEY]


@pytest.mark.parametrize(
    "key",
    [
        *("../outside", "a/../../outside", "a/..", "..", ".", "./a", "a/./b", "/etc/passwd"),
        *("a//b", "a/", "", "a\0b", "a\udcff", "n" * 256, "a/" + "é" * 128 + "/b", ".rok-tmp-1"),
    ],
)
def test_no_key_leads_out_of_the_lake(
    directory_store: DirectoryStore, tmp_path: Path, root: Path, key: str
) -> None:
    root.mkdir()
    (tmp_path / "outside").write_bytes(b"secret")
    for call in (
        lambda: directory_store.head(key),
        lambda: directory_store.open(key),
        lambda: directory_store.create(key, b""),
        lambda: directory_store.replace(key, b"", "x"),
    ):
        with pytest.raises(InvalidKeyError):
            call()
    assert list(directory_store.list_objects(f"{key}/")) == []
    assert list(directory_store.list_folders("a/../../")) == []
    assert files(tmp_path) == ["outside"]


def test_no_symbolic_link_leads_out_of_the_lake(
    directory_store: DirectoryStore, tmp_path: Path, root: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    directory_store.create(KEY, b"")
    (root / "folder").symlink_to(outside)
    (root / "file").symlink_to(outside / "secret")
    (root / "inside").symlink_to(root / "inbox")
    for key in ("folder/secret", "folder/new", "file", "inside/x/players.csv"):
        for call in (
            lambda key=key: directory_store.head(key),
            lambda key=key: directory_store.open(key),
            lambda key=key: directory_store.create(key, b""),
            lambda key=key: directory_store.replace(key, b"", "x"),
        ):
            with pytest.raises(InvalidKeyError):
                call()
    assert [info.key for info in directory_store.list_objects("")] == [KEY]
    assert list(directory_store.list_folders("")) == ["inbox"]
    with pytest.raises(InvalidKeyError):
        list(directory_store.list_objects("folder/"))
    assert files(outside) == ["secret"]


def test_the_root_itself_may_be_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    DirectoryStore(str(tmp_path / "link")).create(KEY, b"content")
    assert (tmp_path / "real" / KEY).read_bytes() == b"content"


def test_the_root_stays_where_it_was_when_the_process_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = DirectoryStore(".lake")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    store.create(KEY, b"")
    assert files(tmp_path) == [f".lake/{KEY}"]


def test_what_is_neither_file_nor_folder_is_not_seen(
    directory_store: DirectoryStore, root: Path
) -> None:
    directory_store.create(KEY, b"")
    (root / "inbox/empty/folders").mkdir(parents=True)
    os.mkfifo(root / "inbox/pipe")
    assert [info.key for info in directory_store.list_objects("")] == [KEY]
    assert list(directory_store.list_folders("inbox/")) == ["x"]
    for key in ("inbox/pipe", "inbox/empty", "inbox"):
        assert directory_store.head(key) is None
        with pytest.raises(ObjectNotFoundError):
            directory_store.open(key)
        with pytest.raises(InvalidKeyError):
            directory_store.create(key, b"")
        with pytest.raises(PreconditionFailedError):
            directory_store.replace(key, b"", "x")


def test_an_object_cannot_lie_below_an_object(directory_store: DirectoryStore) -> None:
    directory_store.create("a/b", b"")
    with pytest.raises(InvalidKeyError):
        directory_store.create("a/b/c", b"")
    assert [info.key for info in directory_store.list_objects("")] == ["a/b"]


@pytest.mark.parametrize("look", range(1, 5))
def test_of_an_object_that_another_writer_makes_between_two_looks_one_wins(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch, look: int
) -> None:
    stat, looks, made = os.stat, 0, []

    def make(body: bytes) -> None:
        with suppress(PreconditionFailedError):
            directory_store.create(KEY, body)
            made.append(body)

    def look_and_let_in(*arguments: Any, **named: Any) -> os.stat_result:
        nonlocal looks
        looks += 1
        now = looks == look
        try:
            return stat(*arguments, **named)
        finally:
            if now:
                make(b"theirs")

    monkeypatch.setattr(os, "stat", look_and_let_in)
    make(b"ours")
    assert made == [read(directory_store, KEY)]


def test_a_name_that_is_no_text_is_skipped_and_told_once(
    directory_store: DirectoryStore, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    directory_store.create(KEY, b"")
    (root / "inbox" / os.fsdecode(b"caf\xe9.csv")).write_bytes(b"")
    folder = root / os.fsdecode(b"inbox\xff")
    folder.mkdir()
    (folder / "x").write_bytes(b"")
    for _ in range(2):
        assert [info.key for info in directory_store.list_objects("")] == [KEY]
        assert list(directory_store.list_folders("")) == ["inbox"]
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        r"ignored, its name is not UTF-8: inbox\xff",
        r"ignored, its name is not UTF-8: inbox/caf\xe9.csv",
    ]


def test_what_is_no_file_is_skipped_and_told_once(
    directory_store: DirectoryStore, tmp_path: Path, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    directory_store.create(KEY, b"")
    (tmp_path / "scan.csv").write_bytes(b"")
    (root / "inbox" / "link.csv").symlink_to(tmp_path / "scan.csv")
    os.mkfifo(root / "inbox" / "pipe.csv")
    for _ in range(2):
        assert [info.key for info in directory_store.list_objects("")] == [KEY]
    told = sorted(record.getMessage() for record in caplog.records)
    assert told == [
        "ignored, it is a link or the like, not a file: inbox/link.csv",
        "ignored, it is a link or the like, not a file: inbox/pipe.csv",
    ]


def test_a_file_that_disappears_is_not_found(directory_store: DirectoryStore, root: Path) -> None:
    directory_store.create(KEY, b"content")
    with directory_store.open(KEY) as reader:
        (root / KEY).unlink()
        assert reader.read() == b"content"
    with pytest.raises(ObjectNotFoundError):
        directory_store.open(KEY)


def test_folders_that_disappear_do_not_break_a_listing(
    directory_store: DirectoryStore, root: Path
) -> None:
    for key in ("a/1", "b/1", "c/1"):
        directory_store.create(key, b"")
    listing = directory_store.list_objects("")
    assert next(listing).key == "a/1"
    (root / "b/1").unlink()
    (root / "b").rmdir()
    assert [info.key for info in listing] == ["c/1"]


@pytest.mark.parametrize("change", [b"longer than before", b"short", b"same length.", b""])
def test_a_file_rewritten_while_it_is_read_is_noticed(
    directory_store: DirectoryStore, root: Path, change: bytes
) -> None:
    directory_store.create(KEY, b"some content")
    os.utime(root / KEY, (0, 0))
    with directory_store.open(KEY) as reader:
        reader.read(1)
        (root / KEY).write_bytes(change)
        with pytest.raises(UploadChangedError, match="changed while it was read"):
            reader.read()


@pytest.mark.slow
def test_an_etag_never_returns(directory_store: DirectoryStore, root: Path) -> None:
    etags = [directory_store.create(KEY, b"0")]
    for number in range(300):
        etags.append(directory_store.replace(KEY, b"%d" % (number % 10), etags[-1]))
    assert len(set(etags)) == len(etags)


def test_an_etag_never_returns_when_a_files_clock_is_a_little_ahead(
    directory_store: DirectoryStore, root: Path
) -> None:
    directory_store.create(KEY, b"0")
    soon = time.time_ns() + 10**9
    os.utime(root / KEY, ns=(soon, soon))
    ahead = directory_store.head(KEY)
    assert ahead
    assert not ahead.is_future
    directory_store.replace(KEY, b"1", ahead.etag)
    assert (root / KEY).stat().st_mtime_ns == soon + 1


def test_what_is_written_over_a_file_from_the_future_is_of_now(
    directory_store: DirectoryStore, root: Path
) -> None:
    directory_store.create(KEY, b"0")
    os.utime(root / KEY, (4_000_000_000, 4_000_000_000))
    future = directory_store.head(KEY)
    assert future
    assert future.is_future
    written = info_of(directory_store, KEY, directory_store.replace(KEY, b"1", future.etag))
    assert not written.is_future
    assert written.last_modified < future.last_modified
