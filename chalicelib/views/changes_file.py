"""The form of `changes.parquet`: a table of changes, and its heads in the file's metadata."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pyarrow as pa
from pyarrow import _parquet

from chalicelib.changes.summary import Summary
from chalicelib.changes.table import CHANGES_SCHEMA, HEADS_KEY, SUMMARISED, Changes, summary_of
from chalicelib.errors import StoreError
from chalicelib.lake.keys import Partition
from chalicelib.lake.read_once import read_once
from chalicelib.lake.store import ObjectReader
from chalicelib.lake.view_keys import changes_key
from chalicelib.views.curated_file import ParquetBytes

_REPEATING: Final = [
    "kind",
    "alliance",
    "column",
    "fault",
    "from_date",
    "from_run_id",
    "snapshot_date",
    "run_id",
    "kingdom",
]
_TEXTS: Final = ("name", "before", "hash_before", "hash_after")
_ENCODINGS: Final = {
    **dict.fromkeys(_TEXTS, "DELTA_LENGTH_BYTE_ARRAY"),
    **{field.name: "DELTA_BINARY_PACKED" for field in CHANGES_SCHEMA if field.type == pa.int64()},
}
PARQUET: Final[Mapping[str, Any]] = {
    # As rosters are (chalicelib/roster/document.py): only texts are worth compressing.
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": dict.fromkeys(_TEXTS, "zstd"),
    "compression_level": dict.fromkeys(_TEXTS, 1),
    "use_dictionary": _REPEATING,
    "column_encoding": _ENCODINGS,
    "store_schema": False,
    "write_page_checksum": True,
    # A file has one row group: statistics would skip nothing.
    "write_statistics": False,
}
"""How it is written: the arguments of `pyarrow.parquet.ParquetWriter`."""


def encode_changes(changes: Changes) -> bytes:
    """The bytes of a file: the same changes give the same ones."""
    sink = pa.BufferOutputStream()
    # As in `chalicelib.views.making.snapshot_writer`: without `pyarrow.parquet`.
    writer = _parquet.ParquetWriter(sink, CHANGES_SCHEMA, writer_engine_version="V2", **PARQUET)
    rows = changes.rows.combine_chunks()
    if rows.num_rows:
        writer.write_table(rows, row_group_size=rows.num_rows)
    writer.add_key_value_metadata({HEADS_KEY: changes.heads})
    writer.close()
    body: bytes = sink.getvalue().to_pybytes()
    return body


class ChangesFile(NamedTuple):
    """What a file says.

    Attributes:
        summary: see `decode_summary`.
    """

    summary: Summary | None


def read_summary(reader: ObjectReader, partition: Partition) -> Summary | None:
    """As `decode_summary`, of an object's reader.

    Raises:
        NotMadeError: it is damaged.
    """

    def make(body: bytes) -> ChangesFile:
        return ChangesFile(decode_summary(body, partition))

    return read_once(reader, ChangesFile, make).summary


def decode_summary(body: bytes, partition: Partition) -> Summary | None:
    """The summary that a file holds; None where its date has no pair of snapshots.

    Args:
        body: the file.
        partition: its kingdom and date.

    Raises:
        NotMadeError: it is damaged.
    """
    file = ParquetBytes(body, changes_key(partition))
    try:
        heads = file.metadata.get(HEADS_KEY, b"").decode()
        changes = Changes(file.read(SUMMARISED), heads)
        return summary_of(changes, *partition)
    except (StoreError, UnicodeDecodeError) as error:
        raise file.damaged(str(error)) from None
