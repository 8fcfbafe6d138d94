"""The first players of every metric's board, from a stream of players (contract, section 8).

They are ordered and ranked as in `chalicelib.boards.page`. All steps are Arrow kernels.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.document import BOARD_SIZE, PLAYER_COLUMNS
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.page import first_rows

_COLUMNS: Final = (*PLAYER_COLUMNS, *METRIC_NAMES)
_TEXTS: Final = ("name", "alliance")
_NO_PLAYERS: Final = pa.table(
    [pa.array([], pa.string() if name in _TEXTS else pa.int64()) for name in _COLUMNS],
    names=_COLUMNS,
)


class Ranked(NamedTuple):
    """The first players of one metric's board.

    Attributes:
        total: how many players are ranked, among the first or not.
        order: the first of them, in order: rows of `Boards.players`.
        ranks: their competition ranks.
    """

    total: int
    order: pa.Array
    ranks: pa.Array


class Boards(NamedTuple):
    """The boards of all metrics.

    Attributes:
        players: everybody who is on one of them, and maybe others, in any order: id, name,
            alliance, and every metric.
        ranked: each metric's board, in the order of the metrics' table.
    """

    players: pa.Table
    ranked: Mapping[str, Ranked]


class BoardBuilder:
    """Makes every metric's board from a stream of players.

    Memory is bounded by the largest batch and `limit`, not by the stream.
    """

    def __init__(self, limit: int = BOARD_SIZE) -> None:
        """Start with no players; each board will hold the first `limit`."""
        self._limit = limit
        # As many as all boards can hold are kept at least.
        self._most_rows = 2 * limit * len(METRIC_NAMES)
        self._tables = [_NO_PLAYERS]
        self._totals = dict.fromkeys(METRIC_NAMES, 0)
        self._least: dict[str, Any] = {}

    def add(self, players: pa.Table | pa.RecordBatch) -> None:
        """Add players: columns id, name, alliance and every metric (others are ignored).

        Ids must be unique in the whole stream, else the boards' order is undefined.
        """
        table = pa.table([players.column(name) for name in _COLUMNS], names=_COLUMNS)
        for metric in METRIC_NAMES:
            self._totals[metric] += table.num_rows - table[metric].null_count
        if self._least:
            table = kernels.filter_by(table, self._may_be_first(table))
        self._tables.append(table)
        if sum(one.num_rows for one in self._tables) > self._most_rows:
            self._prune()

    def boards(self) -> Boards:
        """Each metric's board of the players so far."""
        players = self._joined()
        ranked = {}
        for metric in METRIC_NAMES:
            order = self._first(players, metric)
            values = kernels.take(players[metric], order).combine_chunks()
            ranks = kernels.rank(values, "descending", tiebreaker="min")
            ranked[metric] = Ranked(self._totals[metric], order, ranks)
        return Boards(players, ranked)

    def _may_be_first(self, players: pa.Table) -> pa.Array:
        """Who may be among the first of any metric: a mask."""
        mask = None
        for metric in METRIC_NAMES:
            value, least = players[metric], self._least.get(metric)
            # A value equal to the least may still win by a smaller id.
            found = (
                kernels.is_valid(value) if least is None else kernels.greater_equal(value, least)
            )
            mask = found if mask is None else kernels.or_kleene(mask, found)
        return mask

    def _prune(self) -> None:
        """Keep those alone who are among the first of a metric so far."""
        players = self._joined()
        firsts = []
        for metric in METRIC_NAMES:
            order = self._first(players, metric)
            firsts.append(order)
            if len(order) == self._limit:
                self._least[metric] = players[metric][order[-1].as_py()]
        self._tables = [kernels.take(players, kernels.unique(pa.concat_arrays(firsts)))]

    def _joined(self) -> pa.Table:
        return pa.concat_tables(self._tables).combine_chunks()

    def _first(self, players: pa.Table, metric: str) -> pa.Array:
        """The rows of the first players of a metric, in order."""
        known = players.num_rows - players[metric].null_count
        order = [(metric, "descending"), ("id", "ascending")]
        return first_rows(players.select(["id", metric]), min(self._limit, known), order)
