"""A roster's note: of which sources it was made, between Parquet's data and its footer.

Readers of Parquet find the footer from the file's end, and the data by their absolute positions
in it; what lies between the two is nobody's. So the note can be cut out and the file is, byte for
byte, what was written without it: equal content compares equal, whatever it was made of. Before
the note lies what a roster remembers beside its columns; that stays in the content.

    … data │ extra │ {"2026-01-26": "etag", …} content check length │ footer …

`content` is the version: the start of the hash of the Parquet file alone, which has hashes of what
is beside it; `check` that of the note before it; `length` the JSON's, 8 digits.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from chalicelib.errors import StoreError

MAGIC: Final = b"PAR1"
DIGITS: Final = 16
_LENGTH_DIGITS: Final = 8
TRAILER: Final = 2 * DIGITS + _LENGTH_DIGITS
_END: Final = len(MAGIC) + 4


class Noted(NamedTuple):
    """A roster object, taken apart.

    Attributes:
        content: the file without its note.
        sources: the ETag of each source, by its date.
        version: 16 hexadecimal digits that change whenever the content does.
    """

    content: bytes
    sources: Mapping[str, str]
    version: str


def with_note(
    content: bytes, extra: Sequence[bytes | memoryview], sources: Mapping[str, str]
) -> bytes:
    """A roster object.

    Args:
        content: a Parquet file.
        extra: what is remembered beside it.
        sources: the ETag of each source by its date.
    """
    at = footer_start(content)
    note = json.dumps(sources, separators=(",", ":")).encode()
    signed = note + _hash(content)
    trailer = _hash(signed) + b"%0*d" % (_LENGTH_DIGITS, len(note))
    parts = memoryview(content)
    return b"".join([parts[:at], *extra, signed, trailer, parts[at:]])


def take_apart(body: bytes) -> Noted:
    """A roster object's parts.

    Raises:
        StoreError: its note is damaged; the content is not looked at.
    """
    content, note, version = _cut(body)
    return Noted(content, json.loads(note), version.decode())


def checked_extra(noted: Noted, length: int) -> memoryview:
    """What is remembered beside the Parquet file.

    Args:
        noted: a roster object.
        length: how long that is, as the Parquet file says.

    Raises:
        StoreError: the Parquet file is damaged.
    """
    at = footer_start(noted.content)
    parts = memoryview(noted.content)
    start = at - length
    if start < 0 or _hash(parts[:start], parts[at:]) != noted.version.encode():
        raise StoreError("its bytes are not those that were written")
    return parts[start:at]


def content_of(body: bytes) -> bytes:
    """An object's content; all of its bytes if it has no sound note."""
    try:
        return _cut(body)[0]
    except StoreError:
        return body


def _cut(body: bytes) -> tuple[bytes, bytes, bytes]:
    """The content, the note of the sources, and the version that the note says."""
    at = footer_start(body)
    trailer = body[max(at - TRAILER, 0) : at]
    length = trailer[-_LENGTH_DIGITS:]
    start = at - TRAILER - int(length) if length.isdigit() else -1
    if start < 0:
        raise StoreError("it has no note of its sources")
    signed = body[start : at - TRAILER + DIGITS]
    if _hash(signed) != trailer[DIGITS : 2 * DIGITS]:
        raise StoreError("its note of its sources is not what was written")
    return body[:start] + body[at:], signed[:-DIGITS], signed[-DIGITS:]


def footer_start(body: bytes) -> int:
    """Where Parquet's footer begins.

    Raises:
        StoreError: the bytes are no Parquet file.
    """
    length = int.from_bytes(body[-_END : -len(MAGIC)], "little")
    if body[-len(MAGIC) :] != MAGIC or not body.startswith(MAGIC) or len(body) < length + _END:
        raise StoreError("it is not a Parquet file")
    return len(body) - _END - length


def version_before(trailer: bytes) -> str:
    """The version, of the `TRAILER` bytes before the footer.

    Raises:
        StoreError: there is none.
    """
    version = trailer[:DIGITS].decode("ascii", "replace")
    if len(trailer) != TRAILER or not {*version} <= {*"0123456789abcdef"}:
        raise StoreError("it has no note of its sources")
    return version


def _hash(*parts: bytes | memoryview) -> bytes:
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return found.hexdigest()[:DIGITS].encode()
