"""Ranking: value descending, id ascending, competition ranks (contract, section 8).

The order is total (ids are unique), so every engine that follows it gives the same answer.
All of it is Arrow kernels.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.document import BOARD_SIZE
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.snapshot import Board

_ORDER: Final = [("value", "descending"), ("id", "ascending")]
_COLUMNS: Final = ["id", "name", "alliance", "value"]
_NOBODY: Final = pa.table(
    [pa.array([], kind) for kind in (pa.int64(), pa.string(), pa.string(), pa.int64())],
    names=_COLUMNS,
)


class Ranked(NamedTuple):
    """Ranked players of one metric, in columns.

    Attributes:
        total: how many players are ranked, in `page` or not.
        page: some of them, in order; its columns are those of an `Entry`.
    """

    total: int
    page: pa.Table


def rank(players: pa.Table, limit: int, offset: int = 0) -> Board:
    """A page of the ranking of `players`.

    Args:
        players: columns id (int64, unique), name, alliance and value (int64, nullable).
        limit: at most so many entries.
        offset: so many of the first are left out.
    """
    known = _known(players)
    return Board(known.num_rows, _page(known, limit, offset).to_pylist())


def _known(players: pa.Table) -> pa.Table:
    """The players whose value is known."""
    value = players["value"]
    return kernels.filter_by(players, kernels.is_valid(value)) if value.null_count else players


def _page(players: pa.Table, limit: int, offset: int = 0) -> pa.Table:
    """The entries of a page, in columns; no value may be null."""
    first = _first(players, offset + limit)
    page = kernels.take(players, first.slice(offset))
    # Of all values before the page too: its first player may share a rank with the last of them.
    values = kernels.take(players["value"], first)
    ranks, positions = (
        kernels.rank(values, "descending", tiebreaker=ties).slice(offset)
        for ties in ("min", "first")
    )
    names = ["rank", "position", *_COLUMNS]
    return pa.table([ranks, positions, *page.select(_COLUMNS).columns], names=names)


def _first(players: pa.Table, count: int) -> pa.Array:
    """The indices of the first `count` players, in order; no value may be null."""
    # Selecting keeps a heap of `count`: with many of the rows in it, sorting is several times
    # faster.
    if count * 8 > players.num_rows:
        return kernels.sort_indices(players, _ORDER).slice(0, count)
    return kernels.select_k_unstable(players, count, _ORDER)


class _Candidates:
    """What may still be among one metric's first `limit` players."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept = [_NOBODY]
        self._rows = 0
        self._threshold: Any = None
        self.total = 0

    def add(self, players: pa.Table) -> None:
        value = players["value"]
        self.total += len(value) - value.null_count
        # Equal to the threshold may still get in, by a smaller id. Null is dropped by the filter.
        kept = (
            _known(players)
            if self._threshold is None
            else kernels.filter_by(players, kernels.greater_equal(value, self._threshold))
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

    def ranked(self) -> Ranked:
        return Ranked(self.total, _page(pa.concat_tables(self._kept), self._limit))


class BoardBuilder:
    """Makes every metric's board from a stream of players.

    Memory is bounded by the largest batch and `limit`, not by the stream.
    """

    def __init__(self, limit: int = BOARD_SIZE) -> None:
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

    def boards(self) -> Mapping[str, Ranked]:
        """Each metric's board of the players so far, in the order of the metrics' table."""
        return {metric: kept.ranked() for metric, kept in self._candidates.items()}
