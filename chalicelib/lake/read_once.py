"""A store for one piece of work, which reads a state of an object once."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import Any, BinaryIO, Final, NamedTuple, TypeVar

from chalicelib.lake.store import (
    UNKNOWN_MOMENT,
    BytesReader,
    ObjectInfo,
    ObjectReader,
    Store,
    bytes_of,
    check_range,
)

_Made = TypeVar("_Made")

MOST_BYTES: Final = 16 * 1024 * 1024
"""So much is remembered, the newest: of 10,000 players everything that a publish reads."""

_MOST_READ_BYTES: Final = 2 * 1024 * 1024
"""Of a larger object only its bytes are remembered: what is made of them is larger still."""


class _State(NamedTuple):
    """A state of an object that is remembered.

    Attributes:
        info: the object.
        body: its bytes.
        made: what its readers made of all of it, by its class.
    """

    info: ObjectInfo
    body: bytes
    made: dict[type[Any], Any]


class _RememberedReader(BytesReader):
    """A reader of a state that is remembered, with what was made of it."""

    def __init__(self, state: _State, start: int = 0, length: int | None = None) -> None:
        """Read a state, or a range of it as `Store.open` has it."""
        super().__init__(state.info, state.body, start, length)
        self.made = state.made if len(state.body) <= _MOST_READ_BYTES else {}


def read_once(reader: ObjectReader, kind: type[_Made], make: Callable[[bytes], _Made]) -> _Made:
    """What an object is when it is read; made once of a state that is remembered.

    Args:
        reader: of the whole object, of which nothing was read.
        kind: the class of what is made.
        make: makes it of the bytes.
    """
    made = reader.made if isinstance(reader, _RememberedReader) else {}
    if kind not in made:
        made[kind] = make(reader.read())
    found: _Made = made[kind]
    return found


class KnownFile(io.BytesIO):
    """A file in memory whose writer knows what a reader would make of it.

    `read_once` gives that after the file is written: nothing is read that was just made.

    Attributes:
        known: it.
    """

    def __init__(self, body: bytes, known: object) -> None:
        """Take the bytes, and what `read_once` makes of them."""
        super().__init__(body)
        self.known = known


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
        self._states: dict[tuple[str, str], _State] = {}
        self._bytes = 0

    def head(self, key: str) -> ObjectInfo | None:
        """See `Store.head`."""
        return self._store.head(key)

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> AbstractContextManager[ObjectReader]:
        """See `Store.open`; what is small enough to be remembered is read whole at once."""
        check_range(start, length)
        known = None if etag is None else self._states.get((key, etag))
        if known is not None:
            return nullcontext(_RememberedReader(known, start, length))
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
        yield _RememberedReader(self._remember(info, body))

    def _written(self, key: str, body: bytes | BinaryIO, etag: str) -> None:
        size = len(body) if isinstance(body, bytes) else body.seek(0, 2)
        if size > MOST_BYTES:
            return
        state = self._remember(ObjectInfo(key, size, etag, UNKNOWN_MOMENT), bytes_of(body))
        if isinstance(body, KnownFile):
            state.made[type(body.known)] = body.known

    def _remember(self, info: ObjectInfo, body: bytes) -> _State:
        state = _State(info, body, {})
        with self._lock:
            self._forget(info)
            self._states[info.key, info.etag] = state
            self._bytes += len(body)
            while self._bytes > MOST_BYTES:
                self._forget(next(iter(self._states.values())).info)
        return state

    def _forget(self, info: ObjectInfo) -> None:
        state = self._states.pop((info.key, info.etag), None)
        self._bytes -= 0 if state is None else len(state.body)
