"""Make the curated Parquet file and the boards of a run (contract, sections 3 and 4).

Both are functions of the run alone: the same upload gives the same bytes, whatever its batches.
"""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, BinaryIO, Final

import pyarrow as pa
from pyarrow import _parquet

from chalicelib.boards.encode import encode
from chalicelib.boards.ranking import BoardBuilder
from chalicelib.boards.snapshot import FACTS_KEY, Snapshot
from chalicelib.lake.keys import Partition, ingested_at_text
from chalicelib.lake.read_once import KnownFile
from chalicelib.lake.run import Run
from chalicelib.players.arrow import CURATED_SCHEMA, PLAYER_FIELDS
from chalicelib.threads.worker import BackgroundWorker
from chalicelib.validation.derive import Derivation
from chalicelib.views.curated_file import file_of
from chalicelib.views.making.record_hash import DIGEST, hash_texts, record_digests
from chalicelib.views.view import SnapshotObjects

# Rows per row group: so many are in memory before they are written.
ROW_GROUP: Final = 32_768
# Columns whose values repeat. Ids, names and counters do not; a dictionary would grow the file.
_DICTIONARY_COLUMNS: Final = ["alliance", "kingdom", "snapshot_date", "ingested_at", "run_id"]
# Delta encoding takes fewer bytes than plain values, and zstd is faster on fewer bytes: less time
# and a smaller file than plain or dictionary encoding. BYTE_STREAM_SPLIT would be as good, but
# Trino and DuckDB do not read it for integers. See docs/performance.md.
_ENCODINGS: Final = {
    field.name: "DELTA_BINARY_PACKED" if field.type == pa.int64() else "DELTA_LENGTH_BYTE_ARRAY"
    for field in (*PLAYER_FIELDS, CURATED_SCHEMA.field("record_hash"))
    if field.name not in _DICTIONARY_COLUMNS
}
# zstd's levels. Deltas have few patterns left; searching for them costs more time than it saves
# bytes. A negative level searches least.
_LEVELS: Final = {
    field.name: -5 if _ENCODINGS.get(field.name) == "DELTA_BINARY_PACKED" else 1
    for field in CURATED_SCHEMA
}
# Columns whose minimum and maximum help to skip row groups. Texts are in no order, so their
# statistics would never skip one, and computing them takes as long as writing a counter's page.
_WITH_STATISTICS: Final = [field.name for field in CURATED_SCHEMA if field.type != pa.string()]
PARQUET: Final[Mapping[str, Any]] = {
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": "zstd",
    "compression_level": _LEVELS,
    "use_dictionary": _DICTIONARY_COLUMNS,
    "column_encoding": _ENCODINGS,
    "store_schema": False,
    "write_page_checksum": True,
    "write_statistics": _WITH_STATISTICS,
}
"""How curated files are written: the arguments of `pyarrow.parquet.ParquetWriter`."""

# Bytes per write to the file. Each write waits for Python's lock; without the buffer every page
# would be one write.
_SINK_BUFFER: Final = 1024 * 1024
# Of fewer players the last row group is written without a thread of its own: for 1,000 it takes
# half a millisecond of CPU time, as much as it saves on two cores; functions have one.
_WORTH_A_THREAD: Final = 3000
# The columns held in memory; the run's facts are the same in every row and are added on writing.
_PENDING_SCHEMA: Final = pa.schema([*PLAYER_FIELDS, ("digest", DIGEST)])
_NO_GROUP: Final = CURATED_SCHEMA.empty_table()


