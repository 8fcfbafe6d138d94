"""Receive an upload: a private copy of its bytes, hashed, that everything else reads.

The copy is what makes a run trustworthy: the bytes that are hashed, validated and kept in `raw/`
are the same ones, whatever happens to the inbox object meanwhile.
"""

import hashlib
from typing import BinaryIO, Final, NamedTuple, Protocol

from chalicelib.behind import Behind

CHUNK: Final = 1024 * 1024
# What a refused upload of any size may take on the disk: half of Lambda's /tmp.
MAX_KEPT: Final = 256 * 1024 * 1024


class Readable(Protocol):
    """What an upload is received from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, empty at the end."""
        ...


class Upload(NamedTuple):
    """An upload's bytes.

    Attributes:
        body: a seekable copy; None when the upload was too large to keep one.
        size: bytes.
        sha256: of the bytes, hexadecimal.
        too_large: whether it is larger than `MAX_UPLOAD_BYTES` allows.
    """

    body: BinaryIO | None
    size: int
    sha256: str
    too_large: bool

    def open(self) -> BinaryIO:
        """The copy, at its start."""
        assert self.body is not None, "an upload that is too large to keep is never read"
        self.body.seek(0)
        return self.body


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
    with Behind(digest.update) as hashing:
        while chunk := source.read(CHUNK):
            hashing.put(chunk)
            size += len(chunk)
            if size <= keep:
                copy.write(chunk)
            elif copy.tell():
                copy.seek(0)
                copy.truncate()
    copy.flush()
    copy.seek(0)
    return Upload(
        body=copy if size <= keep else None,
        size=size,
        sha256=digest.hexdigest(),
        too_large=size > max_bytes,
    )
