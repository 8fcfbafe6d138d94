"""A table in memory that keeps the protocol's promises, and counts its calls.

It is DynamoDB where that matters here: it refuses items above 400 KB, keys that are empty or
doubled in a batch, and what a fact cannot be. Every read sees every write, unless `lag` holds the
writes back from those that are not consistent.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from chalicelib.errors import PreconditionFailedError
from chalicelib.lake.dynamodb.table import MAX_ITEM_BYTES, REVISION, Item, ItemKey

BATCH: Final = 25
MOST: Final = 100
MAX_NAME_BYTES: Final = 1024
MAX_GROUP_BYTES: Final = 2048


class Call(NamedTuple):
    """A call of the protocol.

    Attributes:
        name: the method's; of batches one call each.
        keys: what it was asked for; a query's group with an empty name.
        consistent: whether the read was consistent; False of writes.
    """

    name: str
    keys: tuple[ItemKey, ...]
    consistent: bool = False


class MemoryTable:
    """A `chalicelib.lake.dynamodb.table.Table`; subclasses put faults into `_called`.

    Attributes:
        calls: every call, in order; tests may clear it.
        lag: while True, reads that are not consistent see what was there when it became True.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.RLock()
        self._items: dict[ItemKey, Item] = {}
        self._seen: dict[ItemKey, Item] | None = None
        self.calls: list[Call] = []

    @property
    def lag(self) -> bool:
        """See the class."""
        return self._seen is not None

    @lag.setter
    def lag(self, lags: bool) -> None:
        with self._lock:
            self._seen = {**self._items} if lags else None

    @property
    def items(self) -> dict[ItemKey, Item]:
        """A copy of all that is there, whoever has seen it; no call."""
        with self._lock:
            return {**self._items}

    def counted(self) -> list[str]:
        """The names of the calls since the last time, which are forgotten."""
        with self._lock:
            found = [one.name for one in self.calls]
            self.calls.clear()
            return found

    def remove(self, key: ItemKey) -> None:
        """Take an item out behind everybody's back; no call."""
        with self._lock:
            del self._items[key]

    def set(self, item: Item) -> None:
        """Put an item there behind everybody's back, whatever was there; no call."""
        with self._lock:
            self._items[item.key] = item

    def get(self, key: ItemKey, *, consistent: bool = False) -> Item | None:
        """See `Table.get`."""
        _check_keys([key])
        with self._lock:
            self._called(Call("get", (key,), consistent))
            return self._view(consistent=consistent).get(key)

    def get_many(
        self, keys: Sequence[ItemKey], *, consistent: bool = False
    ) -> Mapping[ItemKey, Item]:
        """See `Table.get_many`."""
        found: dict[ItemKey, Item] = {}
        for some in _batches(keys, MOST):
            _check_keys(some)
            with self._lock:
                self._called(Call("get_many", some, consistent))
                view = self._view(consistent=consistent)
                found |= {key: view[key] for key in some if key in view}
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
        """See `Table.query`; its call is made when the first item is asked for."""
        with self._lock:
            self._called(Call("query", (ItemKey(group, ""),), consistent))
            view = self._view(consistent=consistent)
            found = [item for key, item in view.items() if key.group == group]
        found.sort(key=lambda item: item.key.name.encode())
        for item in found:
            name = item.key.name.encode()
            if first is not None and name < first.encode():
                continue
            if last is not None and name > last.encode():
                continue
            yield item._replace(body=b"") if facts else item

    def put_many(self, items: Iterable[Item]) -> None:
        """See `Table.put_many`."""
        for some in _batches(items, BATCH):
            keys = tuple(item.key for item in some)
            _check_keys(keys)
            for item in some:
                _check_item(item)
            with self._lock:
                self._called(Call("put_many", keys))
                self._items |= {item.key: item for item in some}

    def delete_many(self, keys: Iterable[ItemKey]) -> None:
        """See `Table.delete_many`."""
        for some in _batches(keys, BATCH):
            _check_keys(some)
            with self._lock:
                self._called(Call("delete_many", some))
                for key in some:
                    self._items.pop(key, None)

    def create(self, item: Item) -> None:
        """See `Table.create`."""
        _check_keys([item.key])
        _check_item(item)
        with self._lock:
            self._called(Call("create", (item.key,)))
            if item.key in self._items:
                raise PreconditionFailedError(f"{item.key} exists")
            self._items[item.key] = item

    def replace(self, item: Item, revision: str) -> None:
        """See `Table.replace`."""
        _check_keys([item.key])
        _check_item(item)
        with self._lock:
            self._called(Call("replace", (item.key,)))
            before = self._items.get(item.key)
            if before is None or before.facts.get(REVISION, "") != revision:
                raise PreconditionFailedError(f"{item.key} was replaced")
            self._items[item.key] = item

    def _called(self, call: Call) -> None:
        """Note a call before it does anything; a subclass may raise here."""
        self.calls.append(call)

    def _view(self, *, consistent: bool) -> Mapping[ItemKey, Item]:
        return self._items if consistent or self._seen is None else self._seen


_One = TypeVar("_One")


def _batches(some: Iterable[_One], size: int) -> Iterator[tuple[_One, ...]]:
    rest = iter(some)
    while batch := (*islice(rest, size),):
        yield batch


def _check_keys(keys: Sequence[ItemKey]) -> None:
    assert len({*keys}) == len(keys), "DynamoDB refuses doubled keys in a batch"
    for key in keys:
        assert 0 < len(key.group.encode()) <= MAX_GROUP_BYTES, key
        assert 0 < len(key.name.encode()) <= MAX_NAME_BYTES, key


def _check_item(item: Item) -> None:
    facts = {f"f_{name}": value for name, value in item.facts.items()}
    assert all(isinstance(value, str) for value in facts.values()), item.key
    named = {"pk": item.key.group, "sk": item.key.name, **facts}
    size = sum(len(name.encode()) + len(value.encode()) for name, value in named.items())
    assert size + len("b") + len(item.body) <= MAX_ITEM_BYTES, (item.key, size + len(item.body))
