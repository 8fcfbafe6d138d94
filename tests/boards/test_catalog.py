"""Which snapshots there are, and what looking for them costs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.boards.catalog import RECENT, Catalog
from chalicelib.errors import NotFoundError
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition, boards_key
from chalicelib.lake.store import ObjectInfo

TODAY = datetime.now(UTC).date()


class ListingStore:
    """Counts listings and the keys in them."""

    def __init__(self, store: DirectoryStore) -> None:
        self._store = store
        self.keys: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        found = list(self._store.list_objects(prefix, after=after))
        self.keys.append(len(found))
        return iter(found)


def publish(store: DirectoryStore, *days: date, kingdom: int = 51) -> None:
    for day in days:
        store.create(boards_key(Partition(kingdom, day)), b"")


@pytest.fixture
def listing(directory_store: DirectoryStore) -> ListingStore:
    return ListingStore(directory_store)


def test_the_latest_costs_one_short_listing_however_many_snapshots_there_are(
    directory_store: DirectoryStore, listing: ListingStore
) -> None:
    weeks = [TODAY - timedelta(weeks=week) for week in range(200)]
    publish(directory_store, *weeks)
    assert Catalog(listing, "boards").latest(51) == TODAY
    assert listing.keys == [RECENT.days // 7 + 1]


@pytest.mark.parametrize("age", [0, 1, RECENT.days, RECENT.days + 1, 2000])
def test_the_latest_is_found_whatever_its_age(
    directory_store: DirectoryStore, listing: ListingStore, age: int
) -> None:
    newest = TODAY - timedelta(days=age)
    publish(directory_store, newest, newest - timedelta(days=1), date(2018, 10, 1))
    assert Catalog(listing, "boards").latest(51) == newest
    assert len(listing.keys) <= 2


def test_tomorrow_s_snapshot_is_the_latest(directory_store: DirectoryStore) -> None:
    tomorrow = TODAY + timedelta(days=1)
    publish(directory_store, tomorrow, TODAY)
    assert Catalog(directory_store, "boards").latest(51) == tomorrow


def test_what_is_no_snapshot_does_not_hide_an_older_one(directory_store: DirectoryStore) -> None:
    publish(directory_store, date(2026, 1, 26))
    directory_store.create(f"boards/source=rok_players/kingdom=51/dt={TODAY}/_SUCCESS", b"")
    assert Catalog(directory_store, "boards").latest(51) == date(2026, 1, 26)


def test_each_kingdom_has_its_own_latest(directory_store: DirectoryStore) -> None:
    publish(directory_store, date(2020, 2, 29))
    publish(directory_store, TODAY, kingdom=52)
    catalog = Catalog(directory_store, "boards")
    assert catalog.kingdoms() == {51: date(2020, 2, 29), 52: TODAY}
    assert catalog.latest(5) is None


def test_what_is_missing_is_told_with_what_there_is(directory_store: DirectoryStore) -> None:
    publish(directory_store, date(2026, 1, 26))
    catalog = Catalog(directory_store, "boards")
    told: NotFoundError = catalog.missing(51, date(2026, 1, 27))
    assert str(told) == "kingdom 51 has no snapshot of 2026-01-27; its latest is of 2026-01-26"
    assert str(catalog.missing(52, date(2026, 1, 27))) == "there is no kingdom 52"
