"""The roster object: a ledger as Parquet (contract, section 3).

The bytes are a function of the ledger, but for the note of its sources (`chalicelib.roster.note`).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import pyarrow as pa
from pyarrow import _parquet

from chalicelib.errors import StoreError
from chalicelib.roster.gaps import Packed, unpack
from chalicelib.roster.ledger import COUNTERS, FIELDS, Ledger
from chalicelib.roster.note import take_apart, with_note

SNAPSHOTS_KEY: Final = b"rok_snapshots"
"""The key-value metadata with the snapshots' dates, oldest first: a mark each."""

SHAPE_KEY: Final = b"rok_roster"
"""The key-value metadata with the number of what the columns mean; absent of the first."""

SHAPE: Final = 2
"""Grows when a column comes to mean something else, or what is remembered of gaps does."""

RESHAPED: Final = ("folded", "former", "marks")
"""The columns that meant something else in an older shape."""

VERSIONS_KEY: Final = b"rok_versions"
"""The key-value metadata with each snapshot's version; null where its file was not read since the
first writer that knew this key. Like all of the content it follows from the snapshots alone."""

_GAPS_KEY: Final = b"rok_gaps"
"""The key-value metadata with the bytes and their hash that each snapshot has of gaps."""

# Rows per row group.
_ROW_GROUP: Final = 131_072
_NUMBERS: Final = ["id", "power", *COUNTERS]
_TEXTS: Final = ("name", "folded", "marks", "former.list.element.name")
_REPEATING: Final = (
    "alliance",
    *(field.name for field in FIELDS if field.type == pa.date32()),
    "former.list.element.since",
)
_PARQUET: Final[Mapping[str, Any]] = {
    # As curated files are, and for the same reasons (chalicelib/views/making/snapshot_writer.py).
    # Numbers as differences, and what repeats as numbers of a dictionary, are as short as they
    # become: compressing them only takes time.
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": dict.fromkeys(_TEXTS, "zstd"),
    "compression_level": dict.fromkeys(_TEXTS, 1),
    "use_dictionary": [*_REPEATING],
    "store_schema": False,
    "write_page_checksum": True,
    "write_statistics": ["id", "first_seen", "last_seen"],
}


class OtherShapeError(StoreError):
    """Raised for a roster of a version of this software to which columns meant something else."""


class Roll(NamedTuple):
    """A roster object that was read.

    Attributes:
        ledger: everybody.
        sources: the ETag of each curated file that it was made of, by its date.
        versions: the version of each snapshot that it was made of, by its date, as far as known.
        version: changes whenever the content does.
    """

    ledger: Ledger
    sources: Mapping[date, str]
    versions: Mapping[date, str]
    version: str


def encode(
    ledger: Ledger,
    sources: Mapping[date, str],
    versions: Mapping[date, str] = MappingProxyType({}),
) -> bytes:
    """The object's bytes.

    Args:
        ledger: everybody.
        sources: the ETag of each curated file that it was made of, by its date.
        versions: the version of each snapshot that it was made of, by its date, as far as known.
    """
    content = _parquet_of(ledger, versions)
    noted = {day.isoformat(): etag for day, etag in sorted(sources.items())}
    bodies = [one.body for one in ledger.gaps if one.body]
    return with_note(content, bodies, noted)


def encode_for_readers(body: bytes) -> bytes:
    """An object that answers as another one does, of the same version.

    It lacks what only the next publish needs: counters (two thirds of the bytes), what is
    remembered of gaps, and the sources. So it is a function of the other one's content.

    Raises:
        OtherShapeError, StoreError: as `decode`.
    """
    roll = decode(body)
    columns = {field.name: roll.ledger.columns[field.name] for field in FIELDS}
    content = _parquet_of(Ledger(roll.ledger.days, columns), roll.versions)
    return with_note(content, [], {}, roll.version)


