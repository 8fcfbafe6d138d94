"""The engine `boards`: reads the precomputed boards object, once per request."""

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.boards.document import decode
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board, BoardPage, Snapshot
from chalicelib.changes.gains_page import GainsPage
from chalicelib.changes.span import Span
from chalicelib.engines.engine import Standings
from chalicelib.errors import ObjectNotFoundError, StoreError
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import boards_key
from chalicelib.threads.deadline import Deadline

if TYPE_CHECKING:
    from chalicelib.engines.arrow import ArrowEngine


class BoardsEngine:
    """Answers from the boards that ingestion has ranked.

    For a page beyond the players in the object, facts and entries come from the curated file.
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
        kingdom, day = snapshot.kingdom, snapshot.snapshot_date
        metric, limit, offset = request[:3]
        try:
            with self._store.open(boards_key(Partition(kingdom, day))) as reader:
                document = decode(reader.read(), kingdom, day)
        except ObjectNotFoundError:
            raise StoreError(
                f"kingdom {kingdom}, {day}: the boards object is missing; rebuild it"
            ) from None
        if not document.holds(metric, limit, offset):
            return self._curated.board(snapshot, request, deadline)
        entries = document.entries(metric, limit, offset)
        return BoardPage(document.snapshot, Board(document.total(metric), entries))

    def standings(
        self, snapshot: Snapshot, request: BoardRequest, ids: Collection[int], deadline: Deadline
    ) -> Standings:
        """See `Engine.standings`."""
        raise NotImplementedError

    def gains(self, span: Span, request: BoardRequest, deadline: Deadline) -> GainsPage:
        """See `Engine.gains`."""
        raise NotImplementedError
