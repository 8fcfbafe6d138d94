"""Read a curated file: whole if it is small, else only the ranges that are needed.

All reads of one file are of one version of the object. If it is replaced in between, they raise
`PreconditionFailedError`, and the caller retries.
"""

import io
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from chalicelib.boards.snapshot import FACTS_KEY, Snapshot
from chalicelib.errors import StoreError
from chalicelib.lake.store import ObjectInfo, Store

SMALL_BYTES = 2 * 1024 * 1024
SMALL_PLAYERS = 15_000
"""Up to this size (about 2 MiB) one read of the whole file is faster than several ranged reads."""

_TAIL_BYTES = 64 * 1024


class RangedObject(io.RawIOBase):
    """A seekable file over one version of an object; every read is a ranged read.

    The end of the file, which has Parquet's footer, is read first; its ETag fixes the version.
    """

    def __init__(self, store: Store, key: str) -> None:
        """Read the object's end.

        Raises:
            ObjectNotFoundError: there is none.
        """
        super().__init__()
        self._store = store
        self._position = 0
        with store.open(key, start=-_TAIL_BYTES) as reader:
            self._tail = reader.read()
            self._info = reader.info
        self._tail_start = self._info.size - len(self._tail)

    @property
    def info(self) -> ObjectInfo:
        """The version of the object that is read."""
        return self._info

    def _fetch(self, start: int, length: int) -> bytes:
        info = self._info
        with self._store.open(info.key, start=start, length=length, etag=info.etag) as reader:
            return reader.read()

    def readable(self) -> bool:
        """Always true."""
        return True

    def seekable(self) -> bool:
        """Always true."""
        return True

    def tell(self) -> int:
        """The position of the next read."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to `offset`, counted from the start, the position or the end."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._info.size}
        self._position = base[whence] + offset
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes from the position on; all that are left when negative."""
        start = self._position
        end = self._info.size if size < 0 else min(start + size, self._info.size)
        if start >= end:
            return b""
        if start >= self._tail_start:
            data = self._tail[start - self._tail_start : end - self._tail_start]
        else:
            data = self._fetch(start, end - start)
        self._position = start + len(data)
        return data


def open_curated(store: Store, key: str, players: int) -> pq.ParquetFile:
    """Open a curated file; a small one is read at once.

    Args:
        store: the lake.
        key: the file's key.
        players: about how many players it has.

    Raises:
        ObjectNotFoundError: there is none.
        PreconditionFailedError: it was replaced meanwhile.
        StoreError: it is not a Parquet file.
    """
    if players <= SMALL_PLAYERS:
        with store.open(key, length=SMALL_BYTES) as reader:
            start, info = reader.read(), reader.info
        if len(start) == info.size:
            return _parquet(pa.BufferReader(start), key, pre_buffer=False)
    return open_ranged(store, key)


def open_ranged(store: Store, key: str) -> pq.ParquetFile:
    """Open a curated file; only its end is read at first.

    Raises:
        ObjectNotFoundError: there is none.
        PreconditionFailedError: it was replaced meanwhile.
        StoreError: it is not a Parquet file.
    """
    return open_object(RangedObject(store, key))


def open_object(source: RangedObject) -> pq.ParquetFile:
    """Open the curated file in an object.

    Raises:
        PreconditionFailedError: it was replaced meanwhile.
        StoreError: it is not a Parquet file.
    """
    return _parquet(pa.PythonFile(source, mode="r"), source.info.key, pre_buffer=True)


def _parquet(source: pa.NativeFile, key: str, *, pre_buffer: bool) -> pq.ParquetFile:
    with translate_damage(f"{key} is not a Parquet file"):
        return pq.ParquetFile(source, pre_buffer=pre_buffer, page_checksum_verification=True)


@contextmanager
def translate_damage(what: str) -> Iterator[None]:
    """Translate Arrow's errors about damaged bytes to a `StoreError` with a one-line text.

    Args:
        what: the start of the error's text.
    """
    try:
        yield
    # Arrow raises `OSError` for some damage too, such as a wrong page checksum.
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{what}: {' '.join(str(error).split())}") from None


def read_columns(
    file: pq.ParquetFile,
    columns: Mapping[str, pa.DataType],
    kingdom: int,
    day: date,
    *,
    may_lack: Collection[str] = (),
) -> pa.Table:
    """These columns of a curated file, in its order; those that it lacks come last.

    In one thread: columns of a small file are decoded sooner than handed to others, which took
    0.1 ms more of CPU for the 25 of 1,000 players; a large one is read side by side.

    Args:
        file: the open file.
        columns: their names and types.
        kingdom: the file's, for errors.
        day: the file's, for errors.
        may_lack: columns that are null where the file is older than they are.

    Raises:
        PreconditionFailedError: the file was replaced meanwhile.
        StoreError: a column is missing or of another type, or its bytes are damaged.
    """
    with translate_damage(f"kingdom {kingdom}, {day}: the curated file cannot be read"):
        schema = file.schema_arrow
        types: dict[str, list[pa.DataType]] = {name: [] for name in columns}
        for name, kind in zip(schema.names, schema.types, strict=True):
            if name in types:
                types[name].append(kind)
        lacking = {}
        for name, kind in columns.items():
            if types[name] != [kind]:
                if types[name] or name not in may_lack:
                    raise StoreError(
                        f"kingdom {kingdom}, {day}: the curated file has no column {name} of {kind}"
                    )
                lacking[name] = kind
        players = file.read(
            columns=[name for name in columns if name not in lacking],
            use_threads=file.metadata.num_rows > SMALL_PLAYERS,
        )
        for name, kind in lacking.items():
            players = players.append_column(name, pa.nulls(players.num_rows, kind))
        return players


def read_facts(file: pq.ParquetFile, kingdom: int, day: date) -> Snapshot:
    """The facts of a curated file, from its footer.

    Raises:
        StoreError: it has none, or they cannot be read.
    """
    metadata = file.metadata
    text = (metadata.metadata or {}).get(FACTS_KEY)
    if text is None:
        raise StoreError(f"kingdom {kingdom}, {day}: the curated file has no facts")
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        facts = None
    if isinstance(facts, dict):
        facts["players"] = metadata.num_rows
    return Snapshot.from_json(facts, kingdom, day, "the curated file")
