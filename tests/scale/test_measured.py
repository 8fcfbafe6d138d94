"""The goals of scale, by counted calls over HTTP in fresh processes, on small lakes."""

from collections.abc import Mapping

import pytest

from benchmarks.scale.__main__ import measure
from benchmarks.scale.lake import ScaleLake
from benchmarks.scale.server import serving

pytestmark = [pytest.mark.slow, pytest.mark.long]

FEW, MANY = 6, 60


def calls_of(kingdoms: int, name: str, argument: str = "") -> Mapping[str, int]:
    """The calls of what is measured, on a lake of so many kingdoms; nothing is wrong with it."""
    lake = ScaleLake(kingdoms, weeks=4, unrecognised=2)
    with serving(lake) as server:
        found = measure(server, name, argument)
        assert found["mib"] < 256
        assert found["result"].get("problems", []) == []
        assert found["result"].get("status", 200) == 200
        return dict(server.calls)


@pytest.mark.parametrize(
    ("name", "argument", "calls"),
    [
        ("board", "5", {"GET": 2}),
        ("kingdoms", "", {"GET": 1}),
        # Its memory; the inbox, reports and archives; reports and archives in no kingdom's folder.
        ("idle_sweep", "", {"GET": 1, "LIST": 7}),
    ],
)
def test_these_cost_the_same_with_few_kingdoms_and_with_many(
    name: str, argument: str, calls: Mapping[str, int]
) -> None:
    assert calls_of(FEW, name, argument) == calls_of(MANY, name, argument) == calls


@pytest.mark.parametrize("name", ["verify_kingdom", "rebuild_kingdom"])
def test_work_on_one_kingdom_does_not_depend_on_the_others(name: str) -> None:
    few, many = calls_of(FEW, name, "5"), calls_of(MANY, name, "5")
    assert few == many
    assert many.get("PUT", 0) == 0


def test_an_idle_sweep_takes_a_listing_a_thousand_objects() -> None:
    lake = ScaleLake(150, weeks=10, unrecognised=0)
    pages = sum(
        1 + (sum(1 for _ in lake.list_objects(top)) - 1) // 1000
        for top in ("inbox/", "reports/", "raw/", "rejected/")
    )
    with serving(lake) as server:
        measure(server, "idle_sweep")
        assert server.calls["LIST"] == pages + 3
