"""What comes of many seeds: failures, and how often each thing happened."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from tests.torture.faults import Counts
from tests.torture.history import play
from tests.torture.order import play_orders

FRESH_EVERY: Final = 16
"""One history in so many takes no view from memory."""
ORDERS_EVERY: Final = 10
"""One seed in so many also lets its uploads come in several orders."""


class Failure(NamedTuple):
    """A seed that broke a promise."""

    seed: int
    problem: str


@dataclass(slots=True)
class Tally:
    """What came of many seeds.

    Attributes:
        seeds: how many.
        failures: those that broke a promise.
        counts: what happened in them.
        seconds: processor time.
    """

    seeds: int = 0
    failures: list[Failure] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    seconds: float = 0.0

    def add(self, other: "Tally") -> None:
        """Take in what came of others."""
        self.seeds += other.seeds
        self.failures += other.failures
        self.counts += other.counts
        self.seconds += other.seconds


def torture(seeds: Sequence[int]) -> Tally:
    """Play the histories of some seeds."""
    tally = Tally()
    started = time.process_time()
    for seed in seeds:
        outcome = play(seed, remember=seed % FRESH_EVERY != 0)
        problems = outcome.problems
        tally.seeds += 1
        tally.counts += outcome.counts
        if not problems and seed % ORDERS_EVERY == 0:
            problems = play_orders(seed)
            tally.counts["orders compared"] += 1
        tally.failures += [Failure(seed, problem) for problem in problems[:1]]
    tally.seconds = time.process_time() - started
    return tally
