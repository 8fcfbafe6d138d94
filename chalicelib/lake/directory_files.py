"""What the directory store does with the operating system: folders, temporary files, faults.

Every path is walked part by part from the root's descriptor, and never through a symbolic link,
so no key and no change of the tree under way can lead out of the root.
"""

import errno
import fcntl
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from chalicelib.behind import Behind
from chalicelib.errors import InvalidKeyError, StoreDeniedError, StoreUnavailableError

TEMPORARY_PREFIX: Final = b".rok-tmp-"
MAX_PART_BYTES: Final = 255

_CHUNK: Final = 1 << 20
_DENIED: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
_UNKEEPABLE: Final = (errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EILSEQ)


def split_key(key: str) -> list[bytes]:
    """The parts of a key as names on the disk.

    Raises:
        InvalidKeyError: a part is empty, `.` or `..`, too long, or no name for a file.
    """
    try:
        parts = key.encode().split(b"/")
    except UnicodeEncodeError:
        raise InvalidKeyError(f"the key {key!r} is not Unicode text") from None
    if not all(_is_name(part) for part in parts):
        raise InvalidKeyError(f"a directory cannot hold the key {key!r}")
    return parts


def split_prefix(prefix: str) -> tuple[list[bytes], bytes] | None:
    """The folders of a prefix and how names in the last one begin; None if no key can have it."""
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
def faults(action: str, key: str) -> Iterator[None]:
    """Turn what the operating system reports into the store's errors."""
    try:
        yield
    except OSError as error:
        text = f"cannot {action} {key or 'the lake'}: {error.strerror or error}"
        if error.errno in _DENIED:
            raise StoreDeniedError(text) from error
        if error.errno in _UNKEEPABLE:
            raise InvalidKeyError(text) from error
        raise StoreUnavailableError(text) from error


@contextmanager
def folder_at(root: Path, folders: list[bytes], *, make: bool = False) -> Iterator[int]:
    """A descriptor of a folder, open as long as the block.

    Args:
        root: the lake's path.
        folders: names below it.
        make: make what is missing, durably.

    Raises:
        FileNotFoundError: there is no such folder.
        OSError: the way leads through a symbolic link, or (with `make`) through a file.
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
        # Only now: file systems put down all that was changed by then at once.
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
        # Systems differ in which of the two they report for a symbolic link.
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):
            raise
        if make or _is_link(folder, part):
            raise
        raise FileNotFoundError from None


def _is_link(folder: int, name: bytes) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


@contextmanager
def locked(folder: int) -> Iterator[None]:
    """Keep all others who lock this folder out, in this process and in others."""
    fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        # Closing alone would leave it locked by a child forked meanwhile.
        fcntl.flock(folder, fcntl.LOCK_UN)


def regular_file(folder: int, name: bytes) -> os.stat_result | None:
    """The state of a regular file; None when there is nothing, or something else.

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


def open_regular(folder: int, name: bytes) -> BinaryIO:
    """Open a regular file for reading.

    Raises:
        FileNotFoundError: there is none.
        OSError: ELOOP, for a symbolic link.
    """
    if regular_file(folder, name) is None:
        raise FileNotFoundError
    # Should it have become a pipe just now, do not wait for its writer.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    return os.fdopen(os.open(name, flags, dir_fd=folder), "rb")


class Temporary(NamedTuple):
    """A file that has no place yet.

    Attributes:
        root: descriptor of the folder that it is in.
        name: its name there.
        file: its descriptor.
    """

    root: int
    name: bytes
    file: int

    def link(self, name: bytes, folder: int) -> None:
        """Give it a place that must be free (FileExistsError), durably."""
        os.link(self.name, name, src_dir_fd=self.root, dst_dir_fd=folder)
        os.fsync(folder)

    def rename(self, name: bytes, folder: int, current: os.stat_result) -> None:
        """Put it over the file `current`, durably and younger than that."""
        now = os.fstat(self.file)
        if now.st_mtime_ns <= current.st_mtime_ns:
            # File clocks tick coarsely and inodes are used again: only this keeps ETags unique.
            os.utime(self.file, ns=(now.st_atime_ns, current.st_mtime_ns + 1))
            os.fsync(self.file)
        os.rename(self.name, name, src_dir_fd=self.root, dst_dir_fd=folder)
        os.fsync(folder)


class Scratch(io.BufferedRandom):
    """A temporary file that a caller fills, and that can be given a place without a copy."""

    def __init__(self, temporary: Temporary) -> None:
        """Open it; closing it leaves the temporary file itself open."""
        super().__init__(io.FileIO(temporary.file, "r+b", closefd=False))
        self.temporary = temporary
        self._syncing: Behind[int] | None = Behind(os.fsync)

    def flush(self) -> None:
        """Whoever flushes has filled it: its way to the disk begins behind the caller.

        The disk takes as long for a large scan as a twentieth of all the rest.
        """
        super().flush()
        if self._syncing is not None:
            self._syncing.put(self.temporary.file)
            self._syncing.begin()

    def sync(self) -> None:
        """Wait until all of it is on the disk.

        Raises:
            OSError: it could not be written, now or when it was flushed.
        """
        super().flush()
        if self._syncing is not None:
            self._syncing.close()
        os.fsync(self.temporary.file)

    def close(self) -> None:
        """Let go of it."""
        syncing, self._syncing = self._syncing, None
        if syncing is not None:
            syncing.abandon()
        super().close()


@contextmanager
def scratch_file(root_path: Path) -> Iterator[Scratch]:
    """An empty file in the root that loses its temporary name after the block."""
    with _temporary_file(root_path) as temporary, Scratch(temporary) as scratch:
        yield scratch


@contextmanager
def holding(root_path: Path, body: bytes | BinaryIO) -> Iterator[Temporary]:
    """A synced file in the root that holds `body`: a copy of it, unless it is scratch itself."""
    if isinstance(body, Scratch):
        body.sync()
        yield body.temporary
        return
    with copied(root_path, body) as temporary:
        yield temporary


@contextmanager
def copied(root_path: Path, body: bytes | BinaryIO) -> Iterator[Temporary]:
    """A synced file in the root that holds a copy of `body`, until the end of the block."""
    with _temporary_file(root_path) as temporary:
        with os.fdopen(temporary.file, "wb", closefd=False) as file:
            if isinstance(body, bytes):
                file.write(body)
            else:
                body.seek(0)
                while chunk := body.read(_CHUNK):
                    file.write(chunk)
        os.fsync(temporary.file)
        yield temporary


@contextmanager
def _temporary_file(root_path: Path) -> Iterator[Temporary]:
    with folder_at(root_path, [], make=True) as root:
        _remove_leftovers(root)
        temporary = _new_temporary(root)
        try:
            yield temporary
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary.name, dir_fd=root)
            os.close(temporary.file)


def _new_temporary(root: int) -> Temporary:
    """An empty file whose lock says that its writer is alive."""
    while True:
        name = TEMPORARY_PREFIX + os.urandom(8).hex().encode()
        file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=root)
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file).st_nlink:
            return Temporary(root, name, file)
        os.close(file)  # another process took it for a leftover before it was locked


def _remove_leftovers(root: int) -> None:
    """Remove the temporary files whose writers are dead: nobody holds their locks."""
    with os.scandir(root) as found:
        names = [os.fsencode(entry.name) for entry in found]
    for name in names:
        if not name.startswith(TEMPORARY_PREFIX):
            continue
        with suppress(OSError):  # gone, alive (its lock is held), or not ours
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=root)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(name, dir_fd=root)
            finally:
                os.close(file)
