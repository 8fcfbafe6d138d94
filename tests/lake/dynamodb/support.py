"""Every call that a table has."""

from collections.abc import Callable

from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.dynamodb.table import Item, ItemKey


def calls(table: DynamoTable, key: ItemKey) -> list[Callable[[], object]]:
    """The calls, of an item with this key."""
    item = Item(key, b"body", {"revision": "2"})
    return [
        lambda: table.get(key),
        lambda: table.get_many([key]),
        lambda: list(table.query(key.group, first=key.name)) if key.name else table.get(key),
        lambda: table.put_many([item]),
        lambda: table.delete_many([key]),
        lambda: table.create(item),
        lambda: table.replace(item, "1"),
    ]
