"""Many small reads of the store in parallel; each mostly waits for the network."""

from collections.abc import Callable, Iterable
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

# boto3's pool has ten connections per host; more threads would only queue for them.
_THREADS = 10


def map_in_threads(read: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """Call `read` for every item; return the results in order, or raise the first error."""
    work = list(items)
    if len(work) < 2:
        return [read(item) for item in work]
    # Imported only here: most requests read one object.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(_THREADS, len(work))) as pool:
        return list(pool.map(read, work))
