"""What is asked of the API between snapshots: at random, and in the end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, cycle
from random import Random
from typing import Final, NamedTuple

from tests.torture.requests import BOARD, ENGINES, Request
from tests.torture.uploads import METRICS

CHANGES: Final = "/v1/kingdoms/{kingdom}/changes"
GAINS: Final = "/v1/kingdoms/{kingdom}/gains/{metric}"
PLAYERS: Final = "/v1/kingdoms/{kingdom}/players"
HISTORY: Final = "/v1/kingdoms/{kingdom}/players/{player}"
ALLIANCES: Final = "/v1/kingdoms/{kingdom}/alliances"
ACROSS: Final = "/v1/leaderboards/{metric}"
PATHS: Final = (CHANGES, GAINS, PLAYERS, HISTORY, ALLIANCES, ACROSS)

_WEIGHTS: Final = ("t4_kills:4,deaths:15", "t5_kills:1000000", "kills:1,deaths:0")
_SEARCHES: Final = ("ana", "ÇAG", "雪", "1007", "o 2", "zz", "5")
_IDS: Final = (5, 1007, 1014, 1035, 9999)
_BESIDE: Final = ("power", "kills,dkp", "deaths,kill_points")
_ALLIANCES: Final = ("[AB] x", "=1+1")


class Dates(NamedTuple):
    """What somebody knows of a kingdom who asks.

    Attributes:
        kingdom: its number.
        days: the dates that may have a snapshot, oldest first.
        versions: of the uploads of each of them.
    """

    kingdom: int
    days: Sequence[str]
    versions: Mapping[str, Sequence[str]]

    def day(self, random: Random) -> str:
        """One of the dates, or another one."""
        return random.choice([*self.days, "2026-01-20"])


def is_between(request: Request) -> bool:
    """Whether a request is one of those that are made here."""
    return request.path in PATHS or "since" in request.query


def random_between(random: Random, dates: Dates, engines: Sequence[str] = ENGINES) -> Request:
    """Something to ask about a kingdom between its snapshots, of one of these engines."""
    path = random.choice((CHANGES, CHANGES, GAINS, GAINS, BOARD, BOARD, *PATHS[2:]))
    parameters = {"kingdom": str(dates.kingdom)}
    if path in (GAINS, BOARD, ACROSS):
        parameters["metric"] = random.choice(METRICS)
    if path == HISTORY:
        parameters["player"] = str(random.choice(_IDS))
    query = _random_what(random, path, dates) | _random_page(random, path)
    if path in (GAINS, BOARD, ACROSS) and random.random() < 0.3:
        query["with"] = random.choice(_BESIDE)
    if path == GAINS and parameters["metric"] == "dkp" and random.random() < 0.5:
        query["weights"] = random.choice(_WEIGHTS)
    if path in (GAINS, PLAYERS) and random.random() < 0.2:
        query["alliance"] = random.choice(_ALLIANCES)
    if path == ACROSS:
        del parameters["kingdom"]
    return Request(
        random.choice(engines),
        path,
        parameters,
        query,
        follows=random.random() < 0.3,
        has_copy=random.random() < 0.4,
    )


def every_between(
    dates: Dates, everybody: Sequence[int], seed: int, among: Sequence[str] = ENGINES
) -> Iterator[Request]:
    """What is asked of a kingdom in the end, each by one of the engines, boards by all.

    Args:
        dates: those that have a snapshot.
        everybody: the ids of the players there ever were.
        seed: tells which metrics and texts it is this time.
        among: the engines.
    """
    engines, numbers = cycle(among), cycle(range(seed, seed + 60))
    kingdom = {"kingdom": str(dates.kingdom)}

    def ask(path: str, query: Mapping[str, str], **named: str) -> Request:
        return Request(next(engines), path, {**kingdom, **named}, query)

    def metric() -> str:
        return METRICS[next(numbers) % len(METRICS)]

    yield ask(CHANGES, {})
    yield ask(GAINS, {}, metric=metric())
    pairs = [*combinations(dates.days, 2)]
    for older, newer in pairs[seed % 3 :: 3] or pairs[:1]:
        span = {"from": older, "to": newer}
        yield ask(CHANGES, span)
        yield ask(GAINS, span | {"with": "dkp,power"}, metric=metric())
        named = {"date": newer, "since": older, "with": "kills"}
        board = ask(BOARD, named, metric=metric())
        yield from (replace(board, engine=engine) for engine in among)
    yield ask(GAINS, {"weights": _WEIGHTS[seed % len(_WEIGHTS)]}, metric="dkp")
    yield ask(BOARD, {"since": "previous"}, metric=metric())
    yield ask(ALLIANCES, {"since": "previous"})
    yield ask(PLAYERS, {"search": _SEARCHES[seed % len(_SEARCHES)]})
    yield ask(PLAYERS, {"idle_since": dates.days[-1] if dates.days else "2026-01-19"})
    yield ask(HISTORY, {}, player=str(everybody[seed % len(everybody)] if everybody else 5))


def across_all(seed: int, engines: Sequence[str] = ENGINES) -> Request:
    """What is asked of all kingdoms together in the end."""
    metric = METRICS[seed % len(METRICS)]
    return Request(engines[seed % len(engines)], ACROSS, {"metric": metric}, {"with": "power"})


def _random_what(random: Random, path: str, dates: Dates) -> dict[str, str]:
    """What is asked for: players, kingdoms, or snapshots."""
    if path == PLAYERS:
        idle = random.random() < 0.4
        return {"idle_since": dates.day(random)} if idle else {"search": random.choice(_SEARCHES)}
    if path == HISTORY:
        return {"before": dates.day(random)} if random.random() < 0.3 else {}
    if path == ACROSS:
        chosen = random.choice((None, f"{dates.kingdom}", "51,52"))
        return {} if chosen is None else {"kingdoms": chosen}
    names = ("from", "to") if path in (CHANGES, GAINS) else ("since", "date")
    pair = sorted(random.sample(dates.days, 2)) if len(dates.days) > 1 else []
    asked = _random_pair(random, names, pair)
    if path in (BOARD, ALLIANCES) and "since" not in asked:
        asked["since"] = "previous"
    for day, name in zip(pair, ("from_version", "version"), strict=False):
        if random.random() < 0.3:
            asked[name] = random.choice(dates.versions[day])
    return asked


def _random_pair(random: Random, names: tuple[str, str], pair: Sequence[str]) -> dict[str, str]:
    """Both dates, or one of them, or none."""
    both = dict(zip(names, pair, strict=False))
    kind = random.randrange(5)
    if kind == 0:
        return {}
    left_out = names[0] if kind == 1 else names[1] if kind == 2 and names[0] == "from" else None
    return {name: day for name, day in both.items() if name != left_out}


def _random_page(random: Random, path: str) -> dict[str, str]:
    if path in (CHANGES, ALLIANCES):
        return {}
    page = {"limit": str(random.choice((1, 2, 100)))}
    return page | ({"offset": "1"} if path != HISTORY and random.random() < 0.2 else {})
