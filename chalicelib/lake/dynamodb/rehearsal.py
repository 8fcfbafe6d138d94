"""Let a table be one in memory, by its own client: see `chalicelib.lake.rehearsal`."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from chalicelib.lake.dynamodb.attributes import GROUP, NAME
from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.rehearsal import Answer, answering

_JSON: Final = {"Content-Type": "application/x-amz-json-1.0"}


@contextmanager
def rehearsal(table: DynamoTable) -> Iterator[None]:
    """Within the block, all requests of the table go to one in memory, empty at first.

    Raises:
        ConfigError: the environment's AWS settings are wrong.
    """
    with answering(table.client, TableInMemory().answer):
        yield


class TableInMemory:
    """As much of DynamoDB as a table needs: writes without conditions, queries without bounds."""

    def __init__(self) -> None:
        """Make an empty table."""
        self._items: dict[tuple[str, str], Mapping[str, Any]] = {}

    def answer(self, request: Any) -> Answer:
        """The answer to botocore's prepared request."""
        target = request.headers["X-Amz-Target"]
        operation = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        answers = {
            "GetItem": self._get,
            "BatchGetItem": self._get_many,
            "BatchWriteItem": self._write_many,
            "PutItem": self._put,
            "Query": self._query,
        }
        return Answer(200, _JSON, json.dumps(answers[operation](json.loads(request.body))).encode())

    def _get(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        found = self._items.get(_key(asked["Key"]))
        return {} if found is None else {"Item": found}

    def _get_many(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        ((name, wanted),) = asked["RequestItems"].items()
        found = [self._items[_key(key)] for key in wanted["Keys"] if _key(key) in self._items]
        return {"Responses": {name: found}, "UnprocessedKeys": {}}

    def _write_many(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        (writes,) = asked["RequestItems"].values()
        for write in writes:
            if "PutRequest" in write:
                self._put(write["PutRequest"])
            else:
                self._items.pop(_key(write["DeleteRequest"]["Key"]), None)
        return {"UnprocessedItems": {}}

    def _put(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        self._items[_key(asked["Item"])] = asked["Item"]
        return {}

    def _query(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        group = asked["ExpressionAttributeValues"][":pk"]["S"]
        found = [item for key, item in sorted(self._items.items()) if key[0] == group]
        return {"Items": found, "Count": len(found), "ScannedCount": len(found)}


def _key(attributes: Mapping[str, Any]) -> tuple[str, str]:
    return attributes[GROUP]["S"], attributes[NAME]["S"]
