"""What an engine must answer, worked out player by player, independently of the product."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.request import BoardRequest
from chalicelib.errors import BadParameterError, NotFoundError

Player = Mapping[str, Any]
Valued = tuple[Player, int]

FORMULA_COUNTERS = ("t4_kills", "t5_kills", "deaths", "acclaim", "t1_deaths")

counters = st.none() | st.integers(0, 3) | st.integers(0, 2**53 - 1)
alliances = st.sampled_from([None, "A", "[B] Ünï'on", "雪"])


@st.composite
def players_with_ties(draw: st.DrawFn, max_size: int = 25) -> list[dict[str, Any]]:
    """Players of few alliances with many ties, unknown values and very large ones."""
    ids = draw(st.lists(st.integers(1, max_size), min_size=1, unique=True))
    columns = dict.fromkeys((*METRIC_NAMES, *FORMULA_COUNTERS))
    row = st.fixed_dictionaries(dict.fromkeys(columns, counters))
    return [{"id": one, "name": f"n{one}", "alliance": draw(alliances), **draw(row)} for one in ids]


@st.composite
def requests(draw: st.DrawFn) -> BoardRequest:
    """Any combination of parameters, as the API lets it through."""
    player = st.none() | st.integers(1, 27)
    metric = draw(st.sampled_from(METRIC_NAMES))
    weights = st.dictionaries(
        st.sampled_from(FORMULA_COUNTERS), st.sampled_from([0, 1, 40, 10**6]), min_size=1
    )
    around = draw(player)
    return BoardRequest(
        metric,
        draw(st.integers(1, 12)),
        0 if around is not None else draw(st.integers(0, 35)),
        around,
        draw(player),
        draw(st.none() | alliances),
        tuple(draw(st.lists(st.sampled_from(METRIC_NAMES), unique=True))),
        draw(st.none() | weights) if metric == "dkp" else None,
    )


def value_of(player: Player, request: BoardRequest) -> int | None:
    """What a player is ranked by."""
    if request.weights is None:
        found: int | None = player[request.metric]
        return found
    units = {name: player.get(name) for name in request.weights}
    if None in units.values():
        return None
    return sum(weight * (units[name] or 0) for name, weight in request.weights.items())


def check_weights(players: Sequence[Player], request: BoardRequest) -> None:
    for name in request.weights or ():
        if players and all(one.get(name) is None for one in players):
            raise BadParameterError(name)


def board(players: Sequence[Player], request: BoardRequest) -> dict[str, Any]:
    """The fields of `Board`."""
    if not players:
        return {"total": 0, "entries": [], "offset": request.offset, "me": None}
    check_weights(players, request)
    known: list[Valued] = []
    for one in players:
        value = value_of(one, request)
        if value is not None:
            known.append((one, value))

    def values(player: Player) -> dict[str, Any]:
        return {name: player[name] for name in request.values}

    return page(known, request, lambda player, value: {}, values)


def page(
    known: Sequence[Valued],
    request: BoardRequest,
    more: Callable[[Player, int], Mapping[str, Any]],
    values: Callable[[Player], Mapping[str, Any]],
) -> dict[str, Any]:
    """A page of ranked players, each with its value."""
    known = sorted(known, key=lambda one: (-one[1], one[0]["id"]))
    ranks: dict[int, int] = {}
    for at, (_, value) in enumerate(known, 1):
        ranks.setdefault(value, at)
    within = [one for one in known if request.alliance in (None, one[0]["alliance"])]
    entries = [
        {
            "rank": ranks[value],
            "position": position,
            "id": one["id"],
            "name": one["name"],
            "alliance": one["alliance"],
            "value": value,
            **more(one, value),
            **({"values": values(one)} if request.values else {}),
        }
        for position, (one, value) in enumerate(within, 1)
    ]
    places = {one["id"]: index for index, one in enumerate(entries)}
    offset = request.offset
    if request.around is not None:
        if request.around not in places:
            raise NotFoundError(request.around)
        offset = max(
            0, min(places[request.around] - request.limit // 2, len(entries) - request.limit)
        )
    me = None
    if request.me in places:
        index = places[request.me]
        above = entries[index - 1] if index else None
        me = {
            "entry": entries[index],
            "above": above and {"rank": above["rank"], "value": above["value"]},
        }
    return {
        "total": len(entries),
        "entries": entries[offset : offset + request.limit],
        "offset": offset,
        "me": me,
    }


def standings(
    players: Sequence[Player], request: BoardRequest, ids: Collection[int]
) -> dict[int, tuple[int | None, int | None]]:
    """Rank and value of each of these players who is in the snapshot."""
    check_weights(players, request)
    values = {one["id"]: value_of(one, request) for one in players}
    known = [value for value in values.values() if value is not None]
    found: dict[int, tuple[int | None, int | None]] = {}
    for player in ids:
        if player in values:
            value = values[player]
            rank = None if value is None else 1 + sum(other > value for other in known)
            found[player] = (rank, value)
    return found
