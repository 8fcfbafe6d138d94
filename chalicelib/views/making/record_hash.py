"""`record_hash` (contract, section 4): a hash of a record, independent of its file's form."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Final

import pyarrow as pa
import pyarrow.csv as pacsv

from chalicelib import kernels
from chalicelib.players.schema import COLUMN_NAMES

HASH_DIGITS: Final = 32
DIGEST: Final = pa.binary(sha256().digest_size)
SEPARATOR: Final = "\x1f"
_SEPARATOR_BYTE: Final = SEPARATOR.encode()
# Copying an empty digest takes less time than making a new one.
_new_sha256: Final = sha256().copy

# Records that are Python objects at one time: few enough for the processor's cache, and for memory
# that Python does not return to the system between two pieces.
_PIECE: Final = 2048

_AS_RECORDS: Final = pacsv.WriteOptions(
    include_header=False,
    delimiter=SEPARATOR,
    quoting_style="none",
    batch_size=_PIECE,  # rows per write; the writer allocates for so many in every call
)


def record_digests(
    columns: Mapping[str, pa.Array], length: int, texts: Mapping[str, pa.Array] | None = None
) -> pa.Array:
    """The SHA-256 of each row, as fixed-size binary.

    It is taken over the player columns' values in schema order, each as text (integers in base 10,
    null as nothing), joined by 0x1F, with 0x1F at the end removed, in UTF-8. In Athena:
    `sha256(to_utf8(…))`.

    Args:
        columns: player columns by name; missing ones count as null.
        length: how many rows.
        texts: columns' values as text, where known already: formatting numbers takes longer than
            hashing them.
    """
    if not length:
        return pa.array([], DIGEST)
    known = texts or {}
    # Columns after the last present one would only add 0x1F at the end, which is removed.
    last = max((COLUMN_NAMES.index(name) for name in columns if name in COLUMN_NAMES), default=0)
    names = COLUMN_NAMES[: last + 1]
    fields = [_as_text(known.get(name, columns.get(name)), length) for name in names]
    rows = pa.record_batch(fields, names=list(names))
    digests = []
    for records in _records(rows):
        for record in records:
            digest = _new_sha256()
            digest.update(record)
            digests.append(digest.digest())
    return pa.Array.from_buffers(DIGEST, length, [None, pa.py_buffer(b"".join(digests))])


def hash_texts(digests: pa.Array) -> pa.Array:
    """The first 32 hexadecimal digits of each digest; made without a Python string for each."""
    first = kernels.binary_slice(digests, 0, HASH_DIGITS // 2).buffers()[1]
    digits = pa.py_buffer(memoryview(first).hex().encode())
    texts = pa.Array.from_buffers(pa.binary(HASH_DIGITS), len(digests), [None, digits])
    return kernels.cast(texts, pa.string())


def _as_text(column: pa.Array | None, length: int) -> pa.Array:
    if column is None:
        return pa.nulls(length, pa.string())
    is_text = pa.types.is_string(column.type)
    return column if is_text else kernels.cast(column, pa.string())


def _records(rows: pa.RecordBatch) -> Iterator[list[bytes]]:
    """Each row's fields, joined by 0x1F, without 0x1F at the end, in pieces.

    Arrow's CSV writer joins a batch in a third of the time of its string kernel. It refuses texts
    with a quote or a line end; the kernel joins the pieces that have one.
    """
    written = _Pieces()
    try:
        pacsv.write_csv(rows, pa.PythonFile(written, mode="w"), _AS_RECORDS)
    except pa.ArrowInvalid:
        if rows.num_rows > _PIECE:
            for at in range(0, rows.num_rows, _PIECE):
                yield from _records(rows.slice(at, _PIECE))
        else:
            yield _joined(rows)
        return
    may_be_short = rows.column(rows.num_columns - 1).null_count
    for piece in written.pieces:
        records = piece.split(b"\n")
        records.pop()
        yield [record.rstrip(_SEPARATOR_BYTE) for record in records] if may_be_short else records


class _Pieces:
    """A file object that collects what is written; pyarrow's writer writes whole rows."""

    closed = False

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: pa.Buffer) -> None:
        self.pieces.append(piece.to_pybytes())


def _joined(rows: pa.RecordBatch) -> list[bytes]:
    joined = kernels.join_rows(rows.columns, SEPARATOR)
    records: list[bytes] = kernels.cast(
        kernels.ascii_rtrim(joined, SEPARATOR), pa.binary()
    ).to_pylist()
    return records
