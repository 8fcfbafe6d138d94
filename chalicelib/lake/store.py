"""The store protocol: all that the app asks of the place where the lake is kept.

Two stores keep it: `chalicelib.lake.s3.store` and `chalicelib.lake.directory.store`. Whatever a
caller may rely on stands here, and `tests/lake/test_store.py` holds both to it.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import BinaryIO, Final, NamedTuple, Protocol

from chalicelib.errors import InvalidKeyError

MAX_KEY_BYTES: Final = 1024
"""What S3 allows; a directory keeps to it too, so that a lake can move."""
SPOOL_IN_MEMORY: Final = 4 * 1024 * 1024
"""Small scratch never touches the disk; Lambda's /tmp takes the rest."""


class ObjectInfo(NamedTuple):
    """What a store says of an object without reading it.

    Attributes:
        key: the object's key in the lake, without the lake's own prefix.
        size: bytes.
        etag: changes whenever the object is written; opaque.
        last_modified: when the store accepted it, aware, UTC, whole seconds.
    """

    key: str
    size: int
    etag: str
    last_modified: datetime


class ObjectReader(Protocol):
    """An open object: a forward-only stream of its bytes."""

    @property
    def info(self) -> ObjectInfo:
        """The object that is being read (whole size, also when a range is read)."""
        ...

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes (all that are left when negative); empty at the end.

        Raises:
            StoreUnavailableError: the stream broke.
        """
        ...


class Store(Protocol):
    """A flat map from keys to objects with conditional writes.

    Every method raises `StoreUnavailableError` when a retry may help, `StoreDeniedError` when
    access is refused, `InvalidKeyError` for a key that the store cannot hold.

    A body is bytes, or a binary file that can seek: it is written whole, from its beginning, and
    stays open. A write is all or nothing, and durable when it returns. Where the answer to a
    write is lost, the store's own retry may find that write in place and raise
    `PreconditionFailedError`: a caller takes an object that holds its own bytes for its own.
    """

    def head(self, key: str) -> ObjectInfo | None:
        """What is known of the object, or None when there is none."""
        ...

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> AbstractContextManager[ObjectReader]:
        """Read an object, or `length` bytes of it from `start`.

        The reader is of one state of the object, whatever is written meanwhile. What lies beyond
        the end is empty. Errors come from the call itself, before the `with` block.

        Args:
            key: the object.
            start: the first byte; counted from the object's end when negative, which may be more
                than it has.
            length: how many bytes at most; all when None, as it must be where `start` is negative.
            etag: read only the object that has this ETag.

        Raises:
            ObjectNotFoundError: there is none.
            PreconditionFailedError: `etag` is given and the object is another one.
        """
        ...

    def create(self, key: str, body: bytes | BinaryIO) -> ObjectInfo:
        """Write an object that must not exist yet; of many writers at once one wins.

        Raises:
            PreconditionFailedError: it exists.
        """
        ...

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> ObjectInfo:
        """Compare and swap: write an object over the one that has `etag`.

        Raises:
            PreconditionFailedError: the object is another one by now, or gone.
        """
        ...

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        """A temporary file, to be filled, read, and written with `create`; gone with its context.

        Where the store can, `create` takes it as it is instead of copying it: so it must not be
        changed any more once it has been given to `create`.
        """
        ...

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """All objects whose key starts with `prefix`, in order of their keys' UTF-8 bytes.

        Args:
            prefix: how their keys start.
            after: only keys that come behind this one, which need not be there.
        """
        ...

    def list_folders(self, prefix: str) -> Iterator[str]:
        """The distinct next parts below `prefix` (empty, or ends with `/`), without slashes.

        For `curated/source=rok_players/`: `kingdom=51`, `kingdom=52`, … Ordered as objects are.
        """
        ...


@contextmanager
def spooled() -> Iterator[BinaryIO]:
    """A temporary file that belongs to no store; gone when the context ends."""
    from tempfile import SpooledTemporaryFile

    with SpooledTemporaryFile(max_size=SPOOL_IN_MEMORY) as file:
        yield file  # type: ignore[misc]


def check_key(key: str) -> None:
    """Refuse a key that no store can hold.

    Raises:
        InvalidKeyError: it is empty, longer than S3's 1,024 bytes, or no Unicode text.
    """
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        raise InvalidKeyError(f"the key {key!r} is not Unicode text") from None
    if not 0 < size <= MAX_KEY_BYTES:
        raise InvalidKeyError(f"a key has 1 to {MAX_KEY_BYTES} bytes, not {size}")


def check_range(start: int, length: int | None) -> None:
    """Refuse a range that is turned around, or that counts from the end and has a length.

    Raises:
        ValueError: it is.
    """
    if length is not None and (start < 0 or length < 0):
        raise ValueError(f"no range: start {start}, length {length}")


def check_folder_prefix(prefix: str) -> None:
    """Refuse a prefix that stops in the middle of a folder's name.

    Raises:
        ValueError: it is not empty and does not end with a slash.
    """
    if prefix and not prefix.endswith("/"):
        raise ValueError(f"not the prefix of a folder: {prefix!r}")
