"""Receive an upload: a private copy of its bytes, hashed, that everything else reads.

The copy is what makes a run trustworthy: the bytes that are hashed, validated and kept in `raw/`
are the same ones, whatever happens to the inbox object meanwhile.
"""

import hashlib
import io
from threading import Lock
from typing import BinaryIO, Final, Protocol, cast

from chalicelib.threads.worker import BackgroundWorker

CHUNK: Final = 1024 * 1024
# What a refused upload of any size may take on the disk: half of Lambda's /tmp.
MAX_KEPT: Final = 256 * 1024 * 1024


class Readable(Protocol):
    """What an upload is received from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, empty at the end."""
        ...


class Cursor(io.RawIOBase):
    """A position of its own in a file that others read too; read only.

    Once it is closed nothing reads through it any more, also not a thread that still holds it: it
    then finds the end.
    """

    def __init__(self, body: BinaryIO, lock: Lock) -> None:
        """Start at the beginning.

        Args:
            body: a file that can seek.
            lock: what all who move the file's position hold while they do.
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
        """Read no more; waits for a read that is under way."""
        with self._lock:
            super().close()


class Upload:
    """An upload's bytes.

    Attributes:
        size: bytes.
        sha256: of the bytes, hexadecimal.
        too_large: whether it is larger than `MAX_UPLOAD_BYTES` allows.
    """

    def __init__(self, body: BinaryIO | None, size: int, sha256: str, *, too_large: bool) -> None:
        """Take a seekable copy of the bytes; None when they were too many to keep one."""
        self._body = body
        self._lock = Lock()
        self._cursors: list[Cursor] = []
        self.size = size
        self.sha256 = sha256
        self.too_large = too_large

    @property
    def is_kept(self) -> bool:
        """Whether there is a copy."""
        return self._body is not None

    def open(self) -> BinaryIO:
        """A cursor at the start of the copy, for whoever looks at it.

        Libraries read ahead in threads of their own, also after they gave up: with one position
        for all, a second look and such a thread would move each other's.
        """
        assert self._body is not None, "an upload that is too large to keep is never read"
        cursor = Cursor(self._body, self._lock)
        self._cursors.append(cursor)
        return cast(BinaryIO, cursor)

    def whole(self) -> BinaryIO:
        """The copy itself, at its start, for a store to write; every cursor is closed for it."""
        assert self._body is not None, "an upload that is too large to keep is never written"
        while self._cursors:
            self._cursors.pop().close()
        self._body.seek(0)
        return self._body


def receive(source: Readable, max_bytes: int, copy: BinaryIO) -> Upload:
    """Copy and hash an upload.

    Args:
        source: the bytes.
        max_bytes: the setting `MAX_UPLOAD_BYTES`. What is larger is hashed to the end, since its
            run has a name too, but kept only up to `MAX_KEPT`.
        copy: an empty temporary file, which must stay open for as long as the upload is used.
    """
    digest = hashlib.sha256()
    size = 0
    keep = max(max_bytes, MAX_KEPT)
    with BackgroundWorker(digest.update) as hashing:
        while chunk := source.read(CHUNK):
            hashing.submit(chunk)
            size += len(chunk)
            if size <= keep:
                copy.write(chunk)
            elif copy.tell():
                copy.seek(0)
                copy.truncate()
    copy.seek(0)
    kept = copy if size <= keep else None
    return Upload(kept, size, digest.hexdigest(), too_large=size > max_bytes)
