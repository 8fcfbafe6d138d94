"""Boards of gains between two snapshots (contract, section 9)."""

from collections.abc import Sequence
from typing import Any, Final, cast

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Above, Snapshot
from chalicelib.changes.findings import OF_ZERO, Findings, Suspect
from chalicelib.changes.formula import measure_of, needed, value_measure
from chalicelib.changes.gain_columns import gain_columns, refuse_unknown
from chalicelib.changes.gains_page import Gain, GainsPage, MyGain
from chalicelib.changes.pair import Before, Pair, Scan
from chalicelib.changes.suspects import COLUMNS, suspects_of
from chalicelib.errors import NotFoundError

_ORDER: Final = [("value", "descending"), ("id", "ascending")]


def needed_columns(request: BoardRequest, older: Snapshot, newer: Snapshot) -> tuple[str, ...]:
    """The columns that `rank_gains` needs of both snapshots' files.

    Raises:
        BadParameterError: the two have a `dkp` of different bases.
    """
    counters = needed(request, older.dkp, newer.dkp)
    return tuple(dict.fromkeys((*COLUMNS, "power", *counters)))


def rank_gains(older: Scan, newer: Scan, before: Before, request: BoardRequest) -> GainsPage:
    """A page of the board of gains, with the suspects of the pair.

    Args:
        older: the snapshot `from`, with the columns of `needed_columns`.
        newer: the snapshot `to`, likewise.
        before: reads the snapshot before the older one.
        request: what is asked for.

    Raises:
        NotFoundError: the player of `around` is not ranked (or not in the alliance).
        BadParameterError: the two have a `dkp` of different bases, or nobody is known of a counter
            in `weights` in one of them.
    """
    formulas = older.snapshot.dkp, newer.snapshot.dkp
    measure = measure_of(request.metric, request.weights, *formulas)
    if request.weights is not None:
        refuse_unknown(older, newer, request.weights)
    pair = Pair(older, newer)
    found = gain_columns(pair, measure)
    players = {name: pair.now(name) for name in ("id", "name", "alliance")}
    players |= {"value": found.gain, "from": found.older, "to": found.newer}
    for at, metric in enumerate(request.values):
        players[f"values {at}"] = gain_columns(pair, value_measure(metric, *formulas)).gain
    table = pa.table(players)
    board = _Board(
        kernels.filter_by(table, kernels.is_valid(found.gain)) if found.gain.null_count else table,
        request,
    )
    offset = request.offset
    if request.around is not None:
        position = board.position(request.around)
        if position is None:
            raise NotFoundError(_not_ranked(request.around, request.alliance))
        offset = request.first(position, board.total)
    return GainsPage(
        older=older.head,
        newer=newer.head,
        total=board.total,
        unknown=found.unknown,
        offset=offset,
        entries=board.page(offset, request.limit),
        me=None if request.me is None else board.me(request.me),
        findings=suspects_of(pair, before),
    )


class _Board:
    """The ranked players, and those of them within the alliance that is asked for, in order."""

    def __init__(self, ranked: pa.Table, request: BoardRequest) -> None:
        self._all = ranked["value"]
        self._values = request.values
        if request.alliance is not None:
            inside = kernels.equal(ranked["alliance"], request.alliance)
            ranked = kernels.filter_by(ranked, inside)
        self._players = ranked
        self._order = kernels.sort_indices(ranked.select(["value", "id"]), _ORDER)
        self.total = ranked.num_rows

    def position(self, player: int) -> int | None:
        """A player's position from 1; None if not ranked here."""
        here = kernels.indices_nonzero(kernels.equal(self._players["id"], player))
        if not len(here):
            return None
        at = kernels.indices_nonzero(kernels.equal(self._order, here[0]))
        return int(at[0].as_py()) + 1

    def page(self, offset: int, limit: int) -> list[Gain]:
        """The entries after the first `offset`."""
        rows = self._order.slice(offset, limit)
        players = kernels.take(self._players, rows)
        columns = {name: players[name].to_pylist() for name in players.column_names}
        values = [int(value) for value in columns["value"]]
        ranks: list[int] = []
        for at, value in enumerate(values):
            same = at and value == values[at - 1]
            ranks.append(ranks[-1] if same else self._rank(players["value"][at]))
        return [
            self._entry(rank, offset + at + 1, {name: columns[name][at] for name in columns})
            for at, rank in enumerate(ranks)
        ]

    def me(self, player: int) -> MyGain | None:
        """A player's own entry, and what the one above has."""
        position = self.position(player)
        if position is None:
            return None
        first = max(0, position - 2)
        *above, mine = self.page(first, position - first)
        return {
            "entry": mine,
            "above": Above(rank=above[0]["rank"], value=above[0]["value"]) if above else None,
        }

    def _rank(self, value: pa.Scalar) -> int:
        """The kingdom's rank of a value: one more than there are above it."""
        return int(kernels.total(kernels.greater(self._all, value)).as_py() or 0) + 1

    def _entry(self, rank: int, position: int, player: dict[str, Any]) -> Gain:
        entry: dict[str, Any] = {"rank": rank, "position": position}
        entry |= {name: player[name] for name in ("id", "name", "alliance")}
        entry |= {name: int(player[name]) for name in ("value", "from", "to")}
        if self._values:
            entry["values"] = {
                metric: None if (gain := player[f"values {at}"]) is None else int(gain)
                for at, metric in enumerate(self._values)
            }
        return cast(Gain, entry)


def _not_ranked(player: int, alliance: str | None) -> str:
    inside = "" if alliance is None else f" within {alliance}"
    return f"player {player} is not ranked here{inside}; ask for a page by offset instead of around"


def beside_the_board(
    findings: Findings, columns: Sequence[str], alliance: str | None
) -> list[Suspect]:
    """The suspects that an answer about gains lists by itself.

    Those whose counter fell (one of `columns`), and those zeroed or back from zero in this pair, of
    reliable columns, within the alliance.

    Args:
        findings: of the pair.
        columns: the metric's column; for a `dkp` by formula those of its weights.
        alliance: only players of it; None: all.
    """
    return [
        one
        for one in findings.reliable()
        if (one.kind in OF_ZERO or (one.kind == "fell" and one.column in columns))
        and (alliance is None or one.alliance == alliance)
    ]
