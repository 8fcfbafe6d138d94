"""A store that fails at one chosen call: before it, or after it took effect."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO

from chalicelib.errors import StoreUnavailableError
from chalicelib.lake.store import ObjectInfo, ObjectReader, Store


class FailingStore:
    """Passes every call on, but the n-th one fails.

    Attributes:
        calls: how many calls came so far.
    """

    def __init__(self, store: Store, at: int, *, late: bool) -> None:
        self._store = store
        self._at = at
        self._late = late
        self.calls = 0

    def _before(self) -> bool:
        """Count a call; fail it now, or say whether to fail it when it is done."""
        self.calls += 1
        if self.calls != self._at:
            return False
        if not self._late:
            raise StoreUnavailableError(f"call {self._at} failed before it took effect")
        return True

    def _after(self, fails: bool) -> None:
        if fails:
            raise StoreUnavailableError(f"the answer to call {self._at} was lost")

    def head(self, key: str) -> ObjectInfo | None:
        fails = self._before()
        info = self._store.head(key)
        self._after(fails)
        return info

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> AbstractContextManager[ObjectReader]:
        fails = self._before()
        reader = self._store.open(key, start=start, length=length, etag=etag)
        if fails:
            with reader:
                self._after(fails)
        return reader

    def create(self, key: str, body: bytes | BinaryIO) -> str:
        fails = self._before()
        etag = self._store.create(key, body)
        self._after(fails)
        return etag

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> str:
        fails = self._before()
        etag = self._store.replace(key, body, etag)
        self._after(fails)
        return etag

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        return self._store.scratch()

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        fails = self._before()
        found = list(self._store.list_objects(prefix, after=after))
        self._after(fails)
        return iter(found)

    def list_folders(self, prefix: str) -> Iterator[str]:
        fails = self._before()
        found = list(self._store.list_folders(prefix))
        self._after(fails)
        return iter(found)
