"""Make the curated Parquet file and the boards of a run (contract, sections 3 and 4).

Both are functions of the run alone: the same upload gives the same bytes, however it was cut
into batches on its way.
"""

import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from chalicelib.boards.document import encode
from chalicelib.boards.parquet import FACTS_KEY
from chalicelib.boards.ranking import BoardBuilder
from chalicelib.boards.snapshot import Snapshot
from chalicelib.ingest.derive import Derivation
from chalicelib.ingest.hashing import record_hashes
from chalicelib.ingest.identity import Run
from chalicelib.ingest.upload import SPOOL_IN_MEMORY
from chalicelib.lake import keys
from chalicelib.lake.keys import Partition, ingested_at_text
from chalicelib.players.arrow import CURATED_SCHEMA, PLAYER_FIELDS
from chalicelib.players.schema import COLUMN_NAMES

# Rows of a row group: what is held in memory before it is written.
ROW_GROUP: Final = 32_768
# Values that repeat; ids, names and counters do not, and a dictionary of them only grows a file.
_DICTIONARY_COLUMNS: Final = ["alliance", "kingdom", "snapshot_date", "ingested_at", "run_id"]


@dataclass(frozen=True, slots=True)
class Curated:
    """What a run publishes.

    Attributes:
        parquet: the curated file, at its start.
        boards: the boards object, at its start.
    """

    parquet: BinaryIO
    boards: BinaryIO

    def objects(self, partition: Partition) -> tuple[tuple[str, BinaryIO], ...]:
        """The views as (key, body)."""
        return (
            (keys.curated_key(partition), self.parquet),
            (keys.boards_key(partition), self.boards),
        )


class Curator:
    """Takes a run's batches and makes its views; a `Sink` of `chalicelib.ingest.examine`."""

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
        self._writer = pq.ParquetWriter(
            file,
            CURATED_SCHEMA,
            compression="zstd",
            use_dictionary=_DICTIONARY_COLUMNS,
            store_schema=False,
            write_page_checksum=True,
        )
        self._boards = BoardBuilder()
        self._held: list[pa.RecordBatch] = []
        self._held_rows = 0
        self._players = 0

    def add(self, columns: Mapping[str, pa.Array], length: int) -> None:
        """Take a batch of typed columns; those that the file does not have are null."""
        arrays = [
            columns[field.name] if field.name in columns else pa.nulls(length, field.type)
            for field in PLAYER_FIELDS
        ]
        kept = {name: column for name, column in columns.items() if name in COLUMN_NAMES}
        metadata = [
            *(pa.repeat(value, length) for value in self._metadata()),
            record_hashes(kept, length),
        ]
        batch = pa.record_batch([*arrays, *metadata], schema=CURATED_SCHEMA)
        self._boards.add(batch)
        self._players += length
        self._held.append(batch)
        self._held_rows += length
        while self._held_rows >= ROW_GROUP:
            self._write(ROW_GROUP)

    def finish(self) -> Curated:
        """The views; nothing can be added any more."""
        if self._held_rows:
            self._write(self._held_rows)
        snapshot = Snapshot(
            run_id=self._run.run_id,
            run_ts=self._run.run_ts,
            kingdom=self._partition.kingdom,
            snapshot_date=self._partition.snapshot_date,
            ingested_at=ingested_at_text(self._run.accepted),
            players=self._players,
            dkp=self._derivation.dkp,
        )
        facts = json.dumps(snapshot.as_json(), separators=(",", ":"))
        self._writer.add_key_value_metadata({FACTS_KEY: facts})
        self._writer.close()
        self._file.seek(0)
        return Curated(self._file, io.BytesIO(encode(snapshot, self._boards.boards())))

    def abandon(self) -> None:
        """Give up: the file is of no use, and nothing more is written to it."""
        self._writer.close()

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

    def _write(self, rows: int) -> None:
        """Write the first rows that are held as one row group."""
        table = pa.Table.from_batches(self._held)
        # In one piece: Arrow may begin a page of long texts wherever a batch began.
        group = table.slice(0, rows).combine_chunks()
        self._writer.write_table(group, row_group_size=ROW_GROUP)
        rest = table.slice(rows)
        self._held = rest.to_batches()
        self._held_rows = rest.num_rows


@contextmanager
def curated_file() -> Iterator[BinaryIO]:
    """A temporary file for a curated file; gone when the context ends."""
    with tempfile.SpooledTemporaryFile(max_size=SPOOL_IN_MEMORY) as file:
        yield file  # type: ignore[misc]
