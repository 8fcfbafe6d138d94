"""The lake with the table's items as objects, so that one loop writes all that is derived.

    dynamodb/source=rok_players/kingdom=51/item

stands for a kingdom's item; its ETag is the item's revision. All other keys are the lake's.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO, Final

from chalicelib.errors import (
    InvalidKeyError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreError,
)
from chalicelib.items.keys import KINGDOMS, kingdom_key
from chalicelib.items.kingdom import decode_kingdom, kingdom_item
from chalicelib.lake.dynamodb.table import REVISION, Item, Table
from chalicelib.lake.keys import parse_kingdom_folder
from chalicelib.lake.read_once import ReadOnce
from chalicelib.lake.store import (
    UNKNOWN_MOMENT,
    BytesReader,
    ObjectInfo,
    ObjectReader,
    Store,
    check_range,
)
from chalicelib.lake.view_keys import dates_prefix, kingdoms_prefix
from chalicelib.limits import MAX_KINGDOM

ITEMS: Final = "dynamodb/"
"""The top folder of the keys that stand for items."""

_NAME: Final = "item"


def new_revision() -> str:
    """A revision that no state of an item ever had."""
    return os.urandom(16).hex()


def item_key(kingdom: int) -> str:
    """The key that stands for a kingdom's item."""
    return f"{dates_prefix(ITEMS, kingdom)}{_NAME}"


def kingdom_of(item: Item) -> int:
    """The number of the kingdom that an item of the group `KINGDOMS` is of.

    Raises:
        StoreError: it is of none, so nothing of ours wrote it.
    """
    name = item.key.name
    kingdom = int(name) if name.isascii() and name.isdigit() else 0
    if item.key != kingdom_key(kingdom) or not 0 < kingdom <= MAX_KINGDOM:
        raise StoreError(f"the table has an item of a kingdom {name!r}, which is none: delete it")
    return kingdom


class LakeWithTable:
    """A store (`chalicelib.lake.store.Store`): a lake, and the kingdoms' items of a table.

    An item's `last_modified` is not known. Every write has a new ETag, also of the same bytes.

    Attributes:
        lake: the lake alone.
        table: the table alone.
    """

    def __init__(self, lake: Store, table: Table) -> None:
        """Put a table beside a lake."""
        self.lake = lake
        self.table = table

    def head(self, key: str) -> ObjectInfo | None:
        """See `Store.head`."""
        if not key.startswith(ITEMS):
            return self.lake.head(key)
        item = self._read(key)
        return None if item is None else _info(key, item)

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> AbstractContextManager[ObjectReader]:
        """See `Store.open`."""
        if not key.startswith(ITEMS):
            return self.lake.open(key, start=start, length=length, etag=etag)
        check_range(start, length)
        item = self._read(key)
        if item is None:
            raise ObjectNotFoundError(f"{key} does not exist")
        info = _info(key, item)
        if etag not in (None, info.etag):
            raise PreconditionFailedError(f"{key} is another item by now")
        return nullcontext(BytesReader(info, item.body, start, length))

    def create(self, key: str, body: bytes | BinaryIO) -> str:
        """See `Store.create`."""
        if not key.startswith(ITEMS):
            return self.lake.create(key, body)
        item = _item(key, body)
        self.table.create(item)
        return item.facts[REVISION]

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> str:
        """See `Store.replace`."""
        if not key.startswith(ITEMS):
            return self.lake.replace(key, body, etag)
        item = _item(key, body)
        self.table.replace(item, etag)
        return item.facts[REVISION]

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        """See `Store.scratch`."""
        return self.lake.scratch()

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """See `Store.list_objects`; items only below `ITEMS`."""
        if not prefix.startswith(ITEMS):
            yield from self.lake.list_objects(prefix, after=after)
            return
        items = self.table.query(KINGDOMS, consistent=True)
        found = (_info(item_key(kingdom_of(item)), item) for item in items)
        for info in sorted(found):
            if info.key.startswith(prefix) and info.key > after:
                yield info

    def list_folders(self, prefix: str) -> Iterator[str]:
        """See `Store.list_folders`; of items only the kingdoms."""
        if prefix != kingdoms_prefix(ITEMS):
            yield from self.lake.list_folders(prefix)
            return
        for info in self.list_objects(prefix):
            yield info.key.removeprefix(prefix).partition("/")[0]

    def _read(self, key: str) -> Item | None:
        return self.table.get(kingdom_key(_kingdom(key)), consistent=True)


def reading_once(store: Store) -> Store:
    """A store for one piece of work that reads a state of a lake's object once (`ReadOnce`).

    Items are read as they are.
    """
    if isinstance(store, LakeWithTable):
        return LakeWithTable(ReadOnce(store.lake), store.table)
    return ReadOnce(store)


def _kingdom(key: str) -> int:
    folder, _, name = key.removeprefix(kingdoms_prefix(ITEMS)).partition("/")
    kingdom = parse_kingdom_folder(folder)
    if kingdom is None or name != _NAME:
        raise InvalidKeyError(f"no item of a kingdom: {key!r}")
    return kingdom


def _item(key: str, body: bytes | BinaryIO) -> Item:
    assert isinstance(body, bytes), "an item is small"
    return kingdom_item(decode_kingdom(body, _kingdom(key)), new_revision())


def _info(key: str, item: Item) -> ObjectInfo:
    return ObjectInfo(key, len(item.body), item.facts.get(REVISION, ""), UNKNOWN_MOMENT)
