"""Memory: which allocator Arrow uses."""

import os
import sys


def prefer_lean_memory() -> None:
    """Let Arrow allocate by jemalloc, which its wheels for Linux have built in.

    It returns what batches leave behind sooner than the others: for a million players the process
    stays some 30 MiB smaller than with mimalloc, Arrow's choice, which moreover clears huge pages
    to begin with, and 60 MiB smaller than with malloc.

    All threads share one arena: batches go from one to the next, and what one gives back another
    takes. With an arena for each a process takes 30 MiB more, and touches more pages.

    To be called before anything imports pyarrow: its own call for it, `pyarrow.set_memory_pool`,
    does not reach Parquet's encoders. Who has set a variable keeps it.
    """
    if sys.platform == "linux":
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
        os.environ.setdefault("JE_ARROW_MALLOC_CONF", "narenas:1")
