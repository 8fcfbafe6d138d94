"""Boards of gains between two snapshots (contract, section 9)."""

from collections.abc import Sequence
from typing import Any, Final, cast

import pyarrow as pa

from chalicelib.boards.page import rank_page
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board, Entry
from chalicelib.changes.findings import NOTHING_FOUND, OF_ZERO, Findings, Suspect
from chalicelib.changes.formula import measure_of, no_gain, value_measure
from chalicelib.changes.gain_columns import check_weights, gain_columns
from chalicelib.changes.gains_page import Gain, GainsPage, MyGain
from chalicelib.changes.pair import Before, Pair, Scan
from chalicelib.changes.suspects import suspects_of
from chalicelib.errors import NotFoundError

_NAMED: Final = ("id", "name", "alliance")
_ENDS: Final = ("from", "to")


def rank_gains(older: Scan, newer: Scan, before: Before, request: BoardRequest) -> GainsPage:
    """A page of the board of gains, with the suspects of the pair.

    Args:
        older: the snapshot `from`, with the growing counters, power, and the counters of what is
            asked for.
        newer: the snapshot `to`, likewise.
        before: reads the snapshot before the older one.
        request: what is asked for.

    Raises:
        NotFoundError: the player of `around` is not ranked (or not in the alliance).
        BadParameterError: the two have a `dkp` of different bases, or nobody is known of a counter
            in `weights` in one of them.
    """
    pair = Pair(older, newer)
    return gains_of_pair(pair, request)._replace(findings=suspects_of(pair, before))


def gains_of_pair(pair: Pair, request: BoardRequest) -> GainsPage:
    """As `rank_gains`, of two scans that are joined already; without the suspects."""
    older, newer = pair.older, pair.newer
    formulas = older.snapshot.dkp, newer.snapshot.dkp
    days = older.snapshot.snapshot_date, newer.snapshot.snapshot_date
    measure = measure_of(request.metric, request.weights, *formulas, days)
    if request.weights is not None:
        check_weights(older, newer, request.weights)
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
        findings=NOTHING_FOUND,
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
