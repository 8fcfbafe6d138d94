"""Read the columns of a roster object that a question needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Lock
from typing import Final

import pyarrow as pa
from pyarrow import _parquet

from chalicelib.boards.parquet import RangedObject
from chalicelib.errors import (
    EngineBusyError,
    PreconditionFailedError,
    RosterMissingError,
    StoreError,
)
from chalicelib.lake.store import Store
from chalicelib.roster.document import (
    OtherShapeError,
    check_schema,
    check_shape,
    days_of,
    one_array,
    versions_of,
)
from chalicelib.roster.note import TRAILER, footer_start, version_before

SMALL_BYTES: Final = 8 * 1024 * 1024
"""Up to this size the object is read at once; of a larger one only the ranges that are needed."""

_HEAD: Final = 4


class RosterFile:
    """A roster object, of which columns are read when they are asked for.

    Attributes:
        version: changes whenever the content does.
        days: the dates of its snapshots, oldest first.
        versions: the version of each; None where it is not known.
        players: how many there are.
    """

    def __init__(self, name: str, source: bytes | RangedObject) -> None:
        """Take the object's bytes, or a large one, of which the end is read.

        Args:
            name: what an error calls it.
            source: it.

        Raises:
            RosterMissingError: another version of this software made it.
            StoreError: it is damaged.
            EngineBusyError: it was replaced meanwhile.
        """
        self._name = name
        self._columns: dict[str, pa.Array] = {}
        # Of a request that ran out of time a thread may still read.
        self._lock = Lock()
        with self._undamaged():
            whole = isinstance(source, bytes)
            self.version = _version(source) if isinstance(source, bytes) else _version_of(source)
            file = pa.BufferReader(source) if whole else pa.PythonFile(source, mode="r")
            self._reader = _parquet.ParquetReader()
            self._reader.open(file, pre_buffer=not whole, page_checksum_verification=True)
            metadata = self._reader.metadata
            check_shape(metadata.metadata)
            self.days: tuple[date, ...] = days_of(metadata.metadata)
            self.versions = versions_of(metadata.metadata, self.days)
            self.players: int = metadata.num_rows
            check_schema(self._reader.schema_arrow)
            schema = metadata.schema
            self._leaves = [schema.column(at).path for at in range(metadata.num_columns)]

    def read(self, *names: str) -> list[pa.Array]:
        """Some columns, each an array; what was read before is remembered.

        Args:
            names: columns; or a field of a nested one, by its path in Parquet, which is read as
                the column with this field alone.

        Raises:
            StoreError: their bytes are damaged.
            EngineBusyError: the object was replaced meanwhile.
        """
        with self._lock:
            for name in names:
                if name not in self._columns:
                    self._columns[name] = self._read(name)
            return [self._columns[name] for name in names]

    def _read(self, name: str) -> pa.Array:
        leaves = [
            at
            for at, path in enumerate(self._leaves)
            if path == name or path.startswith(f"{name}.")
        ]
        with self._undamaged():
            (column,) = self._reader.read_all(leaves, use_threads=False).columns
            return one_array(column)

    @contextmanager
    def _undamaged(self) -> Iterator[None]:
        try:
            yield
        except OtherShapeError:
            raise RosterMissingError(
                "the kingdom's list of players was made by another version of this software: its "
                "next upload makes the list anew, or the lake must be rebuilt (python -m "
                "chalicelib rebuild)"
            ) from None
        except PreconditionFailedError:
            raise EngineBusyError("the roster is being replaced; try again") from None
        except (pa.ArrowException, OSError, ValueError) as error:
            text = " ".join(str(error).split())
            raise StoreError(f"{self._name} is damaged: {text}; rebuild it") from None
        except StoreError as error:
            if type(error) is not StoreError:
                raise
            raise StoreError(f"{self._name} is damaged: {error}; rebuild it") from None


def open_file(store: Store, key: str) -> RosterFile:
    """A roster object of the lake.

    Raises:
        ObjectNotFoundError: there is none.
        RosterMissingError, StoreError, EngineBusyError: as `RosterFile`.
    """
    with store.open(key, length=SMALL_BYTES) as reader:
        body, info = reader.read(), reader.info
    if len(body) != info.size:
        return RosterFile(key, RangedObject(store, key))
    return _last.file_of(key, body)


class _Last:
    """Keeps the last roster that was read, with its columns: who types a search asks again.

    The same bytes are the same roster, from whichever store. To compare them takes a thousandth of
    the time that decoding their columns does.
    """

    def __init__(self) -> None:
        self._kept: tuple[str, bytes, RosterFile] | None = None

    def file_of(self, name: str, body: bytes) -> RosterFile:
        kept = self._kept
        if kept is not None and kept[0] == name and kept[1] == body:
            return kept[2]
        file = RosterFile(name, body)
        self._kept = name, body, file
        return file


_last: Final = _Last()


def _version(body: bytes) -> str:
    at = footer_start(body)
    return version_before(body[max(at - TRAILER, 0) : at])


def _version_of(file: RangedObject) -> str:
    """The version of a large object; mostly its end, which is read already, has it."""
    size = file.info.size
    file.seek(size - 2 * _HEAD)
    end = file.read()
    at = size - len(end) - int.from_bytes(end[:_HEAD], "little")
    file.seek(max(at - TRAILER, 0))
    return version_before(file.read(TRAILER))
