"""What pyarrow reads a CSV scan from."""

import io
from typing import Final

from chalicelib.scans.text_stream import TextStream
from chalicelib.scans.upload import CHUNK

SLACK: Final = 8
"""A character that is cut goes with the next piece: a piece has up to three bytes more or less."""


class CsvSource(io.RawIOBase):
    """Bytes that were read already, then the stream they came from.

    Its pieces are the stream's own wherever they can be: a buffer between the two would copy all of
    the text twice.
    """

    def __init__(self, head: bytes, rest: TextStream) -> None:
        """Start with `head`."""
        super().__init__()
        self._head = head
        self._rest = rest
        self._last = b""
        # The bytes beside the last quote so far: empty where the text starts or ends.
        self._before_quote: bytes | None = None
        self._after_quote = b""

    def readable(self) -> bool:
        """True: pyarrow asks."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes (a piece of the stream when negative), empty at the end.

        After the head, and before the end, there are `SLACK` bytes less at most.
        """
        size = CHUNK if size < 0 else size
        data, self._head = self._head[:size], self._head[size:]
        if not data:
            data = self._rest.read(size)
            while 0 < len(data) < size - SLACK and (more := self._rest.read(size - len(data))):
                data += more
        self._note(data)
        return data

    def may_end_in_quotes(self, delimiter: str) -> bool:
        """Whether the last quote may be one that opens a cell; what stands beside it tells."""
        borders = (b"", b"\r", b"\n", delimiter.encode())
        if self._before_quote is None:
            return False
        return self._after_quote not in borders or self._before_quote in (*borders, b'"')

    def _note(self, data: bytes) -> None:
        if self._last == b'"':
            self._after_quote = data[:1]
        at = data.rfind(b'"')
        if at >= 0:
            self._before_quote = data[at - 1 : at] if at else self._last
            self._after_quote = data[at + 1 : at + 2]
        self._last = data[-1:] or self._last
