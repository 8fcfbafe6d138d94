"""The lake with a table: items as objects, as `chalicelib.lake.store.Store` promises of these."""

import pytest

from chalicelib.catalog.snapshots_document import encode
from chalicelib.errors import (
    InvalidKeyError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreError,
)
from chalicelib.items.keys import KINGDOMS
from chalicelib.items.kingdom import KingdomItem, encode_kingdom
from chalicelib.items.store import ITEMS, LakeWithTable, item_key
from chalicelib.lake.dynamodb.table import Item, ItemKey
from chalicelib.lake.view_keys import kingdoms_prefix
from tests.items.memory_table import MemoryTable
from tests.lake.support import info_of
from tests.torture.memory_store import MemoryStore

KEY = item_key(51)


@pytest.fixture
def both() -> LakeWithTable:
    return LakeWithTable(MemoryStore(), MemoryTable())


def body(kingdom: int = 51, roster: str | None = None) -> bytes:
    return encode_kingdom(KingdomItem(kingdom, roster, encode(kingdom, {})))


def test_an_item_is_written_if_it_is_as_it_was_seen(both: LakeWithTable) -> None:
    assert both.head(KEY) is None
    with pytest.raises(ObjectNotFoundError):
        both.open(KEY)
    first = both.create(KEY, body())
    with pytest.raises(PreconditionFailedError):
        both.create(KEY, body())
    second = both.replace(KEY, body(), first)
    assert second != first, "the same bytes are another state"
    with pytest.raises(PreconditionFailedError):
        both.replace(KEY, body(roster="0123456789abcdef"), first)
    info = info_of(both, KEY, second)
    with pytest.raises(PreconditionFailedError):
        both.open(KEY, etag=first)
    with both.open(KEY, etag=second) as reader:
        assert (reader.info, reader.read(2) + reader.read()) == (info, body())
    with both.open(KEY, start=1, length=3) as reader:
        assert reader.read() == body()[1:4]


def test_reads_are_consistent(both: LakeWithTable) -> None:
    table = both.table
    assert isinstance(table, MemoryTable)
    both.create(KEY, body())
    table.calls.clear()
    both.head(KEY)
    [*both.list_objects(ITEMS)]
    assert {call.consistent for call in table.calls} == {True}


def test_items_are_listed_below_their_folder_alone(both: LakeWithTable) -> None:
    both.create("raw/a", b"1")
    for kingdom in (100, 7, 51):
        both.create(item_key(kingdom), body(kingdom))
    keys = [info.key for info in both.list_objects(ITEMS)]
    assert keys == sorted(item_key(kingdom) for kingdom in (100, 7, 51))
    assert [info.key for info in both.list_objects(ITEMS, after=keys[0])] == keys[1:]
    assert [info.key for info in both.list_objects(KEY)] == [KEY]
    assert [info.key for info in both.list_objects("")] == ["raw/a"]
    folders = [f"kingdom={kingdom}" for kingdom in (100, 51, 7)]
    assert [*both.list_folders(kingdoms_prefix(ITEMS))] == folders
    assert [*both.list_folders("")] == ["raw"]


def test_what_is_no_item_of_a_kingdom_is_refused(both: LakeWithTable) -> None:
    for key in (f"{ITEMS}x", KEY.replace("51", "051"), f"{KEY}s"):
        with pytest.raises(InvalidKeyError):
            both.head(key)
    for name in ("51", "x", "00000"):
        both.table.create(Item(ItemKey(KINGDOMS, name), b"", {}))
        with pytest.raises(StoreError, match="which is none"):
            [*both.list_objects(ITEMS)]
        both.table.delete_many([ItemKey(KINGDOMS, name)])
