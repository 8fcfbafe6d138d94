"""A page of a board, ranked as it is asked for (contract, section 8).

Value descending, id ascending, competition ranks. The order is total (ids are unique), so every
engine gives the same answer. All steps that see every player are Arrow kernels.
"""

from datetime import date
from typing import Any, Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.refusals import not_ranked
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board, Entry, Me

_ORDER: Final = [("value", "descending"), ("id", "ascending")]


def rank_page(players: pa.Table, request: BoardRequest, day: date) -> Board:
    """The page of the ranking of `players` that is asked for.

    Args:
        players: columns id (int64, unique), name, alliance, value (int64 or a decimal, nullable),
            and each of `request.values`.
        request: what is asked for; `metric` and `weights` are in `value` already.
        day: the snapshot's date, for errors.

    Raises:
        NotFoundError: the player of `around` is not ranked (or not in the alliance).
    """
    known = known_only(players, "value")
    if (request.around, request.me, request.alliance) == (None, None, None):
        return _first_page(known, request)
    ranking = _rank_all(known, request.alliance)
    total = len(ranking.order)
    offset = request.offset
    if request.around is not None:
        at = ranking.find(request.around)
        if at is None:
            raise not_ranked(request, day)
        offset = request.first(at + 1, total)
    entries = ranking.entries(offset, request.limit, request.values)
    return Board(total, entries, offset, _me(ranking, request))


def known_only(players: pa.Table, column: str) -> pa.Table:
    """The players whose value is known."""
    value = players[column]
    return kernels.filter_by(players, kernels.is_valid(value)) if value.null_count else players


def _first_page(known: pa.Table, request: BoardRequest) -> Board:
    """A page of everybody: only what is up to its end is sorted."""
    limit, offset = request.limit, request.offset
    first = first_rows(known, offset + limit, _ORDER)
    page = kernels.take(known, first.slice(offset))
    # Includes the values before the page: its first player may share a rank with the last of them.
    values = kernels.take(known["value"], first)
    ranks = kernels.rank(values, "descending", tiebreaker="min").slice(offset)
    entries = _entries(page, ranks, offset, request.values)
    return Board(known.num_rows, entries, offset)


def first_rows(players: pa.Table, count: int, order: list[tuple[str, str]]) -> pa.Array:
    """The indices of the first `count` players, in order; those whose value is null are last."""
    # `select_k` uses a heap of `count` rows; if that is a large part of all rows, sorting is
    # several times faster.
    if count * 8 > players.num_rows:
        return kernels.sort_indices(players, order).slice(0, count)
    return kernels.select_k_unstable(players, count, order)


class _Ranking(NamedTuple):
    """A whole board.

    Attributes:
        players: whose value is known, in any order.
        ranks: of each of them.
        order: the indices of those who are on the board, in its order.
    """

    players: pa.Table
    ranks: pa.Array
    order: pa.Array

    def find(self, player: int) -> int | None:
        """At which index of the order a player is; None: not on the board."""
        ids = kernels.take(self.players["id"], self.order)
        found = kernels.indices_nonzero(kernels.equal(ids, player))
        return found[0].as_py() if len(found) else None

    def entries(self, offset: int, limit: int, values: tuple[str, ...]) -> list[Entry]:
        """A page."""
        rows = self.order.slice(offset, limit)
        page = kernels.take(self.players, rows)
        return _entries(page, kernels.take(self.ranks, rows), offset, values)


def _rank_all(known: pa.Table, alliance: str | None) -> _Ranking:
    """The board of an alliance, or of all; the ranks are those among all."""
    ranks = kernels.rank(known["value"], "descending", tiebreaker="min")
    order = kernels.sort_indices(known, _ORDER)
    if alliance is not None:
        members = kernels.take(kernels.equal(known["alliance"], alliance), order)
        order = kernels.filter_by(order, members)
        if isinstance(order, pa.ChunkedArray):
            order = order.combine_chunks()
    return _Ranking(known, ranks, order)


def _me(ranking: _Ranking, request: BoardRequest) -> Me | None:
    at = None if request.me is None else ranking.find(request.me)
    if at is None:
        return None
    # The one above is read along with it.
    first = max(0, at - 1)
    entries = ranking.entries(first, at - first + 1, request.values)
    above = entries[0] if at else None
    return {
        "entry": entries[-1],
        "above": None if above is None else {"rank": above["rank"], "value": above["value"]},
    }


def _entries(page: pa.Table, ranks: Any, offset: int, values: tuple[str, ...]) -> list[Entry]:
    """The entries of players that are in order."""
    count = page.num_rows
    numbers = page["value"].to_pylist()
    if pa.types.is_decimal(page["value"].type):
        numbers = [int(number) for number in numbers]
    rows = zip(
        ranks.to_pylist(),
        range(offset + 1, offset + count + 1),
        *(page[name].to_pylist() for name in ("id", "name", "alliance")),
        numbers,
        strict=True,
    )
    entries: list[Entry] = [
        {
            "rank": rank,
            "position": position,
            "id": player,
            "name": name,
            "alliance": alliance,
            "value": value,
        }
        for rank, position, player, name, alliance, value in rows
    ]
    if values:
        columns = [page[name].to_pylist() for name in values]
        for entry, row in zip(entries, zip(*columns, strict=True), strict=True):
            entry["values"] = dict(zip(values, row, strict=True))
    return entries
