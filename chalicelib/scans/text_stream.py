"""From an upload's bytes to valid UTF-8: decompress, detect the encoding, check every byte.

Contract, section 4: UTF-8 with or without BOM and UTF-16 with BOM; anything else is refused, since
a guess would corrupt names.
"""

import codecs
import io
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.byte_scan import single_value
from chalicelib.scans.other_files import refuse_other_files
from chalicelib.scans.unpacked import Unpacked
from chalicelib.scans.unreadable import UnreadableError, empty_file, unreadable
from chalicelib.scans.upload import CHUNK, Readable

# Re-exported: whoever reads a text meets these.
__all__ = ["Encoding", "TextStream", "UnreadableError", "count_line_ends", "empty_file"]
__all__ += ["recognise", "unreadable"]

_LONGEST_BOM: Final = 4
AS_UTF_8: Final = (
    'Save it as UTF-8 and upload it again. In Excel: "Save As", "CSV UTF-8". In LibreOffice: '
    '"Save As", "Edit filter settings", character set "Unicode (UTF-8)". Google Sheets: "File", '
    '"Download", "CSV".'
)
"""What to do about a file in another encoding."""
_UTF32_BOMS: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


class Encoding(NamedTuple):
    """How an upload's text is encoded.

    Attributes:
        name: as it stands in the report.
        bom: the length of its BOM in bytes.
    """

    name: str
    bom: int


def recognise(head: bytes) -> Encoding:
    """The encoding, from a file's first bytes.

    Raises:
        UnreadableError: the encoding is ambiguous, or the file is no text.
    """
    refuse_other_files(head)
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8", 3)
    if head.startswith(_UTF32_BOMS):
        raise _wrong_encoding("The file is saved as UTF-32.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", 2)
    if b"\x00" in head[:_LONGEST_BOM]:
        raise _wrong_encoding("The file looks as if it was saved as UTF-16 without its first mark.")
    return Encoding("utf-8", 0)


def _wrong_encoding(message: str, **where: object) -> UnreadableError:
    return unreadable("bad_encoding", message, AS_UTF_8, **where)


class TextStream:
    """An upload's text as UTF-8 bytes without BOM, checked while it is read."""

    def __init__(self, open_body: Callable[[], BinaryIO], *, gzipped: bool, max_bytes: int) -> None:
        """Open the text at its start.

        Args:
            open_body: opens the upload's bytes at their start, as often as it is called.
            gzipped: whether its name ends with `.gz`.
            max_bytes: the setting `MAX_UPLOAD_BYTES`, which limits the decompressed size.

        Raises:
            UnreadableError: it is no text in a known encoding.
        """
        self._reopen = partial(TextStream, open_body, gzipped=gzipped, max_bytes=max_bytes)
        self._body = open_body()
        self._source: Readable = Unpacked(self._body, max_bytes) if gzipped else self._body
        self._passed = 0
        self._cut = b""
        head = self._source.read(max(CHUNK, _LONGEST_BOM))
        self.encoding = recognise(head)
        # UTF-16 needs its BOM to know the byte order.
        is_utf_16 = self.encoding.name == "utf-16"
        self._utf_16 = codecs.getincrementaldecoder("utf-16")() if is_utf_16 else None
        self._buffer = io.BytesIO(self._decode(head if is_utf_16 else head[self.encoding.bom :]))

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes of UTF-8 (a block of them when negative), empty at the end.

        Raises:
            UnreadableError: the text is not in its encoding, or the gzip file is broken or too
                large when decompressed.
        """
        size = CHUNK if size < 0 else size
        while not (data := self._buffer.read(size)):
            raw = self._source.read(CHUNK)
            text = self._decode(raw)
            if not raw and not text:
                return b""
            self._buffer = io.BytesIO(text)
        return data

    def close(self) -> None:
        """Close it; a thread that still uses it reads nothing more."""
        self._body.close()

    def _decode(self, raw: bytes) -> bytes:
        """The same text as UTF-8, whole characters only; empty `raw` means the end."""
        final = not raw
        try:
            if self._utf_16 is None:
                text, self._cut = _checked(self._cut + raw, final=final)
            else:
                text = self._utf_16.decode(raw, final).encode("utf-8")
        except UnicodeDecodeError as error:
            raise self._bad_bytes(error) from None
        self._passed += len(text)
        return text

    def _bad_bytes(self, error: UnicodeDecodeError) -> UnreadableError:
        """The error that names the bad bytes and their line; the text is read again to count."""
        bad = error.object[error.start : error.end]
        # The decoder's name of the encoding: after the BOM only that has the byte order.
        before = error.object[: error.start].decode(error.encoding, "replace")
        rest = before.encode("utf-8", "replace")
        line = 1 + (self._count_to_here(rest) if self._passed else count_line_ends(rest))
        return _wrong_encoding(
            f"The file is not saved as {self.encoding.name.upper()}: line {line} has a letter that "
            f"cannot be read (byte{'s' * (len(bad) > 1)} {bad.hex(' ')}).",
            line=line,
            value=before.replace("\r", "\n").rpartition("\n")[2][-40:] + "\ufffd",
        )

    def _count_to_here(self, rest: bytes) -> int:
        """How many lines end in the text that was read so far, and in `rest` after it."""
        return _count_all_line_ends(self._reopen(), self._passed, rest)


def _checked(raw: bytes, *, final: bool) -> tuple[bytes, bytes]:
    """UTF-8 up to the last whole character, and the bytes of an incomplete one at the end.

    Arrow checks bytes in place, several times faster than decoding them.

    Raises:
        UnicodeDecodeError: it is no UTF-8.
    """
    if raw.isascii():
        return raw, b""
    end = len(raw) if final else len(raw) - _cut_bytes(raw)
    whole = raw[:end]
    try:
        kernels.cast(single_value(pa.binary(), pa.py_buffer(whole), 0, end), pa.string())
    except pa.ArrowInvalid:
        whole.decode("utf-8")  # raises an error with the position
        raise
    return whole, raw[end:]


def _cut_bytes(raw: bytes) -> int:
    """How many bytes at the end belong to an incomplete character."""
    for count in range(1, min(4, len(raw) + 1)):
        byte = raw[-count]
        if byte >= 0xC0:
            wanted = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return count if count < wanted else 0
        if byte < 0x80:
            return 0
    return 0


def _count_all_line_ends(text: TextStream, size: int, rest: bytes) -> int:
    """How many lines end in the first `size` bytes of a text followed by `rest`."""
    count, last = 0, b""
    while size and (piece := text.read(min(size, CHUNK))):
        size -= len(piece)
        count += count_line_ends(last + piece) - count_line_ends(last)
        last = piece[-1:]
    return count + count_line_ends(last + rest) - count_line_ends(last)


def count_line_ends(text: bytes) -> int:
    """How many lines end in a piece of text; LF, CRLF and a lone CR each end one."""
    # `in` is 30 times as fast as `count`, and JSON is often one line, or has no CR.
    ends = text.count(b"\n") if b"\n" in text else 0
    return ends + (text.count(b"\r") - text.count(b"\r\n") if b"\r" in text else 0)
