"""Work that follows its caller in a thread of its own: the only place where ingestion has threads.

What takes long in ingestion (Arrow's kernels, Parquet, hashing of large blocks) runs without
Python's lock, so on a machine with two cores one batch is read while the one before it is hashed
and the one before that is written. On a single core the same work is done turn by turn.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue
from threading import Thread
from typing import Final, Generic, Self, TypeVar

Item = TypeVar("Item")

# How many items may wait: enough that whoever is behind waits for no hand-over, and no more, since
# each of them is a batch that is held in memory.
_DEPTH: Final = 1


# Seconds for which a thread may keep Python's lock while another waits for it; 5 ms are Python's.
_TURN: Final = 0.0002


@contextmanager
def short_turns() -> Iterator[None]:
    """Let threads wait less for Python's lock.

    A kernel takes less time than Python's own turns. Whoever comes back from one needs the lock for
    some microseconds until the next, and a core stands idle while it waits for a loop to end.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _TURN))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class _AbandonedError(Exception):
    """Never raised: it marks work that nobody wants any more."""


class BackgroundWorker(Generic[Item]):
    """Calls a function with one item after the other, in the order in which they were put.

    One caller puts. It must end with `close` or `abandon`, each of which may be called again; as a
    context it ends with the one, or the other when an error leaves it.
    """

    def __init__(self, consume: Callable[[Item], object]) -> None:
        """Call `consume` with each item.

        Its thread starts with the second of them, or with `begin`: a single item, which most scans
        are, is else consumed by `close`, since nothing is done meanwhile and a thread only costs.
        """
        self._consume = consume
        self._first: list[Item] = []
        self._waiting: Queue[list[Item]] = Queue(_DEPTH)
        self._thread: Thread | None = None
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Close, or abandon for an error."""
        if error is None:
            self.close()
        else:
            self.abandon()

    def put(self, item: Item) -> None:
        """Hand an item over; waits while too many are waiting.

        Raises:
            BaseException: what `consume` raised for an earlier item, which ended the work.
        """
        if self._failure is not None:
            raise self._failure
        if self._thread is None:
            if not self._first:
                self._first.append(item)
                return
            self.begin()
        self._waiting.put([item])

    def begin(self) -> None:
        """Do not wait for a second item: the caller has something else to do meanwhile."""
        if self._thread is None and self._first:
            self._thread = Thread(target=self._run, name=self.__class__.__name__, daemon=True)
            self._thread.start()
            self._waiting.put([self._first.pop()])

    def close(self) -> None:
        """Wait until every item is consumed.

        Raises:
            BaseException: what `consume` raised.
        """
        self._join()
        if self._failure is not None:
            raise self._failure

    def abandon(self) -> None:
        """Drop what waits, and wait for what is under way; its failure no longer matters."""
        self._failure = self._failure or _AbandonedError()
        self._join()

    def _join(self) -> None:
        if self._thread is not None:
            self._waiting.put([])
            self._thread.join()
            self._thread = None
        elif self._first:
            self._take(self._first)

    def _run(self) -> None:
        while holder := self._waiting.get():
            self._take(holder)

    def _take(self, holder: list[Item]) -> None:
        """Consume the item in a list, which is emptied: nothing here keeps a batch alive."""
        # After a failure items are still taken: whoever puts must not wait for ever.
        if self._failure is not None:
            holder.clear()
        else:
            try:
                self._consume(holder.pop())
            except BaseException as error:
                self._failure = error
