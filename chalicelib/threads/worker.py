"""Work in a background thread: a queue of length one between two steps of ingestion.

Arrow's kernels, Parquet and the hashing of large blocks run without Python's lock, so on two cores
one batch is read while the previous one is hashed and the one before that is written.
"""

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Item = TypeVar("Item")

# Queue length 1: the consumer has its next batch, and at most two are in memory.
_IN_MEMORY: Final = 2


# Seconds for which a thread keeps Python's lock while another waits for it; 5 ms by default.
_SWITCH_INTERVAL: Final = 0.0002


@contextmanager
def short_switch_interval() -> Iterator[None]:
    """Let threads wait less for Python's lock.

    A kernel takes less time than 5 ms. Its thread then needs the lock for some microseconds to
    start the next kernel, and a core is idle while it waits for a Python loop to give the lock up.
    1,000,000 players on two cores take 1.22 s with it and 1.31 s without.
    """
    _turns.begin()
    try:
        yield
    finally:
        _turns.end()


class _Turns:
    """How many want short turns; the first one sets them, the last one restores what was before.

    Several uploads may be read at once (`rebuild --jobs`): each by itself would restore what
    another one had set.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._before = 0.0

    def begin(self) -> None:
        with self._lock:
            if not self._count:
                self._before = sys.getswitchinterval()
                sys.setswitchinterval(min(self._before, _SWITCH_INTERVAL))
            self._count += 1

    def end(self) -> None:
        with self._lock:
            self._count -= 1
            if not self._count:
                sys.setswitchinterval(self._before)


_turns: Final = _Turns()


class BackgroundWorker(Generic[Item]):
    """Calls a function with each submitted item, in order; ends with `close` or `cancel`."""

    def __init__(self, consume: Callable[[Item], object]) -> None:
        """Call `consume` with each item.

        The thread starts with the second item or with `start`. Otherwise `close` itself consumes
        the single item, which most scans are, because a thread would only add cost.
        """
        self._consume = consume
        self._first: list[Item] = []
        self._pending: deque[Future[None]] = deque()
        self._executor: ThreadPoolExecutor | None = None
        self._error: BaseException | None = None

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Close, or cancel after an error."""
        if error is None:
            self.close()
        else:
            self.cancel()

    def submit(self, item: Item) -> None:
        """Queue an item; waits while two are in memory.

        Raises:
            BaseException: what `consume` raised for an earlier item; no later one is consumed.
        """
        if self._error is not None:
            raise self._error
        if self._executor is None and not self._first:
            self._first.append(item)
        else:
            self.start()
            self._queue(item)

    def start(self) -> None:
        """Start the thread with the first item, so that the caller can do other work meanwhile."""
        if self._first:
            # Imported late: most uploads are one batch.
            from concurrent.futures import ThreadPoolExecutor

            self._executor = ThreadPoolExecutor(1)
            self._queue(self._first.pop())

    def close(self) -> None:
        """Wait until every item is consumed.

        Raises:
            BaseException: what `consume` raised.
        """
        if self._first:
            self._run(self._first.pop())
        self._join()
        if self._error is not None:
            raise self._error

    def cancel(self) -> None:
        """Drop the queued items and wait for the running one; its error is ignored."""
        self._first.clear()
        for future in self._pending:
            future.cancel()
        self._join()

    def _queue(self, item: Item) -> None:
        assert self._executor is not None
        if len(self._pending) == _IN_MEMORY:
            self._pending.popleft().result()
        self._pending.append(self._executor.submit(self._run, item))

    def _run(self, item: Item) -> None:
        if self._error is None:
            try:
                self._consume(item)
            except BaseException as error:
                self._error = error

    def _join(self) -> None:
        if self._executor is not None:
            self._executor.shutdown()
            self._executor = None
            self._pending.clear()
