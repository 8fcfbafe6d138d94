"""A roster's note: of which sources it was made, between Parquet's data and its footer.

Readers of Parquet find the footer from the file's end, and the data by their absolute positions
in it; what lies between the two is nobody's. So the note can be cut out and the file is, byte for
byte, what was written without it: equal content compares equal, whatever it was made of. Before
the note lies what a roster remembers beside its columns; that stays in the content.

    … data │ extra │ {"extra": 0, "sources": {"2026-01-26": "etag"}} content check length │ footer …

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
_EXTRA: Final = "extra"
_SOURCES: Final = "sources"


class Noted(NamedTuple):
    """A roster object, taken apart.

    Attributes:
        extra: what is remembered beside the Parquet file.
        sources: the ETag of each source, by its date.
        version: 16 hexadecimal digits that change whenever the content does.
    """

    extra: memoryview
    sources: Mapping[str, str]
    version: str


def with_note(
    content: bytes | memoryview,
    extra: Sequence[bytes | memoryview],
    sources: Mapping[str, str],
    version: str | None = None,
) -> bytes:
    """A roster object.

    Args:
        content: a Parquet file.
        extra: what is remembered beside it.
        sources: the ETag of each source by its date.
        version: that of the object that this one stands for; its own is made of the content.
    """
    parts = memoryview(content)
    at = footer_start(parts)
    noted = {_EXTRA: sum(map(len, extra)), _SOURCES: sources}
    note = json.dumps(noted, separators=(",", ":")).encode()
    signed = note + (_hash(parts) if version is None else version.encode())
    trailer = _hash(signed) + b"%0*d" % (_LENGTH_DIGITS, len(note))
    return b"".join([parts[:at], *extra, signed, trailer, parts[at:]])


def take_apart(body: bytes) -> Noted:
    """A roster object's parts.

    Raises:
        StoreError: it is damaged, but for what is remembered beside the Parquet file, which is not
            looked at.
    """
    parts = memoryview(body)
    start, end = _note_in(parts)
    version = bytes(parts[end - TRAILER : end - TRAILER + DIGITS])
    note = json.loads(bytes(parts[start : end - TRAILER]))
    # The first shape notes its sources alone.
    sources, extra = note.get(_SOURCES, note), note.get(_EXTRA, 0)
    if _hash(parts[: start - extra], parts[end:]) != version:
        raise StoreError("its bytes are not those that were written")
    return Noted(parts[start - extra : start], sources, version.decode())


def content_of(body: bytes) -> bytes:
    """An object without its note; all of its bytes if it has no sound one."""
    parts = memoryview(body)
    try:
        start, end = _note_in(parts)
    except StoreError:
        return body
    return b"".join([parts[:start], parts[end:]])


def _note_in(body: memoryview) -> tuple[int, int]:
    """Where an object's note begins and ends."""
    end = footer_start(body)
    trailer = bytes(body[max(end - TRAILER, 0) : end])
    length = trailer[-_LENGTH_DIGITS:]
    start = end - TRAILER - int(length) if length.isdigit() else -1
    if start < 0:
        raise StoreError("it has no note of its sources")
    if _hash(body[start : end - TRAILER + DIGITS]) != trailer[DIGITS : 2 * DIGITS]:
        raise StoreError("its note of its sources is not what was written")
    return start, end


def footer_start(body: bytes | memoryview) -> int:
    """Where Parquet's footer begins.

    Raises:
        StoreError: the bytes are no Parquet file.
    """
    length = int.from_bytes(body[-_END : -len(MAGIC)], "little")
    ends = body[: len(MAGIC)], body[-len(MAGIC) :]
    if any(end != MAGIC for end in ends) or len(body) < length + _END:
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
