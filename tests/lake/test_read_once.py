"""A store that reads a state of an object once keeps the contract of the one that it is before."""

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO

import pytest

from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError
from chalicelib.lake import read_once
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.read_once import KnownFile, ReadOnce
from chalicelib.lake.store import ObjectInfo, ObjectReader, Store
from tests.lake.test_store import TestStore as _Contract

KEY = "curated/a.parquet"


class TestReadOnce(_Contract):
    @pytest.fixture
    def store(self, store: Store) -> ReadOnce:
        return ReadOnce(store)

    def test_open_with_an_etag_reads_only_that_object(self, store: Store) -> None:
        """Also where another one has taken its place: it is in memory."""
        first = store.create(KEY, b"one")
        second = store.replace(KEY, b"other", first)
        assert [read(store, KEY, etag=etag) for etag in (first, second)] == [b"one", b"other"]
        with pytest.raises(PreconditionFailedError):
            store.open(KEY, etag="another")


class Counting:
    """A store that counts the reads of its objects."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reads: Counter[str] = Counter()

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> AbstractContextManager[ObjectReader]:
        self.reads[key] += 1
        return self._store.open(key, start=start, length=length, etag=etag)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


@pytest.fixture
def counting(directory_store: DirectoryStore) -> Counting:
    return Counting(directory_store)


@pytest.fixture
def once(counting: Counting) -> ReadOnce:
    return ReadOnce(counting)  # type: ignore[arg-type]


def read(store: Store, key: str = KEY, **how: int | str | None) -> bytes:
    with store.open(key, **how) as reader:  # type: ignore[arg-type]
        return reader.read()


def test_what_was_written_or_read_whole_is_in_memory_by_its_etag(
    once: ReadOnce, counting: Counting, directory_store: DirectoryStore
) -> None:
    etag = once.create(KEY, b"one")
    newer = once.replace(KEY, io.BytesIO(b"newer"), etag)
    other = directory_store.create("other", b"other")
    assert read(once, etag=etag) == b"one", "the state of a moment ago"
    assert read(once, etag=newer, start=1, length=2) == b"ew"
    assert read(once, etag=newer, start=-99) == b"newer"
    assert counting.reads == {}
    assert [read(once, "other", etag=other) for _ in range(3)] == [b"other"] * 3
    assert counting.reads == {"other": 1}


def test_without_an_etag_an_object_is_read_as_it_is_now(
    once: ReadOnce, counting: Counting, directory_store: DirectoryStore
) -> None:
    etag = once.create(KEY, b"one")
    assert read(once) == b"one"
    newer = directory_store.replace(KEY, b"two", etag)
    assert read(once) == b"two"
    assert counting.reads == {KEY: 2}
    assert read(once, etag=newer) == b"two"
    assert counting.reads == {KEY: 2}


def test_a_range_is_not_remembered_and_a_state_that_is_gone_is_gone(
    once: ReadOnce, counting: Counting, directory_store: DirectoryStore
) -> None:
    etag = directory_store.create(KEY, b"one")
    assert [read(once, etag=etag, length=1) for _ in range(2)] == [b"o", b"o"]
    assert counting.reads == {KEY: 2}
    directory_store.replace(KEY, b"two", etag)
    with pytest.raises(PreconditionFailedError):
        once.open(KEY, etag=etag)
    with pytest.raises(ObjectNotFoundError):
        once.open("nothing", etag=etag)


def test_the_newest_are_remembered_and_what_is_too_large_is_not(
    once: ReadOnce,
    counting: Counting,
    directory_store: DirectoryStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(read_once, "MOST_BYTES", 10)
    etags = {key: once.create(key, b"1234") for key in ("a", "b", "c")}
    large = directory_store.create("large", b"12345678901")
    for key in ("c", "b", "a", "c", "b"):
        assert read(once, key, etag=etags[key]) == b"1234"
    assert counting.reads == {"a": 1, "b": 1}, "a took the place of b"
    assert read(once, "large", etag=large, start=3, length=3) == b"456"


def test_an_object_of_unknown_moment_has_its_key_size_and_etag(once: ReadOnce) -> None:
    etag = once.create(KEY, b"one")
    with once.open(KEY, etag=etag, start=1) as reader:
        assert reader.info[:3] == (KEY, 3, etag)
        assert (reader.read(1), reader.read(0), reader.read(9), reader.read()) == (
            b"n",
            b"",
            b"e",
            b"",
        )


def infos(store: Store) -> Iterator[ObjectInfo]:
    yield from store.list_objects("")


def test_a_scratch_file_is_left_to_its_store(once: ReadOnce) -> None:
    with once.scratch() as file:
        file.write(b"content")
        body: BinaryIO = file
        etag = once.create(KEY, body)
        assert read(once, etag=etag) == b"content"
    assert [info.key for info in infos(once)] == [KEY]


class Words(list[bytes]):
    """What the objects of these tests are when they are read."""


def words_of(store: Store, etag: str, asked: list[bytes]) -> Words:
    def make(body: bytes) -> Words:
        asked.append(body)
        return Words(body.split())

    with store.open(KEY, etag=etag) as reader:
        return read_once.read_once(reader, Words, make)


def test_what_is_made_of_a_state_is_made_once_and_of_each_state(once: ReadOnce) -> None:
    first = once.create(KEY, b"one two")
    second = once.replace(KEY, b"three", first)
    asked: list[bytes] = []
    for _ in range(2):
        assert words_of(once, first, asked) == [b"one", b"two"]
        assert words_of(once, second, asked) == [b"three"]
    assert asked == [b"one two", b"three"]


def test_what_is_made_of_an_object_that_was_read_is_made_once(
    once: ReadOnce, directory_store: DirectoryStore
) -> None:
    etag = directory_store.create(KEY, b"one two")
    asked: list[bytes] = []
    assert [words_of(once, etag, asked) for _ in range(2)] == [[b"one", b"two"]] * 2
    assert asked == [b"one two"]


def test_nothing_is_made_of_a_file_whose_writer_knows_what_it_is(
    once: ReadOnce, directory_store: DirectoryStore
) -> None:
    known = Words([b"one", b"two"])
    etag = once.create(KEY, KnownFile(b"one two", known))
    asked: list[bytes] = []
    assert words_of(once, etag, asked) is known
    assert read(directory_store) == read(once, etag=etag) == b"one two"
    assert not asked
    assert words_of(directory_store, etag, asked) == known
    assert asked == [b"one two"]


def test_what_a_large_object_is_is_not_kept(
    once: ReadOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_once, "_MOST_READ_BYTES", 6)
    etag = once.create(KEY, KnownFile(b"one two", Words([b"another"])))
    asked: list[bytes] = []
    assert [words_of(once, etag, asked) for _ in range(2)] == [[b"one", b"two"]] * 2
    assert asked == [b"one two"] * 2
