"""Boards of gains between two snapshots (contract, section 9)."""

from collections.abc import Sequence
from typing import Any, Final, cast

import pyarrow as pa

from chalicelib.boards.page import rank_page
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board, Entry, Snapshot
from chalicelib.changes.findings import OF_ZERO, Findings, Suspect
from chalicelib.changes.formula import measure_of, needed, no_gain, value_measure
from chalicelib.changes.gain_columns import check_weights, gain_columns
from chalicelib.changes.gains_page import Gain, GainsPage, MyGain
from chalicelib.changes.pair import Before, Pair, Scan
from chalicelib.changes.suspects import COLUMNS, suspects_of
from chalicelib.errors import NotFoundError

_NAMED: Final = ("id", "name", "alliance")
_ENDS: Final = ("from", "to")


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
        check_weights(older, newer, request.weights)
    pair = Pair(older, newer)
    found = gain_columns(pair, measure)
    players = {name: pair.now(name) for name in _NAMED}
    players |= {"value": found.gain, "from": found.older, "to": found.newer}
    for metric in request.values:
        players[metric] = gain_columns(pair, value_measure(metric, *formulas)).gain
    board = _rank(pa.table(players), request, older, newer)
    return GainsPage(
        older=older.head,
        newer=newer.head,
        total=board.total,
        unknown=found.unknown,
        offset=board.offset,
        entries=[_gain(entry, request) for entry in board.entries],
        me=_me(board, request),
        findings=suspects_of(pair, before),
    )


def _rank(players: pa.Table, request: BoardRequest, older: Scan, newer: Scan) -> Board:
    """The page that is asked for; its entries carry `from` and `to` among their values."""
    days = older.snapshot.snapshot_date, newer.snapshot.snapshot_date
    try:
        return rank_page(players, request._replace(values=(*_ENDS, *request.values)), days[1])
    except NotFoundError:
        raise no_gain(request, *days) from None


def _gain(entry: Entry, request: BoardRequest) -> Gain:
    values = {name: None if one is None else int(one) for name, one in entry["values"].items()}
    gain: dict[str, Any] = {name: one for name, one in entry.items() if name != "values"}
    gain |= {name: values[name] for name in _ENDS}
    if request.values:
        gain["values"] = {metric: values[metric] for metric in request.values}
    return cast(Gain, gain)


def _me(board: Board, request: BoardRequest) -> MyGain | None:
    if board.me is None:
        return None
    return {"entry": _gain(board.me["entry"], request), "above": board.me["above"]}


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
