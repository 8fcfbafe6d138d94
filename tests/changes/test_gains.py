"""Boards of gains: each rule of the contract (section 9, "A gain") by hand, and against slow.py."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.boards.request import BoardRequest
from chalicelib.changes.formula import value_measure
from chalicelib.changes.gain_columns import flagged, gain_columns
from chalicelib.changes.gains import beside_the_board, rank_gains
from chalicelib.changes.gains_page import GainsPage
from chalicelib.changes.pair import Pair
from chalicelib.errors import BadParameterError, NotFoundError
from tests.changes import slow
from tests.changes.scans import (
    BY_FILE,
    DAYS,
    FORMULA,
    LARGEST,
    NO_DKP,
    History,
    Row,
    histories,
    nothing_before,
    row,
    scan,
)

ONE = {"kills": 1}


def rank(
    older: Sequence[Row],
    newer: Sequence[Row],
    metric: str = "kills",
    dkp: tuple[Mapping[str, Any], Mapping[str, Any]] = (FORMULA, FORMULA),
    **asked: Any,
) -> GainsPage:
    request = BoardRequest(metric, **{"limit": 100, **asked})
    return rank_gains(
        scan(older, DAYS[1], dkp[0]), scan(newer, DAYS[2], dkp[1]), nothing_before, request
    )


def gained(page: GainsPage) -> dict[int, int]:
    return {one["id"]: one["value"] for one in page.entries}


def kills(*values: int | None, **more: Any) -> list[Row]:
    """Players 1, 2, 3 … with these kills; `deaths` makes sure that nobody is all-zero."""
    return [row(at, kills=value, deaths=1, **more) for at, value in enumerate(values, 1)]


def test_who_is_in_both_is_ranked_by_the_difference() -> None:
    page = rank([*kills(10, 20, 30), row(8, kills=1)], [*kills(15, 25, 31), row(9, kills=10**9)])
    assert page.entries == [
        {"rank": 1, "position": 1, "value": 5, "from": 10, "to": 15, **named(1)},
        {"rank": 1, "position": 2, "value": 5, "from": 20, "to": 25, **named(2)},
        {"rank": 3, "position": 3, "value": 1, "from": 30, "to": 31, **named(3)},
    ]
    assert list(page.entries[0]) == [
        *("rank", "position", "id", "name", "alliance", "value", "from", "to")
    ]
    assert (page.total, page.unknown, page.offset, page.me) == (3, 0, 0, None)
    assert (page.older.snapshot.snapshot_date, page.newer.snapshot.players) == (DAYS[1], 4)


def named(player: int) -> dict[str, Any]:
    return {"id": player, "name": f"P{player}", "alliance": "AA"}


def test_who_is_not_known_in_one_is_counted_and_not_ranked() -> None:
    page = rank(kills(10, None, 30, None), kills(None, 25, 31, None))
    assert gained(page) == {3: 1}
    assert (page.total, page.unknown) == (1, 3)
    assert rank(kills(1, None, alliance="BB"), kills(2, 3), alliance="AA").unknown == 1


def test_a_column_that_one_scan_lacks_is_known_of_nobody() -> None:
    page = rank([row(1, deaths=1)], kills(10, 20))
    assert (page.entries, page.total, page.unknown) == ([], 0, 1)


def test_a_counter_that_fell_is_not_ranked_and_a_loss_of_power_is() -> None:
    old, new = kills(10, 20, power=100), kills(15, 19, power=70)
    assert gained(rank(old, new)) == {1: 5}
    assert gained(rank(old, new, "power")) == {1: -30, 2: -30}


def test_who_is_all_zero_in_either_is_ranked_by_power_alone() -> None:
    old = [row(1, kills=0, dkp=5), row(2, kills=7, dkp=5), row(3, kills=7, dkp=5)]
    new = [row(1, kills=9, dkp=5), row(2, kills=0, dkp=5), row(3, kills=8, dkp=3)]
    dkp = BY_FILE, BY_FILE
    assert gained(rank(old, new, "kills")) == {3: 1}
    assert gained(rank(old, new, "power")) == {1: 0, 2: 0, 3: 0}
    assert gained(rank(old, new, "dkp", dkp)) == {3: -2}
    assert rank(old, new, "dkp", dkp).unknown == 0


def fought(player: int, t4: int | None, t5: int | None, deaths: int | None, **more: Any) -> Row:
    return row(player, t4_kills=t4, t5_kills=t5, deaths=deaths, helps=1, **more)


def test_dkp_by_formula_is_the_weights_over_the_gains() -> None:
    old = [fought(1, 1, 1, 1), fought(2, 5, 5, 5), fought(3, 1, 1, None), fought(4, 1, 1, 9)]
    new = [fought(1, 2, 3, 4), fought(2, 5, 5, 4), fought(3, 9, 9, 9), fought(4, 1, 1, 9)]
    page = rank(old, new, "dkp")
    assert [(one["id"], one["value"], one["from"], one["to"]) for one in page.entries] == [
        (1, 10 + 2 * 20 + 3 * 40, 70, 240),
        (4, 0, 30 + 9 * 40, 30 + 9 * 40),
    ]
    assert page.unknown == 1


def test_with_two_formulas_the_one_of_the_newer_snapshot_counts() -> None:
    mine = {"basis": "formula", "weights": {"t4_kills": 1, "deaths": 3}}
    page = rank([fought(1, 1, 1, 1)], [fought(1, 2, 3, 4)], "dkp", (FORMULA, mine))
    assert gained(page) == {1: 1 + 9}
    assert page.entries[0]["from"] == 4


def test_any_counter_of_the_formula_that_fell_is_enough_but_acclaim_may_fall() -> None:
    old, new = [fought(1, 5, 5, 5, acclaim=50)], [fought(1, 500, 500, 4, acclaim=20)]
    assert gained(rank(old, new, "dkp", weights={"t4_kills": 1, "deaths": 0})) == {}
    assert gained(rank(old, new, "dkp", weights={"t4_kills": 1, "acclaim": 20})) == {1: 495 - 600}


def test_the_dkp_of_files_is_a_difference_and_may_be_a_loss() -> None:
    page = rank(kills(1, 1, dkp=50), kills(2, 2, dkp=20), "dkp", (BY_FILE, BY_FILE))
    assert gained(page) == {1: -30, 2: -30}


def test_without_a_dkp_in_both_nobody_is_ranked_and_everybody_in_both_is_not_known() -> None:
    page = rank(kills(1, 2, 3), kills(1, 2), "dkp", (NO_DKP, NO_DKP))
    assert (page.entries, page.total, page.unknown) == ([], 0, 2)


@pytest.mark.parametrize(
    ("bases", "words"),
    [
        ((BY_FILE, FORMULA), "the scan's own in the older snapshot and calculated in the newer"),
        ((FORMULA, NO_DKP), "calculated in the older snapshot and not known in the newer"),
    ],
    ids=["file and formula", "formula and none"],
)
def test_a_dkp_of_two_kinds_has_no_gain(bases: Any, words: str) -> None:
    with pytest.raises(BadParameterError, match=words) as refused:
        rank(kills(1), kills(2), "dkp", bases)
    # Which two scans, and what there is to do: it is not known which other figures they have.
    said = str(refused.value)
    assert "from 2026-01-19 to 2026-01-26" in said
    assert said.endswith("choose other dates or another metric, or give weights")
    page = rank(kills(1), kills(2), "kills", bases, values=("dkp", "kills"))
    assert page.entries[0]["values"] == {"dkp": None, "kills": 1}
    old, new = [fought(1, 1, 1, 1)], [fought(1, 2, 2, 2)]
    assert gained(rank(old, new, "dkp", bases, weights={"deaths": 7})) == {1: 7}


def test_a_readers_formula_with_a_counter_of_nobody_is_refused() -> None:
    old, new = [row(1, kills=1, deaths=1)], [row(1, kills=1, deaths=None)]
    with pytest.raises(BadParameterError, match=r"deaths.*2026-01-26"):
        rank(old, new, "dkp", weights={"kills": 1, "deaths": 2})
    with pytest.raises(BadParameterError, match=r"t4_kills.*2026-01-19"):
        rank(old, [fought(1, 1, 1, 1)], "dkp", weights={"t4_kills": 2})


def test_values_are_gains_and_null_where_one_would_not_be_ranked() -> None:
    old = [fought(1, 1, 1, 1, kills=9), row(2, kills=5, deaths=7), row(3, kills=1, deaths=None)]
    new = [fought(1, 2, 1, 3, kills=8), row(2, kills=6, deaths=6), row(3, kills=1, deaths=2)]
    page = rank(old, new, "power", values=("kills", "deaths", "dkp", "power"))
    assert {one["id"]: one["values"] for one in page.entries} == {
        1: {"kills": None, "deaths": 2, "dkp": 10 + 80, "power": 0},
        2: {"kills": 1, "deaths": None, "dkp": None, "power": 0},
        3: {"kills": 0, "deaths": None, "dkp": None, "power": 0},
    }
    assert list(page.entries[0]["values"]) == ["kills", "deaths", "dkp", "power"]


def test_numbers_beyond_64_bits_are_exact() -> None:
    weights = {"t4_kills": 1_000_000, "t5_kills": 999_999, "deaths": 1_000_000}
    old = [fought(1, 0, 1, 0), fought(2, LARGEST - 2, LARGEST - 2, LARGEST), fought(3, 1, 1, 1)]
    new = [fought(1, LARGEST, LARGEST, LARGEST), fought(2, LARGEST - 1, LARGEST, LARGEST)]
    page = rank(old, [*new, fought(3, 1, 1, 1)], "dkp", weights=weights, me=2)
    most = LARGEST * 2_999_999
    assert [(one["value"], one["from"], one["to"]) for one in page.entries] == [
        (most - 999_999, 999_999, most),
        (1_000_000 + 2 * 999_999, most - 2_000_000 - 2 * 999_999, most - 1_000_000),
        (0, 2_999_999, 2_999_999),
    ]
    assert all(type(one["value"]) is type(one["from"]) is int for one in page.entries)
    assert page.me is not None
    assert page.me["above"] == {"rank": 1, "value": most - 999_999}
    own = {"basis": "formula", "weights": weights}
    page = rank(old, new, "power", (own, own), values=("dkp",))
    assert page.entries[0]["values"] == {"dkp": most - 999_999}


def test_a_gain_that_only_ends_beyond_64_bits_is_exact() -> None:
    page = rank(
        [fought(1, 1, 1, 1)], [fought(1, LARGEST, 1, 1)], "dkp", weights={"t4_kills": 10**6}
    )
    assert gained(page) == {1: (LARGEST - 1) * 10**6}
    assert (page.entries[0]["from"], page.entries[0]["to"]) == (10**6, LARGEST * 10**6)


def team(*members: tuple[int, str | None, int]) -> tuple[list[Row], list[Row]]:
    old = [row(one, alliance=None, kills=10) for one, _, _ in members]
    return old, [row(one, alliance=name, kills=10 + gain) for one, name, gain in members]


MEMBERS = team((1, "BB", 9), (2, "AA", 7), (3, "BB", 7), (4, None, 5), (5, "AA", 5), (6, "AA", 1))


def test_an_alliances_page_keeps_the_kingdoms_ranks() -> None:
    page = rank(*MEMBERS, alliance="AA", limit=2, offset=1)
    assert [(one["rank"], one["position"], one["id"]) for one in page.entries] == [
        (4, 2, 5),
        (6, 3, 6),
    ]
    assert (page.total, page.offset) == (3, 1)
    assert rank(*MEMBERS, alliance="CC").entries == []


def test_the_page_around_a_player() -> None:
    page = rank(*MEMBERS, around=4, limit=3)
    assert [one["id"] for one in page.entries] == [3, 4, 5]
    assert page.offset == 2
    assert [one["id"] for one in rank(*MEMBERS, around=6, limit=2, alliance="AA").entries] == [5, 6]


@pytest.mark.parametrize("asked", [{"around": 77}, {"around": 4, "alliance": "AA"}], ids=str)
def test_there_is_no_page_around_who_has_no_place(asked: dict[str, Any]) -> None:
    words = f"player {asked['around']} has no gain of kills from 2026-01-19 to 2026-01-26"
    with pytest.raises(NotFoundError, match=words):
        rank(*MEMBERS, **asked)


def test_a_players_own_entry_wherever_it_is_and_the_one_above() -> None:
    me = rank(*MEMBERS, me=5, limit=1).me
    assert me is not None
    assert (me["entry"]["rank"], me["entry"]["position"], me["entry"]["from"]) == (4, 5, 10)
    assert me["above"] == {"rank": 4, "value": 5}
    first = rank(*MEMBERS, me=2, alliance="AA").me
    assert first is not None
    assert first["above"] is None
    assert rank(*MEMBERS, me=1, alliance="AA").me is None


def test_beside_the_board_stand_those_who_fell_in_it_and_those_of_zero() -> None:
    old = [*kills(5, 5), row(3, kills=5), row(4, kills=0, alliance="BB"), fought(5, 5, 5, 5)]
    new = [*kills(4, 5), row(3, kills=0), row(4, kills=1, alliance="BB"), fought(5, 5, 5, 4)]
    findings = rank(old, new).findings
    found = [(one.kind, one.id) for one in beside_the_board(findings, ["kills"], None)]
    assert found == [("back_from_zero", 4), ("fell", 1), ("zeroed", 3)]
    found = [(one.kind, one.id) for one in beside_the_board(findings, ["deaths"], "AA")]
    assert found == [("fell", 5), ("zeroed", 3)]


def test_who_fell_in_an_unreliable_column_is_not_ranked_and_not_listed() -> None:
    old = kills(*[10] * 20)
    page = rank(old, kills(*[9] * 5, *[11] * 15))
    assert page.total == 15
    assert beside_the_board(page.findings, ["kills"], None) == []
    measure = value_measure("kills", FORMULA, FORMULA)
    assert flagged(page.findings, measure) == frozenset()


def test_an_alliances_members_are_flagged_by_the_counters_of_the_metric() -> None:
    old = [fought(1, 5, 5, 5), fought(2, 5, 5, 5), row(3, kills=5, power=5)]
    new = [fought(1, 5, 5, 500), fought(2, 4, 5, 5), row(3, kills=0, power=5)]
    findings = rank(old, new).findings
    for metric, players in {"dkp": {1, 2, 3}, "deaths": {1, 3}, "kills": {3}, "power": ()}.items():
        assert flagged(findings, value_measure(metric, FORMULA, FORMULA)) == {*players}
    assert flagged(findings, None) == frozenset()


ASKED = {
    "kills": ({"kills": 1}, False, True),
    "deaths": ({"deaths": 1}, False, True),
    "kill_points": ({"kill_points": 1}, False, True),
    "power": ({"power": 1}, False, False),
    "dkp": (FORMULA["weights"], True, True),
}


@settings(max_examples=15)
@given(histories(), st.sampled_from([*ASKED]), st.integers(0, 30), st.integers(1, 30))
def test_a_board_of_gains_is_that_of_the_slow_calculation(
    history: History, metric: str, offset: int, limit: int
) -> None:
    _, older, newer = history.scans
    ranked, unknown = slow.gains(older, newer, *ASKED[metric])  # type: ignore[arg-type]
    expected = slow.entries(ranked)
    page = rank(older, newer, metric, offset=offset, limit=limit)
    assert (page.total, page.unknown) == (len(ranked), unknown)
    names = slow.by_id(newer)
    assert page.entries == [
        {**one, "name": names[one["id"]]["name"], "alliance": names[one["id"]]["alliance"]}
        for one in expected[offset : offset + limit]
    ]
    assert all(one["from"] + one["value"] == one["to"] for one in page.entries)
    shuffled = rank(older[::-1], newer[::-1], metric, offset=offset, limit=limit)
    assert shuffled == page


WEIGHTS = st.fixed_dictionaries(
    {name: st.integers(0, 1_000_000) for name in ("t4_kills", "deaths", "acclaim")}
)


@settings(max_examples=15)
@given(histories(), WEIGHTS, WEIGHTS, st.integers(0, 5))
def test_gains_by_formula_are_linear_in_the_weights(
    history: History, first: dict[str, int], second: dict[str, int], times: int
) -> None:
    _, older, newer = history.scans
    pair = Pair(scan(older, DAYS[1]), scan(newer, DAYS[2]))

    def gains(weights: dict[str, int]) -> list[int | None]:
        dkp = {"basis": "formula", "weights": weights}
        column = gain_columns(pair, value_measure("dkp", dkp, dkp)).gain
        return [None if one is None else int(one) for one in column.to_pylist()]

    both = {name: first[name] + times * second[name] for name in first}
    assert gains(both) == [
        None if one is None or other is None else one + times * other
        for one, other in zip(gains(first), gains(second), strict=True)
    ]
