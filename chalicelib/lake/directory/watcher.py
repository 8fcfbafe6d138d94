"""Watches the files below a folder of a lake; costs next to nothing while nothing changes.

A notifier tells which folders changed, and only these are read. It may be wrong: events are lost,
clocks are coarse or set back, other machines write. So beside it, at every look, a few folders are
read in turn, as many in every lake; those of a small lake all of them.
"""

import os
from collections import OrderedDict
from pathlib import Path
from typing import Final, NamedTuple

from chalicelib.errors import InvalidKeyError, StoreError
from chalicelib.lake.directory.files import folder_at, info_of, translate_errors
from chalicelib.lake.directory.folders import Entry, FolderReader
from chalicelib.lake.directory.notifier import EventNotifier, Notifier, TimeNotifier
from chalicelib.lake.store import ObjectInfo
from chalicelib.lake.watcher import Look

READS_A_LOOK: Final = 200
"""How many folders and entries are read in turn at each look. At two looks a second that is a pass
over 20,000 folders with a file each in 100 seconds, for 1% of a core."""


class _Folder(NamedTuple):
    """A folder as it was read.

    Attributes:
        identity: device and inode.
        folders: the folders in it with their inodes.
    """

    identity: tuple[int, int]
    folders: dict[bytes, int]


class FolderWatcher:
    """A watcher (`chalicelib.lake.watcher.Watcher`) of a folder in a directory."""

    def __init__(self, root: str, prefix: str) -> None:
        """Start watching; the folder need not exist yet.

        Args:
            root: the lake's directory.
            prefix: the folder's path below it, ends with a slash.
        """
        self._root = Path(root).absolute()
        self._top = prefix.removesuffix("/").encode()
        self._reader = FolderReader(self._root)
        self._notifier = self._best_notifier()
        self._folders: OrderedDict[bytes, _Folder] = OrderedDict()
        self._failed: dict[bytes, StoreError] = {}
        # Whether the notifier knows all folders: not after it was exchanged in a look.
        self._knows_all = True
        self._reads_left = 0
        self._done: set[bytes] = set()
        self._objects: list[ObjectInfo] = []

    def look(self) -> Look:
        """See `Watcher.look`."""
        self._done, self._objects = set(), []
        again, self._failed = list(self._failed), {}
        changed = self._notifier.changed()
        if not (self._knows_all and self._top_is_the_same()):
            for path in list(self._folders):
                self._forget(path)
            again.append(self._top)
            self._knows_all = True
        for path in (*again, *(list(self._folders) if changed is None else changed)):
            self._read_tree(path)
        self._read_in_turn()
        failures = [(f"{path.decode()}/", error) for path, error in self._failed.items()]
        return Look(self._objects, failures)

    def close(self) -> None:
        """See `Watcher.close`."""
        self._notifier.close()

    def _best_notifier(self) -> Notifier:
        try:
            return EventNotifier()
        except OSError:
            return TimeNotifier(self._root)

    def _top_is_the_same(self) -> bool:
        """Whether the watched folder is the one that was read: it or one above may be replaced."""
        known = self._folders.get(self._top)
        try:
            found = os.lstat(self._root / os.fsdecode(self._top))
        except OSError:
            return False
        return known is not None and known.identity == (found.st_dev, found.st_ino)

    def _read_in_turn(self) -> None:
        """Read the folders that were not read for the longest time."""
        self._reads_left = min(self._reads_left + READS_A_LOOK, READS_A_LOOK)
        for _ in range(len(self._folders)):
            if self._reads_left <= 0 or not self._folders:
                return
            path = next(iter(self._folders))
            self._folders.move_to_end(path)
            self._reads_left -= self._read_tree(path)

    def _read_tree(self, path: bytes) -> int:
        """Read a folder, and those in it that are new; how many folders and entries that were."""
        reads, waiting = 0, [path]
        while waiting:
            path = waiting.pop()
            if path in self._done:
                continue
            self._done.add(path)
            try:
                with translate_errors("list", path.decode()):
                    entries = self._read(path)
            except StoreError as error:
                self._fail(path, error)
                continue
            reads += 1 + len(entries)
            waiting += self._take(path, entries)
        return reads

    def _fail(self, path: bytes, error: StoreError) -> None:
        if isinstance(error, InvalidKeyError) and path != self._top:
            self._forget(path)  # it is no folder any more; the one that it was in was told of too
        else:
            self._failed[path] = error

    def _read(self, path: bytes) -> list[Entry]:
        """A folder's entries; none when it is gone.

        It is watched before it is read, so that no change falls between the two.
        """
        try:
            with folder_at(self._root, path.split(b"/")) as folder:
                found = os.fstat(folder)
                identity = (found.st_dev, found.st_ino)
                if path in self._folders and self._folders[path].identity != identity:
                    self._forget(path)
                self._watch(path, folder)
                self._folders.setdefault(path, _Folder(identity, {}))
                return self._reader.read_open(folder, path)
        except FileNotFoundError:
            self._forget(path)
            return []

    def _watch(self, path: bytes, folder: int) -> None:
        try:
            self._notifier.watch(path, folder)
        except OSError:
            self._notifier.close()
            self._notifier = TimeNotifier(self._root)
            self._notifier.watch(path, folder)
            self._knows_all = False

    def _take(self, path: bytes, entries: list[Entry]) -> list[bytes]:
        """Note what a folder holds; the folders in it that are to be read."""
        known = self._folders.get(path)
        if known is None:
            return []
        folders = {entry.name: entry.inode for entry in entries if entry.state is None}
        for name, inode in known.folders.items():
            if folders.get(name) != inode:
                self._forget(path + b"/" + name)
        self._folders[path] = known._replace(folders=folders)
        for entry in entries:
            if entry.state is not None:
                self._objects.append(info_of((path + b"/" + entry.name).decode(), entry.state))
        below = (path + b"/" + name for name in folders)
        return [one for one in below if one not in self._folders]

    def _forget(self, path: bytes) -> None:
        waiting = [path]
        while waiting:
            path = waiting.pop()
            self._notifier.forget(path)
            self._done.discard(path)  # if it was read in this look, it was another one
            known = self._folders.pop(path, None)
            waiting += [path + b"/" + name for name in (known.folders if known else ())]
