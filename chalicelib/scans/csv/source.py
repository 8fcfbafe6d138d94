"""What pyarrow reads a CSV scan from."""

import io
import os
from typing import Final

from chalicelib.scans.text_stream import TextStream
from chalicelib.scans.upload import CHUNK

SLACK: Final = 8
"""A character that is cut goes with the next piece: a piece has up to three bytes more or less."""

MARK: Final = f"\x00{os.urandom(8).hex()}"
"""A cell of the sentinel record; random, so that no file has it."""


def sentinel(columns: int, delimiter: str) -> str:
    """What is put behind the end of the text: a record of its own, unless a quote is open there.

    Args:
        columns: how many cells the file's records have.
        delimiter: between them.
    """
    # No LF: pyarrow drops one that starts a piece behind a CR, even where the two are in quotes.
    return "\r" + delimiter.join([MARK] * columns)


class CsvSource(io.RawIOBase):
    """Bytes that were read already, then the stream they came from, then what is put behind it.

    Its pieces are the stream's own wherever they can be: a buffer between the two would copy all of
    the text twice.
    """

    def __init__(self, head: bytes, rest: TextStream, end: str = "") -> None:
        """Start with `head`."""
        super().__init__()
        self._head = head
        self._rest = rest
        self._end = end.encode()

    def readable(self) -> bool:
        """True: pyarrow asks."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes (a piece of the stream when negative), empty at the end.

        After the head, and before the end, there are `SLACK` bytes less at most.
        """
        size = CHUNK if size < 0 else size
        data, self._head = self._head[:size], self._head[size:]
        if data:
            return data
        data = self._rest.read(size)
        while 0 < len(data) < size - SLACK and (more := self._rest.read(size - len(data))):
            data += more
        if self._end and (not data or len(data) < size - SLACK):
            # With the last piece: pyarrow takes no record that ends two pieces further on.
            room = size - len(data)
            data, self._end = data + self._end[:room], self._end[room:]
        return data
