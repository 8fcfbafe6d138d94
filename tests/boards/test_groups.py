"""Sums over groups are exact, whatever the groups and the counters."""

from collections import defaultdict

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.boards.groups import Groups, Total

most = 2**53 - 1
values = st.none() | st.integers(-3, 3) | st.integers(-most, most) | st.just(2**63 - 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "", "雪", None]), values), max_size=30))
def test_a_groups_total_is_the_sum_of_what_is_known_of_its_members(
    players: list[tuple[str | None, int | None]],
) -> None:
    groups = Groups(pa.array([name for name, _ in players], pa.string()))
    totals = groups.totals(pa.array([value for _, value in players], pa.int64()))
    members: dict[str | None, list[int | None]] = defaultdict(list)
    for name, value in players:
        members[name].append(value)
    found = dict(zip(groups.names, zip(groups.sizes, totals, strict=True), strict=True))
    assert len(found) == len(groups.names)
    known = {name: [one for one in of if one is not None] for name, of in members.items()}
    assert found == {
        name: (len(of), Total(sum(known[name]) if known[name] else None, len(known[name])))
        for name, of in members.items()
    }


def test_ten_thousand_of_the_largest_counters_are_added_up_exactly() -> None:
    groups = Groups(pa.array(["a", None] * 10_000, pa.string()))
    assert groups.names == ["a", None]
    assert groups.totals(pa.array([most, -most] * 10_000, pa.int64())) == [
        Total(most * 10_000, 10_000),
        Total(-most * 10_000, 10_000),
    ]
