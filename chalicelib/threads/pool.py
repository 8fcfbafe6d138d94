"""Many small reads of the store at once: each is mostly waiting."""

from collections.abc import Callable, Iterable
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

# boto3 keeps ten connections open to one host; more threads would only queue for them.
_THREADS = 10


def map_in_threads(read: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """`read` of every item, in the items' order; the first error is raised."""
    work = list(items)
    if len(work) < 2:
        return [read(item) for item in work]
    # Imported only here: most requests read one object.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(_THREADS, len(work))) as pool:
        return list(pool.map(read, work))
