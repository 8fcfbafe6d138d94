"""Read the rows of a query: they are used only if they say that they are what was asked for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from chalicelib.boards.refusals import known_of_nobody, not_ranked
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Above, Board, Entry, Me
from chalicelib.engines.athena.client import Row
from chalicelib.engines.athena.errors import AnswerMismatchError
from chalicelib.engines.athena.query import BoardQuery, StandingsQuery
from chalicelib.engines.engine import Standing

_TEXT: Final = str | None
_NUMBER: Final = int | None

_BOARD: Final[Mapping[str, Any]] = {
    "rank": int,
    "position": int,
    "id": int,
    "name": _TEXT,
    "alliance": _TEXT,
    "value": _NUMBER,
    "total": int,
    "around": _NUMBER,
    "me": _NUMBER,
    "nobody": int,
}
_ENTRY: Final = tuple(_BOARD)[:6]
_STANDINGS: Final[Mapping[str, Any]] = {
    "id": int,
    "wanted": int,
    "rank": _NUMBER,
    "value": _NUMBER,
    "found": int,
    "nobody": int,
}


def read_board(rows: Sequence[Row], query: BoardQuery) -> Board:
    """The page in a query's rows.

    Raises:
        AnswerMismatchError: there is no row, a row is not of the requested file and request, or
            the rows are incomplete.
        NotFoundError: the player of `around` is not ranked (or not in the alliance).
        BadParameterError: nobody is known of a counter in `weights`.
    """
    request = query.request
    kinds = {**_BOARD, **{f"with_{name}": _NUMBER for name in request.values}}
    found = typed(rows, kinds, query.identity, query)
    first = found[0]
    check_known(first["nobody"], request.weights, query.source.day)
    total, around, me = first["total"], first["around"], first["me"]
    offset = page_offset(request, total, around, query.source.day)
    page = range(offset + 1, min(offset + request.limit, total) + 1)
    expected = {1, *page, *(range(max(1, me - 1), me + 1) if me else ())}
    ranked = [one for one in found if one["position"] <= total]
    if [one["position"] for one in found] != sorted(expected) or not all(
        one["value"] is not None and request.alliance in (None, one["alliance"]) for one in ranked
    ):
        raise AnswerMismatchError(f"Athena's answer to {query!r} has not the rows it must have")
    entries = {one["position"]: _entry(one, request) for one in ranked}
    shown = [entries[position] for position in page]
    check_player(entries, around, request.around, query)
    check_player(entries, me, request.me, query)
    mine = Me(entry=entries[me], above=above(entries, me)) if me else None
    return Board(total, shown, offset, mine)


def read_standings(rows: Sequence[Row], query: StandingsQuery) -> Mapping[int, Standing]:
    """The standings in a query's rows, by id.

    Raises:
        AnswerMismatchError: as `read_board`.
        BadParameterError: nobody is known of a counter in `weights`.
    """
    found = typed(rows, _STANDINGS, query.identity, query)
    check_known(found[0]["nobody"], query.request.weights, query.source.day)
    wanted = [one for one in found if one["wanted"] == 1]
    of = {one["id"]: Standing(one["rank"], one["value"]) for one in wanted}
    if (
        not {*query.ids}.issuperset(of)
        or not len(of) == len(wanted) == found[0]["found"]
        or any((one.rank is None) != (one.value is None) for one in of.values())
    ):
        raise AnswerMismatchError(f"Athena's answer to {query!r} has not the players it must have")
    return of


def typed(
    rows: Sequence[Row],
    kinds: Mapping[str, Any],
    identity: tuple[int | str, ...],
    query: object,
) -> list[dict[str, Any]]:
    """The rows by the names of their columns.

    Args:
        rows: of a query.
        kinds: names in order, and types.
        identity: what must stand in each row after these.
        query: for messages.

    Raises:
        AnswerMismatchError: there is no row, or one is of another query.
    """
    types = tuple(kinds.values())
    if not rows or not all(
        row[len(types) :] == identity and all(map(isinstance, row, types)) for row in rows
    ):
        raise AnswerMismatchError(f"Athena's answer is not one to {query!r}")
    return [dict(zip(kinds, row, strict=False)) for row in rows]


def check_known(nobody: int, weights: Mapping[str, int] | None, day: date) -> None:
    """See that each counter of a formula is known of somebody.

    Args:
        nobody: see `chalicelib.engines.athena.query.first_unknown`.
        weights: the formula.
        day: the snapshot's date.

    Raises:
        BadParameterError: one is not.
    """
    if nobody:
        raise known_of_nobody(list(weights or ())[nobody - 1], day)


def page_offset(request: BoardRequest, total: int, around: int | None, day: date) -> int:
    """How many entries are before a page.

    Args:
        request: what is asked for.
        total: how many players are ranked.
        around: the position of the player of `around`; None: not ranked.
        day: the snapshot's date.

    Raises:
        NotFoundError: that player is not ranked.
    """
    if request.around is None:
        return request.offset
    if around is None:
        raise not_ranked(request, day)
    return request.first(around, total)


def check_player(
    entries: Mapping[int, Any], position: int | None, player: int | None, query: object
) -> None:
    """See that the entry at the position of a player who was asked for is that player's.

    Args:
        entries: by position.
        position: where Athena says the player is; None: not ranked.
        player: the player's id; None: nobody was asked for.
        query: for messages.

    Raises:
        AnswerMismatchError: it is another player's, or not there.
    """
    if position is not None and entries.get(position, {}).get("id") != player:
        raise AnswerMismatchError(f"Athena's answer to {query!r} has another player's position")


def above(entries: Mapping[int, Any], position: int) -> Above | None:
    """What is shown of the entry before a position, of entries by position."""
    if position == 1:
        return None
    entry = entries[position - 1]
    return Above(rank=entry["rank"], value=entry["value"])


def _entry(row: Mapping[str, Any], request: BoardRequest) -> Entry:
    entry = {name: row[name] for name in _ENTRY}
    if request.values:
        entry["values"] = values_of(row, request.values)
    return cast("Entry", entry)


def values_of(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, int | None]:
    """The further values of an entry, in the order that is asked for."""
    return {name: row[f"with_{name}"] for name in names}
