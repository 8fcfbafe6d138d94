"""Search an object's bytes for a player, whatever it is: text, compressed, a workbook, Parquet."""

import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from tools.erase.patterns import LONGEST, Needle

_CHUNK: Final = 1024 * 1024
_DEPTH: Final = 4
_UNPACKING: Final = (
    EOFError,
    OSError,
    zlib.error,
    zipfile.BadZipFile,
    RuntimeError,
    pa.ArrowException,
)

DAMAGED: Final = "(cannot be unpacked whole: look at it)"
"""What is said of an object that could not be searched to its end."""


def search(body: IO[bytes], needles: Iterable[Needle]) -> set[str]:
    """What of a player is in an object.

    Args:
        body: its bytes, seekable.
        needles: what to look for.

    Returns:
        Of each needle that is there what it is; and `DAMAGED`.
    """
    return _search(body, [*needles], 0)


def _search(body: IO[bytes], needles: list[Needle], depth: int) -> set[str]:
    start = body.read(4)
    body.seek(0)
    found = _in_chunks(_chunks(body), needles)
    body.seek(0)
    if depth == _DEPTH:
        return found
    try:
        if start.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=body, mode="rb") as inner:
                found |= _search_unpacked(inner, needles, depth)
        elif start == b"PAR1":
            found |= _in_chunks(_rows(body), needles)
        elif start == b"PK\x03\x04":
            with zipfile.ZipFile(body) as archive:
                for name in archive.namelist():
                    with archive.open(name) as inner:
                        found |= _search_unpacked(inner, needles, depth)
    except _UNPACKING:
        found.add(DAMAGED)
    return found


def _search_unpacked(inner: Any, needles: list[Needle], depth: int) -> set[str]:
    """What is in a stream that is unpacked; a file in a file is looked into as well."""
    first = inner.read(_CHUNK)
    if len(first) < _CHUNK:
        return _search(io.BytesIO(first), needles, depth + 1)
    found: set[str] = set()
    chunks = _chain(first, inner)
    found |= _in_chunks(chunks, needles)
    return found


def _chain(first: bytes, rest: Any) -> Iterator[bytes]:
    yield first
    yield from _chunks(rest)


def _chunks(body: Any) -> Iterator[bytes]:
    while chunk := body.read(_CHUNK):
        yield chunk


def _rows(body: IO[bytes]) -> Iterator[bytes]:
    """The rows of a Parquet file as JSON."""
    for batch in pq.ParquetFile(body).iter_batches():
        yield json.dumps(batch.to_pylist(), ensure_ascii=False, default=str).encode()


def _in_chunks(chunks: Iterable[bytes], needles: list[Needle]) -> set[str]:
    found: set[str] = set()
    window, first = b"", True
    for chunk in chunks:
        window += chunk
        found |= {one.what for one in needles if _matches(one, window, first, last=False)}
        first = first and len(window) <= LONGEST
        window = window[-LONGEST:]
    return found | {one.what for one in needles if _matches(one, window, first, last=True)}


def _matches(needle: Needle, window: bytes, first: bool, *, last: bool) -> bool:
    """Whether a window of a stream has a match whose neighbours are known."""
    return any(
        (first or match.start() > 1) and (last or match.end() < len(window) - 1)
        for match in needle.pattern.finditer(window)
    )
