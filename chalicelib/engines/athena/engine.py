"""The engine `athena`: SQL over `curated/`, in Athena.

The catalog names the run of a snapshot; Athena only ranks. So no query searches for dates, and
every query is bound to one run.
"""

import logging
from collections.abc import Callable, Collection
from datetime import date
from functools import partial
from typing import Final, TypeVar

from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board, BoardPage, Snapshot
from chalicelib.changes.gains_page import GainsPage
from chalicelib.changes.span import Span
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.athena.answers import read_board, read_standings
from chalicelib.engines.athena.client import LAST_CALL_SECONDS, STOP_SECONDS, AthenaClient, Row
from chalicelib.engines.athena.errors import AnswerMismatchError
from chalicelib.engines.athena.parts import Source
from chalicelib.engines.athena.query import BoardQuery, StandingsQuery
from chalicelib.engines.athena.tables import FIRST_DATE
from chalicelib.engines.curated import ATTEMPTS, CuratedState, curated_state
from chalicelib.engines.engine import Standings
from chalicelib.errors import (
    BadParameterError,
    EngineBusyError,
    EngineFailedError,
    NotFoundError,
)
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.logs import log_event
from chalicelib.threads.deadline import Deadline, run_with_timeout

_log = logging.getLogger(__name__)

ENDING_SECONDS: Final = LAST_CALL_SECONDS + STOP_SECONDS + 0.5
"""A query ends so long before the deadline: time for a last call, stopping it, and the answer."""

_FIRST_DAY: Final = date.fromisoformat(FIRST_DATE)

_Found = TypeVar("_Found")


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

        A date before the table's first date (always a typing error) is not in the table; its board
        is ranked here.
        """
        if snapshot.snapshot_date < _FIRST_DAY:
            return self._arrow.board(snapshot, request, deadline)

        def ask(facts: Snapshot, file: ObjectInfo, until: Deadline) -> BoardPage:
            if facts.withdrawn:
                return BoardPage(facts, Board(0, [], request.offset))
            query = BoardQuery(Source.of(self._table, facts, file), request)
            rows = partial(read_board, query=query)
            return BoardPage(facts, self._answer(query.text, rows, [file], until))

        return self._of_one_state(snapshot, ask, deadline)

    def standings(
        self, snapshot: Snapshot, request: BoardRequest, ids: Collection[int], deadline: Deadline
    ) -> Standings:
        """See `Engine.standings`; one query."""
        if snapshot.snapshot_date < _FIRST_DAY:
            return self._arrow.standings(snapshot, request, ids, deadline)

        def ask(facts: Snapshot, file: ObjectInfo, until: Deadline) -> Standings:
            if facts.withdrawn or not ids:
                return Standings(facts, {})
            query = StandingsQuery(Source.of(self._table, facts, file), request, ids)
            rows = partial(read_standings, query=query)
            return Standings(facts, self._answer(query.text, rows, [file], until))

        return self._of_one_state(snapshot, ask, deadline)

    def gains(self, span: Span, request: BoardRequest, deadline: Deadline) -> GainsPage:
        """See `Engine.gains`."""
        raise NotImplementedError

    def _of_one_state(
        self,
        snapshot: Snapshot,
        ask: Callable[[Snapshot, ObjectInfo, Deadline], _Found],
        deadline: Deadline,
    ) -> _Found:
        """What `ask` finds, of a file that was the same before it and after it.

        The rows have their run, but not its weights, which stand in the file's facts. So the file
        is looked at before the query and after it, to detect that it was replaced meanwhile.

        Args:
            snapshot: what the catalog says.
            ask: is given the file's facts, its state, and the time until which a query may run.
            deadline: of the request.

        Raises:
            EngineBusyError: it was replaced during every try.
        """
        until = Deadline(deadline.at - ENDING_SECONDS)
        for _ in range(ATTEMPTS):
            facts, file = self._state(snapshot, until)
            try:
                found = ask(facts, file, until)
            # What is wrong with an answer, or with a request, may be another file's.
            except (EngineFailedError, NotFoundError, BadParameterError):
                if self._is_still(file, until):
                    raise
                continue
            if facts.withdrawn or self._is_still(file, until):
                return found
        raise EngineBusyError("the snapshot is being replaced; try again")

    def _answer(
        self,
        text: str,
        read: Callable[[list[Row]], _Found],
        files: Collection[ObjectInfo],
        deadline: Deadline,
    ) -> _Found:
        """The answer to a query; what is none is asked for once more, without reuse."""
        try:
            return read(self.client.run(text, deadline))
        except AnswerMismatchError as error:
            if not all(self._is_still(file, deadline) for file in files):
                raise
            log_event(_log, "athena_answer_refused", {"message": str(error)}, logging.WARNING)
        return read(self.client.run(text, deadline, reuse_minutes=0))

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
