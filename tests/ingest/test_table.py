"""`rebuild --engine dynamodb [--verify]`: the table is filled and proved from the lake alone."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.catalog.snapshots_document import encode
from chalicelib.ingest.rebuild import rebuild, rebuild_table
from chalicelib.ingest.sweeping.parts import GRACE, PartsSweep
from chalicelib.ingest.target_groups import RebuildResult
from chalicelib.ingest.verify import verify, verify_table
from chalicelib.items.keys import kingdom_key, mark_key, page_key, players_key
from chalicelib.items.kingdom import KingdomItem, decode_kingdom, kingdom_item, named_parts
from chalicelib.items.parts import marks
from chalicelib.items.store import LakeWithTable, item_key
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.dynamodb.table import Item, ItemKey
from tests.ingest.support import KEY, ROOT, SCAN, SETTINGS, put
from tests.views.items_lake import FailingTable, ItemsLake

pytestmark = pytest.mark.slow

ITEM = item_key(51)


@pytest.fixture
def lake(full: ItemsLake) -> ItemsLake:
    return full.copy()


@pytest.fixture(scope="module")
def full() -> ItemsLake:
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
    """What verify says of the table."""
    return problems(verify_table(lake.store, SETTINGS))


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
    assert proved(lake) == problems(verify(lake.store, SETTINGS)) == []
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
    missing = [f"{item_key(kingdom)} is missing" for kingdom in (51, 52)]
    assert proved(lake) == problems(verify(lake.store, SETTINGS)) == missing
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


@pytest.mark.parametrize("at", [None, {}, {"at": "yesterday"}], ids=str)
def test_a_mark_that_is_lost_or_tells_no_time_is_named_and_written_again(
    lake: ItemsLake, at: dict[str, str] | None
) -> None:
    part = min(named_parts(lake.said()))
    lake.table.remove(mark_key(51, part))
    if at is not None:
        lake.table.set(Item(mark_key(51, part), b"", at))
    name = ITEM.removesuffix("item") + part
    assert proved(lake) == [
        f"{name} has no mark of when it was written: `rebuild --engine dynamodb` writes it"
    ]
    assert rebuilt(lake) == [ITEM]
    assert datetime.fromisoformat(marks(lake.table, 51)[part]).tzinfo
    assert proved(lake) == []


@pytest.mark.parametrize(
    "facts",
    [{"latest": "2020-01-01"}, {"latest": "xx"}, {"latest": ""}, {}],
    ids=str,
)
@pytest.mark.parametrize("has_revision", [True, False])
def test_an_item_whose_facts_are_not_those_of_what_it_says_is_named_and_written_again(
    lake: ItemsLake, facts: dict[str, str], has_revision: bool
) -> None:
    """The list of kingdoms reads the facts alone."""
    right = lake.table.items[kingdom_key(51)]
    revision = {"revision": right.facts["revision"]} if has_revision else {}
    lake.table.set(right._replace(facts={**revision, **facts}))
    assert proved(lake) == [
        f"{ITEM} has facts that are not those of what it says: `rebuild --engine dynamodb` "
        "writes it"
    ]
    assert rebuilt(lake) == [ITEM]
    item = lake.table.items[kingdom_key(51)]
    assert item.body == right.body
    assert item.facts == {"revision": item.facts["revision"], "latest": right.facts["latest"]}
    assert item.facts["revision"] not in ("", right.facts["revision"])
    assert proved(lake) == []
    assert rebuilt(lake) == []


@pytest.mark.parametrize("body", [b"", b"damaged"], ids=["empty", "damaged"])
def test_a_damaged_item_of_a_kingdom_is_named_and_made_anew(lake: ItemsLake, body: bytes) -> None:
    lake.table.set(Item(kingdom_key(51), body, lake.table.items[kingdom_key(51)].facts))
    assert proved(lake) == [f"{ITEM} differs"]
    assert rebuilt(lake) == [ITEM]
    assert lake.is_right()
    assert proved(lake) == []


def test_an_item_of_a_kingdom_that_somebody_wrote_without_facts_is_made_anew(
    lake: ItemsLake,
) -> None:
    lake.table.set(Item(kingdom_key(51), b"by hand"))
    assert proved(lake) == [f"{ITEM} differs"]
    assert rebuilt(lake) == [ITEM]
    assert proved(lake) == []


def test_an_item_of_a_kingdom_that_is_not_in_the_lake_is_named_and_emptied(
    lake: ItemsLake,
) -> None:
    lake.table.set(kingdom_item(KingdomItem(7, "0123456789abcdef", encode(7, {})), "another"))
    strays = [
        f"{item_key(7)} is of a kingdom that is not in the lake: `rebuild --engine dynamodb` "
        "empties it"
    ]
    assert proved(lake) == problems(verify(lake.store, SETTINGS)) == strays
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


def test_in_dynamodb_a_table_is_published_to_proved_and_swept(table: DynamoTable) -> None:
    lake = ItemsLake()
    lake.store = LakeWithTable(lake.lake, table)
    lake.upload(5, 1)
    lake.upload(5, 2, 3)
    lake.withdraw(5)
    assert problems(verify_table(lake.store, SETTINGS)) == []
    sweep = PartsSweep(table, now=lambda: datetime.now(UTC) + 2 * GRACE)
    sweep.run()
    # Two snapshots, and the roster of each.
    assert sweep.dropped == 4
    assert problems(verify_table(lake.store, SETTINGS)) == []
    said = decode_kingdom(_there(table, kingdom_key(51)).body, 51)
    assert {*marks(table, 51)} == named_parts(said)
    lake.upload(12, 4)
    assert problems(verify_table(lake.store, SETTINGS)) == []


def _there(table: DynamoTable, key: ItemKey) -> Item:
    item = table.get(key, consistent=True)
    assert item is not None
    return item


WITHOUT = """
import sys
from chalicelib import config
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.sweep import sweep
from chalicelib.items.open import open_lake
settings = config.load({"LAKE_URI": "file:" + sys.argv[1], "DYNAMODB_TABLE": "unused"})
assert len([*sweep(open_lake(settings), settings)]) == 1
print([one for one in sys.modules if "boto" in one or "dynamodb" in one or "views.items" in one])
"""


def test_without_the_engine_nothing_of_it_is_imported(tmp_path: Path) -> None:
    put(DirectoryStore(str(tmp_path)), KEY, SCAN)
    command = [sys.executable, "-c", WITHOUT, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    # What an item is, and no more.
    assert done.stdout.strip() == str(
        ["chalicelib.lake.dynamodb", "chalicelib.lake.dynamodb.table"]
    )
