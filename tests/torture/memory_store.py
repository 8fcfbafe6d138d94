"""A lake in memory that keeps the store's contract, with a clock of its own.

It is S3 as S3 is today: strongly consistent, an ETag is the MD5 of the bytes (so the same bytes
have the same one again), and a listing is made of pages, each of the moment it is asked for.
"""

import hashlib
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from types import TracebackType
from typing import BinaryIO, Final

from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError
from chalicelib.lake.store import (
    ObjectInfo,
    bytes_of,
    check_folder_prefix,
    check_key,
    check_range,
    spooled,
)

PAGE: Final = 4
"""Keys of one page of a listing: few, so that most listings are longer than one."""

Watch = Callable[[str, bytes, bytes | None], None]
"""Is told of every write by a function: key, bytes, and the bytes that were there before."""


class MemoryStore:
    """A store (`chalicelib.lake.store.Store`) in memory.

    Attributes:
        writes: how many writes took effect.
        watch: is told of every write through the protocol.
    """

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Start empty; `clock` tells when an object was accepted."""
        self._clock = clock
        self._objects: dict[str, tuple[ObjectInfo, bytes]] = {}
        self._order: list[bytes] = []
        self.writes = 0
        self.watch: Watch | None = None

    def head(self, key: str) -> ObjectInfo | None:
        """See `Store.head`."""
        check_key(key)
        found = self._objects.get(key)
        return found[0] if found else None

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> "MemoryReader":
        """See `Store.open`."""
        check_range(start, length)
        check_key(key)
        found = self._objects.get(key)
        if found is None:
            raise ObjectNotFoundError(f"{key} does not exist")
        info, body = found
        if etag not in (None, info.etag):
            raise PreconditionFailedError(f"{key} is another object by now")
        return MemoryReader(info, body[start : None if length is None else start + length])

    def create(self, key: str, body: bytes | BinaryIO) -> str:
        """See `Store.create`."""
        check_key(key)
        if key in self._objects:
            raise PreconditionFailedError(f"{key} exists")
        return self._write(key, bytes_of(body)).etag

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> str:
        """See `Store.replace`."""
        check_key(key)
        found = self._objects.get(key)
        if found is None or found[0].etag != etag:
            raise PreconditionFailedError(f"{key} is another object by now, or gone")
        return self._write(key, bytes_of(body)).etag

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        """See `Store.scratch`."""
        return spooled()

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """See `Store.list_objects`."""
        last = after
        while page := self.page(prefix, last):
            yield from page
            last = page[-1].key

    def list_folders(self, prefix: str) -> Iterator[str]:
        """See `Store.list_folders`."""
        check_folder_prefix(prefix)
        last = None
        for info in self.list_objects(prefix):
            folder, slash, _ = info.key[len(prefix) :].partition("/")
            if slash and folder and folder != last:
                last = folder
                yield folder

    def page(self, prefix: str, after: str, size: int = PAGE) -> list[ObjectInfo]:
        """The next keys of a listing, as they are now."""
        start = prefix.encode("utf-8", "surrogatepass")
        behind = after.encode("utf-8", "surrogatepass")
        first = max(bisect_left(self._order, start), bisect_right(self._order, behind))
        found = []
        for key in self._order[first : first + size]:
            if not key.startswith(start):
                break
            found.append(self._objects[key.decode()][0])
        return found

    def put(self, key: str, body: bytes) -> ObjectInfo:
        """Put an object as a person does: without a condition, and unwatched."""
        check_key(key)
        return self._keep(key, body)

    def remove(self, key: str) -> None:
        """Delete an object, as a person may; nothing in the protocol can."""
        if self._objects.pop(key, None):
            self._order.remove(key.encode())

    def contents(self) -> dict[str, bytes]:
        """All objects, in the order of their keys."""
        return {key.decode(): self._objects[key.decode()][1] for key in self._order}

    def _write(self, key: str, body: bytes) -> ObjectInfo:
        before = self._objects.get(key)
        self.writes += 1
        if self.watch is not None:
            self.watch(key, body, before[1] if before else None)
        return self._keep(key, body)

    def _keep(self, key: str, body: bytes) -> ObjectInfo:
        moment = self._clock().astimezone(UTC).replace(microsecond=0)
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
        info = ObjectInfo(key, len(body), f'"{digest}"', moment)
        if key not in self._objects:
            insort(self._order, key.encode())
        self._objects[key] = (info, body)
        return info


class MemoryReader:
    """An open object: a stream of the bytes that it had when it was opened."""

    def __init__(self, info: ObjectInfo, body: bytes) -> None:
        """Read `body`, all or part of the object that `info` tells of."""
        self.info = info
        self._body = body
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        """See `ObjectReader.read`."""
        end = len(self._body) if size < 0 else min(self._at + size, len(self._body))
        data = self._body[self._at : end]
        self._at = end
        return data

    def __enter__(self) -> "MemoryReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass
