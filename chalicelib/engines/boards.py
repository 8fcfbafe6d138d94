"""The engine `boards`: reads the precomputed boards object, once per request."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.boards.document import BoardsDocument, decode
from chalicelib.boards.past import Past
from chalicelib.boards.refusals import not_ranked
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board, BoardPage, Me, Snapshot
from chalicelib.engines.engine import Standing, Standings
from chalicelib.errors import BoardsMissingError, ObjectNotFoundError
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import boards_key
from chalicelib.threads.deadline import Deadline

if TYPE_CHECKING:
    from chalicelib.changes.gains_page import GainsPage
    from chalicelib.changes.span import Span
    from chalicelib.engines.arrow import ArrowEngine


class BoardsEngine:
    """Answers from the boards that ingestion has ranked.

    What the object does not tell (players beyond those in it, an alliance, a reader's formula,
    gains) comes from the curated files, facts and entries alike.
    """

    def __init__(self, store: Store) -> None:
        """Answer from the lake in `store`; nothing is read yet."""
        self._store = store

    @cached_property
    def _curated(self) -> "ArrowEngine":
        # Imported late: pyarrow is most of a cold start, and most requests do not need it.
        from chalicelib.engines.arrow import ArrowEngine

        return ArrowEngine(self._store)

    def board(self, snapshot: Snapshot, request: BoardRequest, deadline: Deadline) -> BoardPage:
        """See `Engine.board`."""
        if request.alliance is None and request.weights is None:
            document = self._read(snapshot)
            board = _board(document, request)
            if board is not None:
                return BoardPage(document.snapshot, board)
        return self._curated.board(snapshot, request, deadline)

    def standings(
        self, snapshot: Snapshot, request: BoardRequest, ids: Collection[int], deadline: Deadline
    ) -> Standings:
        """See `Engine.standings`."""
        if request.weights is None:
            document = self._read(snapshot)
            found = _standings(document, request.metric, ids)
            if found is not None:
                return Standings(document.snapshot, found)
        return self._curated.standings(snapshot, request, ids, deadline)

    def gains(self, span: "Span", request: BoardRequest, deadline: Deadline) -> "GainsPage":
        """See `Engine.gains`."""
        return self._curated.gains(span, request, deadline)

    def history(self, player: int, snapshots: Sequence[Snapshot], deadline: Deadline) -> list[Past]:
        """See `Engine.history`."""
        return self._curated.history(player, snapshots, deadline)

    def _read(self, snapshot: Snapshot) -> BoardsDocument:
        kingdom, day = snapshot.kingdom, snapshot.snapshot_date
        try:
            with self._store.open(boards_key(Partition(kingdom, day))) as reader:
                return decode(reader.read(), kingdom, day)
        except ObjectNotFoundError:
            raise BoardsMissingError(
                f"kingdom {kingdom}, {day}: the boards object is missing; rebuild it"
            ) from None


def _board(document: BoardsDocument, request: BoardRequest) -> Board | None:
    """What is asked for of everybody's board; None if the object does not tell all of it."""
    metric, offset = request.metric, request.offset
    total = document.total(metric)
    asked = [player for player in (request.around, request.me) if player is not None]
    if not all(document.tells(metric, player) for player in asked):
        return None
    if request.around is not None and not document.snapshot.withdrawn:
        at = document.place(metric, request.around)
        if at is None:
            raise not_ranked(request, document.snapshot.snapshot_date)
        offset = request.first(at + 1, total)
    if not document.holds(metric, request.limit, offset):
        return None
    entries = document.entries(metric, request.limit, offset, request.values)
    return Board(total, entries, offset, _me(document, request))


def _me(document: BoardsDocument, request: BoardRequest) -> Me | None:
    at = None if request.me is None else document.place(request.metric, request.me)
    if at is None:
        return None
    # The one above is read along with it.
    first = max(0, at - 1)
    entries = document.entries(request.metric, at - first + 1, first, request.values)
    above = entries[0] if at else None
    return {
        "entry": entries[-1],
        "above": None if above is None else {"rank": above["rank"], "value": above["value"]},
    }


def _standings(
    document: BoardsDocument, metric: str, ids: Collection[int]
) -> dict[int, Standing] | None:
    """Where players stand on everybody's board; None if the object does not tell it of all."""
    ranked = document.ranked(metric, ids)
    found = {}
    for player in ids:
        if player in ranked:
            found[player] = Standing(*ranked[player])
        elif document.has(player) and document.tells(metric, player):
            found[player] = Standing(None, None)
        elif document.has(player) or not document.has_everybody:
            return None
    return found
