"""The objects of a partition, read as Athena reads Parquet for a table's declared types."""

import io
import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from tests.athena.catalog import Table
from tests.athena.engine import SqlError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARROW_TYPES: Final[Mapping[str, Any]] = {
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "varchar": pa.string(),
    "date": pa.date32(),
    # Without a zone: Athena's timestamp is what a clock on the wall says, here one in UTC.
    "timestamp": pa.timestamp("us"),
    "double": pa.float64(),
    "boolean": pa.bool_(),
}
# The physical types of Parquet with the logical ones in which Athena finds a declared type. No
# unsigned integers, and no timestamps of nanoseconds.
_READABLE: Final = {
    "bigint": {"INT32 NONE", "INT64 NONE", "INT32 SIGNED", "INT64 SIGNED"},
    "integer": {"INT32 NONE", "INT32 SIGNED"},
    "varchar": {"BYTE_ARRAY STRING"},
    "date": {"INT32 DATE"},
    "timestamp": {"INT64 TIMESTAMP milliseconds", "INT64 TIMESTAMP microseconds"},
    "double": {"DOUBLE NONE"},
    "boolean": {"BOOLEAN NONE"},
}
_MAGIC: Final = b"PAR1"


@dataclass(frozen=True)
class Scan:
    """What was read of one reference of a table.

    Attributes:
        data: all columns of the table, a `pyarrow.Table`; those that are not needed are NULL.
        scanned_bytes: of the column chunks that were needed, compressed as they are.
    """

    data: Any
    scanned_bytes: int


def scan(s3: "S3Client", table: Table, values: Mapping[str, str], needed: Set[str]) -> Scan:
    """Read one partition.

    Args:
        s3: a client.
        table: what is declared.
        values: of the partition keys, which the path gives and not the files.
        needed: the columns that the statement uses.

    Raises:
        SqlError: an object is not Parquet, or has a needed column in a type that Athena cannot
            read as the declared one.
    """
    parts, scanned_bytes = [_empty(table)], 0
    where = table.prefix(values)
    for path, body in _objects(s3, *where) if where else ():
        file = _open(path, body)
        read = {name: kind for name, kind in table.columns.items() if name in needed}
        found = _found(path, file, read)
        data = file.read(columns=list(found.values()), use_threads=False)
        columns = {
            name: data[found[name]].cast(ARROW_TYPES[kind])
            if name in found
            else pa.nulls(file.metadata.num_rows, ARROW_TYPES[kind])
            for name, kind in table.columns.items()
        }
        for key, kind in table.keys.items():
            value = pa.scalar(values[key]).cast(ARROW_TYPES[kind])
            columns[key] = pa.repeat(value, file.metadata.num_rows)
        parts.append(pa.table(columns))
        scanned_bytes += _chunk_bytes(file.metadata, set(found.values()))
    return Scan(pa.concat_tables(parts), scanned_bytes)


def _empty(table: Table) -> Any:
    unknown = sorted(set(table.types.values()) - ARROW_TYPES.keys())
    if unknown:
        raise SqlError(f"NOT_SUPPORTED: types that this engine does not know: {unknown}")
    return pa.schema(
        [(name, ARROW_TYPES[kind]) for name, kind in table.types.items()]
    ).empty_table()


def _objects(s3: "S3Client", bucket: str, prefix: str) -> Iterator[tuple[str, bytes]]:
    """The objects below a prefix that are data: not empty, and not hidden by their name."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            key = item["Key"]
            hidden = any(part[:1] in ("_", ".") for part in key.removeprefix(prefix).split("/"))
            if item["Size"] and not hidden:
                yield f"s3://{bucket}/{key}", s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def _open(path: str, body: bytes) -> Any:
    if body[-4:] != _MAGIC:
        raise SqlError(
            f"HIVE_BAD_DATA: Not valid Parquet file: {path} expected magic number: PAR1 got: "
            + body[-4:].decode("latin-1")
        )
    try:
        return pq.ParquetFile(io.BytesIO(body))
    except (pa.ArrowException, OSError) as error:
        raise SqlError(f"HIVE_BAD_DATA: Malformed Parquet file: {path}: {error}") from error


def _found(path: str, file: Any, read: Mapping[str, str]) -> dict[str, str]:
    """The names in the file of those columns that it has, which may differ in case."""
    found = {}
    for index in range(len(file.schema)):
        column = file.schema.column(index)
        name, _, nested = column.path.lower().partition(".")
        if name not in read:
            continue
        physical = f"{column.physical_type} {_logical(column.logical_type)}"
        physical = f"{physical} in a group" if nested else physical
        if physical not in _READABLE[read[name]]:
            raise SqlError(
                f"HIVE_BAD_DATA: Malformed Parquet file. Field {name}'s type {physical} in parquet "
                f"file {path} is incompatible with type {read[name]} defined in table schema"
            )
        found[name] = column.path
    return found


def _logical(logical: Any) -> str:
    described = json.loads(logical.to_json())
    if logical.type == "INT":
        return "SIGNED" if described["isSigned"] else "UNSIGNED"
    if logical.type == "TIMESTAMP":
        return f"TIMESTAMP {described['timeUnit']}"
    return str(logical.type)


def _chunk_bytes(metadata: Any, columns: Set[str]) -> int:
    chunks = (
        metadata.row_group(group).column(index)
        for group in range(metadata.num_row_groups)
        for index in range(metadata.num_columns)
    )
    return sum(chunk.total_compressed_size for chunk in chunks if chunk.path_in_schema in columns)
