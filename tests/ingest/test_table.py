"""`rebuild --engine dynamodb [--verify]`: the table is filled and proved from the lake alone."""

from collections.abc import Iterator

import pytest

from chalicelib.catalog.snapshots_document import encode
from chalicelib.ingest.rebuild import rebuild, rebuild_table
from chalicelib.ingest.target_groups import RebuildResult
from chalicelib.ingest.verify import verify, verify_table
from chalicelib.items.keys import kingdom_key, mark_key, page_key, players_key
from chalicelib.items.kingdom import KingdomItem, kingdom_item, named_parts
from chalicelib.items.store import LakeWithTable, item_key
from chalicelib.lake.dynamodb.table import Item, ItemKey
from tests.ingest.support import SETTINGS
from tests.views.items_lake import FailingTable, ItemsLake

pytestmark = pytest.mark.slow

ITEM = item_key(51)


@pytest.fixture
def lake() -> ItemsLake:
    """Two kingdoms; one has two dates, of which one was corrected, and a withdrawn one."""
    lake = ItemsLake()
    lake.upload(5, 1)
    lake.upload(5, 2, 3)
    lake.upload(12, 3)
    lake.upload(19, 4)
    lake.withdraw(19)
    lake.upload(5, 9, kingdom=52)
    return lake


def problems(results: Iterator[RebuildResult]) -> list[str]:
    return [problem for result in results for problem in result.problems]


def proved(lake: ItemsLake) -> list[str]:
    """What verify says of the table, and of everything."""
    of_table = problems(verify_table(lake.store, SETTINGS))
    assert problems(verify(lake.store, SETTINGS)) == of_table
    return of_table


def rebuilt(lake: ItemsLake) -> list[str]:
    return [key for result in rebuild_table(lake.store, SETTINGS) for key in result.keys]


def named_items(lake: ItemsLake) -> dict[ItemKey, bytes]:
    """The items of everything that is named."""
    parts = {(kingdom, part) for kingdom in (51, 52) for part in named_parts(lake.said(kingdom))}
    groups = {f"{kingdom}#{part}" for kingdom, part in parts}
    buckets = {(f"{kingdom}#players", part) for kingdom, part in parts}
    return {
        key: item.body
        for key, item in lake.table.items.items()
        if key.group in groups or (key.group.rpartition("#")[0], key.name) in buckets
    }


def first_snapshot(lake: ItemsLake) -> tuple[ItemKey, ItemKey, str]:
    """A page of the newest snapshot, a bucket of it, and its part's key for people."""
    day, version = next(iter(lake.shown().items()))
    part = f"{day}#{version}"
    page = page_key(51, day, version, "power", 0)
    return page, players_key(51, 7, part), ITEM.removesuffix("item") + part


def test_a_table_that_uploads_filled_is_proved_and_nothing_is_rebuilt(lake: ItemsLake) -> None:
    assert proved(lake) == []
    before = lake.table.items
    assert rebuilt(lake) == []
    assert [key for one in rebuild(lake.store, SETTINGS) for key in one.keys] == []
    assert lake.table.items == before


def test_an_empty_table_is_named_and_filled_from_the_lake_with_the_same_items(
    lake: ItemsLake,
) -> None:
    expected = named_items(lake)
    files = lake.lake.contents()
    lake.table = FailingTable()
    lake.store = LakeWithTable(lake.lake, lake.table)
    assert proved(lake) == [f"{item_key(kingdom)} is missing" for kingdom in (51, 52)]
    assert rebuilt(lake) == [item_key(51), item_key(52)]
    assert named_items(lake) == expected
    assert lake.is_right()
    assert lake.is_right(52)
    assert proved(lake) == []
    assert lake.lake.contents() == files


def test_the_next_upload_fills_its_kingdom_of_an_empty_table(lake: ItemsLake) -> None:
    lake.table = FailingTable()
    lake.store = LakeWithTable(lake.lake, lake.table)
    lake.upload(26, 1)
    assert lake.is_right()
    assert lake.wrong() == []
    assert proved(lake) == [f"{item_key(52)} is missing"]


def test_missing_and_damaged_items_of_parts_are_named_and_written_again(lake: ItemsLake) -> None:
    expected = lake.table.items
    page, bucket, part = first_snapshot(lake)
    lake.table.remove(page)
    lake.table.set(Item(bucket, b"damaged"))
    assert proved(lake) == [
        f"items of {part} are missing: {page.group} {page.name}: `rebuild --engine dynamodb` "
        "writes them"
    ]
    lake.table.set(Item(page, expected[page].body))
    assert proved(lake) == [
        f"items of {part} are other than they must be: {bucket.group} {bucket.name}: `rebuild "
        "--engine dynamodb` writes them"
    ]
    lake.table.remove(page)
    assert rebuilt(lake) == [ITEM]
    marks = {key for key in expected if key.group.endswith("#written")}
    assert {key: lake.table.items[key] for key in expected.keys() - marks} == {
        key: expected[key] for key in expected.keys() - marks
    }
    assert proved(lake) == []


def test_a_mark_that_is_lost_is_written_again(lake: ItemsLake) -> None:
    part = min(named_parts(lake.said()))
    lake.table.remove(mark_key(51, part))
    assert rebuilt(lake) == [ITEM]
    assert mark_key(51, part) in lake.table.items


@pytest.mark.parametrize("body", [b"", b"damaged"], ids=["empty", "damaged"])
def test_a_damaged_item_of_a_kingdom_is_named_and_made_anew(lake: ItemsLake, body: bytes) -> None:
    lake.table.set(Item(kingdom_key(51), body, lake.table.items[kingdom_key(51)].facts))
    assert proved(lake) == [f"{ITEM} differs"]
    assert rebuilt(lake) == [ITEM]
    assert lake.is_right()
    assert proved(lake) == []


def test_an_item_of_a_kingdom_that_is_not_in_the_lake_is_named_and_emptied(
    lake: ItemsLake,
) -> None:
    lake.table.set(kingdom_item(KingdomItem(7, "0123456789abcdef", encode(7, {})), "another"))
    assert proved(lake) == [
        f"{item_key(7)} is of a kingdom that is not in the lake: `rebuild --engine dynamodb` "
        "empties it"
    ]
    assert rebuilt(lake) == [item_key(7)]
    assert lake.said(7).roster is None
    assert proved(lake) == []


def test_a_damaged_file_is_named_and_the_table_stays_as_it_was(lake: ItemsLake) -> None:
    damaged = next(info.key for info in lake.lake.list_objects("curated/"))
    lake.lake.put(damaged, b"damaged")
    before = lake.table.items
    (problem,) = problems(verify_table(lake.store, SETTINGS))
    assert problem.startswith(f"{damaged} is damaged")
    assert [one.problems for one in rebuild_table(lake.store, SETTINGS)] == [(problem,)]
    assert lake.table.items == before
    # Whoever rebuilds the lake repairs both.
    [*rebuild(lake.store, SETTINGS)]
    assert proved(lake) == []


def test_one_kingdom_alone(lake: ItemsLake) -> None:
    lake.table.remove(kingdom_key(51))
    lake.table.remove(kingdom_key(52))
    assert problems(verify_table(lake.store, SETTINGS, 52)) == [f"{item_key(52)} is missing"]
    results = [*rebuild_table(lake.store, SETTINGS, first=52)]
    assert [one.kingdom for one in results] == [52]
    assert kingdom_key(51) not in lake.table.items
