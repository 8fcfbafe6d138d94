"""The engine protocol: what answers ranked questions of given runs.

Which snapshots there are is the catalog's to say (`chalicelib.catalog`), in every engine alike.
Every engine gives the same answers; `tests/engines/test_engines.py` holds them to it.
"""

from typing import Protocol

from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.threads.deadline import Deadline


class Engine(Protocol):
    """What answers the boards. Safe to use from several threads.

    Every method raises `EngineBusyError` or `StoreUnavailableError` when a retry may help and
    `EngineTimeoutError` when the answer takes too long.
    """

    def board(
        self, snapshot: Snapshot, metric: str, limit: int, offset: int, deadline: Deadline
    ) -> BoardPage:
        """A page of a board: `limit` entries after the first `offset`.

        Facts and entries are of one run, also while the snapshot is being replaced: of the given
        one, or of a newer one that the catalog does not list yet.

        Args:
            snapshot: as the catalog lists it.
            metric: one of the metrics' names.
            limit: how many entries.
            offset: how many before them.
            deadline: when the answer must be there.

        Raises:
            StoreError: what is read is damaged or missing.
        """
        ...
