"""A table's rehearsal: its own client, a table in memory, and nothing sent."""

import pytest

from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.dynamodb.rehearsal import rehearsal
from chalicelib.lake.dynamodb.table import Item, ItemKey

ITEM = Item(ItemKey("g", "b"), b"\0body", {"revision": "1"})
OTHER = Item(ItemKey("g", "a"), b"")


def rehearse(table: DynamoTable) -> None:
    """Do what a table can do, and see that the one in memory has it."""
    assert table.get(ITEM.key) is None
    assert [*table.query("g")] == []
    table.create(ITEM)
    table.put_many([OTHER, Item(ItemKey("h", "a"), b"")])
    assert table.get(ITEM.key, consistent=True) == ITEM
    assert [*table.query("g", first="a")] == [OTHER, ITEM]
    assert table.get_many([ITEM.key, ItemKey("g", "c")]) == {ITEM.key: ITEM}
    table.replace(ITEM._replace(body=b"new"), "1")
    assert [item.body for item in table.query("g")] == [b"", b"new"]
    table.delete_many([ITEM.key, OTHER.key])
    assert [*table.query("g")] == []


def test_a_rehearsal_is_of_a_table_of_its_own_and_leaves_nothing(table: DynamoTable) -> None:
    table.put_many([ITEM._replace(body=b"real")])
    with rehearsal(table):
        rehearse(table)
    with pytest.raises(KeyError), rehearsal(table):
        raise KeyError
    assert [item.body for item in table.query("g")] == [b"real"]


def test_nothing_need_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    table = DynamoTable("nowhere")
    with rehearsal(table):
        rehearse(table)
