"""Nothing lost, nothing published twice: a short run of what `make torture` does at length."""

from collections import Counter

import pytest

from tests.torture.faults import Counts, Fault
from tests.torture.history import play
from tests.torture.order import play_orders
from tests.torture.tally import torture

pytestmark = pytest.mark.slow

IN_EACH_RUN = 10
"""Histories; the others are played by `make test-long`."""
BATCHES = [
    pytest.param(
        range(start, start + 10),
        marks=[pytest.mark.long] * (start >= IN_EACH_RUN),
        id=f"from {start}",
    )
    for start in range(0, 200, 10)
]
HAPPENED: Counts = Counter()


@pytest.mark.parametrize("seeds", BATCHES)
def test_whatever_happens_to_a_lake_every_promise_is_kept(seeds: range) -> None:
    tally = torture(seeds)
    HAPPENED.update(tally.counts)
    assert [f"make torture SEED={one.seed}  {one.problem}" for one in tally.failures] == []


@pytest.mark.long
def test_everything_that_can_happen_did() -> None:
    if not HAPPENED:
        pytest.skip("the histories were not played here")
    acts = {"ingest", "sweep", "rebuild", "ask", "event retried", "orders compared"}
    acts |= {"event sent 0 times", "event sent 2 times", "answer 200", "answer 404", "answer 503"}
    acts |= {"answer 304", "answer 409", "answer 503, no catalog yet", "pages behind `next`"}
    acts |= {"withdrawal", "archived bytes lost"}
    faults = {fault.value for fault in Fault if fault is not Fault.NONE}
    assert sorted((acts | faults) - HAPPENED.keys()) == []


def test_a_seed_is_a_reproduction() -> None:
    for seed in (3, 17, 29):
        first, second = play(seed), play(seed, remember=False)
        assert first.trace == second.trace
        assert first.digest == second.digest
    assert play(3).digest != play(17).digest


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_same_uploads_leave_the_same_lake_in_whatever_order_they_are_processed(
    seed: int,
) -> None:
    assert play_orders(seed) == []
