"""The engine protocol: answer pages of boards of a given run.

The catalog (`chalicelib.catalog`) lists the snapshots, for every engine alike. Every engine gives
the same answers, which `tests/engines/test_engines.py` tests.
"""

from typing import Protocol

from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.threads.deadline import Deadline


class Engine(Protocol):
    """Answers the boards. Thread-safe.

    Every method raises `EngineBusyError` or `StoreUnavailableError` when a retry may help and
    `EngineTimeoutError` when the answer takes too long.
    """

    def board(
        self, snapshot: Snapshot, metric: str, limit: int, offset: int, deadline: Deadline
    ) -> BoardPage:
        """A page of a board: `limit` entries after the first `offset`.

        Facts and entries are always of one run, even while the snapshot is being replaced: the
        given run, or a newer one that the catalog does not list yet.

        Args:
            snapshot: as the catalog lists it.
            metric: one of the metrics' names.
            limit: how many entries.
            offset: how many entries to skip.
            deadline: when the answer must be complete.

        Raises:
            StoreError: an object is damaged or missing.
        """
        ...
