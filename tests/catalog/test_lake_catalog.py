"""What the catalog in the lake answers, and what that costs."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest

from chalicelib.catalog.kingdoms_document import KingdomLine, encode
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.errors import CatalogError, CatalogMissingError, NotFoundError
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import ObjectInfo, ObjectReader, Store
from chalicelib.lake.view_keys import KINGDOMS_KEY, boards_key, snapshots_key
from tests.catalog.support import catalog_bytes, days
from tests.engines.support import DAY, player, publish, put


class Counting:
    """A store that notes what is asked of it, and how many bytes are read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls: list[str] = []
        self.bytes = 0

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nobody should call {name}")

    def open(self, key: str, **how: Any) -> AbstractContextManager[ObjectReader]:
        self.calls.append(f"open {key}")
        with self._store.open(key, **how) as reader:
            self.bytes += len(reader.read())
        return self._store.open(key, **how)

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        self.calls.append(f"list {prefix}")
        return self._store.list_objects(prefix, after=after)


def lake(store: Store, snapshots: int = 1, kingdoms: int = 1) -> Counting:
    """A lake of nothing but its catalog."""
    put(store, snapshots_key(51), catalog_bytes(snapshots))
    numbers = range(51, 51 + kingdoms)
    put(store, KINGDOMS_KEY, encode({number: KingdomLine(DAY, "x" * 40) for number in numbers}))
    return Counting(store)


@pytest.mark.parametrize("snapshots", [1, 500])
@pytest.mark.parametrize("kingdoms", [1, 4000])
def test_every_answer_is_one_read_and_no_listing_whatever_there_is_in_the_lake(
    directory_store: DirectoryStore, snapshots: int, kingdoms: int
) -> None:
    store = lake(directory_store, snapshots, kingdoms)
    catalog = LakeCatalog(store)
    read = f"open {snapshots_key(51)}"
    assert catalog.snapshot(51, None).entry.snapshot.snapshot_date == DAY
    assert catalog.snapshot(51, days(snapshots)[-1]).is_latest is (snapshots == 1)
    assert len(catalog.snapshots(51).entries) == snapshots
    assert len(catalog.kingdoms().latest) == kingdoms
    assert store.calls == [read, read, read, f"open {KINGDOMS_KEY}"]


def test_the_newest_snapshot_costs_a_bounded_read(directory_store: DirectoryStore) -> None:
    store = lake(directory_store, snapshots=500)
    LakeCatalog(store).snapshot(51, None)
    assert store.bytes <= 8192


def test_what_is_not_there_is_told_with_what_there_is(directory_store: DirectoryStore) -> None:
    catalog = LakeCatalog(lake(directory_store))
    with pytest.raises(NotFoundError, match=r"^there is no kingdom 52$"):
        catalog.snapshot(52, None)
    with pytest.raises(NotFoundError, match=r"^there is no kingdom 52$"):
        catalog.snapshots(52)
    message = "kingdom 51 has no snapshot of 2026-01-27; its latest is of 2026-01-26"
    with pytest.raises(NotFoundError, match=message):
        catalog.snapshot(51, date(2026, 1, 27))


def test_a_kingdom_that_is_not_there_costs_a_read_and_a_listing(
    directory_store: DirectoryStore,
) -> None:
    store = lake(directory_store, kingdoms=4000)
    with pytest.raises(NotFoundError):
        LakeCatalog(store).snapshot(77, None)
    assert store.calls == [
        f"open {snapshots_key(77)}",
        "list boards/source=rok_players/kingdom=77/",
    ]


def test_an_empty_lake_has_no_kingdoms(directory_store: DirectoryStore) -> None:
    assert LakeCatalog(directory_store).kingdoms().latest == {}


def test_boards_without_a_catalog_are_told_plainly(directory_store: DirectoryStore) -> None:
    put(directory_store, boards_key(Partition(51, DAY)), b"of before there was a catalog")
    catalog = LakeCatalog(directory_store)
    for look in (
        catalog.kingdoms,
        lambda: catalog.snapshots(51),
        lambda: catalog.snapshot(51, DAY),
    ):
        with pytest.raises(CatalogMissingError, match=r"boards that no catalog lists.* rebuild"):
            look()
    with pytest.raises(NotFoundError):
        catalog.snapshot(52, None)


def test_a_damaged_catalog_is_told_and_another_kingdom_s_is_read(
    directory_store: DirectoryStore,
) -> None:
    publish(directory_store, [player(1)], kingdom=52)
    put(directory_store, snapshots_key(51), b"{}")
    with pytest.raises(CatalogError, match="kingdom 51"):
        LakeCatalog(directory_store).snapshot(51, None)
    assert LakeCatalog(directory_store).snapshot(52, None).is_latest
    put(directory_store, KINGDOMS_KEY, b"{}")
    with pytest.raises(CatalogError, match="kingdoms"):
        LakeCatalog(directory_store).kingdoms()


def test_versions_of_lists_follow_from_what_they_say(directory_store: DirectoryStore) -> None:
    publish(directory_store, [player(1)])
    catalog = LakeCatalog(directory_store)
    before = catalog.snapshots(51).version, catalog.kingdoms().version
    publish(directory_store, [player(1)])
    assert (catalog.snapshots(51).version, catalog.kingdoms().version) == before
    publish(directory_store, [player(1)], run=2)
    assert catalog.snapshots(51).version != before[0]
    assert catalog.kingdoms().version == before[1]
    publish(directory_store, [player(1)], day=date(2026, 2, 2))
    assert catalog.kingdoms().version != before[1]
