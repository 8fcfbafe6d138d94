"""`record_hash` (contract, section 4): one hash for one record, whatever file it came in."""

import io
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

import pyarrow as pa
import pyarrow.csv as pacsv

from chalicelib import kernels
from chalicelib.players.schema import COLUMN_NAMES

HASH_DIGITS: Final = 32
SEPARATOR: Final = "\x1f"

# Records that are Python's objects at one time: so few that they stay in the processor's cache, and
# in memory that Python does not give back to the system between two pieces.
_PIECE: Final = 2048

_AS_RECORDS: Final = pacsv.WriteOptions(
    include_header=False,
    delimiter=SEPARATOR,
    quoting_style="none",
    batch_size=_PIECE,  # the writer reserves room for as many rows with every call
)


def record_hashes(
    columns: Mapping[str, pa.Array], length: int, texts: Mapping[str, pa.Array] | None = None
) -> pa.Array:
    """The hash of each row.

    The first 32 hexadecimal digits of the SHA-256 over the player columns' values in schema
    order, each as text (integers in base 10, null as nothing), joined by 0x1F, with 0x1F at the
    end removed, in UTF-8. In Athena: `sha256(to_utf8(…))`.

    Args:
        columns: player columns by name; those that are not there count as null.
        length: how many rows.
        texts: columns' values as text, where that is known already: making digits of numbers
            takes longer than hashing them.
    """
    if not length:
        return pa.array([], pa.string())
    known = texts or {}
    # Columns after the last one that is there would only add 0x1F at the end.
    last = max((COLUMN_NAMES.index(name) for name in columns if name in COLUMN_NAMES), default=0)
    names = COLUMN_NAMES[: last + 1]
    fields = [_as_text(known.get(name, columns.get(name)), length) for name in names]
    digests = b"".join(
        [
            sha256(record).digest()
            for at in range(0, length, _PIECE)
            for record in _records([field.slice(at, _PIECE) for field in fields])
        ]
    )
    return _hexadecimal(digests, length)


def _as_text(column: pa.Array | None, length: int) -> pa.Array:
    if column is None:
        return pa.nulls(length, pa.string())
    is_text = pa.types.is_string(column.type)
    return column if is_text else kernels.cast(column, pa.string())


def _records(fields: list[pa.Array]) -> list[bytes]:
    """Each row's fields, joined by 0x1F, without 0x1F at the end.

    Arrow's CSV writer joins a batch in a third of the time that its kernel for strings takes; it
    refuses texts with a quote or a line end in them, for which the kernel then is used.
    """
    buffer = io.BytesIO()
    rows = pa.record_batch(fields, names=[str(index) for index in range(len(fields))])
    try:
        pacsv.write_csv(rows, buffer, _AS_RECORDS)
    except pa.ArrowInvalid:
        return _joined(fields)
    records = buffer.getvalue().split(b"\n")
    records.pop()
    if fields[-1].null_count:
        return [record.rstrip(SEPARATOR.encode()) for record in records]
    return records


def _joined(fields: list[pa.Array]) -> list[bytes]:
    joined = kernels.join_rows(fields, SEPARATOR)
    records: list[bytes] = kernels.cast(
        kernels.ascii_rtrim(joined, SEPARATOR), pa.binary()
    ).to_pylist()
    return records


def _hexadecimal(digests: bytes, length: int) -> pa.Array:
    """The first digits of each of many digests; made of all at once, without a text for each."""
    whole = pa.Array.from_buffers(
        pa.binary(sha256().digest_size), length, [None, pa.py_buffer(digests)]
    )
    first = kernels.binary_slice(whole, 0, HASH_DIGITS // 2).buffers()[1]
    digits = pa.py_buffer(memoryview(first).hex().encode())
    texts = pa.Array.from_buffers(pa.binary(HASH_DIGITS), length, [None, digits])
    return kernels.cast(texts, pa.string())
