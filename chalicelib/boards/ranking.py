"""The first players of every metric's board, from a stream of players (contract, section 8).

They are ordered and ranked as in `chalicelib.boards.page`. All steps are Arrow kernels.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.document import BOARD_SIZE, PLAYER_COLUMNS
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.page import first_rows, known_only

_COLUMNS: Final = (*PLAYER_COLUMNS, *METRIC_NAMES)
_TEXTS: Final = ("name", "alliance")
_NO_PLAYERS: Final = pa.table(
    [pa.array([], pa.string() if name in _TEXTS else pa.int64()) for name in _COLUMNS],
    names=_COLUMNS,
)


class Ranked(NamedTuple):
    """The first players of one metric's board.

    Attributes:
        total: how many players are ranked, in `players` or not.
        players: the first of them, in order: id, name, alliance, and every metric.
        ranks: their competition ranks.
    """

    total: int
    players: pa.Table
    ranks: pa.Array


def _first(players: pa.Table, count: int, column: str) -> pa.Array:
    """The indices of the first `count` players, in order; no value may be null."""
    return first_rows(players, count, [(column, "descending"), ("id", "ascending")])


class _Candidates:
    """The players that may be among one metric's first `limit`."""

    def __init__(self, metric: str, limit: int) -> None:
        self._metric = metric
        self._limit = limit
        self._tables = [_NO_PLAYERS]
        self._rows = 0
        self._threshold: Any = None
        self.total = 0

    def add(self, players: pa.Table) -> None:
        value = players[self._metric]
        self.total += len(value) - value.null_count
        # A value equal to the threshold may still win by a smaller id. The filter drops nulls.
        candidates = (
            known_only(players, self._metric)
            if self._threshold is None
            else kernels.filter_by(players, kernels.greater_equal(value, self._threshold))
        )
        if not candidates.num_rows:
            return
        self._tables.append(candidates)
        self._rows += candidates.num_rows
        if self._rows >= 2 * self._limit:
            top = self._top()
            self._tables, self._rows = [top], top.num_rows
            self._threshold = top[self._metric][top.num_rows - 1]

    def _top(self) -> pa.Table:
        candidates = pa.concat_tables(self._tables)
        return kernels.take(candidates, _first(candidates, self._limit, self._metric))

    def ranked(self) -> Ranked:
        top = self._top()
        values = top[self._metric].combine_chunks()
        return Ranked(self.total, top, kernels.rank(values, "descending", tiebreaker="min"))


class BoardBuilder:
    """Makes every metric's board from a stream of players.

    Memory is bounded by the largest batch and `limit`, not by the stream.
    """

    def __init__(self, limit: int = BOARD_SIZE) -> None:
        """Start with no players; each board will hold the first `limit`."""
        self._candidates = {metric: _Candidates(metric, limit) for metric in METRIC_NAMES}

    def add(self, players: pa.Table | pa.RecordBatch) -> None:
        """Add players: columns id, name, alliance and every metric (others are ignored).

        Ids must be unique in the whole stream, else the boards' order is undefined.
        """
        table = pa.table([players.column(name) for name in _COLUMNS], names=_COLUMNS)
        for candidates in self._candidates.values():
            candidates.add(table)

    def boards(self) -> Mapping[str, Ranked]:
        """Each metric's board of the players so far, in the order of the metrics' table."""
        return {metric: candidates.ranked() for metric, candidates in self._candidates.items()}
