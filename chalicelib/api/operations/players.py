"""A kingdom's players: searched by name or id, or who is idle (contract, section 9)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.api.caching import SHORT
from chalicelib.api.following import next_page
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.parameters.dates import PlainDateParameter
from chalicelib.api.parameters.declared import ALLIANCE, KINGDOM, LIMIT, OFFSET
from chalicelib.api.parameters.rules import JustOneOf
from chalicelib.api.parameters.texts import TextParameter
from chalicelib.api.table import Column, Table, keys
from chalicelib.roster.answers import Found, Listed

SEARCH = TextParameter(
    "search",
    "query",
    "An id, or a part of any name that the player had in this kingdom, in any case and with or "
    "without accents.",
    "yuki",
    longest=200,
)
IDLE_SINCE = PlainDateParameter(
    "idle_since",
    "query",
    "Who is in the newest snapshot, and whose counters have not grown after this date.",
    "2026-01-05",
)


def players(
    backend: Backend,
    *,
    kingdom: int,
    search: str | None,
    idle_since: date | None,
    alliance: str | None,
    limit: int,
    offset: int,
) -> Answer:
    """Players by a search, or who is idle.

    Raises:
        NotFoundError: there is no such kingdom.
        BadParameterError: nothing is left of what is searched when it is folded.
    """
    roster = backend.catalog().roster(kingdom)

    def make() -> Content:
        if search is not None:
            found = roster.search(search, alliance, limit, offset)
        else:
            assert idle_since is not None  # one of the two is given
            found = roster.idle_since(idle_since, alliance, limit, offset)
        asked = [("search", search), ("idle_since", idle_since), ("alliance", alliance)]
        document = {
            "kingdom": kingdom,
            "total": found.total,
            "limit": limit,
            "offset": offset,
            "next": next_page(found.total, limit, offset, asked, ()),
            "players": _rows(found),
        }
        return Content(document, (roster.version,))

    return Answer((roster.version,), SHORT, make)


def _rows(found: Found) -> list[dict[str, Any]]:
    return [_row(one) for one in found.players]


def _row(one: Listed) -> dict[str, Any]:
    changed = one.last_changed
    return {
        "id": one.id,
        "name": one.name,
        "alliance": one.alliance,
        "power": one.power,
        "matched": one.matched,
        "first_seen": one.first_seen.isoformat(),
        "last_seen": one.last_seen.isoformat(),
        "last_changed": None if changed is None else changed.isoformat(),
    }


def _columns(_: Mapping[str, Any]) -> list[Column]:
    return keys(*Listed._fields)


PLAYERS = Operation(
    "listPlayers",
    "/v1/kingdoms/{kingdom}/players",
    "Players by name or id, or who is idle",
    "Give just one of `search` and `idle_since`. A search looks at every name that a player had in "
    "this kingdom: `matched` is the newest older name that fits, null where the current one does. "
    "An exact name comes first, then one that starts with it, then the rest; each by power. "
    "Name, alliance and power are those of the newest snapshot that has the player.",
    players,
    "PlayerList",
    (KINGDOM, SEARCH, IDLE_SINCE, ALLIANCE, LIMIT, OFFSET),
    (404, 503, 504),
    (JustOneOf("search", "idle_since"),),
    Table(("players",), _columns),
)
