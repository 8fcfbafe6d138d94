"""The file object from which pyarrow reads a CSV scan."""

import io
import os
from typing import Final

from chalicelib.scans.text_stream import TextStream
from chalicelib.scans.upload import CHUNK

SPLIT_CHARACTER_BYTES: Final = 8
"""Tolerance for piece lengths: a cut character moves to the next piece, up to three bytes."""

SENTINEL_CELL: Final = f"\x00{os.urandom(8).hex()}"
"""A cell of the sentinel record; random, so that no file has it."""


def sentinel(columns: int, delimiter: str) -> str:
    """A record to append to the text; it stays separate unless a quote is open at the end.

    Args:
        columns: how many cells the file's records have.
        delimiter: between them.
    """
    # No LF: pyarrow drops an LF at the start of a piece after a CR, even inside quotes.
    return "\r" + delimiter.join([SENTINEL_CELL] * columns)


class CsvSource(io.RawIOBase):
    """Bytes that were read already, then the rest of their stream, then an appended text.

    Its pieces are the stream's own where possible, because a buffer in between would copy all of
    the text twice.
    """

    def __init__(self, head: bytes, rest: TextStream, end: str = "") -> None:
        """Start with `head`."""
        super().__init__()
        self._head = head
        self._rest = rest
        self._end = end.encode()

    def readable(self) -> bool:
        """Always true; pyarrow calls it."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes (a piece of the stream when negative), empty at the end.

        Between the head and the end, a piece is at most `SPLIT_CHARACTER_BYTES` bytes shorter.
        """
        size = CHUNK if size < 0 else size
        data, self._head = self._head[:size], self._head[size:]
        if data:
            return data
        data = self._rest.read(size)
        while 0 < len(data) < size - SPLIT_CHARACTER_BYTES and (
            more := self._rest.read(size - len(data))
        ):
            data += more
        if self._end and (not data or len(data) < size - SPLIT_CHARACTER_BYTES):
            # In the last piece: pyarrow rejects a record that ends two pieces later.
            room = size - len(data)
            data, self._end = data + self._end[:room], self._end[room:]
        return data
