"""What an engine must answer, worked out player by player, independently of the product."""

from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.request import BoardRequest
from chalicelib.errors import BadParameterError, NotFoundError

Player = Mapping[str, Any]
Valued = tuple[Player, int]

FORMULA_COUNTERS = ("t4_kills", "t5_kills", "deaths", "acclaim", "t1_deaths")

ALLIANCES = (None, "A", "[B] Ünï'on", "雪")
MOST_PLAYERS = 25

# Made of a number: what Hypothesis draws value by value is mostly small and alike.
_numbers = st.integers(0, 2**32 - 1)


def players_with_ties() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Players of few alliances with many ties, unknown values and very large ones."""
    return _numbers.map(_players)


def requests() -> st.SearchStrategy[BoardRequest]:
    """Any combination of parameters, as the API lets it through."""
    return _numbers.map(_request)


def _players(seed: int) -> list[dict[str, Any]]:
    random = Random(seed)
    columns = dict.fromkeys((*METRIC_NAMES, *FORMULA_COUNTERS))
    unknown = random.choice([0.0, 0.1, 0.5])
    nobody = random.choice([*columns, *[None] * 9])

    def counter(name: str) -> int | None:
        if name == nobody or random.random() < unknown:
            return None
        return random.choice([random.randint(0, 3), random.randint(2**53 - 3, 2**53 - 1)])

    ids = random.sample(range(1, MOST_PLAYERS + 1), random.choice([1, 5, 15, MOST_PLAYERS]))
    return [
        {
            "id": one,
            "name": random.choice([None, f"n{one}"]),
            "alliance": random.choice(ALLIANCES),
            **{name: counter(name) for name in columns},
        }
        for one in ids
    ]


def _request(seed: int) -> BoardRequest:
    random = Random(seed)

    def perhaps(share: float, value: Any) -> Any:
        return value if random.random() < share else None

    metric = random.choice([*METRIC_NAMES, "dkp"])
    around = perhaps(0.4, random.randint(1, MOST_PLAYERS + 2))
    counters = random.sample(FORMULA_COUNTERS, random.randint(1, 3))
    weights = {name: random.choice([0, 1, 40, 10**6]) for name in counters}
    return BoardRequest(
        metric,
        random.randint(1, 12),
        0 if around is not None else random.choice([0, 0, 1, 7, 20]),
        around,
        perhaps(0.6, random.randint(1, MOST_PLAYERS + 1)),
        perhaps(0.3, random.choice([*ALLIANCES[1:], "none such"])),
        tuple(random.sample(METRIC_NAMES, random.choice([0, 0, 1, 2, 5]))),
        perhaps(0.7, weights) if metric == "dkp" else None,
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
