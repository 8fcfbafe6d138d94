"""The engine protocol: all that the API asks of what answers the boards.

Every engine gives the same answers; `tests/engines/test_engines.py` holds them to it.
"""

from datetime import date
from typing import Protocol

from chalicelib.boards.snapshot import BoardPage, Snapshot, Version
from chalicelib.config import Settings
from chalicelib.lake.open import open_store
from chalicelib.lake.store import Store


class Engine(Protocol):
    """What answers the boards. Safe to use from several threads.

    Every method raises `EngineBusyError` or `StoreUnavailableError` when a retry may help and
    `EngineTimeoutError` when the answer takes too long.
    """

    def kingdoms(self) -> dict[int, date]:
        """The kingdoms that have a snapshot, in ascending order, each with its newest date."""
        ...

    def latest(self, kingdom: int) -> date | None:
        """The date of a kingdom's newest snapshot; None when there is no kingdom."""
        ...

    def snapshots(self, kingdom: int) -> list[Snapshot]:
        """The facts of a kingdom's snapshots, newest first; empty when there is no kingdom."""
        ...

    def board(self, kingdom: int, day: date, metric: str, limit: int, offset: int) -> BoardPage:
        """A page of a board: `limit` entries after the first `offset`.

        Facts and entries are of one run, also while the snapshot is being replaced.

        Raises:
            NotFoundError: there is no snapshot of this kingdom and date.
        """
        ...

    def version(self, kingdom: int, day: date) -> Version | None:
        """The version that the pages of a snapshot's boards have now, found without reading them.

        None when there is no snapshot, or where the engine cannot tell.
        """
        ...


def open_engine(settings: Settings, store: Store | None = None) -> Engine:
    """The engine that `QUERY_ENGINE` names (contract, section 2).

    Args:
        settings: name the engine and the lake.
        store: the lake's store, if the caller has it open already.
    """
    lake = open_store(settings.lake_uri) if store is None else store
    match settings.query_engine:
        case "boards":
            from chalicelib.engines.boards import BoardsEngine

            return BoardsEngine(lake)
        case "arrow":
            from chalicelib.engines.arrow import ArrowEngine

            return ArrowEngine(lake)
        case "athena":
            from chalicelib.engines.athena.client import AthenaClient
            from chalicelib.engines.athena.engine import AthenaEngine

            athena = settings.athena
            client = AthenaClient(athena.database, athena.workgroup)
            return AthenaEngine(lake, client, athena.table)