class SnapshotWriter:
    """Makes the curated file and the boards object from a run's batches.

    A `Sink` of `chalicelib.validation.validate`.

    Background threads rank and write row groups. Call `finish` or `cancel` at the end.
    """

    def __init__(
        self, run: Run, partition: Partition, derivation: Derivation, file: BinaryIO
    ) -> None:
        """Start an empty snapshot.

        Args:
            run: its run.
            partition: its kingdom and date.
            derivation: where its `dkp` comes from.
            file: receives the Parquet data, from its start.
        """
        self._run = run
        self._partition = partition
        self._derivation = derivation
        self._file = file
        self._sink = pa.BufferedOutputStream(pa.PythonFile(file, mode="w"), _SINK_BUFFER)
        # The class under `pyarrow.parquet`, whose import takes 28 ms. As in `chalicelib.kernels`,
        # pyarrow's version is pinned and a test compares this with the wrapper.
        self._writer = _parquet.ParquetWriter(
            self._sink, CURATED_SCHEMA, writer_engine_version="V2", **PARQUET
        )
        self._boards = BoardBuilder()
        self._pending: list[pa.RecordBatch] = []
        self._pending_rows = 0
        self._players = 0
        self._last_group = _NO_GROUP
        self._ranking = BackgroundWorker(self._boards.add)
        self._writing = BackgroundWorker(self._write)

    def add(
        self,
        columns: Mapping[str, pa.Array],
        length: int,
        texts: Mapping[str, pa.Array] | None = None,
    ) -> None:
        """Hash a batch's records, and buffer it until its row group is full.

        Args:
            columns: typed arrays by name; missing player columns are null.
            length: how many rows.
            texts: columns' values as text, where that is known already.
        """
        arrays = [
            columns[field.name] if field.name in columns else pa.nulls(length, field.type)
            for field in PLAYER_FIELDS
        ]
        digests = record_digests(columns, length, texts)
        self._pending.append(pa.record_batch([*arrays, digests], schema=_PENDING_SCHEMA))
        self._pending_rows += length
        self._players += length
        while self._pending_rows >= ROW_GROUP:
            self._submit_row_group(ROW_GROUP)

    def finish(self) -> SnapshotObjects:
        """Write the rest and return the objects; nothing can be added afterwards."""
        if self._pending_rows:
            self._submit_row_group(self._pending_rows)
        # Most scans have one row group; its players are ranked while it is written.
        if self._players >= _WORTH_A_THREAD:
            self._writing.start()
        self._ranking.close()
        snapshot = Snapshot(
            run_id=self._run.run_id,
            run_ts=self._run.run_ts,
            kingdom=self._partition.kingdom,
            snapshot_date=self._partition.snapshot_date,
            ingested_at=ingested_at_text(self._run.accepted),
            players=self._players,
            dkp=self._derivation.dkp,
        )
        boards = encode(snapshot, self._boards.boards())
        self._writing.close()
        facts = json.dumps(snapshot.as_json(), separators=(",", ":"))
        self._writer.add_key_value_metadata({FACTS_KEY: facts})
        self._close_writer()
        self._file.flush()
        self._file.seek(0)
        return SnapshotObjects(self._curated(snapshot), io.BytesIO(boards))

    def cancel(self) -> None:
        """Stop: nothing more is written to the file, which is incomplete."""
        self._ranking.cancel()
        self._writing.cancel()
        self._close_writer()

    def _curated(self, snapshot: Snapshot) -> BinaryIO:
        """The file; of one row group with its players, which other views are made of."""
        if not 0 < self._players <= ROW_GROUP:
            return self._file
        return KnownFile(self._file.read(), file_of(snapshot, self._last_group))

    def _close_writer(self) -> None:
        """Flush the Parquet writer to the file, which stays open."""
        if self._sink.closed:
            return
        try:
            self._writer.close()
            self._sink.detach()
        except BaseException:
            # Else its destructor tries again, on a closed file, and complains on stderr.
            with suppress(OSError, ValueError):
                self._sink.close()
            raise

    def _submit_row_group(self, rows: int) -> None:
        """Submit the first pending rows for ranking and writing."""
        pending = pa.Table.from_batches(self._pending)
        self._pending = pending.slice(rows).to_batches()
        self._pending_rows -= rows
        group = pending.slice(0, rows)
        self._ranking.submit(group)
        self._writing.submit(group)

    def _write(self, players: pa.Table) -> None:
        """Write one row group: the players, and the run's facts in every row."""
        # As one batch: Arrow may start a page of long texts at every batch's start.
        (group,) = players.combine_chunks().to_batches()
        *columns, digests = group.columns
        common = [pa.repeat(value, players.num_rows) for value in self._metadata()]
        arrays = [*columns, *common, hash_texts(digests)]
        self._last_group = pa.table(arrays, schema=CURATED_SCHEMA)
        self._writer.write_table(self._last_group, row_group_size=ROW_GROUP)

    def _metadata(self) -> Iterator[pa.Scalar]:
        """The values that every row of the run has, in the schema's order."""
        run = self._run
        for name, value in (
            ("kingdom", self._partition.kingdom),
            ("snapshot_date", self._partition.snapshot_date),
            ("ingested_at", run.accepted),
            ("run_id", run.run_id),
        ):
            yield pa.scalar(value, CURATED_SCHEMA.field(name).type)
