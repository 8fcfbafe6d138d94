"""Receive an upload: a private copy of its bytes, hashed, that everything else reads.

The copy is what makes a run trustworthy: the bytes that are hashed, validated and kept in `raw/`
are the same ones, whatever happens to the inbox object meanwhile.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

CHUNK: Final = 1024 * 1024
# Small uploads never touch the disk; Lambda's /tmp takes the others.
SPOOL_IN_MEMORY: Final = 4 * 1024 * 1024
# What a refused upload of any size may take on the disk: half of Lambda's /tmp.
MAX_KEPT: Final = 256 * 1024 * 1024


class Readable(Protocol):
    """What an upload is received from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
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


@contextmanager
def receive(source: Readable, max_bytes: int) -> Iterator[Upload]:
    """Copy and hash an upload; the copy is gone when the context ends.

    Args:
        source: the bytes.
        max_bytes: the setting `MAX_UPLOAD_BYTES`. What is larger is hashed to the end, since its
            run has a name too, but kept only up to `MAX_KEPT`.
    """
    digest = hashlib.sha256()
    size = 0
    with tempfile.SpooledTemporaryFile(max_size=SPOOL_IN_MEMORY) as spool:
        keep = max(max_bytes, MAX_KEPT)
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if size <= keep:
                spool.write(chunk)
            elif spool.tell():
                spool.seek(0)
                spool.truncate()
        spool.seek(0)
        yield Upload(
            body=spool if size <= keep else None,  # type: ignore[arg-type]
            size=size,
            sha256=digest.hexdigest(),
            too_large=size > max_bytes,
        )
