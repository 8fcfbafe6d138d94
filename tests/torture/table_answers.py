"""What the engine `dynamodb` must answer of one state of a kingdom's item, whole.

Of everything that comes from the table alone: boards without `since`, histories, lists of players
and of snapshots. What comes of two snapshots is judged as for the other engines.
"""

from typing import Any, Final, NamedTuple

from chalicelib.players.schema import COUNTERS
from tests.torture import between_lists
from tests.torture.between import (
    KEPT,
    Document,
    beside_of,
    day_of,
    kingdom_of,
    named,
    page_of,
    values_of,
)
from tests.torture.between_requests import HISTORY, PLAYERS
from tests.torture.catalogs import facts_of
from tests.torture.requests import BOARD, Request
from tests.torture.states import NOBODY, Dated
from tests.torture.table_states import ItemState
from tests.torture.uploads import METRICS, Upload

SNAPSHOTS: Final = "/v1/kingdoms/{kingdom}/snapshots"
_MOST: Final = 52


class Wanted(NamedTuple):
    """An answer.

    Attributes:
        statuses: what its status may be.
        document: of a 200.
    """

    statuses: frozenset[int]
    document: Document | None = None


_MISSING: Final = Wanted(frozenset((404,)))


def is_of_one_item(request: Request) -> bool:
    """Whether the table alone answers it, from one kingdom's item and what that names."""
    is_plain = not {"since", "alliance", "weights"} & request.query.keys()
    return request.path in (SNAPSHOTS, HISTORY, PLAYERS) or (request.path == BOARD and is_plain)


def wanted_of(request: Request, state: ItemState | None) -> Wanted:
    """The answer of a state; None: there is no item, and the lake has no snapshot."""
    if state is None or not state.dated:
        return _MISSING
    if request.path == SNAPSHOTS:
        rows = [_row(state.dated[day]) for day in sorted(state.dated, reverse=True)]
        return _found({"kingdom": state.kingdom, "snapshots": rows})
    if request.path == HISTORY:
        return _history(request, state)
    if request.path == PLAYERS:
        known = state.known or NOBODY
        return _found(between_lists.players(request.query, state.kingdom, known))
    return _board(request, state.dated)


def _board(request: Request, dated: Dated) -> Wanted:
    query, metric = request.query, request.parameters["metric"]
    latest = max(dated)
    upload = dated.get(query.get("date", latest))
    if upload is None:
        return _MISSING
    facts = named(upload)
    ranking = [
        {**one, **values_of(upload, one["id"], beside_of(query))} for one in upload.ranking(metric)
    ]
    at = {one["id"]: number for number, one in enumerate(ranking)}
    is_ranked = "around" not in query or int(query["around"]) in at
    if query.get("version", facts["version"]) != facts["version"]:
        return Wanted(frozenset((409,) if is_ranked else (404, 409)))
    if not is_ranked:
        return _MISSING
    limit = int(query["limit"])
    if "around" in query:
        first = max(0, min(at[int(query["around"])] - limit // 2, len(ranking) - limit))
        query = {**query, "offset": f"{first}"}
    asked = {"date": facts["snapshot_date"], "version": facts["version"]}
    asked |= {name: query[name] for name in (*KEPT, "me") if name in query}
    document = {
        "kingdom": kingdom_of(upload),
        "metric": metric,
        **facts,
        **({} if "version" in query else {"latest": day_of(upload) == latest}),
        **page_of(query, ranking, "entries", asked),
        "ingested_at": upload.ingested_at,
        "dkp": facts_of(upload)["dkp"],
    }
    if "me" in query:
        place = at.get(int(query["me"]))
        document["me"] = None if place is None else _me(ranking, place)
    return _found(document)


def _me(ranking: list[Document], place: int) -> Document:
    above = ranking[place - 1] if place else None
    return {
        "entry": ranking[place],
        "above": above and {"rank": above["rank"], "value": above["value"]},
    }


def _history(request: Request, state: ItemState) -> Wanted:
    """Of the roster who it is, and where there is something to be told."""
    player = int(request.parameters["player"])
    known = (state.known or NOBODY).get(player)
    if known is None:
        return _MISSING
    limit = int(request.query.get("limit", _MOST))
    before = request.query.get("before", "9999")
    seen = {f"{day}" for day in known.member.seen}
    days = [day for day in sorted(state.dated, reverse=True) if day in seen and day < before]
    shown = days[:limit]
    rows = [between_lists.appearance(state.dated[day], player, COUNTERS) for day in shown]
    more = {"limit": f"{limit}", "before": shown[-1]} if len(days) > limit else None
    return _found(
        {
            **between_lists.person(state.kingdom, known),
            "next": more,
            "snapshots": [row for row in rows if row is not None],
        }
    )


def _row(upload: Upload) -> dict[str, Any]:
    known = {metric: len(upload.ranking(metric)) for metric in METRICS}
    return {
        **named(upload),
        "players": len(upload.players),
        "ingested_at": upload.ingested_at,
        "known": known,
    }


def _found(document: Document) -> Wanted:
    return Wanted(frozenset((200,)), document)
