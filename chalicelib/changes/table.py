"""The table of changes: one row a change (`changes.parquet`, contract, section 9).

With its heads, which stand in the file's key-value metadata, it is all that a summary is made of.
"""

from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib.changes.pair import Before, Scan
from chalicelib.changes.summary import Head, Summary

HEADS_KEY: Final = b"rok_changes"
"""The key-value metadata of a changes file that holds its heads as JSON."""

CHANGES_SCHEMA: Final = pa.schema(
    [
        ("kind", pa.string()),
        ("id", pa.int64()),
        ("name", pa.string()),
        ("alliance", pa.string()),
        ("power", pa.int64()),
        ("before", pa.string()),
        ("column", pa.string()),
        ("from_value", pa.int64()),
        ("to_value", pa.int64()),
        ("ref", pa.int64()),
        ("fault", pa.string()),
        ("hash_before", pa.string()),
        ("hash_after", pa.string()),
        ("from_date", pa.date32()),
        ("from_run_id", pa.string()),
        ("snapshot_date", pa.date32()),
        ("run_id", pa.string()),
        ("kingdom", pa.int32()),
    ]
)


class Changes(NamedTuple):
    """What `changes.parquet` holds.

    Attributes:
        rows: by `CHANGES_SCHEMA`.
        heads: JSON: both snapshots' facts and floors, and the records' counts.
    """

    rows: pa.Table
    heads: str


def changes_of(older: Scan, newer: Scan, before: Before) -> Changes:
    """The changes of a pair.

    Args:
        older: the snapshot `from`, with the columns of `chalicelib.changes.compare`.
        newer: the snapshot `to`, likewise.
        before: reads the snapshot before the older one.
    """
    raise NotImplementedError


def no_changes(newer: Head | None) -> Changes:
    """The changes of a date that has no snapshot before it.

    Args:
        newer: the date's snapshot; None where it is withdrawn.
    """
    raise NotImplementedError


def summary_of(rows: pa.Table, heads: str | bytes) -> Summary | None:
    """The summary that a table of changes holds; None where there is no pair.

    Raises:
        StoreError: the rows or the heads are not those of a table of changes.
    """
    raise NotImplementedError
