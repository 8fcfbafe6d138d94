"""The engine `athena`: SQL over `curated/`, in Athena.

The catalog names the run of a snapshot; Athena only ranks. So no query searches for dates, and
every query is bound to one run.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board, BoardPage, Entry, Snapshot
from chalicelib.changes.gains_page import GainsPage
from chalicelib.changes.span import Span
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.athena.client import LAST_CALL_SECONDS, STOP_SECONDS, AthenaClient, Row
from chalicelib.engines.athena.errors import AnswerMismatchError
from chalicelib.engines.athena.query import BoardQuery, file_state
from chalicelib.engines.athena.tables import FIRST_DATE
from chalicelib.engines.curated import ATTEMPTS, CuratedState, curated_state
from chalicelib.engines.engine import Standings
from chalicelib.errors import EngineBusyError, EngineFailedError
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.logs import log_event
from chalicelib.threads.deadline import Deadline, run_with_timeout

_log = logging.getLogger(__name__)

ENDING_SECONDS: Final = LAST_CALL_SECONDS + STOP_SECONDS + 0.5
"""A query ends so long before the deadline: time for a last call, stopping it, and the answer."""

_FIRST_DAY: Final = date.fromisoformat(FIRST_DATE)

_NAMES: Final = ("rank", "position", "id", "name", "alliance", "value")
# Of these columns, and of the total.
_KINDS: Final = (int, int, int, str | None, str | None, int | None, int)


class AthenaEngine:
    """Lets Athena rank a snapshot's players for every request.

    Attributes:
        client: runs its queries.
    """

    def __init__(self, store: Store, client: AthenaClient, table: str) -> None:
        """Answer from the lake in `store` and the Athena table over it; nothing is read yet."""
        self._store = store
        self.client = client
        self._table = table
        self._arrow = ArrowEngine(store)

    def board(self, snapshot: Snapshot, request: BoardRequest, deadline: Deadline) -> BoardPage:
        """See `Engine.board`; one query.

        The rows have their run, but not its weights, which stand in the file's facts. So the file
        is looked at before the query and after it, to detect that it was replaced meanwhile.

        A date before the table's first date (always a typing error) is not in the table; its board
        is ranked here.
        """
        if snapshot.snapshot_date < _FIRST_DAY:
            return self._arrow.board(snapshot, request, deadline)
        metric, limit, offset = request[:3]
        query_deadline = Deadline(deadline.at - ENDING_SECONDS)
        for _ in range(ATTEMPTS):
            facts, file = self._state(snapshot, query_deadline)
            if facts.players == 0:
                return BoardPage(facts, Board(0, []))
            query = self._query(facts, file, metric, limit, offset)
            try:
                board = self._answer(query, file, query_deadline)
            except EngineFailedError:
                if self._is_still(file, query_deadline):
                    raise
                continue
            if self._is_still(file, query_deadline):
                return BoardPage(facts, board)
        raise EngineBusyError("the snapshot is being replaced; try again")

    def standings(
        self, snapshot: Snapshot, request: BoardRequest, ids: Collection[int], deadline: Deadline
    ) -> Standings:
        """See `Engine.standings`."""
        raise NotImplementedError

    def gains(self, span: Span, request: BoardRequest, deadline: Deadline) -> GainsPage:
        """See `Engine.gains`."""
        raise NotImplementedError

    def _answer(self, query: BoardQuery, file: ObjectInfo, deadline: Deadline) -> Board:
        """The page; what is no answer to the query is asked for once more, without reuse."""
        try:
            return read_board(self.client.run(query.text, deadline), query)
        except AnswerMismatchError as error:
            if not self._is_still(file, deadline):
                raise
            log_event(_log, "athena_answer_refused", {"message": str(error)}, logging.WARNING)
        return read_board(self.client.run(query.text, deadline, reuse_minutes=0), query)

    def _state(self, snapshot: Snapshot, deadline: Deadline) -> CuratedState:
        return run_with_timeout(
            deadline.left(),
            "the snapshot's facts",
            lambda: curated_state(self._store, snapshot.kingdom, snapshot.snapshot_date),
        )

    def _is_still(self, file: ObjectInfo, deadline: Deadline) -> bool:
        """Whether the file was not written since."""
        return file == run_with_timeout(
            deadline.left(), "the snapshot's file", lambda: self._store.head(file.key)
        )

    def _query(
        self, facts: Snapshot, file: ObjectInfo, metric: str, limit: int, offset: int
    ) -> BoardQuery:
        return BoardQuery(
            table=self._table,
            metric=metric,
            kingdom=facts.kingdom,
            day=facts.snapshot_date,
            run_id=facts.run_id,
            version=facts.version,
            file=file_state(file),
            first=offset + 1,
            last=offset + limit,
        )


def read_board(rows: Sequence[Row], query: BoardQuery) -> Board:
    """The page in a query's rows.

    Raises:
        AnswerMismatchError: there is no row, a row is not of the requested kingdom, date, run,
            version, metric and page, or the page's rows are incomplete.
    """
    if not rows or not all(_answers(row, query) for row in rows):
        raise AnswerMismatchError(f"Athena's answer is not one to {query!r}")
    total = rows[0][len(_NAMES)]
    wanted = range(query.first, query.last + 1)
    entries: list[Entry] = [
        Entry(**dict(zip(_NAMES, row, strict=False)))  # type: ignore[typeddict-item]
        for row in rows
        if row[1] in wanted and row[5] is not None
    ]
    positions = [entry["position"] for entry in entries]
    if positions != list(wanted[: max(0, total - query.first + 1)]):
        raise AnswerMismatchError(
            f"Athena's answer to {query!r} has not the positions it must have"
        )
    return Board(total, entries)


def _answers(row: Row, query: BoardQuery) -> bool:
    """Whether a row has the query's columns and says that it is of the query."""
    values = row[: len(_KINDS)]
    return (
        row[len(_KINDS) :] == query.identity
        and all(map(isinstance, values, _KINDS))
        and (row[1] == 1 or query.first <= row[1] <= query.last)
    )
