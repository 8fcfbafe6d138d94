"""What alliances have and gained, against the same worked out player by player."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.boards.groups import Total
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.growing import GROWING
from chalicelib.changes.span import Span
from chalicelib.engines.alliances import (
    Gained,
    read_alliances,
    read_alliances_since,
)
from chalicelib.engines.between import read_findings
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.store import Store
from tests.engines.support import DAY, counters, player, publish

_lakes = count(1)
Player = Mapping[str, Any]
BIG = 2**53 - 1
OLDER = DAY - timedelta(weeks=1)
WEIGHTS: dict[str, int] = {"t4_kills": 10, "t5_kills": 20, "deaths": 40}


def alliances_of(players: Sequence[Player]) -> dict[str | None, list[Player]]:
    found: dict[str | None, list[Player]] = {}
    for one in players:
        found.setdefault(one["alliance"], []).append(one)
    return found


def total(values: Sequence[int | None]) -> Total:
    known = [one for one in values if one is not None]
    return Total(sum(known) if known else None, len(known))


def pair(store: Store, older: Sequence[Player], newer: Sequence[Player]) -> Span:
    then = publish(store, older, day=OLDER, views=["curated"])
    return Span(then, publish(store, newer, views=["curated"]), None, adjacent=True)


def test_sums_members_and_order(directory_store: DirectoryStore) -> None:
    players = [
        player(1, alliance="B", power=5, kills=None),
        player(2, alliance="A", power=5, kills=3),
        player(3, alliance=None, power=5),
        player(4, alliance="no power", power=None),
        player(5, alliance="strong", power=BIG),
        player(6, alliance="strong", power=BIG, kills=None),
    ]
    snapshot = publish(directory_store, players, views=["curated"])
    found = read_alliances(directory_store, snapshot)
    assert found[:2] == (snapshot, None)
    assert [one.name for one in found.alliances] == ["strong", "A", "B", None, "no power"]
    assert [one.members for one in found.alliances] == [2, 1, 1, 1, 1]
    assert found.alliances[0].metrics["power"] == Total(2 * BIG, 2)
    assert found.alliances[0].metrics["kills"] == Total(5, 1)
    assert found.alliances[2].metrics["kills"] == Total(None, 0)
    assert found.alliances[4].metrics["power"] == Total(None, 0)
    assert [*found.alliances[0].metrics] == [*METRIC_NAMES]


texts = st.sampled_from(["A", "B", None])
few = st.integers(1, 9)
rows = st.fixed_dictionaries(
    {
        "alliance": texts,
        "name": st.none(),
        **dict.fromkeys(("t4_kills", "t5_kills", *METRIC_NAMES), counters),
    }
)


def gain(metric: str, then: Player, now: Player, weights: Mapping[str, int]) -> int | None:
    """A member's gain if it is ranked, by the words of the contract."""
    columns = [*weights] if metric == "dkp" else [metric]
    if any(one[name] is None for one in (then, now) for name in columns):
        return None
    growing = [name for name in columns if name in GROWING]
    if growing and any(now[name] < then[name] for name in growing):
        return None
    zero = ("kill_points", "t4_kills", "t5_kills", "kills", "deaths", "helps")
    if growing and any({one[name] for name in zero} - {None} == {0} for one in (then, now)):
        return None
    factors = weights if metric == "dkp" else {metric: 1}
    return sum(weight * int(now[name] - then[name]) for name, weight in factors.items())


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(older=st.dictionaries(few, rows), newer=st.dictionaries(few, rows, min_size=1))
def test_gains_are_sums_of_what_is_ranked(
    tmp_path: Path, older: dict[int, dict[str, Any]], newer: dict[int, dict[str, Any]]
) -> None:
    store = DirectoryStore(str(tmp_path / str(next(_lakes))))
    then = [player(number, **one) | {"helps": None} for number, one in older.items()]
    now = [player(number, **one) | {"helps": None} for number, one in newer.items()]
    span = pair(store, then, now)
    found = read_alliances_since(store, span)
    before = {one["id"]: one for one in then}
    reliable = read_findings(store, span).findings.reliable()
    assert (found.newer, found.older) == (span.newer, span.older)
    members = alliances_of(now)
    assert {one.name: one.members for one in found.alliances} == {
        name: len(of) for name, of in members.items()
    }
    for one in found.alliances:
        both = [(before[of["id"]], of) for of in members[one.name] if of["id"] in before]
        assert one.gains is not None
        for metric in METRIC_NAMES:
            gains = [gain(metric, *of, WEIGHTS) for of in both]
            columns = {None, *WEIGHTS} if metric == "dkp" else {None, metric}
            columns -= {None} if metric == "power" else set()
            ids = {one["id"] for _, one in both}
            flagged = {of.id for of in reliable if of.id in ids and of.column in columns}
            assert one.gains[metric] == Gained(total(gains), len(flagged)), metric


