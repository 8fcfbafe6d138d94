"""What a table promises, sentence by sentence; in `make test-dynamodb` of DynamoDB Local."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.errors import InvalidKeyError, PreconditionFailedError, StoreError
from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.dynamodb.table import MAX_ITEM_BYTES, Item, ItemKey
from tests.dynamodb.faults import Faults
from tests.lake.dynamodb.support import calls

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY = ItemKey("51#roster#a", "0000")
ITEM = Item(KEY, b"\0body\xff", {"revision": "1", "latest": "2026-01-26", "size": ""})


def numbered(count: int, body: bytes = b"") -> list[Item]:
    return [Item(ItemKey("g", f"{number:04d}"), body) for number in range(count)]


def put(table: DynamoTable, *items: Item) -> None:
    table.put_many(items)


def test_an_item_comes_back_as_it_was_written(table: DynamoTable) -> None:
    put(table, ITEM)
    assert table.get(KEY) == ITEM
    assert table.get(KEY, consistent=True) == ITEM
    assert table.get_many([KEY]) == {KEY: ITEM}
    assert [*table.query(KEY.group)] == [ITEM]


def test_an_item_that_is_not_there_is_none(table: DynamoTable) -> None:
    put(table, ITEM)
    assert table.get(ItemKey(KEY.group, "0001")) is None
    assert table.get(ItemKey("51#roster#b", KEY.name)) is None


def test_the_settings_alone_find_the_table(table: DynamoTable) -> None:
    put(table, ITEM)
    assert DynamoTable(table.name).get(KEY) == ITEM


@pytest.mark.parametrize("consistent", [False, True])
def test_what_must_be_seen_is_asked_for(faults: Faults, consistent: bool) -> None:
    faults.table.get(KEY, consistent=consistent)
    faults.table.get_many([KEY], consistent=consistent)
    [*faults.table.query(KEY.group, consistent=consistent)]
    get, many, query = (call.sent for call in faults.calls)
    many = many["RequestItems"][faults.table.name]
    assert [sent["ConsistentRead"] for sent in (get, many, query)] == [consistent] * 3


def test_of_many_those_that_are_there_are_found_a_hundred_in_one_call(faults: Faults) -> None:
    items = numbered(150)
    faults.table.put_many(items)
    faults.calls.clear()
    keys = [ItemKey("g", f"{number:04d}") for number in range(-50, 150)]
    assert faults.table.get_many(keys + keys[:9]) == {item.key: item for item in items}
    assert faults.operations() == ["BatchGetItem"] * 2
    assert faults.table.get_many([]) == {}
    assert len(faults.calls) == 2


def test_writes_go_out_by_twenty_five(faults: Faults) -> None:
    faults.table.put_many(iter(numbered(51)))
    assert faults.operations() == ["BatchWriteItem"] * 3
    faults.table.delete_many(item.key for item in numbered(60))
    assert faults.operations() == ["BatchWriteItem"] * 6
    assert [*faults.table.query("g")] == []
    faults.calls.clear()
    faults.table.put_many([])
    faults.table.delete_many([])
    assert faults.calls == []


def test_a_written_item_takes_the_place_of_what_was_there(table: DynamoTable) -> None:
    put(table, ITEM)
    put(table, Item(KEY, b"", {"other": "fact"}))
    assert table.get(KEY) == Item(KEY, b"", {"other": "fact"})


def test_two_items_of_one_key_are_refused(table: DynamoTable) -> None:
    with pytest.raises(ValueError, match="0000"):
        put(table, ITEM, Item(KEY, b"other"))
    assert table.get(KEY) is None


def test_to_delete_what_is_not_there_or_twice_is_fine(table: DynamoTable) -> None:
    put(table, ITEM)
    table.delete_many([KEY, ItemKey("no", "item"), KEY])
    assert table.get(KEY) is None


def test_a_query_finds_one_group_in_the_order_of_names(table: DynamoTable) -> None:
    names = ["10", "9", "a", "B", "é", "z", "ｚ", "🏰", "a#1", "a\0", "\uffff"]
    put(table, Item(ItemKey("g2", "0"), b""), *(Item(ItemKey("g", name), b"") for name in names))
    found = [item.key.name for item in table.query("g")]
    assert found == sorted(names, key=str.encode)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("b", None, "bcd"),
        (None, "b", "ab"),
        ("b", "c", "bc"),
        ("b", "b", "b"),
        ("", None, "abcd"),
        ("aa", "bb", "b"),
        ("bb", "bc", ""),
        ("c", "b", ""),
        (None, "", ""),
        ("", "", ""),
    ],
)
def test_a_query_keeps_to_its_bounds(
    table: DynamoTable, first: str | None, last: str | None, expected: str
) -> None:
    put(table, *(Item(ItemKey("g", name), b"") for name in "abcd"))
    found = [item.key.name for item in table.query("g", first=first, last=last)]
    assert "".join(found) == expected


def test_a_query_makes_a_call_for_each_megabyte_as_it_is_read(faults: Faults) -> None:
    items = numbered(12, bytes(300_000))
    faults.table.put_many(items)
    faults.calls.clear()
    found = faults.table.query("g")
    assert [*islice(found, 2)] == items[:2]
    assert len(faults.calls) == 1
    assert [*found] == items[2:]
    assert len(faults.calls) in (3, 4)  # with the item that goes beyond it, or without


def test_facts_are_read_without_the_bodies(table: DynamoTable) -> None:
    put(table, ITEM, Item(ItemKey(KEY.group, "1"), b"body"))
    found = [*table.query(KEY.group, facts=True)]
    assert found == [ITEM._replace(body=b""), Item(ItemKey(KEY.group, "1"), b"")]


@pytest.mark.parametrize("name", ["size", "a.b", "#n", ":v", "f", "pk", "é🏰", "two words"])
def test_a_fact_may_have_any_name(table: DynamoTable, name: str) -> None:
    item = Item(KEY, b"", {"revision": "1", name: "value"})
    table.create(item)
    table.replace(item, "1")
    assert [*table.query(KEY.group, facts=True)] == [item]


def test_of_writers_that_create_one_wins(table: DynamoTable) -> None:
    def create(number: int) -> int | None:
        try:
            table.create(Item(KEY, str(number).encode()))
        except PreconditionFailedError:
            return None
        return number

    with ThreadPoolExecutor(6) as pool:
        winners = [number for number in pool.map(create, range(6)) if number is not None]
    (winner,) = winners
    assert table.get(KEY, consistent=True) == Item(KEY, str(winner).encode())


def test_an_item_is_replaced_in_the_state_that_was_seen_and_in_no_other(
    table: DynamoTable,
) -> None:
    new = Item(KEY, b"new", {"revision": "2"})
    with pytest.raises(PreconditionFailedError):
        table.replace(new, "1")  # there is none
    assert table.get(KEY) is None
    table.create(ITEM)
    with pytest.raises(PreconditionFailedError):
        table.replace(new, "0")
    assert table.get(KEY) == ITEM
    table.replace(new, "1")
    assert table.get(KEY) == new
    table.delete_many([KEY])
    with pytest.raises(PreconditionFailedError):
        table.replace(ITEM, "2")


def test_no_replacement_is_lost(table: DynamoTable) -> None:
    table.create(Item(KEY, b"", {"revision": "0"}))

    def add(_: int) -> None:
        while True:
            found = table.get(KEY, consistent=True)
            assert found is not None
            revision = found.facts["revision"]
            try:
                return table.replace(Item(KEY, b"", {"revision": str(int(revision) + 1)}), revision)
            except PreconditionFailedError:
                pass

    with ThreadPoolExecutor(3) as pool:
        [*pool.map(add, range(9))]
    found = table.get(KEY, consistent=True)
    assert found is not None
    assert found.facts == {"revision": "9"}


WRONG_KEYS = [
    ItemKey("", "name"),
    ItemKey("group", ""),
    ItemKey("g" * 2049, "name"),
    ItemKey("group", "é" * 512 + "n"),
    ItemKey("\ud800", "name"),
    ItemKey("group", "\ud800"),
]


@pytest.mark.parametrize("key", WRONG_KEYS, ids=range(len(WRONG_KEYS)))
def test_a_key_that_no_table_can_hold_is_refused_before_it_is_sent(
    faults: Faults, key: ItemKey
) -> None:
    for call in calls(faults.table, key):
        with pytest.raises(InvalidKeyError, match=r"an item's (group|name)"):
            call()
    assert faults.calls == []


def test_the_longest_key_is_taken(table: DynamoTable) -> None:
    item = Item(ItemKey("é" * 1024, "n" * 1024), b"")
    put(table, item)
    assert [*table.query(item.key.group, first=item.key.name, last=item.key.name)] == [item]
    assert table.get(item.key) == item


def test_no_item_is_sent_that_is_too_large(faults: Faults) -> None:
    larger = Item(KEY, bytes(MAX_ITEM_BYTES), {"naïve": "fact"})
    for write in (
        partial(faults.table.put_many, [*numbered(9), larger]),
        partial(faults.table.create, larger),
        partial(faults.table.replace, larger, "1"),
    ):
        with pytest.raises(StoreError, match=r"51#roster#a 0000 has 409,6\d\d bytes.* 409,600"):
            write()
    assert faults.calls == []


def test_what_is_no_text_is_not_sent_as_a_fact(faults: Faults) -> None:
    for fact in ({"\ud800": "text"}, {"name": "\ud800"}):
        with pytest.raises(StoreError, match="not Unicode text"):
            faults.table.create(Item(KEY, b"", fact))
    assert faults.calls == []


@pytest.mark.slow
def test_items_that_no_answer_has_room_for_are_read_by_several(table: DynamoTable) -> None:
    """An answer has 16 MB."""
    items = numbered(45, bytes(400_000))
    table.put_many(items)
    assert table.get_many([item.key for item in items]) == {item.key: item for item in items}


@pytest.mark.parametrize(
    "damage",
    [{}, {"f": {"S": "text"}}, {"f": {"M": {"revision": {"N": "1"}, "x": {"NULL": True}}}}],
    ids=["no-facts", "text-for-facts", "a-number-for-the-revision"],
)
def test_an_item_that_somebody_wrote_by_hand_is_read_without_revision_and_replaced(
    table: DynamoTable, dynamodb_client: "DynamoDBClient", damage: dict[str, Any]
) -> None:
    by_hand = {"pk": {"S": KEY.group}, "sk": {"S": KEY.name}, "b": {"S": "text"}, **damage}
    dynamodb_client.put_item(TableName=table.name, Item=by_hand)
    assert table.get(KEY) == Item(KEY, b"")
    with pytest.raises(PreconditionFailedError):
        table.replace(ITEM._replace(key=KEY), "1")
    table.replace(ITEM._replace(key=KEY), "")
    assert table.get(KEY) == ITEM._replace(key=KEY)
    with pytest.raises(PreconditionFailedError):
        table.replace(ITEM._replace(key=KEY), "")
    with pytest.raises(PreconditionFailedError):
        table.replace(ITEM._replace(key=ItemKey("nothing", "there")), "")
