"""`python -m tests.torture --seeds 10000`: many histories, on all processors (docs/torture.md)."""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from typing import Final

from tests.torture.faults import Fault
from tests.torture.history import play
from tests.torture.order import play_orders
from tests.torture.tally import ORDERS_EVERY, Tally, torture

BATCH: Final = 20
PROGRESS_SECONDS: Final = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Play what is asked for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many histories")
    parser.add_argument("--first", type=int, default=0, help="the first one's seed")
    parser.add_argument("--step", type=int, default=1, help="2 with an odd first one: with a table")
    parser.add_argument("--seed", type=int, help="play this one alone, and tell all of it")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(arguments)
    if asked.seed is not None:
        return _tell_one(asked.seed)
    started = time.monotonic()
    last = asked.first + asked.seeds * asked.step
    tally = _play_all(range(asked.first, last, asked.step), asked.jobs)
    _tell(tally, time.monotonic() - started)
    return 1 if tally.failures else 0


def _play_all(seeds: range, jobs: int) -> Tally:
    total = Tally()
    told = time.monotonic()
    # Not forked: a child must not inherit Arrow's threads.
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        batches = [seeds[start : start + BATCH] for start in range(0, len(seeds), BATCH)]
        for tally in pool.imap_unordered(torture, batches):
            total.add(tally)
            for failure in tally.failures:
                print(f"FAILED  make torture SEED={failure.seed}  {failure.problem}", flush=True)
            if time.monotonic() - told > PROGRESS_SECONDS or total.seeds == len(seeds):
                told = time.monotonic()
                failed = len(total.failures)
                print(f"{total.seeds} of {len(seeds)} histories, {failed} failed", flush=True)
    return total


def _tell(tally: Tally, seconds: float) -> None:
    for what, count in sorted(tally.counts.items()):
        print(f"{count:10,}  {what}")
    never = [fault for fault in Fault if fault is not Fault.NONE and not tally.counts[fault.value]]
    if never:
        print(f"never happened: {', '.join(never)}")
    each = tally.seconds / max(tally.seeds, 1)
    print(
        f"{tally.seeds:,} histories in {seconds:,.0f} s ({tally.seeds / seconds:.1f} a second, "
        f"{each * 1000:.0f} ms of processor time each): {len(tally.failures)} failed"
    )


def _tell_one(seed: int) -> int:
    outcome = play(seed)
    problems = outcome.problems or (play_orders(seed) if seed % ORDERS_EVERY == 0 else [])
    print("\n".join(outcome.trace))
    for problem in problems:
        print(f"BROKEN  {problem}")
    print(f"seed {seed}, trace {outcome.digest}: {len(problems)} promises broken")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
