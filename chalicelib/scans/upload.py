"""Receive an upload: copy and hash its bytes; everything else reads the copy.

Because of the copy, the bytes that are hashed, validated and archived in `raw/` are the same, even
if the inbox object changes meanwhile.
"""

import hashlib
import io
from threading import Lock
from typing import BinaryIO, Final, Protocol, cast

from chalicelib.lake.run import sha256_of_size
from chalicelib.threads.worker import BackgroundWorker

CHUNK: Final = 1024 * 1024
# The disk space that a refused upload may take: half of Lambda's /tmp.
MAX_COPY_BYTES: Final = 256 * 1024 * 1024


class Readable(Protocol):
    """The stream that an upload is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, empty at the end."""
        ...


class Cursor(io.RawIOBase):
    """A read-only view of a shared file with its own position.

    After `close` every read returns the end of the file, also in a thread that still uses it.
    """

    def __init__(self, body: BinaryIO, lock: Lock) -> None:
        """Start at the beginning.

        Args:
            body: a file that can seek.
            lock: guards the file's position; every cursor of the file uses the same lock.
        """
        super().__init__()
        self._body = body
        self._lock = lock
        self._position = 0

    def readable(self) -> bool:
        """Always true."""
        return True

    def seekable(self) -> bool:
        """Always true."""
        return True

    def tell(self) -> int:
        """The position of the next read."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to `offset`, counted from the start, the position or the end."""
        with self._lock:
            if self.closed:
                raise ValueError("the cursor is closed")
            end = self._body.seek(0, io.SEEK_END)
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: end}
        self._position = max(0, base[whence] + offset)
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes from the position on; all that are left when negative."""
        with self._lock:
            if self.closed:
                return b""
            self._body.seek(self._position)
            data = self._body.read(size)
            self._position += len(data)
        return data

    def close(self) -> None:
        """Close the cursor; waits for a read in progress."""
        with self._lock:
            super().close()


class Upload:
    """An upload's bytes.

    Attributes:
        size: bytes.
        sha256: of the bytes, hexadecimal; when they were too many to be read, of their number
            (see `chalicelib.lake.run.sha256_of_size`).
        too_large: whether it is larger than `MAX_UPLOAD_BYTES` allows.
    """

    def __init__(self, body: BinaryIO | None, size: int, sha256: str, *, too_large: bool) -> None:
        """Take a seekable copy of the bytes; None when they were too many to copy."""
        self._body = body
        self._lock = Lock()
        self._cursors: list[Cursor] = []
        self.size = size
        self.sha256 = sha256
        self.too_large = too_large

    @property
    def has_copy(self) -> bool:
        """Whether there is a copy."""
        return self._body is not None

    def open(self) -> BinaryIO:
        """A new cursor at the start of the copy.

        pyarrow reads ahead in its own threads, even after it raised an error. With one shared
        position, such a thread and a second reader would move each other's position.
        """
        assert self._body is not None, "an upload that is too large to keep is never read"
        cursor = Cursor(self._body, self._lock)
        self._cursors.append(cursor)
        return cast(BinaryIO, cursor)

    def whole(self) -> BinaryIO:
        """The copy itself, at its start, for a store to write; closes every cursor."""
        assert self._body is not None, "an upload that is too large to keep is never written"
        while self._cursors:
            self._cursors.pop().close()
        self._body.seek(0)
        return self._body


NO_LIMIT: Final = 1 << 50
"""For bytes that were accepted within the limit of their day: more than any store holds."""


def readable_bytes(max_bytes: int) -> int:
    """The size of the largest upload that is read; of a larger one only the size is looked at.

    Args:
        max_bytes: the setting `MAX_UPLOAD_BYTES`.
    """
    return max(max_bytes, MAX_COPY_BYTES)


def receive(source: Readable, max_bytes: int, copy: BinaryIO, size: int | None = None) -> Upload:
    """Copy and hash an upload; one of more than `readable_bytes` is not kept, and has no hash.

    Args:
        source: the bytes.
        max_bytes: the setting `MAX_UPLOAD_BYTES`.
        copy: an empty temporary file, which must stay open for as long as the upload is used.
        size: how many bytes there are, if that is known: then nothing is read of too many.
    """
    most = readable_bytes(max_bytes)
    if size is not None and size > most:
        return Upload(None, size, sha256_of_size(size), too_large=True)
    digest = hashlib.sha256()
    taken = 0
    with BackgroundWorker(digest.update) as hashing:
        while chunk := source.read(CHUNK):
            taken += len(chunk)
            if taken <= most:
                hashing.submit(chunk)
                copy.write(chunk)
            elif copy.tell():
                copy.seek(0)
                copy.truncate()
    copy.seek(0)
    if taken > most:
        return Upload(None, taken, sha256_of_size(taken), too_large=True)
    return Upload(copy, taken, digest.hexdigest(), too_large=taken > max_bytes)
