"""The lake in a directory: a key is a path below it, an object is a file.

Guarantees beyond the protocol: the store leaves no files of its own in the lake (no locks, no
metadata), no key leads out of it, and any number of processes may write concurrently. Symbolic
links below the root are never followed; only regular files and folders are listed.

A body is first written to a temporary file in the root and synced, then linked (create) or renamed
(replace, under a lock on the object's folder) to its path; scratch is such a file already. The
writer holds a lock on its temporary file. So the next write in the lake can distinguish leftovers
of a killed writer from the file of a living one, and removes them.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from chalicelib.errors import (
    InvalidKeyError,
    ObjectNotFoundError,
    PreconditionFailedError,
    UploadChangedError,
)
from chalicelib.lake.directory.files import (
    etag_of,
    folder_at,
    info_of,
    locked,
    open_regular,
    regular_file,
    split_key,
    split_prefix,
    translate_errors,
    translate_write_errors,
)
from chalicelib.lake.directory.folders import FolderReader
from chalicelib.lake.directory.temporary import scratch_file, synced_copy, synced_file
from chalicelib.lake.store import ObjectInfo, check_folder_prefix, check_key, check_range


class DirectoryStore:
    """A store (`chalicelib.lake.store.Store`) in a directory of this machine."""

    def __init__(self, root: str) -> None:
        """Set the directory; the first write makes it."""
        self._root = Path(root).absolute()
        self._folders = FolderReader(self._root)

    def head(self, key: str) -> ObjectInfo | None:
        """See `Store.head`."""
        *folders, name = split_key(key)
        with translate_errors("read", key), suppress(FileNotFoundError):
            with folder_at(self._root, folders) as folder:
                found = regular_file(folder, name)
            return info_of(key, found) if found else None
        return None

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> "_FileReader":
        """See `Store.open`."""
        check_range(start, length)
        *folders, name = split_key(key)
        with translate_errors("read", key):
            try:
                with folder_at(self._root, folders) as folder:
                    file = open_regular(folder, name)
            except FileNotFoundError:
                raise ObjectNotFoundError(f"{key} does not exist") from None
            info = info_of(key, os.fstat(file.fileno()))
            if etag not in (None, info.etag):
                file.close()
                raise PreconditionFailedError(f"{key} is another object by now")
            first = max(info.size + start, 0) if start < 0 else start
            file.seek(first)
            left = max(info.size - first, 0)
            return _FileReader(file, info, left if length is None else min(length, left))

    def create(self, key: str, body: bytes | BinaryIO) -> str:
        """See `Store.create`."""
        check_key(key)
        *folders, name = split_key(key)
        with (
            translate_write_errors(self._root, key),
            folder_at(self._root, folders, make=True) as folder,
        ):
            _refuse_taken(folder, name, key)
            with synced_file(self._root, body) as temporary:
                try:
                    temporary.link(name, folder)
                except FileExistsError:
                    _refuse_taken(folder, name, key)
                    raise
                return etag_of(os.fstat(temporary.file))

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> str:
        """See `Store.replace`."""
        *folders, name = split_key(key)
        with translate_write_errors(self._root, key):
            try:
                with folder_at(self._root, folders) as folder:
                    _check_etag(folder, name, key, etag)
                    with synced_copy(self._root, body) as temporary, locked(folder):
                        current = _check_etag(folder, name, key, etag)
                        temporary.rename(name, folder, current)
                        return etag_of(os.fstat(temporary.file))
            except FileNotFoundError:
                raise PreconditionFailedError(f"{key} is gone") from None

    @contextmanager
    def scratch(self) -> Iterator[BinaryIO]:
        """See `Store.scratch`; the file is in the root, so that `create` only links it."""
        with translate_write_errors(self._root, "to the lake"), scratch_file(self._root) as file:
            yield file

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """See `Store.list_objects`; folders are read lazily."""
        folders, start = split_prefix(prefix) or (None, b"")
        if folders is not None:
            yield from self._walk(folders, start, after.encode())

    def list_folders(self, prefix: str) -> Iterator[str]:
        """See `Store.list_folders`; folders without any file are left out."""
        check_folder_prefix(prefix)
        folders, _ = split_prefix(prefix) or (None, b"")
        if folders is None:
            return
        for name, found, _ in self._folders.read(folders):
            if found is None and any(self._walk([*folders, name])):
                yield name.decode()

    def _walk(
        self, folders: list[bytes], start: bytes = b"", after: bytes = b""
    ) -> Iterator[ObjectInfo]:
        for name, found, _ in self._folders.read(folders):
            if not name.startswith(start):
                continue
            path = b"/".join([*folders, name])
            if found is not None:
                if path > after:
                    yield info_of(path.decode(), found)
            elif path + b"/" > after or after.startswith(path + b"/"):
                yield from self._walk([*folders, name], after=after)


class _FileReader:
    """An open file: a stream of its bytes at the time of opening."""

    def __init__(self, file: BinaryIO, info: ObjectInfo, left: int) -> None:
        self.info = info
        self._file = file
        self._left = left

    def read(self, size: int = -1, /) -> bytes:
        """See `ObjectReader.read`.

        Raises:
            UploadChangedError: another program wrote into the file meanwhile.
        """
        wanted = self._left if size < 0 else min(size, self._left)
        with translate_errors("read", self.info.key):
            data = self._file.read(wanted)
            self._left -= len(data)
            if len(data) < wanted or not self._left:
                self._check_unchanged()
        return data

    def _check_unchanged(self) -> None:
        if etag_of(os.fstat(self._file.fileno())) != self.info.etag:
            raise UploadChangedError(f"{self.info.key} changed while it was read")

    def __enter__(self) -> "_FileReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def _refuse_taken(folder: int, name: bytes, key: str) -> None:
    """Raise if a new object's name is taken."""
    with suppress(FileNotFoundError):
        # One stat call: between two calls another writer may create the object.
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISREG(found.st_mode):
            raise PreconditionFailedError(f"{key} exists")
        raise InvalidKeyError(f"{key} is a folder or the like, not an object")


def _check_etag(folder: int, name: bytes, key: str, etag: str) -> os.stat_result:
    """The file at a key, which must have `etag`."""
    found = regular_file(folder, name)
    if found is None:
        raise PreconditionFailedError(f"{key} is gone")
    if etag_of(found) != etag:
        raise PreconditionFailedError(f"{key} is another object by now")
    return found
