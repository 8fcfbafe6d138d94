"""What is archived stays (contract, section 3)."""

from datetime import date

import pytest

from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest.archive import Archived, archive
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition, raw_key, with_hash
from chalicelib.lake.store import Store
from tests.ingest.support import RUN_TS, SCAN, contents, put, upload

RAW = raw_key(Partition(51, date(2026, 1, 26)), RUN_TS, "players.csv")


def test_bytes_are_archived_under_the_wanted_key_and_once(store: Store) -> None:
    assert archive(store, RAW, upload(SCAN)) == Archived(RAW, created=True)
    before = store.head(RAW)
    assert archive(store, RAW, upload(SCAN)) == Archived(RAW, created=False)
    assert (store.head(RAW), contents(store)) == (before, {RAW: SCAN})


def test_other_bytes_of_that_name_get_their_hash_into_theirs(store: Store) -> None:
    archive(store, RAW, upload(SCAN))
    other = with_hash(RAW, upload(b"other").sha256)
    assert [archive(store, RAW, upload(b"other")).key for _ in range(2)] == [other, other]
    assert contents(store) == {RAW: SCAN, other: b"other"}


def test_nothing_is_replaced_though_both_names_are_taken(directory_store: DirectoryStore) -> None:
    taken = dict.fromkeys((RAW, with_hash(RAW, upload(SCAN).sha256)), b"x")
    for key, body in taken.items():
        put(directory_store, key, body)
    with pytest.raises(StoreUnavailableError, match="both taken"):
        archive(directory_store, RAW, upload(SCAN))
    assert contents(directory_store) == taken
