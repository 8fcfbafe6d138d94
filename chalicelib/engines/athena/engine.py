"""The engine `athena`: SQL over `curated/`, in Athena.

S3 says which snapshots there are and which run each is of; Athena only ranks. So no query has to
look for dates, and every query is bound to one run.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from chalicelib.boards.curated import ATTEMPTS, CuratedSnapshots
from chalicelib.boards.snapshot import Board, BoardPage, Entry, Snapshot
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.athena.client import AthenaClient, Row
from chalicelib.engines.athena.query import BoardQuery
from chalicelib.engines.athena.tables import FIRST_DATE
from chalicelib.errors import EngineBusyError, EngineFailedError
from chalicelib.lake.store import Store
from chalicelib.threads.deadline import Deadline, run_with_timeout

LATEST_SECONDS: Final = 4.0
"""For the newest date, which the API asks for before each board."""
SECONDS: Final = 18.0
"""For a page, its facts and all its queries included. With what comes before and after, and with
stopping the query, it ends within the API's own limit (`chalicelib.api.http.ANSWER_SECONDS`)."""

_FIRST_DAY: Final = date.fromisoformat(FIRST_DATE)


class AthenaEngine(CuratedSnapshots):
    """Has Athena rank a snapshot's players for every request."""

    def __init__(self, store: Store, client: AthenaClient, table: str) -> None:
        """Answer from the lake in `store` and the Athena table over it; nothing is read yet."""
        super().__init__(store)
        self._client = client
        self._table = table
        self._unseen = ArrowEngine(store)

    def latest(self, kingdom: int) -> date | None:
        """See `Engine.latest`; from S3."""
        return run_with_timeout(
            LATEST_SECONDS, "the newest date", lambda: super(AthenaEngine, self).latest(kingdom)
        )

    def board(self, kingdom: int, day: date, metric: str, limit: int, offset: int) -> BoardPage:
        """See `Engine.board`; one query.

        A date before the table's first one, which only a slip of the pen can be, Athena does not
        see; its board is ranked here.
        """
        if day < _FIRST_DAY:
            return self._unseen.board(kingdom, day, metric, limit, offset)
        deadline = Deadline.after(SECONDS)
        snapshot = self._snapshot(kingdom, day, deadline)
        for _ in range(ATTEMPTS):
            try:
                board = self._board(snapshot, metric, limit, offset, deadline)
                return BoardPage(snapshot, board)
            except EngineFailedError:
                before, snapshot = snapshot, self._snapshot(kingdom, day, deadline)
                # The query met the file of a newer run, or the moment of its replacement?
                if snapshot == before:
                    raise
        raise EngineBusyError("the snapshot is being replaced; try again")

    def _snapshot(self, kingdom: int, day: date, deadline: Deadline) -> Snapshot:
        def read() -> Snapshot:
            snapshot = self._facts(kingdom, day)
            if snapshot is None:
                raise self._catalog.missing(kingdom, day)
            return snapshot

        return run_with_timeout(deadline.left(), "the snapshot's facts", read)

    def _board(
        self, snapshot: Snapshot, metric: str, limit: int, offset: int, deadline: Deadline
    ) -> Board:
        if snapshot.players == 0:
            return Board(0, [])
        query = BoardQuery(
            table=self._table,
            metric=metric,
            kingdom=snapshot.kingdom,
            day=snapshot.snapshot_date,
            run_id=snapshot.run_id,
            first=offset + 1,
            last=offset + limit,
        )
        return read_board(self._client.run(query.text, query.parameters, deadline), query)


def read_board(rows: Sequence[Row], query: BoardQuery) -> Board:
    """The page in a query's rows.

    Raises:
        EngineFailedError: the rows are not all that the page must have.
    """
    total = rows[0][-1] if rows else None
    if type(total) is not int:
        raise EngineFailedError(f"Athena has no players of run {query.run_id}")
    wanted = range(query.first, query.last + 1)
    names = ("rank", "position", "id", "name", "alliance", "value")
    entries: list[Entry] = [
        Entry(**dict(zip(names, row[:-1], strict=True)))  # type: ignore[typeddict-item]
        for row in rows
        if row[1] in wanted and row[5] is not None
    ]
    positions = [entry["position"] for entry in entries]
    if positions != list(wanted[: max(0, total - query.first + 1)]):
        raise EngineFailedError(f"Athena's answer to {query!r} has not the positions it must have")
    return Board(total, entries)
