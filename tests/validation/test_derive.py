"""Derived columns (contract, section 4) against Python's unbounded integers."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.config import MAX_DKP_WEIGHT, WEIGHABLE
from chalicelib.limits import MAX_INTEGER
from chalicelib.players.headers import map_headers
from chalicelib.players.schema import SUMS
from chalicelib.validation.derive import Derivation, derive, kill_points_mismatch, plan
from tests.ingest.support import SLOW

KILLS = SUMS["kills"]
DEATHS = SUMS["deaths"]
WEIGHTS = {"t4_kills": 10, "t5_kills": 20, "deaths": 40}
counters = st.none() | st.integers(0, 9) | st.integers(0, MAX_INTEGER) | st.just(MAX_INTEGER)


def planned(*headers: str, weights: Mapping[str, int] = WEIGHTS) -> Derivation:
    return plan(map_headers(["ID", "Name", *headers]), weights)


class TestPlan:
    def test_kills_and_deaths_are_sums_where_all_tiers_are_there_and_they_are_not(self) -> None:
        assert planned(*KILLS, *DEATHS).sums == {"kills": KILLS, "deaths": DEATHS}
        assert planned(*KILLS, "kills").sums == {}
        assert planned(*KILLS[1:], *DEATHS[1:]).sums == {}

    def test_dkp_is_the_file_s_own_if_it_has_one(self) -> None:
        found = planned("DKP", *KILLS, "deaths")
        assert (found.columns, found.dkp) == (("kills",), {"basis": "file"})

    def test_dkp_follows_from_its_weights_columns_derived_ones_too(self) -> None:
        formula = {"basis": "formula", "weights": WEIGHTS}
        assert planned("t4", "t5", "deaths").dkp == formula
        assert planned("t4", "t5", *DEATHS).dkp == formula
        assert planned("t4", "t5", *DEATHS).columns == ("deaths", "dkp")
        assert planned(*KILLS, weights={"kills": 2}).columns == ("kills", "dkp")

    def test_deaths_by_tier_may_have_weights_of_their_own(self) -> None:
        weights = {"t4_kills": 2, "t4_deaths": 4, "t5_deaths": 8}
        found = planned("t4", "T4 Deaths", "Dead T5", weights=weights)
        assert found.dkp == {"basis": "formula", "weights": weights}
        assert found.columns == ("dkp",)

    @pytest.mark.parametrize("headers", [("t4", "t5"), ("power",), ("t4", "deaths", *DEATHS)])
    def test_dkp_is_nothing_where_a_column_of_its_weights_is_missing(
        self, headers: tuple[str, ...]
    ) -> None:
        found = planned(*headers)
        assert (found.weights, found.dkp) == (None, {"basis": "none"})

    def test_columns_come_in_the_schema_s_order(self) -> None:
        assert planned(*DEATHS, *reversed(KILLS)).columns == ("kills", "deaths", "dkp")


def arrays(rows: list[dict[str, Any]], names: tuple[str, ...]) -> dict[str, pa.Array]:
    return {name: pa.array([row[name] for row in rows], pa.int64()) for name in names}


def check(rows: list[dict[str, Any]], derivation: Derivation, names: tuple[str, ...]) -> None:
    """Compare with the same sums in Python."""
    derived = derive(arrays(rows, names), derivation)
    assert set(derived) == set(derivation.columns)
    recipes = {total: dict.fromkeys(parts, 1) for total, parts in derivation.sums.items()}
    if derivation.weights is not None:
        recipes["dkp"] = dict(derivation.weights)
    for index, row in enumerate(rows):
        known = dict(row)
        for name, terms in recipes.items():
            values = [known[term] for term in terms]
            total = None
            if None not in values:
                total = sum(v * w for v, w in zip(values, terms.values(), strict=True))
            beyond = total is not None and total > MAX_INTEGER
            mask = derived[name].excessive
            assert (mask is not None and mask[index].as_py()) is beyond
            known[name] = None if beyond else total
            assert derived[name].values[index].as_py() == known[name]


def rows_with(names: tuple[str, ...]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries(dict.fromkeys(names, counters)), max_size=8)


@SLOW
@given(rows_with((*KILLS, *DEATHS)))
def test_sums_are_exact_and_those_beyond_2_to_the_53_are_flagged(rows: list[Any]) -> None:
    check(rows, planned(*KILLS, *DEATHS, weights={"kills": 1, "deaths": 1}), (*KILLS, *DEATHS))


@pytest.mark.slow
@SLOW
@given(
    rows_with(WEIGHABLE),
    st.dictionaries(
        st.sampled_from(WEIGHABLE),
        st.integers(0, 50) | st.integers(0, MAX_DKP_WEIGHT) | st.just(MAX_DKP_WEIGHT),
        min_size=1,
    ),
)
def test_weights_are_exact_and_never_wrap_around(rows: list[Any], weights: dict[str, int]) -> None:
    check(rows, planned(*WEIGHABLE, weights=weights), WEIGHABLE)


def test_the_largest_of_everything_is_beyond_and_not_wrapped() -> None:
    row = dict.fromkeys(WEIGHABLE, MAX_INTEGER)
    check([row], planned(*WEIGHABLE, weights=dict.fromkeys(WEIGHABLE, MAX_DKP_WEIGHT)), WEIGHABLE)


def test_a_sum_right_at_the_limit_is_kept() -> None:
    row = {**dict.fromkeys(KILLS, 0), "t1_kills": MAX_INTEGER - 7, "t5_kills": 7}
    derived = derive(arrays([row], KILLS), planned(*KILLS))["kills"]
    assert (derived.values.to_pylist(), derived.excessive) == ([MAX_INTEGER], None)


class TestKillPoints:
    """The game's identity: floor(t1/5) + 2 t2 + 4 t3 + 10 t4 + 20 t5."""

    NAMES = ("kill_points", *KILLS)

    def mismatch(self, *rows: tuple[int | None, ...]) -> list[bool] | None:
        named = [dict(zip(self.NAMES, row, strict=True)) for row in rows]
        found = kill_points_mismatch(arrays(named, self.NAMES))
        return None if found is None else found.to_pylist()

    def test_what_fits_is_no_mismatch(self) -> None:
        assert self.mismatch((1 + 4 + 12 + 40 + 100, 9, 2, 3, 4, 5), (0, 4, 0, 0, 0, 0)) is None

    def test_what_differs_is_one_and_what_is_not_known_is_none(self) -> None:
        rows = ((1, 0, 0, 0, 0, 0), (None, 9, 9, 9, 9, 9), (5, None, 0, 0, 0, 0))
        assert self.mismatch(*rows) == [True, False, False]

    def test_it_needs_all_six_columns(self) -> None:
        columns = arrays([{"kill_points": 1, **dict.fromkeys(KILLS, 0)}], self.NAMES)
        for name in self.NAMES:
            rest = {other: values for other, values in columns.items() if other != name}
            assert kill_points_mismatch(rest) is None

    @given(st.lists(st.integers(0, MAX_INTEGER), min_size=6, max_size=6))
    def test_it_never_wraps_around(self, row: list[int]) -> None:
        points, t1, t2, t3, t4, t5 = row
        fits = points == t1 // 5 + 2 * t2 + 4 * t3 + 10 * t4 + 20 * t5
        assert self.mismatch(tuple(row)) == (None if fits else [True])
