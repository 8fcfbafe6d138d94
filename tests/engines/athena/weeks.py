"""Weeks of made-up scans in which each kind of fault occurs, and gains held against the files'."""

import itertools
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.span import Span
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.athena.engine import AthenaEngine
from chalicelib.engines.engine import Engine
from chalicelib.errors import EngineFailedError, QueryError
from chalicelib.threads.deadline import Deadline
from tests.athena.fixtures import Athena
from tests.engines.support import DAY, FORMULA, publish

_runs = itertools.count(1)
DAYS = (DAY - timedelta(days=14), DAY - timedelta(days=7), DAY)

Player = dict[str, Any]


def told(engine: Engine, span: Span, request: BoardRequest) -> str:
    """The bytes of an answer, or its error."""
    try:
        found = engine.gains(span, request, Deadline.after(600))
    except EngineFailedError:
        raise
    except QueryError as error:
        return f"{type(error).__name__}: {error}"
    heads = [found.older.as_json(), found.newer.as_json()]
    rest = [found.total, found.unknown, found.offset, found.entries, found.me]
    suspects = [one.as_json(with_player=True) for one in found.findings.suspects]
    return json.dumps([heads, rest, suspects, found.findings.unreliable])


def span_of(
    athena: Athena,
    weeks: Sequence[list[Player]],
    dkp: Sequence[Any] = (FORMULA, FORMULA),
    kingdom: int = 51,
) -> Span:
    """Weeks that are published, oldest first: two, or three."""
    days = DAYS[-len(weeks) :]
    made: list[Snapshot] = [
        publish(
            athena.store,
            players,
            day=day,
            kingdom=kingdom,
            run=next(_runs),
            dkp=dkp[min(at, len(dkp) - 1)],
            views=["curated"],
        )
        for at, (players, day) in enumerate(zip(weeks, days, strict=True))
    ]
    *before, older, newer = made
    return Span(older, newer, before[0] if before else None, adjacent=True)


def grown(number: int, week: int) -> Player:
    """A player who does as most do; kill points are those of the tiers."""
    tiers = {f"t{tier}_kills": number * 100 + week * (number + tier) for tier in range(1, 6)}
    t1, t2, t3, t4, t5 = tiers.values()
    return {
        "id": number,
        "name": f"n{number} '\"\\",
        "alliance": None if number % 5 == 0 else f"[A{number % 3}] Ünï'on",
        **tiers,
        "kill_points": t1 // 5 + 2 * t2 + 4 * t3 + 10 * t4 + 20 * t5,
        "kills": sum(tiers.values()),
        "deaths": number * 10 + week * (number % 7),
        "power": number * 1_000_000 - week * (number % 3),
        "dkp": number * 50 + week * number,
        "helps": 100 + week,
        "acclaim": 7 * number,
        "rss_gathered": None if number % 4 == 0 else 1000 * number + week * number,
    }


ZERO = dict.fromkeys(("kill_points", *(f"t{one}_kills" for one in range(1, 6)), "kills"), 0) | {
    "deaths": 0,
    "helps": 0,
    "rss_gathered": 0,
}


def weeks() -> list[list[Player]]:
    """Three weeks in which each kind of fault, and of player, occurs."""
    first, old, new = ([grown(number, week) for number in range(1, 41)] for week in range(3))
    new[2] |= {"deaths": new[2]["deaths"] * 10}  # a digit too many in the newer scan
    old[3] |= {"deaths": 3}  # a digit lost in the older one
    new[4] |= {"deaths": 1}
    old[5] |= {"t4_kills": old[5]["t4_kills"] * 10}  # the older scan's identity does not hold
    new[6] |= {"t5_kills": new[6]["t5_kills"] * 10}
    new[7] |= ZERO
    old[8] |= ZERO
    old[9] |= ZERO
    new[9] |= ZERO
    new[10] |= {"deaths": None}
    old[11] |= {"kills": None, "dkp": None}
    for at in range(12, 20):
        new[at] |= {"helps": 1}  # an unreliable column
    new[20] |= {"power": 5}
    old[21] |= {"power": None}
    old[0] |= {"rss_assistance": 1}  # known of nobody afterwards
    old[23] |= {"highest_acclaim": 1}  # nothing is there to be compared with
    new[23] |= {"highest_acclaim": 5}
    new[24] |= {"deaths": new[24]["deaths"] * 10, "t4_kills": new[24]["t4_kills"] + 1}
    first[3] |= {"deaths": 39}
    first[4] |= {"deaths": 0}
    first[2] |= {"deaths": None}
    newcomer = {**grown(90, 2), "kill_points": 5}
    return [first, [*old[:35], grown(80, 1)], [*new[1:], newcomer, {"id": 91, "name": "x"}]]


BUSY = BoardRequest("deaths", 4, around=23, me=2, alliance="[A2] Ünï'on", values=("dkp", "power"))
REQUESTS = [
    BUSY,
    *(BoardRequest(metric, 5) for metric in METRIC_NAMES),
    BoardRequest("deaths", 3, 4, me=3, values=METRIC_NAMES),
    BoardRequest("deaths", 3, around=11),
    BoardRequest("deaths", 3, around=20, alliance="' OR '1'='1"),
    BoardRequest("kills", 2, 99, me=30),
    BoardRequest("power", 50, me=21),
    BoardRequest("dkp", 50, weights={"t4_kills": 1_000_000, "helps": 0, "acclaim": 3}),
    BoardRequest("dkp", 5, weights={"deaths": 2, "ranged_points": 1}),
    BoardRequest("dkp", 5, weights={"rss_assistance": 1}),
    BoardRequest("dkp", 5, weights={"rss_gathered": 1}, me=1, around=2),
]


def agree(athena: Athena, engine: AthenaEngine, span: Span, asked: Sequence[BoardRequest]) -> None:
    arrow = ArrowEngine(athena.store)
    for request in asked:
        assert told(engine, span, request) == told(arrow, span, request), request
