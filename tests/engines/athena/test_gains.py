"""Gains and suspects by SQL: the same as those that are calculated from the files."""

import itertools
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.growing import GROWING
from chalicelib.changes.span import Span
from chalicelib.config import WEIGHABLE
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.athena.engine import AthenaEngine
from chalicelib.engines.engine import Engine
from chalicelib.errors import EngineFailedError, QueryError
from chalicelib.threads.deadline import Deadline
from tests.athena.fixtures import ON_TRINO, Athena
from tests.engines.support import DAY, FORMULA, athena_engine, publish

_runs = itertools.count(1)
DAYS = (DAY - timedelta(days=14), DAY - timedelta(days=7), DAY)
BIG = 2**53 - 1

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


@pytest.fixture
def engine(athena: Athena) -> AthenaEngine:
    return athena_engine(athena)


def span_of(
    athena: Athena, weeks: Sequence[list[Player]], dkp: Sequence[Any] = (FORMULA, FORMULA)
) -> Span:
    """Weeks that are published, oldest first: two, or three."""
    days = DAYS[-len(weeks) :]
    made: list[Snapshot] = [
        publish(
            athena.store,
            players,
            day=day,
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
    first[3] |= {"deaths": 39}
    first[4] |= {"deaths": 0}
    first[2] |= {"deaths": None}
    newcomer = {**grown(90, 2), "kill_points": 5}
    return [first, [*old[:35], grown(80, 1)], [*new[1:], newcomer, {"id": 91, "name": "x"}]]


BUSY = BoardRequest("deaths", 4, around=20, me=2, alliance="[A2] Ünï'on", values=("dkp", "power"))
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
    BoardRequest("dkp", 5, weights={"rss_gathered": 1}, me=1, around=2),
]
FILE = {"basis": "file"}
NONE = {"basis": "none"}
OTHER = {"basis": "formula", "weights": {"deaths": 1, "kills": 2}}
BASES = [(FORMULA, OTHER), (FILE, FILE), (NONE, NONE), (FILE, FORMULA)]


def agree(athena: Athena, engine: AthenaEngine, span: Span, asked: Sequence[BoardRequest]) -> None:
    arrow = ArrowEngine(athena.store)
    for request in asked:
        assert told(engine, span, request) == told(arrow, span, request), request


def test_a_page_of_gains_is_that_of_the_files(athena: Athena, engine: AthenaEngine) -> None:
    agree(athena, engine, span_of(athena, weeks()), [BUSY])


@pytest.mark.slow
def test_all_pages_of_gains_are_those_of_the_files(athena: Athena, engine: AthenaEngine) -> None:
    span = span_of(athena, weeks())
    agree(athena, engine, span, REQUESTS)
    kinds = {one.kind for one in engine.gains(span, REQUESTS[0], Deadline.after(600)).findings[0]}
    assert kinds == {"back_from_zero", "fell", "jump", "tiers", "zeroed"}
    sent = [one["QueryString"] for one in athena.service.asked("StartQueryExecution")]
    assert len(sent) == len(REQUESTS) + 1
    assert max(map(len, sent)) < 262_144 / 8
    assert not any(word in text for text in sent for word in ("Ünï", "'1'='1"))


@pytest.mark.slow
def test_gains_of_two_snapshots_alone_have_fewer_faults(
    athena: Athena, engine: AthenaEngine
) -> None:
    agree(athena, engine, span_of(athena, weeks()[1:]), REQUESTS[:2])


@pytest.mark.slow
@pytest.mark.parametrize("bases", BASES)
def test_gains_of_dkp_follow_from_what_it_is_made_of(
    athena: Athena, engine: AthenaEngine, bases: tuple[Any, Any]
) -> None:
    span = span_of(athena, weeks()[1:], bases)
    values = BoardRequest("kills", 3, values=("dkp", "deaths"))
    agree(athena, engine, span, [BoardRequest("dkp", 5, me=12), values])


@pytest.mark.slow
def test_players_who_are_nowhere_known_and_nobody_in_both(
    athena: Athena, engine: AthenaEngine
) -> None:
    blank = [{"id": number, "name": None} for number in range(1, 4)]
    others = [grown(number, 1) | {"t1_kills": 0} for number in range(10, 14)]
    for pair in ([blank, blank], [blank, others], [others, blank]):
        agree(athena, engine, span_of(athena, pair), [BoardRequest("kills", 5, me=1, around=1)])
        agree(athena, engine, span_of(athena, pair), [BoardRequest("power", 5, me=1)])
        asked = BoardRequest("dkp", 5, weights={"kills": 3})
        agree(athena, engine, span_of(athena, pair), [asked])


@pytest.mark.slow
def test_a_withdrawn_snapshot_has_no_gains(athena: Athena, engine: AthenaEngine) -> None:
    some = weeks()
    for gone in range(2):
        pair = [[] if at == gone else week for at, week in enumerate(some[1:])]
        agree(athena, engine, span_of(athena, pair), [BoardRequest("kills", 5, me=1)])
    assert not athena.service.asked("StartQueryExecution")
    agree(athena, engine, span_of(athena, [[], *some[1:]]), [BoardRequest("kills", 5, me=1)])


counters = st.none() | st.integers(0, 12) | st.sampled_from([0, 0, BIG, BIG // 10])


@st.composite
def scans(draw: st.DrawFn) -> list[Player]:
    ids = draw(st.lists(st.integers(1, 12), min_size=1, max_size=12, unique=True))
    columns = dict.fromkeys((*GROWING, "power", "dkp", "acclaim"), counters)
    row = st.just({}) | st.fixed_dictionaries(columns)
    alliances = st.sampled_from([None, "A", "[B] Ü"])
    return [{"id": one, "name": f"n{one}", "alliance": draw(alliances), **draw(row)} for one in ids]


@st.composite
def requests(draw: st.DrawFn) -> BoardRequest:
    metric = draw(st.sampled_from(METRIC_NAMES))
    weights = st.dictionaries(
        st.sampled_from(WEIGHABLE), st.sampled_from([0, 1, 40, 10**6]), min_size=1
    )
    player = st.none() | st.integers(1, 13)
    around = draw(player)
    return BoardRequest(
        metric,
        draw(st.integers(1, 8)),
        0 if around is not None else draw(st.integers(0, 5)),
        around,
        draw(player),
        draw(st.sampled_from([None, None, "A", "[B] Ü"])),
        tuple(draw(st.lists(st.sampled_from(METRIC_NAMES), unique=True, max_size=3))),
        draw(st.none() | weights) if metric == "dkp" else None,
    )


@pytest.mark.slow
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=10 if ON_TRINO else 40,
)
@given(
    weeks=st.lists(scans(), min_size=2, max_size=3),
    asked=st.lists(requests(), min_size=2, max_size=2),
    bases=st.sampled_from([(FORMULA, FORMULA), *BASES]),
)
def test_whatever_is_asked_for_gains_are_those_of_the_files(
    athena: Athena, weeks: list[list[Player]], asked: list[BoardRequest], bases: tuple[Any, Any]
) -> None:
    agree(athena, athena_engine(athena), span_of(athena, weeks, bases), asked)