def _parquet_of(ledger: Ledger, versions: Mapping[date, str]) -> memoryview:
    """The Parquet file of a ledger."""
    # As one batch, so that pages begin where they always do.
    table = pa.table(dict(ledger.columns), schema=schema_of(frozenset(ledger.columns)))
    sink = pa.BufferOutputStream()
    writer = _parquet.ParquetWriter(
        sink,
        table.schema,
        writer_engine_version="V2",
        column_encoding={
            name: "DELTA_BINARY_PACKED" for name in ledger.columns if name in _NUMBERS
        },
        **_PARQUET,
    )
    writer.write_table(table, row_group_size=_ROW_GROUP)
    facts = {
        SNAPSHOTS_KEY: [day.isoformat() for day in ledger.days],
        VERSIONS_KEY: [versions.get(day) for day in ledger.days],
        SHAPE_KEY: SHAPE,
        _GAPS_KEY: [[len(one.body), one.digest] for one in ledger.gaps],
    }
    compact = {name: json.dumps(value, separators=(",", ":")) for name, value in facts.items()}
    writer.add_key_value_metadata(compact)
    writer.close()
    return memoryview(sink.getvalue())


def decode(body: bytes) -> Roll:
    """Read an object; what it remembers of gaps is not read, and not looked at.

    Raises:
        OtherShapeError: a version of this software made it to which columns meant something else.
        StoreError: it is damaged; the text says how, not which object.
    """
    noted = take_apart(body)
    try:
        reader = _parquet.ParquetReader()
        # Its hash says that it is not damaged: checksums of pages need not be looked at too.
        reader.open(pa.BufferReader(body))
        facts = reader.metadata.metadata
        check_shape(facts)
        days = days_of(facts)
        versions = {day: one for day, one in versions_of(facts, days).items() if one is not None}
        gaps = _packed(noted.extra, json.loads(facts[_GAPS_KEY]))
        table = reader.read_all(use_threads=False)
        check_schema(table.schema)
        sources = {date.fromisoformat(day): etag for day, etag in noted.sources.items()}
    except (pa.ArrowException, OSError, ValueError) as error:
        raise StoreError(" ".join(str(error).split())) from None
    columns = {name: one_array(table.column(name)) for name in table.column_names}
    return Roll(Ledger(days, columns, gaps), sources, versions, noted.version)


def check(body: bytes) -> None:
    """Look at all of an object.

    Raises:
        StoreError: it is damaged, anywhere.
    """
    for one in decode(body).ledger.gaps:
        unpack(one)


def check_shape(facts: Mapping[bytes, bytes] | None) -> None:
    """Refuse a file whose columns mean something else.

    Raises:
        OtherShapeError: they do.
    """
    shape = (facts or {}).get(SHAPE_KEY, b"1")
    if shape != b"%d" % SHAPE:
        raise OtherShapeError("it was made by another version of this software")


def _packed(extra: memoryview, sizes: Sequence[tuple[int, str]]) -> tuple[Packed, ...]:
    """What is remembered of gaps, by snapshot."""
    found, start = [], 0
    for size, digest in sizes:
        found.append(Packed(extra[start : start + size], digest))
        start += size
    return tuple(found)


@lru_cache(maxsize=4)
def schema_of(names: frozenset[str]) -> pa.Schema:
    """The schema of an object with these columns: the fixed ones, then counters in their order."""
    counters = [pa.field(name, pa.int64()) for name in COUNTERS if name in names]
    return pa.schema([*FIELDS, *counters])


def check_schema(schema: pa.Schema) -> None:
    """Refuse what this software does not write.

    Raises:
        ValueError: a column is missing, is another's, or of another type.
    """
    if not schema.equals(schema_of(frozenset(schema.names))):
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


def versions_of(
    metadata: Mapping[bytes, bytes] | None, days: Sequence[date]
) -> dict[date, str | None]:
    """The version of each snapshot; None where it is not known.

    Raises:
        ValueError: they cannot be read.
    """
    found = json.loads((metadata or {}).get(VERSIONS_KEY, b"null"))
    if found is None:
        found = [None] * len(days)
    return dict(zip(days, found, strict=True))


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array, whatever row groups it was in."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
