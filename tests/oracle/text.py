"""An upload's bytes as text (contract, section 4, "Encoding")."""

import gzip
import zlib

from tests.oracle.table import Lines, RefusedError


def decode(data: bytes, file_name: str) -> str:
    """The text of a file, unpacked when its name ends with .gz, without its byte order mark.

    Raises:
        RefusedError: `empty_file` when nothing is in it, `bad_encoding` when it is not what the
            name says or neither UTF-8 nor UTF-16 with a mark.
    """
    if not data:
        raise RefusedError("empty_file")
    if file_name.lower().endswith(".gz"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            raise RefusedError("bad_encoding") from None
    text = _utf16(data) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _utf8(data)
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise RefusedError("empty_file")
    return text


def _utf16(data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        raise RefusedError("bad_encoding") from None


def _utf8(data: bytes) -> str:
    if b"\0" in data[:4]:
        raise RefusedError("bad_encoding")  # UTF-16 or UTF-32 without its mark looks like this
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        raise RefusedError("bad_encoding", Lines(before).at(len(before))) from None
