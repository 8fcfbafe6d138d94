"""Ranking: value descending, id ascending, competition ranks (contract, section 8).

The order is total (ids are unique), so every engine that follows it gives the same answer.
All of it is Arrow kernels; the only loop over rows is the one over the entries that are returned.
"""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.document import HELD
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.snapshot import Board, Entry

_ORDER = [("value", "descending"), ("id", "ascending")]
_COLUMNS = ["id", "name", "alliance", "value"]


def rank(players: pa.Table, limit: int, offset: int = 0) -> Board:
    """A page of the ranking of `players`.

    Args:
        players: columns id (int64, unique), name, alliance and value (int64, nullable).
        limit: at most so many entries.
        offset: so many of the first are left out.
    """
    ranked = kernels.filter_by(players, kernels.is_valid(players["value"]))
    total = ranked.num_rows
    if offset >= total:
        return Board(total, [])
    page = kernels.take(ranked, _first(ranked, offset + limit).slice(offset))
    above = kernels.total(kernels.greater(ranked["value"], page["value"][0])).as_py()
    return Board(total, _entries(page, offset, above + 1))


def _first(players: pa.Table, count: int) -> pa.Array:
    """The indices of the first `count` players, in order; no value may be null."""
    # Selecting keeps a heap of `count`: with many of the rows in it, sorting is several times
    # faster.
    if count * 8 > players.num_rows:
        return kernels.sort_indices(players, _ORDER).slice(0, count)
    return kernels.select_k_unstable(players, count, _ORDER)


def _entries(page: pa.Table, offset: int, first_rank: int) -> list[Entry]:
    players, names, alliances, values = (page[name].to_pylist() for name in _COLUMNS)
    positions = range(offset + 1, offset + 1 + len(values))
    ranks = []
    rank_now, value_before = first_rank, None
    for position, value in zip(positions, values, strict=True):
        if value_before is not None and value != value_before:
            rank_now = position
        value_before = value
        ranks.append(rank_now)
    return [
        {
            "rank": rank_,
            "position": position,
            "id": player,
            "name": name,
            "alliance": alliance,
            "value": value,
        }
        for rank_, position, player, name, alliance, value in zip(
            ranks, positions, players, names, alliances, values, strict=True
        )
    ]


class _Candidates:
    """What may still be among one metric's first `limit` players."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: list[pa.Table] = []
        self._rows = 0
        self._threshold: Any = None
        self.total = 0

    def add(self, players: pa.Table) -> None:
        value = players["value"]
        self.total += len(value) - value.null_count
        # Equal to the threshold may still get in, by a smaller id. Null is dropped by the filter.
        kept = kernels.filter_by(
            players,
            kernels.is_valid(value)
            if self._threshold is None
            else kernels.greater_equal(value, self._threshold),
        )
        if not kept.num_rows:
            return
        self._kept.append(kept)
        self._rows += kept.num_rows
        if self._rows >= 2 * self._limit:
            self._compact()

    def _compact(self) -> None:
        kept = pa.concat_tables(self._kept)
        top = kernels.take(kept, _first(kept, self._limit))
        self._kept, self._rows = [top], top.num_rows
        self._threshold = top["value"][top.num_rows - 1]

    def board(self) -> Board:
        if not self._kept:
            return Board(self.total, [])
        return Board(self.total, rank(pa.concat_tables(self._kept), self._limit).entries)


class BoardBuilder:
    """Makes every metric's board from a stream of players.

    Memory is bounded by the largest batch and `limit`, not by the stream.
    """

    def __init__(self, limit: int = HELD) -> None:
        """Start with no players; each board will hold the first `limit`."""
        self._candidates = {metric: _Candidates(limit) for metric in METRIC_NAMES}

    def add(self, players: pa.Table | pa.RecordBatch) -> None:
        """Take in players: columns id, name, alliance and one for every metric (others ignored).

        Ids must be unique over the whole stream, or the boards' order is undefined.
        """
        for metric, candidates in self._candidates.items():
            columns = ["id", "name", "alliance", metric]
            arrays = [players.column(name) for name in columns]
            candidates.add(pa.table(arrays, names=_COLUMNS))

    def boards(self) -> Mapping[str, Board]:
        """Each metric's board of the players so far, in the order of the metrics' table."""
        return {metric: kept.board() for metric, kept in self._candidates.items()}
