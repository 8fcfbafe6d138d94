"""Read a curated file for a view that is made of it: one state of it, its facts and some columns.

Without `pyarrow.parquet`, whose import takes 28 ms of ingestion's cold start: the class under it
reads too. `chalicelib.boards.parquet` reads for the API.
"""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import Final, TypeVar

import pyarrow as pa
from pyarrow import _parquet

from chalicelib.boards.snapshot import FACTS_KEY, Snapshot
from chalicelib.errors import StoreError
from chalicelib.lake.keys import parse_date_folder, parse_kingdom_folder
from chalicelib.lake.read_once import read_once
from chalicelib.lake.store import Store
from chalicelib.players.arrow import CURATED_SCHEMA
from chalicelib.views.view import NotMadeError, Source

_Result = TypeVar("_Result")

_REMEDY: Final = "`python -m chalicelib rebuild` makes it anew"


class ParquetBytes:
    """A Parquet file in memory.

    Attributes:
        key: the object's key, for errors.
        metadata: its key-value metadata.
        rows: how many rows it has.
        names: its columns, in order.
    """

    def __init__(self, body: bytes, key: str) -> None:
        """Read the footer.

        Raises:
            NotMadeError: it is no Parquet file.
        """
        self.key = key
        self._reader = _parquet.ParquetReader()
        self.metadata: dict[bytes, bytes] = {}
        self.rows = 0
        self.names: list[str] = []
        self._do(self._open, body)

    def read(self, columns: Collection[str]) -> pa.Table:
        """Some of its columns, in the file's order; those that it does not have are left out.

        Raises:
            NotMadeError: they are damaged.
        """
        indices = [index for index, name in enumerate(self.names) if name in columns]
        table: pa.Table = self._do(self._reader.read_all, column_indices=indices, use_threads=False)
        return table

    def damaged(self, reason: str) -> NotMadeError:
        """The error that says that it is damaged, and what to do.

        Args:
            reason: what is wrong.
        """
        return NotMadeError(self.key, f"{self.key} is damaged ({reason}): {_REMEDY}")

    def _open(self, body: bytes) -> None:
        self._reader.open(pa.BufferReader(body), pre_buffer=False, page_checksum_verification=True)
        self.metadata = self._reader.metadata.metadata or {}
        self.rows = self._reader.metadata.num_rows
        self.names = self._reader.schema_arrow.names

    def _do(self, read: Callable[..., _Result], *arguments: object, **named: object) -> _Result:
        try:
            return read(*arguments, **named)
        # Arrow raises `OSError` for some damage too, such as a wrong page checksum.
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise self.damaged(" ".join(str(error).split())) from None


class CuratedFile:
    """One state of a curated file; what was read of it is kept.

    For one thread at a time.

    Attributes:
        snapshot: its facts.
    """

    def __init__(
        self, snapshot: Snapshot, names: Sequence[str], read: Callable[[list[str]], pa.Table]
    ) -> None:
        """Read nothing yet.

        Args:
            snapshot: its facts.
            names: its columns, in order.
            read: reads some of them.
        """
        self.snapshot = snapshot
        self._names = names
        self._read = read
        self._columns: dict[str, pa.ChunkedArray] = {}

    def players(self, columns: Collection[str]) -> pa.Table:
        """These columns of its players, without those that its writer did not know.

        Raises:
            NotMadeError: it is damaged, or one of its columns is of another type.
        """
        names = [name for name in self._names if name in columns]
        missing = [name for name in names if name not in self._columns]
        if missing:
            found = self._read(missing)
            self._columns.update(zip(missing, found.columns, strict=True))
        return pa.table([self._columns[name] for name in names], names=names)


def file_of(snapshot: Snapshot, players: pa.Table) -> CuratedFile:
    """What a reader makes of the file that is written of some players.

    Args:
        snapshot: their facts.
        players: by `CURATED_SCHEMA`.
    """
    return CuratedFile(snapshot, players.column_names, players.select)


def open_file(body: bytes, key: str) -> CuratedFile:
    """A curated file.

    Args:
        body: the file.
        key: its key, which says the kingdom and the date.

    Raises:
        NotMadeError: it is damaged.
    """
    file = ParquetBytes(body, key)
    _, _, kingdom_folder, date_folder, _ = key.split("/")
    kingdom, day = parse_kingdom_folder(kingdom_folder), parse_date_folder(date_folder)
    assert kingdom is not None, "only curated files of a date are sources"
    assert day is not None, "only curated files of a date are sources"
    return CuratedFile(_facts(file, kingdom, day), file.names, partial(_read, file))


def _facts(file: ParquetBytes, kingdom: int, day: date) -> Snapshot:
    try:
        facts = json.loads(file.metadata.get(FACTS_KEY, b"null"))
        if isinstance(facts, dict):
            facts["players"] = file.rows
        return Snapshot.from_json(facts, kingdom, day, "the curated file")
    except (ValueError, RecursionError, StoreError) as error:
        raise file.damaged(str(error)) from None


def _read(file: ParquetBytes, columns: list[str]) -> pa.Table:
    """Some of its columns, of the types that they must have."""
    found = file.read(columns)
    for field in found.schema:
        if field.type != CURATED_SCHEMA.field(field.name).type:
            raise file.damaged(f"the column {field.name} is of {field.type}")
    return found


def read_curated(store: Store, source: Source) -> CuratedFile:
    """One state of a curated file, in one read.

    Raises:
        PreconditionFailedError, ObjectNotFoundError: it was replaced or removed.
        NotMadeError: it is damaged.
    """
    with store.open(source.key, etag=source.etag) as reader:
        return read_once(reader, CuratedFile, lambda body: open_file(body, source.key))
