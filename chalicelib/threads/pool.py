"""Work on the store in parallel; it mostly waits for the network."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

THREADS: Final = 10
"""boto3's pool has ten connections per host; more threads would only queue for them."""


def map_in_threads(read: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """Call `read` for every item; return the results in order, or raise the first error."""
    work = list(items)
    if len(work) < 2:
        return [read(item) for item in work]
    # Imported only here: most requests read one object.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(THREADS, len(work))) as pool:
        return list(pool.map(read, work))


def map_ordered(
    work: Callable[[_Item], _Result], items: Iterable[_Item], threads: int
) -> Iterator[_Result]:
    """Call `work` for every item in some threads; yield the results in order, as they come.

    At most twice as many items are begun as there are threads, so memory is bounded. When the
    caller stops, what is begun is finished and nothing more is begun.

    Raises:
        Exception: what `work` raised, at its item's turn.
    """
    from concurrent.futures import Future, ThreadPoolExecutor

    left = iter(items)
    begun: deque[Future[_Result]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        begun.extend(pool.submit(work, item) for item in islice(left, 2 * threads))
        while begun:
            result = begun.popleft().result()
            begun.extend(pool.submit(work, item) for item in islice(left, 1))
            yield result
    finally:
        pool.shutdown(cancel_futures=True)
