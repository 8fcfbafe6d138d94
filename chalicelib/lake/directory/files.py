"""Operating system calls of the directory store: names, folders, locks, errors.

Every path is opened part by part from the root's descriptor, never through a symbolic link, so that
no key and no concurrent change of the tree can lead out of the root.
"""

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from chalicelib.errors import InvalidKeyError, StoreDeniedError, StoreUnavailableError
from chalicelib.lake.full import full_error
from chalicelib.lake.store import ObjectInfo

TEMPORARY_PREFIX: Final = b".rok-tmp-"
MAX_PART_BYTES: Final = 255
CLOCK_TOLERANCE_SECONDS: Final = 5
"""How far a file's time may be ahead of the clock. A server of network files has a clock of its own
(seconds apart without NTP), and FAT rounds times to two seconds. A correction loses to the file for
no longer than this."""

_LAST_SECOND: Final = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
_DENIED: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
_INVALID_NAME: Final = (errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EILSEQ)


def split_key(key: str) -> list[bytes]:
    """The parts of a key as names on the disk.

    Raises:
        InvalidKeyError: a part is empty, `.` or `..`, too long, or not valid as a file's name.
    """
    try:
        parts = key.encode().split(b"/")
    except UnicodeEncodeError:
        raise InvalidKeyError(f"the key {key!r} is not Unicode text") from None
    if not all(_is_name(part) for part in parts):
        raise InvalidKeyError(f"a directory cannot hold the key {key!r}")
    return parts


def split_prefix(prefix: str) -> tuple[list[bytes], bytes] | None:
    """A prefix's folders, and the start of names in the last one; None if no key can have it."""
    try:
        *folders, start = prefix.encode().split(b"/")
    except UnicodeEncodeError:
        return None
    return (folders, start) if all(_is_name(part) for part in folders) else None


def _is_name(part: bytes) -> bool:
    return (
        part not in (b"", b".", b"..")
        and b"\0" not in part
        and len(part) <= MAX_PART_BYTES
        and not part.startswith(TEMPORARY_PREFIX)
    )


@contextmanager
def translate_errors(action: str, key: str) -> Iterator[None]:
    """Translate errors of the operating system to the store's errors."""
    try:
        yield
    except OSError as error:
        text = f"cannot {action} {key or 'the lake'}: {error.strerror or error}"
        if error.errno in _DENIED:
            raise StoreDeniedError(text) from error
        if error.errno in _INVALID_NAME:
            raise InvalidKeyError(text) from error
        raise StoreUnavailableError(text) from error


@contextmanager
def translate_write_errors(root: Path, key: str) -> Iterator[None]:
    """Translate errors of writing an object of the lake in `root`.

    Raises:
        StoreFullError: its disk takes no more.
    """
    with translate_errors("write", key):
        try:
            yield
        except OSError as error:
            if error.errno == errno.EROFS:
                text = f"{error.strerror}: mount the disk of the lake {root} for writing"
                raise StoreDeniedError(text) from error
            full = full_error(error, f"the disk of the lake {root}")
            if full is None:
                raise
            raise full from error


@contextmanager
def folder_at(root: Path, folders: list[bytes], *, make: bool = False) -> Iterator[int]:
    """A descriptor of a folder, open until the end of the block.

    Args:
        root: the lake's path.
        folders: names below it.
        make: make missing folders, durably.

    Raises:
        FileNotFoundError: there is no such folder.
        OSError: a part of the path is a symbolic link, or (with `make`) a file.
        StoreDeniedError: the root is not a directory.
    """
    try:
        if make:
            root.mkdir(parents=True, exist_ok=True)
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    except (FileExistsError, NotADirectoryError):
        raise StoreDeniedError(f"the lake {root} is not a directory") from None
    opened, changed = [folder], []
    try:
        for part in folders:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=opened[-1])
                    changed.append(opened[-1])
            opened.append(_open_below(opened[-1], part, make=make))
        # After all folders are made: one fsync then writes all earlier changes together.
        for folder in changed:
            os.fsync(folder)
        yield opened[-1]
    finally:
        for folder in opened:
            os.close(folder)


def _open_below(folder: int, part: bytes, *, make: bool) -> int:
    try:
        return os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    except OSError as error:
        # Operating systems differ in which of the two they report for a symbolic link.
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):
            raise
        if make or _is_link(folder, part):
            raise
        raise FileNotFoundError from None


def _is_link(folder: int, name: bytes) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


@contextmanager
def locked(folder: int) -> Iterator[None]:
    """Hold an exclusive lock on a folder, across threads and processes."""
    fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        # Closing alone is not enough: a child process forked meanwhile would still hold the lock.
        fcntl.flock(folder, fcntl.LOCK_UN)


def regular_file(folder: int, name: bytes) -> os.stat_result | None:
    """The state of a regular file; None when there is no file, or no regular one.

    Raises:
        OSError: ELOOP, for a symbolic link.
    """
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found.st_mode):
        raise OSError(errno.ELOOP, "it is a symbolic link")
    return found if stat.S_ISREG(found.st_mode) else None


def etag_of(found: os.stat_result) -> str:
    """A file's ETag."""
    return f"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}"


def info_of(key: str, found: os.stat_result) -> ObjectInfo:
    """The object that a file is."""
    # Programs may set a file's time to any value; a listing must not fail on it.
    second = min(max(found.st_mtime_ns // 10**9, 0), _LAST_SECOND)
    modified = datetime.fromtimestamp(second, UTC)
    return ObjectInfo(key, found.st_size, etag_of(found), modified, is_future(found))


def is_future(found: os.stat_result) -> bool:
    """Whether a file's modification time is ahead of this machine's clock, beyond jitter."""
    return found.st_mtime_ns > time.time_ns() + CLOCK_TOLERANCE_SECONDS * 10**9


def open_regular(folder: int, name: bytes) -> BinaryIO:
    """Open a regular file for reading.

    Raises:
        FileNotFoundError: there is none.
        OSError: ELOOP, for a symbolic link.
    """
    if regular_file(folder, name) is None:
        raise FileNotFoundError
    # O_NONBLOCK: if the file was replaced by a pipe meanwhile, do not wait for a writer.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    return os.fdopen(os.open(name, flags, dir_fd=folder), "rb")
