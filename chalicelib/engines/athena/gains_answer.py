"""Read the rows of a query about two snapshots; see `chalicelib.engines.athena.answers`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast, get_args

from chalicelib.boards.refusals import known_of_nobody
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.findings import OF_ZERO, Fault, Findings, Kind, Suspect, UnreliableColumn
from chalicelib.changes.formula import no_gain
from chalicelib.changes.gains_page import Gain, GainsPage
from chalicelib.changes.growing import GROWING
from chalicelib.changes.summary import Head
from chalicelib.changes.suspects import is_unreliable
from chalicelib.engines.athena.answers import above, check_player, typed, values_of
from chalicelib.engines.athena.client import Row
from chalicelib.engines.athena.errors import AnswerMismatchError
from chalicelib.engines.athena.gains_query import GainsQuery

_TEXT: Final = str | None
_NUMBER: Final = int | None

_COLUMNS: Final[Mapping[str, Any]] = {
    "kind": str,
    "rank": _NUMBER,
    "position": int,
    "id": int,
    "name": _TEXT,
    "alliance": _TEXT,
    "value": _NUMBER,
    "from": _NUMBER,
    "to": _NUMBER,
    "column": _TEXT,
    "ref": _NUMBER,
    "fault": _TEXT,
    "fell": _NUMBER,
    "players": _NUMBER,
    "total": int,
    "unknown": _NUMBER,
    "around": _NUMBER,
    "me": _NUMBER,
    "nobody_from": _NUMBER,
    "nobody_to": _NUMBER,
    "floor_from": _NUMBER,
    "floor_to": _NUMBER,
}
_ENTRY: Final = ("rank", "position", "id", "name", "alliance", "value", "from", "to")
_KINDS: Final = get_args(Kind)
_FAULTS: Final = (*get_args(Fault), None)
_KNOWN: Final = ("unknown", "nobody_from", "nobody_to")


def read_gains(
    rows: Sequence[Row], query: GainsQuery, older: Snapshot, newer: Snapshot
) -> GainsPage:
    """The page and the findings in a query's rows.

    Args:
        rows: of the query.
        query: what was asked.
        older: the facts of the snapshot `from`.
        newer: those of `to`.

    Raises:
        AnswerMismatchError: there is no row, a row is not of the requested files and request, or
            the rows are incomplete.
        NotFoundError: the player of `around` is not ranked (or not in the alliance).
        BadParameterError: nobody is known of a counter in `weights` in one of the snapshots.
    """
    request = query.request
    kinds = {**_COLUMNS, **{f"with_{name}": _NUMBER for name in request.values}}
    found = typed(rows, kinds, query.identity, query)
    on_board = [one for one in found if one["kind"] == "entry"]
    others = [one for one in found if one["kind"] != "entry"]
    if not on_board or any(on_board[0][name] is None for name in _KNOWN):
        raise AnswerMismatchError(f"Athena's answer to {query!r} has no first row")
    first = on_board[0]
    _check_known(first, query)
    findings = _findings(others, query)
    total, around, me = first["total"], first["around"], first["me"]
    offset = request.offset
    if request.around is not None:
        if around is None:
            raise no_gain(request, older.snapshot_date, newer.snapshot_date)
        offset = request.first(around, total)
    page = range(offset + 1, min(offset + request.limit, total) + 1)
    expected = {1, *page, *(range(max(1, me - 1), me + 1) if me else ())}
    entries = {one["position"]: _entry(one, request) for one in on_board if _is_of(one, request)}
    positions = [one["position"] for one in on_board]
    if positions != sorted(expected) or {*entries} != {*positions[: total or 0]}:
        raise AnswerMismatchError(f"Athena's answer to {query!r} has not the rows it must have")
    check_player(entries, around, request.around, query)
    check_player(entries, me, request.me, query)
    return GainsPage(
        older=Head(older, first["floor_from"]),
        newer=Head(newer, first["floor_to"]),
        total=total,
        unknown=first["unknown"],
        offset=offset,
        entries=[entries[position] for position in page],
        me={"entry": entries[me], "above": above(entries, me)} if me else None,
        findings=findings,
    )


def _check_known(first: Mapping[str, Any], query: GainsQuery) -> None:
    """See that each counter of the reader's formula is known of somebody in both snapshots."""
    sides = (("nobody_from", query.sources.older), ("nobody_to", query.sources.newer))
    for name, source in sides:
        if first[name]:
            counter = list(query.request.weights or ())[first[name] - 1]
            raise known_of_nobody(counter, source.day)


def _is_of(row: Mapping[str, Any], request: BoardRequest) -> bool:
    """Whether a row is a ranked player's, of the alliance that is asked for."""
    known = all(row[name] is not None for name in ("rank", "value", "from", "to"))
    return known and request.alliance in (None, row["alliance"])


def _entry(row: Mapping[str, Any], request: BoardRequest) -> Gain:
    entry = {name: row[name] for name in _ENTRY}
    if request.values:
        entry["values"] = values_of(row, request.values)
    return cast("Gain", entry)


def _findings(rows: list[dict[str, Any]], query: GainsQuery) -> Findings:
    """The suspects and the columns that are unreliable, all of them.

    A column fell for as many players as it has rows, so no row of those can be missing.
    """
    suspects = [_suspect(row) for row in rows]
    fell = Counter(one.column for one in suspects if one.kind == "fell")
    columns = {
        row["column"]: (row["fell"], row["players"]) for row in rows if row["kind"] == "fell"
    }
    if (
        any(row["total"] != len(rows) for row in rows)
        or not all(_is_sound(one) for one in suspects)
        or fell != {column: count for column, (count, _) in columns.items()}
        or not all(type(players) is int for _, players in columns.values())
    ):
        raise AnswerMismatchError(f"Athena's answer to {query!r} has not the suspects it must have")
    return Findings(
        sorted(suspects, key=lambda one: (one.kind, one.column or "", one.id)),
        [
            UnreliableColumn(column, *columns[column])
            for column in sorted(columns)
            if is_unreliable(*columns[column])
        ],
    )


def _suspect(row: Mapping[str, Any]) -> Suspect:
    return Suspect(
        id=row["id"],
        name=row["name"],
        alliance=row["alliance"],
        kind=row["kind"],
        column=row["column"],
        before=row["from"],
        after=row["to"],
        ref=row["ref"] if row["kind"] == "jump" else None,
        fault=row["fault"],
    )


def _is_sound(one: Suspect) -> bool:
    if one.kind not in _KINDS or one.fault not in _FAULTS:
        return False
    if one.kind in OF_ZERO:
        return (one.column, one.before, one.after) == (None, None, None)
    if one.kind == "tiers":
        return one.column == "kill_points" and one.after is not None
    known = one.before is not None and one.after is not None
    return one.column in GROWING and known and (one.ref is None) == (one.kind == "fell")
