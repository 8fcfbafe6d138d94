"""Reads folders of a lake in a directory; links and names that are no text are left out."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from chalicelib.lake.directory.files import TEMPORARY_PREFIX, folder_at, translate_errors


class Entry(NamedTuple):
    """A file or a folder in a folder.

    Attributes:
        name: its name.
        state: of a file; None for a folder.
        inode: its number in the file system.
    """

    name: bytes
    state: os.stat_result | None
    inode: int


class FolderReader:
    """Reads folders below a root; tells once of each name that it leaves out."""

    def __init__(self, root: Path) -> None:
        """Set the lake's path."""
        self._root = root
        self._warned: set[bytes] = set()

    def read(self, folders: list[bytes]) -> list[Entry]:
        """A folder's entries in the order of keys; none when there is no such folder.

        Raises:
            StoreError: it cannot be read.
        """
        path = b"/".join(folders)
        with (
            translate_errors("list", path.decode()),
            suppress(FileNotFoundError),
            folder_at(self._root, folders) as folder,
        ):
            return self.read_open(folder, path)
        return []

    def read_open(self, folder: int, path: bytes) -> list[Entry]:
        """The entries of an open folder in the order of keys.

        Args:
            folder: its descriptor.
            path: its path below the root.

        Raises:
            OSError: it cannot be read.
        """
        entries: dict[bytes, Entry] = {}
        with os.scandir(folder) as found:
            for entry in found:
                name = os.fsencode(entry.name)
                if name.startswith(TEMPORARY_PREFIX) or not self._is_text(name, path):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    entries[name + b"/"] = Entry(name, None, entry.inode())
                elif entry.is_file(follow_symlinks=False):
                    with suppress(FileNotFoundError):
                        state = entry.stat(follow_symlinks=False)
                        entries[name] = Entry(name, state, entry.inode())
                else:
                    self._warn_ignored(name, path, "it is a link or the like, not a file")
        return [entries[name] for name in sorted(entries)]

    def _is_text(self, name: bytes, path: bytes) -> bool:
        """Whether a name is text, so that it can be part of a key; else warn once."""
        try:
            name.decode()
        except UnicodeDecodeError:
            self._warn_ignored(name, path, "its name is not UTF-8")
            return False
        return True

    def _warn_ignored(self, name: bytes, path: bytes, reason: str) -> None:
        """Warn once that a file in the lake is ignored, because a person put it there."""
        full_path = b"/".join([path, name] if path else [name])
        if full_path not in self._warned:
            # Imported late: few lakes have such a file, and importing logging takes long.
            import logging

            self._warned.add(full_path)
            logger = logging.getLogger(__name__)
            logger.warning("ignored, %s: %s", reason, full_path.decode(errors="backslashreplace"))
