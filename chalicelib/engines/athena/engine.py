"""The engine `athena`: SQL over `curated/`, in Athena.

The catalog names the run of a snapshot; Athena only ranks. So no query searches for dates, and
every query is bound to one run.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import Final, TypeVar

from chalicelib.boards.past import Past
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board, BoardPage, Snapshot
from chalicelib.changes.findings import NOTHING_FOUND, version_of
from chalicelib.changes.formula import measure_of, value_measure
from chalicelib.changes.gains_page import GainsPage
from chalicelib.changes.span import Span
from chalicelib.changes.summary import Head
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.athena.answers import read_board, read_standings
from chalicelib.engines.athena.client import LAST_CALL_SECONDS, STOP_SECONDS, AthenaClient, Row
from chalicelib.engines.athena.errors import AnswerMismatchError
from chalicelib.engines.athena.gains_answer import read_gains
from chalicelib.engines.athena.gains_query import GainsQuery
from chalicelib.engines.athena.gains_sources import GainsSources
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
from chalicelib.threads.pool import map_in_threads

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

        def ask(states: Sequence[CuratedState], until: Deadline) -> BoardPage:
            ((facts, file),) = states
            if facts.withdrawn:
                return BoardPage(facts, Board(0, [], request.offset))
            query = BoardQuery(Source.of(self._table, facts, file), request)
            rows = partial(read_board, query=query)
            return BoardPage(facts, self._answer(query.text, rows, [file], until))

        return self._of_one_state([snapshot], ask, deadline)

    def standings(
        self, snapshot: Snapshot, request: BoardRequest, ids: Collection[int], deadline: Deadline
    ) -> Standings:
        """See `Engine.standings`; one query."""
        if snapshot.snapshot_date < _FIRST_DAY:
            return self._arrow.standings(snapshot, request, ids, deadline)

        def ask(states: Sequence[CuratedState], until: Deadline) -> Standings:
            ((facts, file),) = states
            # Of nobody, a formula is still refused whose counters are not known.
            if facts.withdrawn or not (ids or request.weights):
                return Standings(facts, {})
            query = StandingsQuery(
                Source.of(self._table, facts, file), request, tuple(dict.fromkeys(ids))
            )
            rows = partial(read_standings, query=query)
            return Standings(facts, self._answer(query.text, rows, [file], until))

        return self._of_one_state([snapshot], ask, deadline)

    def gains(self, span: Span, request: BoardRequest, deadline: Deadline) -> GainsPage:
        """See `Engine.gains`; one query, of which the suspects are a part."""
        snapshots = [one for one in (span.older, span.newer, span.before) if one is not None]
        if any(one.snapshot_date < _FIRST_DAY for one in snapshots):
            return self._arrow.gains(span, request, deadline)

        def ask(states: Sequence[CuratedState], until: Deadline) -> GainsPage:
            older, newer = (state.facts for state in states[:2])
            if older.withdrawn or newer.withdrawn:
                heads = (Head(older, None), Head(newer, None))
                return GainsPage(*heads, 0, 0, request.offset, [], None, NOTHING_FOUND)
            query = self._gains_query(states, request)
            rows = partial(read_gains, query=query, older=older, newer=newer)
            page = self._answer(query.text, rows, [state.info for state in states], until)
            before = version_of(states[2].facts if span.before else None)
            return page._replace(findings=page.findings._replace(before=before))

        return self._of_one_state(snapshots, ask, deadline)

    def history(self, player: int, snapshots: Sequence[Snapshot], deadline: Deadline) -> list[Past]:
        """See `Engine.history`; the files are read here: a query of them all takes longer."""
        return self._arrow.history(player, snapshots, deadline)

    def _gains_query(self, states: Sequence[CuratedState], request: BoardRequest) -> GainsQuery:
        """The query about the older snapshot, the newer one, and the one before, if there is one.

        Raises:
            BadParameterError: the two have a `dkp` of different bases.
        """
        dkp = states[0].facts.dkp, states[1].facts.dkp
        older, newer, *before = (
            Source.of(self._table, state.facts, state.info)
            for state in states
            if not state.facts.withdrawn
        )
        return GainsQuery(
            GainsSources(older, newer, before[0] if before else None),
            request,
            measure_of(request.metric, request.weights, *dkp),
            {name: value_measure(name, *dkp) for name in request.values},
        )

    def _of_one_state(
        self,
        snapshots: Sequence[Snapshot],
        ask: Callable[[Sequence[CuratedState], Deadline], _Found],
        deadline: Deadline,
    ) -> _Found:
        """What `ask` finds, of files that were the same before it and after it.

        The rows have their runs, but not their weights, which stand in the files' facts. So each
        file is looked at before the query and after it, to detect that it was replaced meanwhile.

        Args:
            snapshots: what the catalog says.
            ask: is given the files' states, in this order, and until when a query may run.
            deadline: of the request.

        Raises:
            EngineBusyError: one was replaced during every try.
        """
        until = Deadline(deadline.at - ENDING_SECONDS)
        for _ in range(ATTEMPTS):
            states = self._states(snapshots, until)
            files = [state.info for state in states]
            try:
                found = ask(states, until)
            # What is wrong with an answer, or with a request, may be another file's.
            except (EngineFailedError, NotFoundError, BadParameterError):
                if self._are_still(files, until):
                    raise
                continue
            if self._are_still(files, until):
                return found
        raise EngineBusyError("the snapshot is being replaced; try again")

    def _answer(
        self,
        text: str,
        read: Callable[[list[Row]], _Found],
        files: Sequence[ObjectInfo],
        deadline: Deadline,
    ) -> _Found:
        """The answer to a query; what is none is asked for once more, without reuse."""
        try:
            return read(self.client.run(text, deadline))
        except AnswerMismatchError as error:
            if not self._are_still(files, deadline):
                raise
            log_event(_log, "athena_answer_refused", {"message": str(error)}, logging.WARNING)
        return read(self.client.run(text, deadline, reuse_minutes=0))

    def _states(self, snapshots: Sequence[Snapshot], deadline: Deadline) -> Sequence[CuratedState]:
        def look(snapshot: Snapshot) -> CuratedState:
            return curated_state(self._store, snapshot.kingdom, snapshot.snapshot_date)

        return run_with_timeout(
            deadline.left(), "the snapshot's facts", lambda: map_in_threads(look, snapshots)
        )

    def _are_still(self, files: Sequence[ObjectInfo], deadline: Deadline) -> bool:
        """Whether none of the files was written since."""
        found = run_with_timeout(
            deadline.left(),
            "the snapshot's file",
            lambda: map_in_threads(self._store.head, [file.key for file in files]),
        )
        return found == files
