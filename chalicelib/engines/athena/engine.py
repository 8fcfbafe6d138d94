"""The engine `athena`: SQL over `curated/`, in Athena.

The catalog names the run of a snapshot; Athena only ranks. So no query searches for dates, and
every query is bound to one run.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from chalicelib.boards.snapshot import Board, BoardPage, Entry, Snapshot
from chalicelib.engines.arrow import ATTEMPTS, ArrowEngine, curated_facts
from chalicelib.engines.athena.client import LAST_CALL_SECONDS, STOP_SECONDS, AthenaClient, Row
from chalicelib.engines.athena.query import BoardQuery
from chalicelib.engines.athena.tables import FIRST_DATE
from chalicelib.errors import EngineBusyError, EngineFailedError
from chalicelib.lake.store import Store
from chalicelib.threads.deadline import Deadline, run_with_timeout

ENDING_SECONDS: Final = LAST_CALL_SECONDS + STOP_SECONDS + 0.5
"""A query ends so long before the deadline: time for a last call, stopping it, and the answer."""

_FIRST_DAY: Final = date.fromisoformat(FIRST_DATE)


class AthenaEngine:
    """Lets Athena rank a snapshot's players for every request."""

    def __init__(self, store: Store, client: AthenaClient, table: str) -> None:
        """Answer from the lake in `store` and the Athena table over it; nothing is read yet."""
        self._store = store
        self._client = client
        self._table = table
        self._arrow = ArrowEngine(store)

    def board(
        self, snapshot: Snapshot, metric: str, limit: int, offset: int, deadline: Deadline
    ) -> BoardPage:
        """See `Engine.board`; one query.

        The rows have their run, but not its weights. So the file's facts are read after the rows,
        to detect whether the file was replaced before.

        A date before the table's first date (always a typing error) is not in the table; its board
        is ranked here.
        """
        if snapshot.snapshot_date < _FIRST_DAY:
            return self._arrow.board(snapshot, metric, limit, offset, deadline)
        query_deadline = Deadline(deadline.at - ENDING_SECONDS)
        for _ in range(ATTEMPTS):
            failure = None
            try:
                board = self._board(snapshot, metric, limit, offset, query_deadline)
            except EngineFailedError as error:
                failure = error
            facts = self._facts(snapshot, query_deadline)
            if facts.version == snapshot.version:
                if failure is not None:
                    raise failure
                return BoardPage(facts, board)
            # The query read the file of another run, or during its replacement.
            snapshot = facts
        raise EngineBusyError("the snapshot is being replaced; try again")

    def _facts(self, snapshot: Snapshot, deadline: Deadline) -> Snapshot:
        return run_with_timeout(
            deadline.left(),
            "the snapshot's facts",
            lambda: curated_facts(self._store, snapshot.kingdom, snapshot.snapshot_date),
        )

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
            version=snapshot.version,
            first=offset + 1,
            last=offset + limit,
        )
        return read_board(self._client.run(query.text, deadline), query)


def read_board(rows: Sequence[Row], query: BoardQuery) -> Board:
    """The page in a query's rows.

    Raises:
        EngineFailedError: the rows of the page are incomplete, or not of the requested kingdom,
            date, run and version.
    """
    if any(row[-len(query.identity) :] != query.identity for row in rows):
        raise EngineFailedError(f"Athena's answer to {query!r} is of another snapshot")
    total = rows[0][6] if rows else None
    if type(total) is not int:
        raise EngineFailedError(f"Athena has no players of run {query.run_id}")
    wanted = range(query.first, query.last + 1)
    names = ("rank", "position", "id", "name", "alliance", "value")
    entries: list[Entry] = [
        Entry(**dict(zip(names, row[:6], strict=True)))  # type: ignore[typeddict-item]
        for row in rows
        if row[1] in wanted and row[5] is not None
    ]
    positions = [entry["position"] for entry in entries]
    if positions != list(wanted[: max(0, total - query.first + 1)]):
        raise EngineFailedError(f"Athena's answer to {query!r} has not the positions it must have")
    return Board(total, entries)
