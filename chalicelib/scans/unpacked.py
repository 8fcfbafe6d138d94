"""The content of a gzip file, up to a limit of bytes and of members (RFC 1952).

A gzip file may be several ones in a row, its members. Each takes some microseconds however small
it is: 64 MB of empty ones took 45 s.
"""

import codecs
from typing import TYPE_CHECKING, BinaryIO, Final

from chalicelib.scans.unreadable import UnreadableError, unreadable

if TYPE_CHECKING:
    from zlib import _Decompress

MAX_MEMBERS: Final = 20_000
"""Tools that pack blocks in parallel write members of 64 KiB at least: this is 1.2 GiB of text."""

_BLOCK: Final = 64 * 1024  # not more: what is left of a block is copied at every member's end
_MAGIC: Final = b"\x1f\x8b"
_LOOK: Final = 64
_GZIP: Final = 31  # asks zlib for gzip's own header and checksum


class Unpacked:
    """The content of a gzip file."""

    def __init__(self, body: BinaryIO, max_bytes: int) -> None:
        """Start at the file's position.

        Args:
            body: the file.
            max_bytes: the most that it may hold when unpacked.
        """
        self._body = body
        self._max_bytes = max_bytes
        self._taken = 0
        self._members = 0
        self._member: _Decompress | None = None
        self._packed = b""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes (a block of them when negative), empty at the end.

        Raises:
            UnreadableError: it is broken, has too many members, or is too large when unpacked.
        """
        while self._member is not None or self._start():
            if data := self._unpack(size if size > 0 else _BLOCK):
                self._count(data)
                return data
        return b""

    def _start(self) -> bool:
        """Start with the next member; false when there is none."""
        # Imported late: few scans are compressed, and every import delays a cold start.
        import zlib

        while len(self._packed) < len(_MAGIC) and (more := self._body.read(_BLOCK)):
            self._packed += more
            if self._members:  # zeros may follow a member: tapes are filled up with them
                self._packed = self._packed.lstrip(b"\0")
        if not self._packed:
            return False
        if not self._members and _is_text(self._packed[:_LOOK]):
            raise unreadable(
                "bad_encoding",
                "The file's name ends in .gz, but it is not compressed.",
                "Take .gz off its name and upload it again.",
            )
        if not self._packed.startswith(_MAGIC):
            raise _broken("it does not start as one")
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise _broken(f"more than {MAX_MEMBERS:,} gzip files in a row")
        self._member = zlib.decompressobj(_GZIP)
        return True

    def _unpack(self, size: int) -> bytes:
        """The next bytes of the member; empty when it has just ended, or needs more."""
        import zlib

        member = self._member
        assert member is not None
        if not self._packed:
            self._packed = self._body.read(_BLOCK)
        at_end = not self._packed
        try:
            data = member.decompress(self._packed, size)
        except zlib.error as error:
            raise _broken(str(error)) from None
        self._packed = member.unconsumed_tail
        if member.eof:
            self._member = None
            self._packed = member.unused_data.lstrip(b"\0")
        elif at_end and not data:
            raise _broken("it ends before its end mark")
        return data

    def _count(self, data: bytes) -> None:
        self._taken += len(data)
        if self._taken > self._max_bytes:
            raise unreadable(
                "too_large",
                f"Unpacked, the file has more than {self._max_bytes:,} bytes.",
                "Check what is in it: a scan of a whole kingdom has about two million bytes.",
            )


def _is_text(head: bytes) -> bool:
    """Whether a file starts as a text does, in UTF-8 or UTF-16 with its mark."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in "\t\r\n\ufeff" for character in text)


def _broken(reason: str) -> UnreadableError:
    return unreadable(
        "bad_encoding",
        f"The gzip file is broken or cut off ({reason}).",
        "Compress the scan again, or upload it without compression.",
    )
