"""The table in memory keeps the promises of the protocol, as the real one does."""

import pytest

from chalicelib.errors import PreconditionFailedError
from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.dynamodb.table import MAX_ITEM_BYTES, Item, ItemKey, Table
from tests.items.memory_table import MemoryTable


def items(*names: str) -> list[Item]:
    return [Item(ItemKey("g", name), name.encode(), {"revision": name}) for name in names]


@pytest.fixture(params=["memory", "server"])
def either(request: pytest.FixtureRequest) -> Table:
    table: DynamoTable | MemoryTable = (
        MemoryTable() if request.param == "memory" else request.getfixturevalue("table")
    )
    return table


def test_what_was_written_is_found_in_the_order_of_names_bytes(either: Table) -> None:
    names = ["b", "a#1", "é", "Z", "a"]
    either.put_many(items(*names))
    in_order = sorted(names, key=str.encode)
    assert [*either.query("g")] == items(*in_order)
    assert [one.key.name for one in either.query("g", first="a", last="b")] == ["a", "a#1", "b"]
    assert [*either.query("g", facts=True)] == [one._replace(body=b"") for one in items(*in_order)]
    assert [*either.query("other")] == []
    keys = [ItemKey("g", "a"), ItemKey("g", "x")]
    assert either.get_many(keys) == {keys[0]: items("a")[0]}
    assert (either.get(keys[0], consistent=True), either.get(keys[1])) == (items("a")[0], None)
    either.delete_many([*keys, ItemKey("g", "é")])
    assert [one.key.name for one in either.query("g")] == ["Z", "a#1", "b"]


def test_a_conditional_write_needs_the_state_that_was_seen(either: Table) -> None:
    (item,) = items("a")
    with pytest.raises(PreconditionFailedError):
        either.replace(item, "a")
    either.create(item)
    with pytest.raises(PreconditionFailedError):
        either.create(item)
    other = item._replace(body=b"other", facts={"revision": "2", "latest": ""})
    with pytest.raises(PreconditionFailedError):
        either.replace(other, "2")
    assert either.get(item.key) == item
    either.replace(other, "a")
    assert either.get(item.key) == other


def test_items_have_the_limit_of_dynamodb() -> None:
    table, key = MemoryTable(), ItemKey("g", "n")
    names = len(b"pk") + len(b"g") + len(b"sk") + len(b"n") + len(b"b")
    table.put_many([Item(key, b"x" * (MAX_ITEM_BYTES - names))])
    with pytest.raises(AssertionError):
        table.put_many([Item(key, b"x" * (MAX_ITEM_BYTES - names + 1))])
    with pytest.raises(AssertionError):
        table.get_many([key, key])


def test_reads_lag_where_a_test_wants_it_and_calls_are_counted() -> None:
    table = MemoryTable()
    table.put_many(items(*(f"{number}" for number in range(60))))
    assert table.counted() == ["put_many"] * 3
    table.lag = True
    table.put_many(items("new"))
    key = ItemKey("g", "new")
    assert (table.get(key), table.get_many([key])) == (None, {})
    assert len([*table.query("g")]) == 60
    assert table.get(key, consistent=True) == items("new")[0]
    table.lag = False
    assert table.get(key) is not None
    assert table.counted() == ["put_many", "get", "get_many", "query", "get", "get"]
