"""A store for one piece of work, which reads a state of an object once."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import BinaryIO, Final

from chalicelib.lake.store import (
    UNKNOWN_MOMENT,
    BytesReader,
    ObjectInfo,
    ObjectReader,
    Store,
    check_range,
)

MOST_BYTES: Final = 16 * 1024 * 1024
"""So much is remembered, the newest: of 10,000 players everything that a publish reads."""


class ReadOnce:
    """Another store, some of whose objects are in memory.

    What was read whole, or written, is read from memory when its key and ETag are asked for: that
    is the state which was there a moment ago, also if it was replaced or removed since. Without an
    ETag the object is read as it is now.

    The `last_modified` of what was written is not known to its reader.
    """

    def __init__(self, store: Store) -> None:
        """Remember nothing yet."""
        self._store = store
        self._lock = Lock()
        self._bodies: dict[tuple[str, str], tuple[ObjectInfo, bytes]] = {}
        self._bytes = 0

    def head(self, key: str) -> ObjectInfo | None:
        """See `Store.head`."""
        return self._store.head(key)

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> AbstractContextManager[ObjectReader]:
        """See `Store.open`; what is small enough to be remembered is read whole at once."""
        check_range(start, length)
        known = None if etag is None else self._bodies.get((key, etag))
        if known is not None:
            info, body = known
            return nullcontext(BytesReader(info, body, start, length))
        found = self._store.open(key, start=start, length=length, etag=etag)
        if start or length is not None:
            return found
        return self._whole(found)

    def create(self, key: str, body: bytes | BinaryIO) -> str:
        """See `Store.create`."""
        etag = self._store.create(key, body)
        self._written(key, body, etag)
        return etag

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> str:
        """See `Store.replace`."""
        new = self._store.replace(key, body, etag)
        self._written(key, body, new)
        return new

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        """See `Store.scratch`."""
        return self._store.scratch()

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """See `Store.list_objects`."""
        return self._store.list_objects(prefix, after=after)

    def list_folders(self, prefix: str) -> Iterator[str]:
        """See `Store.list_folders`."""
        return self._store.list_folders(prefix)

    @contextmanager
    def _whole(self, found: AbstractContextManager[ObjectReader]) -> Iterator[ObjectReader]:
        """A reader of an object from its beginning, out of memory if it is small enough."""
        with found as reader:
            info = reader.info
            if info.size > MOST_BYTES:
                yield reader
                return
            body = reader.read()
        self._remember(info, body)
        yield BytesReader(info, body)

    def _written(self, key: str, body: bytes | BinaryIO, etag: str) -> None:
        size = len(body) if isinstance(body, bytes) else body.seek(0, 2)
        if size > MOST_BYTES:
            return
        if not isinstance(body, bytes):
            body.seek(0)
            body = body.read()
        self._remember(ObjectInfo(key, size, etag, UNKNOWN_MOMENT), body)

    def _remember(self, info: ObjectInfo, body: bytes) -> None:
        with self._lock:
            self._forget(info)
            self._bodies[info.key, info.etag] = info, body
            self._bytes += len(body)
            while self._bytes > MOST_BYTES:
                self._forget(next(iter(self._bodies.values()))[0])

    def _forget(self, info: ObjectInfo) -> None:
        _, body = self._bodies.pop((info.key, info.etag), (info, b""))
        self._bytes -= len(body)
