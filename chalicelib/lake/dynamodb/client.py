"""The table in DynamoDB.

boto3 is imported by the first request, because importing this module must be cheap. Conditional
writes are DynamoDB's own condition expressions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from chalicelib.lake.aws import LazyClient
from chalicelib.lake.dynamodb.attributes import (
    FACTS,
    GROUP,
    NAME,
    attributes_of,
    check_group,
    check_name,
    key_attributes,
    read_item,
    read_key,
)
from chalicelib.lake.dynamodb.errors import translate_errors
from chalicelib.lake.dynamodb.resending import READING, WRITING, send_all
from chalicelib.lake.dynamodb.table import REVISION, Item, ItemKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import WriteRequestUnionTypeDef

CONNECT_TIMEOUT: Final = 1.0
READ_TIMEOUT: Final = 5.0
ATTEMPTS: Final = 3
"""Timeouts in seconds and tries of one request, short enough for a Lambda function."""

KEYS_OF_A_READ: Final = 100
ITEMS_OF_A_WRITE: Final = 25
"""DynamoDB's limits of BatchGetItem and of BatchWriteItem."""

_IS_NEW: Final = "attribute_not_exists(#pk)"
_IS_REVISION: Final = "#facts.#revision = :revision"
# Somebody wrote such an item by hand; it must be possible to replace it.
_HAS_NO_REVISION: Final = (
    "attribute_exists(#pk) AND NOT attribute_type(#facts.#revision, :revision)"
)

_T = TypeVar("_T")


class DynamoTable:
    """A table (`chalicelib.lake.dynamodb.table.Table`) in DynamoDB."""

    def __init__(self, name: str, client: "DynamoDBClient | None" = None) -> None:
        """Set the table; no request is made yet.

        Args:
            name: its name.
            client: a boto3 client to use; by default one is made from the environment's settings.
        """
        self._name = name
        self._boto = LazyClient(
            "dynamodb",
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            attempts=ATTEMPTS,
            client=client,
        )

    @property
    def name(self) -> str:
        """The table's name."""
        return self._name

    @property
    def client(self) -> "DynamoDBClient":
        """The boto3 client, made on first use."""
        client: DynamoDBClient = self._boto.get()
        return client

    def get(self, key: ItemKey, *, consistent: bool = False) -> Item | None:
        """See `Table.get`."""
        address = key_attributes(key)
        with translate_errors(self._name):
            found = self.client.get_item(
                TableName=self._name, Key=address, ConsistentRead=consistent
            )
        return read_item(found["Item"]) if "Item" in found else None

    def get_many(
        self, keys: Sequence[ItemKey], *, consistent: bool = False
    ) -> Mapping[ItemKey, Item]:
        """See `Table.get_many`; a key that is there twice is asked for once."""
        found: dict[ItemKey, Item] = {}

        def read(addresses: Sequence[Any]) -> Sequence[Any]:
            """Read some, and return those that the answer had no room or no capacity for."""
            with translate_errors(self._name):
                answer = self.client.batch_get_item(
                    RequestItems={self._name: {"Keys": addresses, "ConsistentRead": consistent}}
                )
            for attributes in answer["Responses"].get(self._name, []):
                found[read_key(attributes)] = read_item(attributes)
            left = answer["UnprocessedKeys"].get(self._name)
            return left["Keys"] if left else []

        for batch in _batches(map(key_attributes, dict.fromkeys(keys)), KEYS_OF_A_READ):
            send_all(batch, read, READING, self._name)
        return found

    def query(
        self,
        group: str,
        *,
        first: str | None = None,
        last: str | None = None,
        consistent: bool = False,
        facts: bool = False,
    ) -> Iterator[Item]:
        """See `Table.query`."""
        request = _range(group, first or None, last)
        if request is None:
            return
        if facts:
            request["ProjectionExpression"] = "#pk, #sk, #facts"
            request["ExpressionAttributeNames"] |= {"#sk": NAME, "#facts": FACTS}
        with translate_errors(self._name):
            pages = self.client.get_paginator("query").paginate(
                TableName=self._name, ConsistentRead=consistent, **request
            )
            for page in pages:
                yield from map(read_item, page["Items"])

    def put_many(self, items: Iterable[Item]) -> None:
        """See `Table.put_many`."""
        self._write_all(_put_requests(items))

    def delete_many(self, keys: Iterable[ItemKey]) -> None:
        """See `Table.delete_many`."""
        self._write_all(_delete_requests(keys))

    def create(self, item: Item) -> None:
        """See `Table.create`."""
        self._put(item, ConditionExpression=_IS_NEW, ExpressionAttributeNames={"#pk": GROUP})

    def replace(self, item: Item, revision: str) -> None:
        """See `Table.replace`."""
        names = {"#facts": FACTS, "#revision": REVISION}
        self._put(
            item,
            ConditionExpression=_IS_REVISION if revision else _HAS_NO_REVISION,
            ExpressionAttributeNames=names if revision else {**names, "#pk": GROUP},
            ExpressionAttributeValues={":revision": {"S": revision or "S"}},
        )

    def _put(self, item: Item, **condition: Any) -> None:
        attributes = attributes_of(item)
        with translate_errors(self._name):
            self.client.put_item(TableName=self._name, Item=attributes, **condition)

    def _write_all(self, requests: Iterator["WriteRequestUnionTypeDef"]) -> None:
        for batch in _batches(requests, ITEMS_OF_A_WRITE):
            send_all(batch, self._write, WRITING, self._name)

    def _write(
        self, batch: Sequence["WriteRequestUnionTypeDef"]
    ) -> Sequence["WriteRequestUnionTypeDef"]:
        """Write some, and return those that were not done."""
        with translate_errors(self._name):
            answer = self.client.batch_write_item(RequestItems={self._name: batch})
        return answer["UnprocessedItems"].get(self._name, [])


def _range(group: str, first: str | None, last: str | None) -> dict[str, Any] | None:
    """The conditions of a query; None if no name can be in the range, which DynamoDB refuses."""
    check_group(group)
    conditions, names, values = ["#pk = :pk"], {"#pk": GROUP}, {":pk": {"S": group}}
    if last == "":
        return None
    for bound, name in ((":first", first), (":last", last)):
        if name is not None:
            check_name(name)
            values[bound] = {"S": name}
            names["#sk"] = NAME
    if first is not None and last is not None:
        if first.encode() > last.encode():
            return None
        conditions.append("#sk BETWEEN :first AND :last")
    elif first is not None:
        conditions.append("#sk >= :first")
    elif last is not None:
        conditions.append("#sk <= :last")
    return {
        "KeyConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def _put_requests(items: Iterable[Item]) -> Iterator["WriteRequestUnionTypeDef"]:
    seen: set[ItemKey] = set()
    for item in items:
        if item.key in seen:
            raise ValueError(f"two items have the key {item.key}")
        seen.add(item.key)
        yield {"PutRequest": {"Item": attributes_of(item)}}


def _delete_requests(keys: Iterable[ItemKey]) -> Iterator["WriteRequestUnionTypeDef"]:
    for key in dict.fromkeys(keys):
        yield {"DeleteRequest": {"Key": key_attributes(key)}}


def _batches(many: Iterable[_T], size: int) -> Iterator[list[_T]]:
    left = iter(many)
    while batch := list(islice(left, size)):
        yield batch
