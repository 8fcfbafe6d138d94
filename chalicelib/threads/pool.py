"""Work on the store in parallel; it mostly waits for the network."""

import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

THREADS: Final = 10
"""boto3's pool has ten connections per host; more threads would only queue for them."""


def map_in_threads(read: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """Call `read` for every item; return the results in order, or raise the first error."""
    work = list(items)
    if len(work) < 2:
        return [read(item) for item in work]
    return [*map_ordered(read, work, min(THREADS, len(work)))]


def map_ordered(
    work: Callable[[_Item], _Result], items: Iterable[_Item], threads: int
) -> Iterator[_Result]:
    """Call `work` for every item in some threads; yield the results in order, as they come.

    At most twice as many items are begun as there are threads, so memory is bounded. When the
    caller stops, what is begun is finished and nothing more is begun.

    Raises:
        Exception: what `work` raised, at its item's turn.
    """
    left = iter(items)
    begun: deque[Future[_Result]] = deque()
    with _executor(threads) as pool:
        try:
            begun.extend(pool.submit(work, item) for item in islice(left, 2 * threads))
            while begun:
                result = begun.popleft().result()
                begun.extend(pool.submit(work, item) for item in islice(left, 1))
                yield result
        finally:
            _finish(begun)


@contextmanager
def _executor(threads: int) -> Iterator["ThreadPoolExecutor"]:
    """An executor for one caller at a time, who leaves no work in it.

    Its threads are kept for the next: two new ones take a tenth of an answer about gains.
    """
    # Imported only here: most requests read one object.
    from concurrent.futures import ThreadPoolExecutor

    try:
        pool = _idle[threads].pop()
    except IndexError:
        pool = ThreadPoolExecutor(threads)
    try:
        yield pool
    finally:
        _idle[threads].append(pool)


def _finish(begun: Iterable["Future[_Result]"]) -> None:
    """Cancel what waits, and wait for what runs."""
    running = [one for one in begun if not one.cancel()]
    if running:
        from concurrent.futures import wait

        wait(running)


_idle: Final[defaultdict[int, list["ThreadPoolExecutor"]]] = defaultdict(list)
"""By their threads: of each number as many as were ever in use at once."""

# A forked process has none of the threads.
os.register_at_fork(after_in_child=_idle.clear)
