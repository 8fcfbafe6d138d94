"""Let a table's own client work on a table in memory: see `chalicelib.lake.rehearsal`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.rehearsal import Answer, answering

_JSON: Final = {"Content-Type": "application/x-amz-json-1.0"}
_KEY: Final = ("pk", "sk")


@contextmanager
def rehearsal(table: DynamoTable) -> Iterator[None]:
    """Within the block, all requests of the table go to one in memory, empty at first.

    Raises:
        ConfigError: the environment's AWS settings are wrong.
    """
    with answering(table.client, TableInMemory().answer):
        yield


class TableInMemory:
    """As much of DynamoDB as a table needs; without conditions, ranges and limits."""

    def __init__(self) -> None:
        """Make an empty table."""
        self._items: dict[str, Any] = {}

    def answer(self, request: Any) -> Answer:
        """The answer to botocore's prepared request."""
        operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        answered: Any = getattr(self, f"_{operation}")(json.loads(request.body))
        return Answer(200, _JSON, json.dumps(answered).encode())

    def _GetItem(self, asked: Any) -> Any:  # noqa: N802
        item = self._items.get(_name(asked["Key"]))
        return {} if item is None else {"Item": item}

    def _BatchGetItem(self, asked: Any) -> Any:  # noqa: N802
        found = {
            table: [self._items[name] for name in map(_name, of["Keys"]) if name in self._items]
            for table, of in asked["RequestItems"].items()
        }
        return {"Responses": found, "UnprocessedKeys": {}}

    def _Query(self, asked: Any) -> Any:  # noqa: N802
        values = [*asked["ExpressionAttributeValues"].values()]
        found = [item for _, item in sorted(self._items.items()) if item["pk"] in values]
        return {"Items": found, "Count": len(found), "ScannedCount": len(found)}

    def _PutItem(self, asked: Any) -> Any:  # noqa: N802
        self._items[_name(asked["Item"])] = asked["Item"]
        return {}

    def _BatchWriteItem(self, asked: Any) -> Any:  # noqa: N802
        for requests in asked["RequestItems"].values():
            for one in requests:
                if "PutRequest" in one:
                    self._PutItem(one["PutRequest"])
                else:
                    self._items.pop(_name(one["DeleteRequest"]["Key"]), None)
        return {"UnprocessedItems": {}}


def _name(attributes: Any) -> str:
    return json.dumps([attributes[name]["S"] for name in _KEY])
