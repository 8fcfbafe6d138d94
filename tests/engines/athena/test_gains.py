"""Gains and suspects by SQL: the same as those that are calculated from the files."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.request import BoardRequest
from chalicelib.changes.growing import GROWING
from chalicelib.config import WEIGHABLE
from chalicelib.engines.athena.engine import AthenaEngine
from chalicelib.threads.deadline import Deadline
from tests.athena.fixtures import ON_TRINO, Athena
from tests.engines.athena.weeks import BUSY, REQUESTS, Player, agree, grown, span_of, weeks
from tests.engines.support import FORMULA, athena_engine

BIG = 2**53 - 1


@pytest.fixture
def engine(athena: Athena) -> AthenaEngine:
    return athena_engine(athena)


FILE = {"basis": "file"}
NONE = {"basis": "none"}
OTHER = {"basis": "formula", "weights": {"deaths": 1, "kills": 2}}
BASES = [(FORMULA, OTHER), (FILE, FILE), (NONE, NONE), (FILE, FORMULA)]


def test_a_page_of_gains_is_that_of_the_files(athena: Athena, engine: AthenaEngine) -> None:
    agree(athena, engine, span_of(athena, weeks()), [BUSY])


@pytest.mark.slow
@pytest.mark.long
def test_all_pages_of_gains_are_those_of_the_files(athena: Athena, engine: AthenaEngine) -> None:
    span = span_of(athena, weeks())
    agree(athena, engine, span, REQUESTS)
    found = engine.gains(span, BUSY, Deadline.after(600))
    assert {one.kind for one in found.findings.suspects} == {
        *("back_from_zero", "fell", "jump", "tiers", "zeroed")
    }
    assert [one.column for one in found.findings.unreliable] == ["helps"]
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
@pytest.mark.long
def test_players_who_are_nowhere_known_and_nobody_in_both(
    athena: Athena, engine: AthenaEngine
) -> None:
    blank = [{"id": number, "name": None} for number in range(1, 4)]
    others = [grown(number, 1) | {"t1_kills": 0} for number in range(10, 14)]
    asked = [
        BoardRequest("kills", 5, me=1, around=1),
        BoardRequest("power", 5, me=1),
        BoardRequest("dkp", 5, weights={"kills": 3}),
    ]
    for pair in ([blank, blank], [blank, others], [others, blank]):
        agree(athena, engine, span_of(athena, pair), asked)


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
    row: st.SearchStrategy[Player] = st.just({}) | st.fixed_dictionaries(columns)
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
    max_examples=5 if ON_TRINO else 8,
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
