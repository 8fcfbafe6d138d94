"""The engine `dynamodb`: reads the items that ingestion has made, a few for each request.

A snapshot's items are of just its version and are kept for a while after it is superseded, so that
an answer is always of the run that the catalog gave.
"""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from chalicelib.boards.past import Past
from chalicelib.boards.refusals import not_ranked
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board, BoardPage, Snapshot
from chalicelib.engines.engine import Standing, Standings
from chalicelib.items.keys import PAGE
from chalicelib.items.reading import SnapshotReading, has_items, past_records
from chalicelib.items.records import Record
from chalicelib.lake.dynamodb.table import Table
from chalicelib.lake.store import Store
from chalicelib.threads.deadline import Deadline

if TYPE_CHECKING:
    from chalicelib.changes.gains_page import GainsPage
    from chalicelib.changes.span import Span
    from chalicelib.engines.arrow import ArrowEngine

MOST_STANDINGS: Final = 10
"""The standings of more players come from the curated file: each is an item, and it is one read."""


class DynamoEngine:
    """Answers from the pages of boards and the records of players in the table.

    What the items do not tell (an alliance, a reader's formula, gains, where many players stand,
    snapshots of more players than `MOST_PLAYERS`) comes from the curated files, facts and entries
    alike.
    """

    def __init__(self, table: Table, store: Store) -> None:
        """Answer from a table, and from the lake in `store`; nothing is read yet."""
        self._table = table
        self._store = store

    @cached_property
    def _curated(self) -> "ArrowEngine":
        # Imported late: pyarrow is most of a cold start, and most requests do not need it.
        from chalicelib.engines.arrow import ArrowEngine

        return ArrowEngine(self._store)

    def board(self, snapshot: Snapshot, request: BoardRequest, deadline: Deadline) -> BoardPage:
        """See `Engine.board`.

        One call; `around` needs a record first, of which the page follows. `me` is a record more.
        """
        if request.alliance is None and request.weights is None:
            board = self._board(snapshot, request)
            if board is not None:
                return BoardPage(snapshot, board)
        return self._curated.board(snapshot, request, deadline)

    def standings(
        self, snapshot: Snapshot, request: BoardRequest, ids: Collection[int], deadline: Deadline
    ) -> Standings:
        """See `Engine.standings`; one call for a few players."""
        if request.weights is None and len(ids) <= MOST_STANDINGS:
            found = self._standings(snapshot, request.metric, ids)
            if found is not None:
                return Standings(snapshot, found)
        return self._curated.standings(snapshot, request, ids, deadline)

    def gains(self, span: "Span", request: BoardRequest, deadline: Deadline) -> "GainsPage":
        """See `Engine.gains`."""
        return self._curated.gains(span, request, deadline)

    def history(self, player: int, snapshots: Sequence[Snapshot], deadline: Deadline) -> list[Past]:
        """See `Engine.history`; one query."""
        there = [one for one in snapshots if has_items(one)]
        told = self._told(player, there)
        rest = [one for one in snapshots if not one.withdrawn and one.version not in told]
        if rest:
            past = self._curated.history(player, rest, deadline)
            told |= {one.version: of for one, of in zip(rest, past, strict=True)}
        return [told.get(one.version, Past(one, None)) for one in snapshots]

    def _board(self, snapshot: Snapshot, request: BoardRequest) -> Board | None:
        """What is asked for of everybody's board; None if the items do not tell all of it."""
        if not has_items(snapshot):
            return Board(0, [], request.offset) if snapshot.withdrawn else None
        metric, offset, total = request.metric, request.offset, snapshot.players
        asked = [player for player in (request.around, request.me) if player is not None]
        reading = SnapshotReading(self._table, snapshot)
        if request.around is not None:
            reading.fetch(asked)
            records = reading.records(request.around)
            if not records.whole:
                return None
            record = records.find(request.around)
            place = None if record is None else record.places[metric]
            if place is None:
                raise not_ranked(request, snapshot.snapshot_date)
            total = records.of[metric]
            offset = request.first(place.position, total)
        numbers = _page_numbers(offset, request.limit, total)
        reading.fetch(asked, metric, numbers)
        if not all(reading.records(player).whole for player in asked):
            return None
        pages = reading.pages(metric, numbers, request.values)
        last = offset + request.limit
        entries = [
            entry for page in pages for entry in page.entries if offset < entry["position"] <= last
        ]
        mine = None if request.me is None else reading.records(request.me).find(request.me)
        me = None if mine is None else mine.me(metric, request.values)
        return Board(pages[0].total, entries, offset, me)

    def _standings(
        self, snapshot: Snapshot, metric: str, ids: Collection[int]
    ) -> dict[int, Standing] | None:
        """Where players stand on everybody's board; None if the items do not tell it of all."""
        if not has_items(snapshot):
            return {} if snapshot.withdrawn else None
        reading = SnapshotReading(self._table, snapshot)
        reading.fetch(ids)
        if not all(reading.records(player).whole for player in ids):
            return None
        found = {player: reading.records(player).find(player) for player in ids}
        return {
            player: _standing(record, metric)
            for player, record in found.items()
            if record is not None
        }

    def _told(self, player: int, snapshots: Sequence[Snapshot]) -> dict[str, Past]:
        """What the items of snapshots tell of a player, by the snapshots' versions."""
        found = {}
        for one, records in zip(
            snapshots, past_records(self._table, player, snapshots), strict=True
        ):
            if records.whole:
                record = records.find(player)
                found[one.version] = Past(one, None if record is None else record.appearance)
        return found


def _standing(record: Record, metric: str) -> Standing:
    place = record.places[metric]
    return Standing(place and place.rank, record.appearance.values[metric])


def _page_numbers(offset: int, limit: int, total: int) -> Sequence[int]:
    """The pages that have these entries of a board of at most `total`; the first if none has."""
    last = min(offset + limit, total)
    return range(offset // PAGE, (last - 1) // PAGE + 1) if offset < last else [0]
