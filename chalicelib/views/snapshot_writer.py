"""Make the curated Parquet file and the boards of a run (contract, sections 3 and 4).

Both are functions of the run alone: the same upload gives the same bytes, however it was cut
into batches on its way.
"""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import pyarrow as pa
from pyarrow import _parquet

from chalicelib.boards.encode import encode
from chalicelib.boards.ranking import BoardBuilder
from chalicelib.boards.snapshot import FACTS_KEY, Snapshot
from chalicelib.lake.keys import Partition, ingested_at_text
from chalicelib.lake.run import Run
from chalicelib.players.arrow import CURATED_SCHEMA, PLAYER_FIELDS
from chalicelib.threads.worker import BackgroundWorker
from chalicelib.validation.derive import Derivation
from chalicelib.views.record_hash import DIGEST, hash_texts, record_digests
from chalicelib.views.view import SnapshotObjects

# Rows of a row group: what is held in memory before it is written.
ROW_GROUP: Final = 32_768
# Values that repeat; ids, names and counters do not, and a dictionary of them only grows a file.
_DICTIONARY_COLUMNS: Final = ["alliance", "kingdom", "snapshot_date", "ingested_at", "run_id"]
# Differences take fewer bytes than numbers do, and zstd is faster with what is short already: less
# time and a smaller file than plain values or a dictionary give. BYTE_STREAM_SPLIT would be as
# good, but Trino and DuckDB do not read it for integers. See docs/performance.md.
_ENCODINGS: Final = {
    field.name: "DELTA_BINARY_PACKED" if field.type == pa.int64() else "DELTA_LENGTH_BYTE_ARRAY"
    for field in (*PLAYER_FIELDS, CURATED_SCHEMA.field("record_hash"))
    if field.name not in _DICTIONARY_COLUMNS
}
# zstd's levels. Differences of numbers have little pattern left, and looking for it costs more time
# than it saves bytes: a negative level hardly looks.
_LEVELS: Final = {
    field.name: -5 if _ENCODINGS.get(field.name) == "DELTA_BINARY_PACKED" else 1
    for field in CURATED_SCHEMA
}
# Columns whose least and greatest value say something of a row group. Texts stand in no order, so
# that they would never spare a reader one, and comparing them takes as long as a counter's page.
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
"""How curated files are written, in the words of `pyarrow.parquet.ParquetWriter`."""

# Bytes that are written to the file at once: each write waits for Python's lock, and without this
# there would be one for each page.
_SINK_BUFFER: Final = 1024 * 1024
# What is held of a batch: the run's own facts are the same in every row.
_HELD_SCHEMA: Final = pa.schema([*PLAYER_FIELDS, ("digest", DIGEST)])


class SnapshotWriter:
    """Takes a run's batches and makes what is published of it.

    A `Sink` of `chalicelib.validation.validate`.

    Row groups are ranked and written behind the caller. It must end with `finish` or `abandon`.
    """

    def __init__(
        self, run: Run, partition: Partition, derivation: Derivation, file: BinaryIO
    ) -> None:
        """Start an empty snapshot.

        Args:
            run: whose it is.
            partition: its kingdom and date.
            derivation: where its `dkp` comes from.
            file: where the Parquet file is written to, at its start.
        """
        self._run = run
        self._partition = partition
        self._derivation = derivation
        self._file = file
        self._sink = pa.BufferedOutputStream(pa.PythonFile(file, mode="w"), _SINK_BUFFER)
        # What `pyarrow.parquet` wraps, which takes 28 ms to import. As in `chalicelib.kernels`, its
        # version is pinned and a test holds this to the wrapper.
        self._writer = _parquet.ParquetWriter(
            self._sink, CURATED_SCHEMA, writer_engine_version="V2", **PARQUET
        )
        self._boards = BoardBuilder()
        self._held: list[pa.RecordBatch] = []
        self._held_rows = 0
        self._players = 0
        self._ranking = BackgroundWorker(self._boards.add)
        self._writing = BackgroundWorker(self._write)

    def add(
        self,
        columns: Mapping[str, pa.Array],
        length: int,
        texts: Mapping[str, pa.Array] | None = None,
    ) -> None:
        """Hash a batch's records, and hold it until its row group is full.

        Args:
            columns: typed arrays by name; player columns that are not there are null.
            length: how many rows.
            texts: columns' values as text, where that is known already.
        """
        arrays = [
            columns[field.name] if field.name in columns else pa.nulls(length, field.type)
            for field in PLAYER_FIELDS
        ]
        digests = record_digests(columns, length, texts)
        self._held.append(pa.record_batch([*arrays, digests], schema=_HELD_SCHEMA))
        self._held_rows += length
        self._players += length
        while self._held_rows >= ROW_GROUP:
            self._hand_on(ROW_GROUP)

    def finish(self) -> SnapshotObjects:
        """The objects; nothing can be added any more."""
        if self._held_rows:
            self._hand_on(self._held_rows)
        # Most scans have one row group: its players are ranked while it is written.
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
        return SnapshotObjects(self._file, io.BytesIO(boards))

    def abandon(self) -> None:
        """Give up: the file is of no use, and nothing more is written to it."""
        self._ranking.cancel()
        self._writing.cancel()
        self._close_writer()

    def _close_writer(self) -> None:
        """Write what is left to the file, which stays open."""
        if not self._sink.closed:
            self._writer.close()
            self._sink.detach()

    def _hand_on(self, rows: int) -> None:
        """Let the first rows that are held be ranked and written; they are held no longer."""
        held = pa.Table.from_batches(self._held)
        self._held = held.slice(rows).to_batches()
        self._held_rows -= rows
        group = held.slice(0, rows)
        self._ranking.submit(group)
        self._writing.submit(group)

    def _write(self, players: pa.Table) -> None:
        """Write one row group: the players, and what they all have in common."""
        # In one piece: Arrow may begin a page of long texts wherever a batch began.
        (group,) = players.combine_chunks().to_batches()
        *columns, digests = group.columns
        common = [pa.repeat(value, players.num_rows) for value in self._metadata()]
        arrays = [*columns, *common, hash_texts(digests)]
        self._writer.write_table(pa.table(arrays, schema=CURATED_SCHEMA), row_group_size=ROW_GROUP)

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
