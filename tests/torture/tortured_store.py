"""A store that pauses before every call and lets it fail in the way that it is told."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import BinaryIO

from chalicelib.errors import PreconditionFailedError, StoreUnavailableError
from chalicelib.lake.store import ObjectInfo, check_folder_prefix, check_range
from tests.torture.faults import Call, Counts, Fault
from tests.torture.memory_store import PAGE, MemoryReader, MemoryStore
from tests.torture.workers import ProcessKilledError, current_worker


class TorturedStore:
    """A store (`chalicelib.lake.store.Store`) over another one, for workers.

    Called by nobody's worker, it only passes on.
    """

    def __init__(self, store: MemoryStore, counts: Counts) -> None:
        """Torture the users of `store`; `counts` is told of every fault that happened."""
        self._store = store
        self._counts = counts

    def head(self, key: str) -> ObjectInfo | None:
        """See `Store.head`."""
        self._pause("head", key)
        return self._store.head(key)

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> "TorturedReader":
        """See `Store.open`."""
        check_range(start, length)
        self._pause("open", key)
        reader = self._store.open(key, start=start, length=length, etag=etag)
        return TorturedReader(self, reader)

    def create(self, key: str, body: bytes | BinaryIO) -> str:
        """See `Store.create`."""
        fault = self._pause("create", key)
        etag = self._store.create(key, body)
        self.after_write(fault)
        return etag

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> str:
        """See `Store.replace`."""
        fault = self._pause("replace", key)
        etag = self._store.replace(key, body, etag)
        self.after_write(fault)
        return etag

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        """See `Store.scratch`; it is no call to the lake."""
        return self._store.scratch()

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """See `Store.list_objects`."""
        moment: MemoryStore | list[ObjectInfo] = self._store
        last = after
        while True:
            fault = self._pause("list", prefix)
            if fault is Fault.STALE and last == after:
                moment = list(self._store.list_objects(prefix, after=after))
                self.count(fault)
            page = _page(moment, prefix, last)
            if fault is Fault.BROKEN:
                yield from page[: len(page) // 2]
                self.fail(fault)
            yield from page
            if len(page) < PAGE:
                break
            last = page[-1].key
        if isinstance(moment, list) and moment != list(
            self._store.list_objects(prefix, after=after)
        ):
            self._counts["stale list that missed something"] += 1

    def list_folders(self, prefix: str) -> Iterator[str]:
        """See `Store.list_folders`."""
        check_folder_prefix(prefix)
        last = None
        for info in self.list_objects(prefix):
            folder, slash, _ = info.key[len(prefix) :].partition("/")
            if slash and folder and folder != last:
                last = folder
                yield folder

    def pause(self, method: str, key: str) -> Fault:
        """Let the others go on; the fault that is left to whoever made the call."""
        return self._pause(method, key)

    def count(self, fault: Fault) -> None:
        """Note that a fault has happened."""
        self._counts[fault.value] += 1
        worker = current_worker()
        if worker is not None:
            worker.faults += 1

    def fail(self, fault: Fault) -> None:
        """Let the call fail.

        Raises:
            StoreUnavailableError: always.
        """
        self.count(fault)
        raise StoreUnavailableError(f"torture: {fault.value}")

    def _pause(self, method: str, key: str) -> Fault:
        worker = current_worker()
        if worker is None:
            return Fault.NONE
        fault = worker.pause(Call(method, key))
        if fault in (Fault.ERROR, Fault.THROTTLED):
            self.fail(fault)
        if fault is Fault.KILLED:
            self.kill(fault)
        return fault

    def after_write(self, fault: Fault) -> None:
        """Let a write that took effect end as the fault has it.

        Raises:
            StoreUnavailableError: its answer is lost.
            PreconditionFailedError: the client's own retry met what it had written.
            ProcessKilledError: the process is dead.
        """
        if fault is Fault.LOST:
            self.fail(fault)
        if fault is Fault.RETRIED:
            self.count(fault)
            raise PreconditionFailedError("torture: the client's own retry met the object")
        if fault is Fault.KILLED_LATE:
            self.kill(fault)

    def kill(self, fault: Fault) -> None:
        """Let the process die.

        Raises:
            ProcessKilledError: always.
        """
        self.count(fault)
        worker = current_worker()
        if worker is not None:
            worker.kill()
        raise ProcessKilledError


class TorturedReader:
    """An open object whose every read pauses."""

    def __init__(self, store: TorturedStore, reader: MemoryReader) -> None:
        """Read from `reader`; the faults are those of `store`."""
        self.info = reader.info
        self._store = store
        self._reader = reader
        self._breaks = False

    def read(self, size: int = -1, /) -> bytes:
        """See `ObjectReader.read`."""
        fault = self._store.pause("read", self.info.key)
        if self._breaks:
            self._store.fail(Fault.BROKEN)
        if fault is Fault.BROKEN:
            if size < 0:
                self._store.fail(fault)
            self._breaks = True  # after some more bytes
        if size > 1 and fault in (Fault.SHORT, Fault.BROKEN):
            size = min(size, 1 + self.info.size // 3)
        data = self._reader.read(size)
        if fault is Fault.SHORT and 0 < len(data) == size:
            self._store.count(fault)
        return data

    def __enter__(self) -> "TorturedReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


def _page(moment: MemoryStore | list[ObjectInfo], prefix: str, after: str) -> list[ObjectInfo]:
    if isinstance(moment, MemoryStore):
        return moment.page(prefix, after)
    behind = [info for info in moment if info.key.encode() > after.encode()]
    return behind[:PAGE]