def test_a_newcomer_gains_nothing_and_is_counted_a_member(directory_store: DirectoryStore) -> None:
    tiers = {f"t{tier}_kills": 1 for tier in range(1, 6)}
    span = pair(
        directory_store,
        [player(1, alliance="A", kills=5), player(9, alliance="A")],
        # New, with kill points that do not fit the tiers: no gain, so none is suspected.
        [
            player(1, alliance="A", kills=8),
            player(2, alliance="A", kill_points=50, **tiers),
        ],
    )
    (found,) = read_alliances_since(directory_store, span).alliances
    assert found.gains is not None
    assert found.members == 2
    assert found.gains["kills"] == Gained(Total(3, 1), 0)
    assert found.gains["kill_points"].suspects == 0


def test_a_weighted_gain_beyond_int64_is_exact(directory_store: DirectoryStore) -> None:
    zero, much = dict.fromkeys(WEIGHTS, 0), dict.fromkeys(WEIGHTS, BIG)
    heavy = {"basis": "formula", "weights": dict.fromkeys(WEIGHTS, 1_000_000)}
    numbers = range(1, 41)
    older = [player(number, alliance="A", power=7, **zero) for number in numbers]
    newer = [player(number, alliance="A", power=2, **much) for number in numbers]
    span = pair(directory_store, older, newer)
    found = read_alliances_since(directory_store, weigh(directory_store, span, older, newer, heavy))
    (alliance,) = found.alliances
    assert alliance.gains is not None
    assert alliance.gains["dkp"].total == Total(40 * 3 * 1_000_000 * BIG, 40)
    assert alliance.gains["power"].total == Total(-200, 40)


def test_two_bases_of_dkp_have_no_gain_of_dkp_and_the_rest_is_told(
    directory_store: DirectoryStore,
) -> None:
    older, newer = ([player(1, alliance="A", kills=kills)] for kills in (1, 3))
    span = pair(directory_store, older, newer)
    span = weigh(directory_store, span, older, newer, {"basis": "file"})
    span = span._replace(older=publish(directory_store, older, day=OLDER, views=["curated"]))
    (alliance,) = read_alliances_since(directory_store, span).alliances
    assert alliance.gains is not None
    assert alliance.gains["dkp"] == Gained(Total(None, 0), 0)
    assert alliance.gains["kills"].total == Total(2, 1)


def test_unreliable_columns_are_named_once_and_flag_nobody(
    directory_store: DirectoryStore,
) -> None:
    numbers = range(1, 11)
    older = [player(number, alliance="A", deaths=100) for number in numbers]
    newer = [player(number, alliance="A", deaths=99 if number < 6 else 101) for number in numbers]
    found = read_alliances_since(directory_store, pair(directory_store, older, newer))
    assert [one.column for one in found.unreliable] == ["deaths"]
    (alliance,) = found.alliances
    assert alliance.gains is not None
    assert alliance.gains["deaths"] == Gained(Total(5, 5), 0)


def weigh(
    store: Store,
    span: Span,
    older: Sequence[Player],
    newer: Sequence[Player],
    dkp: Mapping[str, Any],
) -> Span:
    """The same two snapshots with another dkp."""
    from chalicelib.lake.keys import Partition
    from chalicelib.lake.view_keys import curated_key
    from tests.engines.support import curated_bytes, put

    def again(snapshot: Snapshot, players: Sequence[Player]) -> Snapshot:
        made = snapshot._replace(dkp=dkp)
        put(store, curated_key(Partition(51, made.snapshot_date)), curated_bytes(made, players))
        return made

    return span._replace(older=again(span.older, older), newer=again(span.newer, newer))
