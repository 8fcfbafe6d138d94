"""The store of the tortures keeps the contract that S3 and the directory keep."""

from datetime import UTC, datetime

import pytest

from chalicelib.errors import PreconditionFailedError
from tests.lake.support import info_of
from tests.lake.test_store import TestStore as _Contract
from tests.torture.memory_store import PAGE, MemoryStore

NOON = datetime(2026, 1, 26, 12, 0, 0, 999_999, tzinfo=UTC)


class TestMemoryStore(_Contract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()


def test_its_clock_is_the_one_it_was_given_and_tells_whole_seconds() -> None:
    store = MemoryStore(lambda: NOON)
    store.create("a", b"")
    assert info_of(store, "a").last_modified == NOON.replace(microsecond=0)


def test_as_in_s3_the_same_bytes_have_the_same_etag() -> None:
    store = MemoryStore()
    first = store.create("a", b"one")
    second = store.replace("a", b"two", first)
    assert store.replace("a", b"one", second) == first
    with pytest.raises(PreconditionFailedError):
        store.replace("a", b"three", second)


def test_a_listing_sees_what_was_created_behind_its_page_and_not_what_was_before() -> None:
    store = MemoryStore()
    for number in range(PAGE):
        store.create(f"k{number}", b"")
    listing = store.list_objects("k")
    seen = [next(listing).key for _ in range(PAGE)]
    store.create("k0+", b"")
    store.create("k9", b"")
    assert [*seen, *(info.key for info in listing)] == ["k0", "k1", "k2", "k3", "k9"]
