"""The store protocol: the operations that the app needs from a lake's storage.

Two stores implement it: `chalicelib.lake.s3.store` and `chalicelib.lake.directory.store`. All that
callers may rely on is documented here; `tests/lake/test_store.py` tests both against it.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import BinaryIO, Final, NamedTuple, Protocol

from chalicelib.errors import InvalidKeyError, StoreFullError

MAX_KEY_BYTES: Final = 1024
"""S3's limit; it applies to a directory too, so that a lake can be moved."""
SPOOL_IN_MEMORY: Final = 4 * 1024 * 1024
"""Temporary files up to this size stay in memory; larger ones go to the disk (Lambda's /tmp)."""


UNKNOWN_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The `last_modified` of what is not told it; only code that does not look at it reads that."""


def bytes_of(body: bytes | BinaryIO) -> bytes:
    """All bytes of what is, or was, to be written."""
    if isinstance(body, bytes):
        return body
    body.seek(0)
    return body.read()


class ObjectInfo(NamedTuple):
    """An object's metadata.

    Attributes:
        key: the object's key in the lake, without the lake's own prefix.
        size: bytes.
        etag: changes whenever the object is written; opaque.
        last_modified: when the store accepted it, aware, UTC, whole seconds.
        is_future: whether the store's clock has not reached that moment. Only in a directory, where
            any program can give a file any time.
    """

    key: str
    size: int
    etag: str
    last_modified: datetime
    is_future: bool = False


class ObjectReader(Protocol):
    """An open object: a forward-only stream of its bytes."""

    @property
    def info(self) -> ObjectInfo:
        """The object that is being read; its size is that of the whole object, even for a range."""
        ...

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes (all remaining bytes when negative); empty at the end.

        Raises:
            StoreUnavailableError: the stream broke.
        """
        ...


class Store(Protocol):
    """A flat map from keys to objects with conditional writes.

    Every method raises `StoreUnavailableError` when a retry may help, `StoreDeniedError` when
    access is refused, `InvalidKeyError` for a key that the store cannot hold.

    A body is bytes, or a seekable binary file: it is written whole, from its beginning, and stays
    open. A write is atomic, and durable when it returns. If the response to a write is lost, the
    store's own retry may find the written object and raise `PreconditionFailedError`: a caller
    must treat an object with its own bytes as its own.
    """

    def head(self, key: str) -> ObjectInfo | None:
        """The object's metadata; None when there is no object."""
        ...

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> AbstractContextManager[ObjectReader]:
        """Read an object, or `length` bytes of it from `start`.

        The reader reads one state of the object, whatever is written meanwhile. A range beyond the
        end is empty. The call itself raises errors, before the `with` block.

        Args:
            key: the object's key.
            start: the first byte; negative counts from the object's end, and may exceed its size.
            length: the maximum number of bytes; None for all; must be None for a negative `start`.
            etag: read only the object with this ETag.

        Raises:
            ObjectNotFoundError: there is none.
            PreconditionFailedError: `etag` is given and the object is another one.
        """
        ...

    def create(self, key: str, body: bytes | BinaryIO) -> str:
        """Write an object that must not exist yet; of concurrent writers one wins.

        Returns:
            Its ETag. (S3 does not tell more of what it has written.)

        Raises:
            PreconditionFailedError: it exists.
        """
        ...

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> str:
        """Compare-and-swap: replace the object that has `etag`.

        Returns:
            Its new ETag.

        Raises:
            PreconditionFailedError: the object was replaced or removed meanwhile.
        """
        ...

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        """A temporary file to fill, read, and pass to `create`; removed when its context ends.

        A store may use the file itself as the object instead of a copy, so it must not be changed
        after it was passed to `create`.
        """
        ...

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """All objects whose key starts with `prefix`, in order of their keys' UTF-8 bytes.

        Args:
            prefix: the start of their keys.
            after: only keys after this one, which need not exist.
        """
        ...

    def list_folders(self, prefix: str) -> Iterator[str]:
        """The distinct next parts below `prefix` (empty, or ends with `/`), without slashes.

        For `curated/source=rok_players/`: `kingdom=51`, `kingdom=52`, … In the order of objects.
        """
        ...


class BytesReader:
    """An object that is in memory (an `ObjectReader`)."""

    def __init__(
        self, info: ObjectInfo, body: bytes, start: int = 0, length: int | None = None
    ) -> None:
        """Read an object, or a range of it as `Store.open` has it.

        Args:
            info: the object.
            body: all of its bytes.
            start: see `Store.open`.
            length: likewise.
        """
        self.info = info
        self._body = body[start : None if length is None else start + length]
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        """See `ObjectReader.read`."""
        start, self._at = self._at, len(self._body) if size < 0 else self._at + size
        return self._body[start : self._at]


@contextmanager
def spooled() -> Iterator[BinaryIO]:
    """A temporary file outside of any store; removed when the context ends.

    Raises:
        StoreFullError: the disk of temporary files has no room for it.
    """
    from tempfile import SpooledTemporaryFile

    try:
        with SpooledTemporaryFile(max_size=SPOOL_IN_MEMORY) as file:
            yield file  # type: ignore[misc]
    except OSError as error:
        full = _full_temporary(error)
        if full is None:
            raise
        raise full from error


def _full_temporary(error: OSError) -> StoreFullError | None:
    import tempfile

    from chalicelib.lake.full import full_error

    remedy = "TMPDIR names another folder"
    if tempfile.tempdir is None and "usable temporary directory" in str(error):
        # Python tries to write into each candidate; on a full disk it finds none.
        return StoreFullError(f"{error.strerror}: make room in one of them; {remedy}")
    disk = f"the disk of temporary files ({tempfile.gettempdir()}; {remedy})"
    return full_error(error, disk)


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
    """Refuse a range with a negative length, or with both a negative start and a length.

    Raises:
        ValueError: the range is one of these.
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
