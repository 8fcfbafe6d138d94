"""The table protocol: the operations that the app needs from a database of items.

`chalicelib.lake.dynamodb.client` implements it; `tests/lake/dynamodb` tests that against moto and
against DynamoDB Local.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

MAX_ITEM_BYTES: Final = 400 * 1024
"""DynamoDB's limit of an item: the names and values of all its attributes."""
REVISION: Final = "revision"
"""The fact that says which state of an item this is, of those that are replaced."""


class ItemKey(NamedTuple):
    """An item's key.

    Attributes:
        group: the partition key; the items of a group are found by one query.
        name: the sort key; a group's items are in the order of their names' UTF-8 bytes.
    """

    group: str
    name: str


class Item(NamedTuple):
    """An item.

    Attributes:
        key: its key.
        body: its content.
        facts: short texts by name, which can be read without the body.
    """

    key: ItemKey
    body: bytes
    facts: Mapping[str, str] = {}


class Table(Protocol):
    """A flat map from keys to items with conditional writes. Thread-safe.

    Every method raises `StoreUnavailableError` when a retry may help (throttled, unreachable, items
    still unprocessed after all tries), `StoreDeniedError` when access is refused, `InvalidKeyError`
    for a key that no table can hold, and `StoreError` when there is no such table, it has other
    keys, or an item is larger than `MAX_ITEM_BYTES`.

    A write is atomic for each item, and durable when it returns; one of many items may stop in
    between. If the response to a conditional write is lost, the retry may find the written item
    and raise `PreconditionFailedError`.
    """

    def get(self, key: ItemKey, *, consistent: bool = False) -> Item | None:
        """An item; None when there is none.

        Args:
            key: its key.
            consistent: see every write that returned before; costs twice as much.
        """
        ...

    def get_many(
        self, keys: Sequence[ItemKey], *, consistent: bool = False
    ) -> Mapping[ItemKey, Item]:
        """Those of these items that are there, by key; a call for each 100."""
        ...

    def query(
        self,
        group: str,
        *,
        first: str | None = None,
        last: str | None = None,
        consistent: bool = False,
        facts: bool = False,
    ) -> Iterator[Item]:
        """The items of a group in the order of their names; a call for each megabyte.

        Args:
            group: the group.
            first: only from this name on.
            last: only up to this name.
            consistent: as in `get`.
            facts: without the bodies, which costs the same, and takes less time.
        """
        ...

    def put_many(self, items: Iterable[Item]) -> None:
        """Write items, in batches of 25, whatever is there; their keys must differ.

        Raises:
            ValueError: two of them have the same key.
        """
        ...

    def delete_many(self, keys: Iterable[ItemKey]) -> None:
        """Delete items, in batches of 25; those that are not there are none the less fine."""
        ...

    def create(self, item: Item) -> None:
        """Write an item that must not exist yet; of concurrent writers one wins.

        Raises:
            PreconditionFailedError: it exists.
        """
        ...

    def replace(self, item: Item, revision: str) -> None:
        """Compare-and-swap: replace the item whose fact `REVISION` is this.

        Args:
            item: the new one.
            revision: that of the item that was seen; empty, if it had none.

        Raises:
            PreconditionFailedError: the item was replaced or removed meanwhile.
        """
        ...
