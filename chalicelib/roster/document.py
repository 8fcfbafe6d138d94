"""The roster object: a ledger as Parquet (contract, section 3).

The bytes are a function of the ledger, but for the note of its sources (`chalicelib.roster.note`).
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

import pyarrow as pa
from pyarrow import _parquet

from chalicelib.errors import StoreError
from chalicelib.roster.ledger import COUNTERS, FIELDS, Ledger
from chalicelib.roster.note import take_apart, with_note

SNAPSHOTS_KEY: Final = b"rok_snapshots"
"""The key-value metadata with the snapshots' dates, oldest first: one for each mark."""

# Rows per row group.
_ROW_GROUP: Final = 131_072
_DATES: Final = [field.name for field in FIELDS if field.type == pa.date32()]
_SPAN_DATES: Final = [f"former.list.element.{name}" for name in ("since", "until")]
_TEXTS: Final = (
    "name",
    "folded",
    "marks",
    "former.list.element.name",
    "former.list.element.folded",
)
_NUMBERS: Final = ["id", "power", *COUNTERS]
_PARQUET: Final[Mapping[str, Any]] = {
    # As curated files are, and for the same reasons (chalicelib/views/making/snapshot_writer.py).
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": "zstd",
    "use_dictionary": ["alliance", *_DATES, *_SPAN_DATES],
    "store_schema": False,
    "write_page_checksum": True,
    "write_statistics": ["id", "first_seen", "last_seen"],
}
_LEVELS: Final = {
    **dict.fromkeys(("alliance", *_TEXTS, *_DATES, *_SPAN_DATES), 1),
    **dict.fromkeys(_NUMBERS, -5),
}


class Roll(NamedTuple):
    """A roster object that was read.

    Attributes:
        ledger: everybody.
        sources: the ETag of each curated file that it was made of, by its date.
        version: changes whenever the content does.
    """

    ledger: Ledger
    sources: Mapping[date, str]
    version: str


def encode(ledger: Ledger, sources: Mapping[date, str]) -> bytes:
    """The object's bytes.

    Args:
        ledger: everybody.
        sources: the ETag of each curated file that it was made of, by its date.
    """
    # As one batch, so that pages begin where they always do.
    table = pa.table(dict(ledger.columns), schema=schema_of(ledger.columns))
    names = table.column_names
    sink = pa.BufferOutputStream()
    writer = _parquet.ParquetWriter(
        sink,
        table.schema,
        writer_engine_version="V2",
        column_encoding={
            **{name: "DELTA_BINARY_PACKED" for name in names if name in _NUMBERS},
            **dict.fromkeys(_TEXTS, "DELTA_LENGTH_BYTE_ARRAY"),
        },
        compression_level=_LEVELS,
        **_PARQUET,
    )
    writer.write_table(table, row_group_size=_ROW_GROUP)
    days = json.dumps([day.isoformat() for day in ledger.days], separators=(",", ":"))
    writer.add_key_value_metadata({SNAPSHOTS_KEY: days})
    writer.close()
    noted = {day.isoformat(): etag for day, etag in sorted(sources.items())}
    return with_note(sink.getvalue().to_pybytes(), noted)


def decode(body: bytes) -> Roll:
    """Read an object whole.

    Raises:
        StoreError: it is damaged; the text says how, not which object.
    """
    content, sources, version = take_apart(body)
    try:
        reader = _parquet.ParquetReader()
        reader.open(pa.BufferReader(content), page_checksum_verification=True)
        table = reader.read_all(use_threads=False)
        days = days_of(reader.metadata.metadata)
        check_schema(table.schema)
        noted = {date.fromisoformat(day): etag for day, etag in sources.items()}
    except (pa.ArrowException, OSError, ValueError) as error:
        raise StoreError(" ".join(str(error).split())) from None
    columns = {name: one_array(table.column(name)) for name in table.column_names}
    return Roll(Ledger(days, columns), noted, version)


def schema_of(names: Mapping[str, Any]) -> pa.Schema:
    """The schema of an object with these columns: the fixed ones, then counters in their order."""
    counters = [pa.field(name, pa.int64()) for name in COUNTERS if name in names]
    return pa.schema([*FIELDS, *counters])


def check_schema(schema: pa.Schema) -> None:
    """Refuse what this software does not write.

    Raises:
        ValueError: a column is missing, is another's, or of another type.
    """
    if not schema.equals(schema_of(dict.fromkeys(schema.names))):
        raise ValueError("its columns are not those of a roster")


def days_of(metadata: Mapping[bytes, bytes] | None) -> tuple[date, ...]:
    """The snapshots' dates, oldest first.

    Raises:
        ValueError: they cannot be read.
    """
    found = json.loads((metadata or {}).get(SNAPSHOTS_KEY, b"null"))
    if not isinstance(found, list):
        raise ValueError("it does not say which snapshots it is of")
    return tuple(date.fromisoformat(day) for day in found)


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array, whatever row groups it was in."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
