"""Changes that older software wrote do not say in which snapshot their faults were looked up."""

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.summary import decode, encode
from chalicelib.changes.table import no_changes
from chalicelib.lake.keys import Partition
from chalicelib.views.changes_file import decode_summary, encode_changes
from chalicelib.views.making.same_rows import has_same_rows
from tests.changes.scans import DAYS, before_of, changes_between, nothing_before, row, scan

_HERE: Final = Path(__file__).parent
OLD_FILE: Final = (_HERE / "older_heads.parquet").read_bytes()
"""A `changes.parquet` as it was written before the head `before` was there."""
OLD_SUMMARY: Final = (_HERE / "older_heads.json").read_bytes()
"""The `summary.json` of it."""

OLDER: Final = [row(1, deaths=100), row(2, deaths=50), row(3)]
NEWER: Final = [row(1, deaths=10), row(2, deaths=60), row(4, power=5)]


def made(deaths: int = 10) -> bytes:
    """What is made now of the same scans, or of others."""
    newer = [row(1, deaths=deaths), *NEWER[1:]]
    pair = scan(OLDER, DAYS[1]), scan(newer, DAYS[2])
    return encode_changes(changes_between(*pair, nothing_before))


def test_they_are_read_and_their_summary_is_what_it_was() -> None:
    summary = decode_summary(OLD_FILE, Partition(51, DAYS[2]))
    assert summary == decode(OLD_SUMMARY, 51, DAYS[2])
    assert encode(51, summary) == OLD_SUMMARY
    now = decode_summary(made(), Partition(51, DAYS[2]))
    assert now is not None
    assert summary is not None
    assert now.findings.suspects == summary.findings.suspects


@pytest.mark.parametrize("there_is_one", [False, True], ids=["none before", "one before"])
def test_their_faults_are_taken_for_those_of_no_snapshot(there_is_one: bool) -> None:
    summary = decode(OLD_SUMMARY, 51, DAYS[2])
    assert summary is not None
    before: Snapshot | None = scan([row(1)], DAYS[0]).snapshot if there_is_one else None
    assert not summary.findings.follow_from(before)


def test_they_hold_the_same_rows_only_if_they_do() -> None:
    assert made() != OLD_FILE
    assert has_same_rows(OLD_FILE, made())
    assert not has_same_rows(OLD_FILE, made(deaths=9))
    broken = bytearray(OLD_FILE)
    broken[len(broken) // 4] ^= 1
    assert not has_same_rows(bytes(broken), made())
    # What is made now is of this writer: it would be the same, byte for byte.
    assert not has_same_rows(made(), OLD_FILE)
    # Where today's rules find another fault, it is not the same.
    older_still = before_of([row(1, deaths=5), *OLDER[1:]])
    other = changes_between(scan(OLDER, DAYS[1]), scan(NEWER, DAYS[2]), older_still)
    assert not has_same_rows(OLD_FILE, encode_changes(other))


def test_a_file_whose_columns_are_compressed_in_another_way_holds_the_same_rows() -> None:
    def written(body: bytes, deaths: int | None = None) -> bytes:
        table = pq.read_table(pa.BufferReader(body))
        if deaths is not None:
            at = table.column_names.index("to_value")
            values = [deaths if one == 10 else one for one in table["to_value"].to_pylist()]
            table = table.set_column(at, "to_value", pa.array(values, pa.int64()))
        sink = pa.BufferOutputStream()
        with pq.ParquetWriter(sink, table.schema, compression="zstd", store_schema=False) as writer:
            writer.write_table(table)
            writer.add_key_value_metadata(pq.read_metadata(pa.BufferReader(body)).metadata)
        return bytes(sink.getvalue())

    assert has_same_rows(written(made()), made())
    assert not has_same_rows(written(made(), deaths=9), made())


def test_where_there_is_no_pair_nothing_is_lacking() -> None:
    assert "before" not in no_changes(None).heads
    assert b"before" not in encode(51, None).partition(b"\n")[0]
