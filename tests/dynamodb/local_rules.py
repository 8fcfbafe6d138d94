"""Rules of DynamoDB that moto does not know and Local does: they are why our own refusals stand.

Not a part of `make test`; `make test-dynamodb` runs it.
"""

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import StoreError
from chalicelib.lake.dynamodb import attributes
from chalicelib.lake.dynamodb.attributes import item_bytes
from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.dynamodb.table import MAX_ITEM_BYTES, Item, ItemKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY = ItemKey("51#roster#a", "0000")
FACTS = [{}, {"revision": "1"}, {"revision": "1", "naïve": "", "🏰": "é" * 99}]


@pytest.mark.parametrize("facts", FACTS, ids=range(len(FACTS)))
def test_the_server_counts_an_items_bytes_as_we_do(
    table: DynamoTable, facts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte: the largest that we send is taken, and one byte more is refused."""
    most = MAX_ITEM_BYTES - item_bytes(Item(KEY, b"", facts))
    largest = Item(KEY, bytes(most), facts)
    table.put_many([largest])
    assert table.get(KEY) == largest
    monkeypatch.setattr(attributes, "MAX_ITEM_BYTES", MAX_ITEM_BYTES + 1)
    with pytest.raises(StoreError, match="Item size"):
        table.create(Item(KEY._replace(name="0001"), bytes(most + 1), facts))


def _put(name: str) -> dict[str, Any]:
    return {"PutRequest": {"Item": {"pk": {"S": "g"}, "sk": {"S": name}}}}


@pytest.mark.parametrize(
    ("puts", "said"),
    [
        ([_put(str(number)) for number in range(26)], "Too many items"),
        ([_put("a"), _put("a")], "duplicates"),
        ([_put("a" * 1025)], "under 1024 bytes"),
        ([_put("")], "empty string"),
    ],
    ids=["26", "twice", "long", "empty"],
)
def test_what_we_never_send_is_refused(
    table: DynamoTable, dynamodb_client: "DynamoDBClient", puts: list[Any], said: str
) -> None:
    with pytest.raises(ClientError, match=said) as raised:
        dynamodb_client.batch_write_item(RequestItems={table.name: puts})
    assert raised.value.response["Error"]["Code"] == "ValidationException"


def test_a_key_that_is_asked_for_twice_is_refused(
    table: DynamoTable, dynamodb_client: "DynamoDBClient"
) -> None:
    key: dict[str, Any] = {"pk": {"S": "g"}, "sk": {"S": "a"}}
    with pytest.raises(ClientError, match="duplicates"):
        dynamodb_client.batch_get_item(RequestItems={table.name: {"Keys": [key, key]}})


def test_bounds_the_wrong_way_round_are_refused(
    table: DynamoTable, dynamodb_client: "DynamoDBClient"
) -> None:
    with pytest.raises(ClientError, match="BETWEEN"):
        dynamodb_client.query(
            TableName=table.name,
            KeyConditionExpression="pk = :g AND sk BETWEEN :b AND :a",
            ExpressionAttributeValues={":g": {"S": "g"}, ":a": {"S": "a"}, ":b": {"S": "b"}},
        )
