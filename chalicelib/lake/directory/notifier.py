"""Which folders of a tree changed since the last look: asked of the kernel, or of their times.

Folders are named by their path below the lake's root, as bytes.
"""

import os
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final, Protocol

from chalicelib.lake.directory.inotify import Inotify

FOLDERS_A_LOOK: Final = 4000
"""How many folders `TimeNotifier` asks for their times at a look, and besides how many of those
that have folders in them: 2% of a core at two looks a second."""
FRESH_LOOKS: Final = 8
"""For how many looks a folder that changed counts as changed again: at two looks a second longer
than a step of the coarsest clock of a file system (FAT: 2 s), within which a second change does not
show."""
_FRESH_NS: Final = 10 * 10**9


class Notifier(Protocol):
    """Tells which of the watched folders changed."""

    def watch(self, path: bytes, folder: int) -> None:
        """Watch a folder from now on; called again whenever the folder is read.

        Args:
            path: its path.
            folder: its descriptor, opened before the folder is read.

        Raises:
            OSError: it cannot be watched by these means.
        """
        ...

    def forget(self, path: bytes) -> None:
        """Watch a folder no longer."""
        ...

    def changed(self) -> set[bytes] | None:
        """The folders that may have changed since the last call; None for all of them."""
        ...

    def close(self) -> None:
        """End."""
        ...


class EventNotifier:
    """Is told by the kernel: of new, changed, renamed, removed and touched files at once.

    Only on Linux, and not for folders that other machines write into.
    """

    def __init__(self) -> None:
        """Watch nothing yet.

        Raises:
            OSError: this system has no such events.
        """
        self._inotify = Inotify()
        self._watches: dict[bytes, int] = {}
        self._paths: dict[int, bytes] = {}

    def watch(self, path: bytes, folder: int) -> None:
        """See `Notifier.watch`."""
        watch = self._inotify.watch(folder)
        if self._watches.get(path) != watch:
            self.forget(path)
        self._watches[path] = watch
        self._paths[watch] = path

    def forget(self, path: bytes) -> None:
        """See `Notifier.forget`."""
        watch = self._watches.pop(path, None)
        # A folder that was renamed has the same watch, by now under its new path.
        if watch is not None and self._paths.get(watch) == path:
            del self._paths[watch]
            self._inotify.forget(watch)

    def changed(self) -> set[bytes] | None:
        """See `Notifier.changed`."""
        watches = self._inotify.changed()
        if watches is None:
            return None
        return {self._paths[watch] for watch in watches if watch in self._paths}

    def close(self) -> None:
        """See `Notifier.close`."""
        self._inotify.close()


class TimeNotifier:
    """Compares folders' times: whatever is added to a folder, renamed or removed changes them.

    A file that is written in place does not: it is left to the watcher's slow pass. Folders are
    asked in turn; those with folders in them, where new dates appear, more often than the others.
    """

    def __init__(self, root: Path) -> None:
        """Set the lake's path."""
        self._root = os.fsencode(root)
        self._times: dict[bytes, tuple[int, ...]] = {}
        self._parents: dict[bytes, None] = {}
        self._fresh: dict[bytes, int] = {}
        self._turns = (_Turns(self._times), _Turns(self._parents))

    def watch(self, path: bytes, folder: int) -> None:
        """See `Notifier.watch`."""
        found = os.fstat(folder)
        times, before = _times(found), self._times.get(path)
        if times != before and (before or abs(time.time_ns() - found.st_ctime_ns) < _FRESH_NS):
            self._fresh[path] = FRESH_LOOKS
        self._times[path] = times
        self._parents[path.rpartition(b"/")[0]] = None

    def forget(self, path: bytes) -> None:
        """See `Notifier.forget`."""
        for known in (self._times, self._fresh, self._parents):
            known.pop(path, None)

    def changed(self) -> set[bytes]:
        """See `Notifier.changed`."""
        found = {*self._fresh}
        self._fresh = {path: left - 1 for path, left in self._fresh.items() if left > 1}
        for turns in self._turns:
            found.update(filter(self._has_changed, turns.next(FOLDERS_A_LOOK)))
        return found

    def close(self) -> None:
        """See `Notifier.close`."""

    def _has_changed(self, path: bytes) -> bool:
        known = self._times.get(path)
        if known is None:
            return False
        try:
            return _times(os.lstat(b"%b/%b" % (self._root, path))) != known
        except OSError:
            return True


def _times(found: os.stat_result) -> tuple[int, ...]:
    # The time of the last change too: copying programs set the other one back.
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns


class _Turns:
    """Goes through the paths of a changing dictionary, round after round."""

    def __init__(self, paths: Mapping[bytes, object]) -> None:
        self._paths = paths
        self._round: Iterator[bytes] = iter(())

    def next(self, count: int) -> list[bytes]:
        """Up to so many paths; none twice."""
        found = list(islice(self._round, count))
        if len(found) < count:
            self._round = iter(list(self._paths))
            seen = {*found}
            rest = islice(self._round, count - len(found))
            found += [path for path in rest if path not in seen]
        return found
