"""The engine `arrow`: reads the curated Parquet files themselves."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.formula import check_known, weigh
from chalicelib.boards.page import rank_page
from chalicelib.boards.parquet import (
    open_curated,
    read_columns,
    read_facts,
    translate_damage,
)
from chalicelib.boards.past import Past
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board, BoardPage, Snapshot
from chalicelib.engines.curated import of_one_version
from chalicelib.engines.engine import Standing, Standings
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import curated_key
from chalicelib.threads.deadline import Deadline

if TYPE_CHECKING:
    from chalicelib.changes.gains_page import GainsPage
    from chalicelib.changes.span import Span

_NAMES: Final = ("name", "alliance")
_TYPES: Final = dict.fromkeys(_NAMES, pa.string())


class ArrowEngine:
    """Reads and ranks a snapshot's players for every request."""

    def __init__(self, store: Store) -> None:
        """Answer from the lake in `store`; nothing is read yet."""
        self._store = store

    def board(self, snapshot: Snapshot, request: BoardRequest, _: Deadline) -> BoardPage:
        """See `Engine.board`; reads the columns that are asked for, of one file."""

        def read() -> BoardPage:
            facts, players = self._read(snapshot, request, (*_NAMES, *request.values))
            if not players.num_rows:
                return BoardPage(facts, Board(0, [], request.offset))
            with _translate_damage(snapshot):
                return BoardPage(facts, rank_page(players, request, snapshot.snapshot_date))

        return of_one_version(read, snapshot.kingdom, snapshot.snapshot_date)

    def standings(
        self, snapshot: Snapshot, request: BoardRequest, ids: Collection[int], _: Deadline
    ) -> Standings:
        """See `Engine.standings`; reads ids and values, of one file."""

        def read() -> Standings:
            facts, players = self._read(snapshot, request, ())
            with _translate_damage(snapshot):
                return Standings(facts, _stand(players, ids))

        return of_one_version(read, snapshot.kingdom, snapshot.snapshot_date)

    def gains(self, span: "Span", request: BoardRequest, _: Deadline) -> "GainsPage":
        """See `Engine.gains`; reads both files side by side, and a third if a fault needs it."""
        # Imported late: a board's first answer would wait for it.
        from chalicelib.engines.curated_gains import read_gains

        return read_gains(self._store, span, request)

    def history(self, player: int, snapshots: Sequence[Snapshot], _: Deadline) -> list[Past]:
        """See `Engine.history`; reads the files side by side."""
        from chalicelib.engines.history import read_history

        return read_history(self._store, player, snapshots)

    def _read(
        self, snapshot: Snapshot, request: BoardRequest, columns: Collection[str]
    ) -> "_Valued":
        """The players with `id`, `value` and these columns; one version of the file."""
        kingdom, day = snapshot.kingdom, snapshot.snapshot_date
        weights = request.weights
        counters = (request.metric,) if weights is None else tuple(weights)
        kinds = {
            name: _TYPES.get(name, pa.int64())
            for name in dict.fromkeys(("id", *columns, *counters))
        }
        file = open_curated(self._store, curated_key(Partition(kingdom, day)), snapshot.players)
        facts = read_facts(file, kingdom, day)
        players = read_columns(file, kinds, kingdom, day, may_lack=weights or ())
        if weights is None:
            value = players[request.metric]
        else:
            check_known(players, counters, day)
            with _translate_damage(snapshot):
                value = weigh(players, weights)
        return _Valued(facts, players.select(["id", *columns]).append_column("value", value))


class _Valued(NamedTuple):
    """A file's facts and its players, whose `value` is what they are ranked by."""

    facts: Snapshot
    players: pa.Table


def _translate_damage(snapshot: Snapshot) -> AbstractContextManager[None]:
    day = snapshot.snapshot_date
    return translate_damage(f"kingdom {snapshot.kingdom}, {day}: the curated file cannot be ranked")


def _stand(players: pa.Table, ids: Collection[int]) -> dict[int, Standing]:
    """Where some players stand among all of them."""
    wanted = kernels.is_in(players["id"], value_set=pa.array([*ids], pa.int64()))
    # Nulls come last, so that they change no other's rank.
    ranks = kernels.rank(players["value"], "descending", tiebreaker="min")
    columns = (players["id"], ranks, players["value"])
    rows = zip(*(kernels.filter_by(one, wanted).to_pylist() for one in columns), strict=True)
    return {
        player: Standing(None, None) if value is None else Standing(rank, int(value))
        for player, rank, value in rows
    }
