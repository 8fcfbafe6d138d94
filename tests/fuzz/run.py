"""The long run: hostile files on all cores, counted by what became of them."""

import argparse
import multiprocessing
import os
import re
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from tests.fuzz import workbooks
from tests.fuzz.case import Outcome, check_hostile, check_seed
from tests.fuzz.files import HostileFile, make

PATIENCE: Final = 300.0
"""A worker that is at one file for so many seconds hangs."""
MOST_MIB: Final = 512
"""What a worker may come to hold, after thousands of files; one file alone is bounded elsewhere."""
_CHUNK: Final = 50
_EVERY: Final = 10.0

Failure = tuple[int, str]
Check = Callable[[int], Outcome]


@dataclass
class Tally:
    """What became of the files so far.

    Attributes:
        files: how many.
        families: by how they were made.
        outcomes: by reader and error code, or `accepted`; a file may have several codes.
        warnings: by code.
        slowest: processor seconds and seed.
        mib: the most memory that a worker came to hold.
        failures: seeds, each with what is wrong.
    """

    files: int = 0
    families: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    mib: float = 0.0
    failures: list[Failure] = field(default_factory=list)

    @property
    def codes(self) -> Counter[str]:
        """The outcomes by code alone."""
        codes: Counter[str] = Counter()
        for (_, code), count in self.outcomes.items():
            codes[code] += count
        return codes

    def count(self, seed: int, outcome: Outcome) -> None:
        """Take a file that is as it should be."""
        self.files += 1
        self.families[outcome.family] += 1
        self.outcomes.update((outcome.reader, code) for code in outcome.codes)
        self.warnings.update(outcome.warnings)
        self.slowest = max(self.slowest, (outcome.seconds, seed))

    def add(self, other: "Tally") -> None:
        """Take what another process counted."""
        self.files += other.files
        self.families.update(other.families)
        self.outcomes.update(other.outcomes)
        self.warnings.update(other.warnings)
        self.slowest = max(self.slowest, other.slowest)
        self.mib = max(self.mib, other.mib)
        self.failures += other.failures


def fuzz(
    seeds: Sequence[int], check: Check = check_seed, tell: Callable[[int], object] = lambda _: None
) -> Tally:
    """Check the files of these seeds in this process, each after it is told."""
    tally = Tally()
    for seed in seeds:
        tell(seed)
        try:
            tally.count(seed, check(seed))
        except Exception:
            tally.files += 1
            tally.failures.append((seed, traceback.format_exc()))
    tally.mib = _most_resident_mib()
    return tally


def _most_resident_mib() -> float:
    """The most memory that this process held."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not ru_maxrss: on Linux that starts with what the parent had before exec.
        (peak,) = re.findall(r"^VmHWM:\s+([0-9]+) kB$", status.read_text(), re.MULTILINE)
        return int(peak) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)


class _Worker:
    """A process that checks the files it is given; it may hang or die."""

    def __init__(self, check: Check) -> None:
        self._check = check
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self.connection: Connection = ours
        self.at = context.Value("q", -1)
        arguments = (theirs, check, self.at)
        self.process: BaseProcess = context.Process(target=_work, args=arguments, daemon=True)
        self.process.start()
        theirs.close()
        self.seeds: Sequence[int] = ()
        self.since = time.monotonic()

    def give(self, seeds: Sequence[int]) -> None:
        """Let it check these."""
        self.seeds = seeds
        self.since = time.monotonic()
        self.connection.send(seeds)

    def end(self) -> None:
        """End it, whatever it is at."""
        self.process.kill()
        self.process.join()
        self.connection.close()

    def another(self) -> "_Worker":
        """A new one that does the same."""
        return _Worker(self._check)


def _work(connection: Connection, check: Check, at: Any) -> None:
    def tell(seed: int) -> None:
        at.value = seed

    with suppress(EOFError):  # the parent is gone
        while True:
            connection.send(fuzz(connection.recv(), check, tell))


def fuzz_on_all_cores(first: int, files: int, check: Check = check_seed) -> Iterator[Tally]:
    """Check `files` files from seed `first` on; gives the tally so far, again and again."""
    chunks = iter(range(first, first + files, _CHUNK))
    tally = Tally()
    workers = [_Worker(check) for _ in range(os.cpu_count() or 1)]
    try:
        for worker in [*workers]:
            _give_next(worker, chunks, first + files)
        while busy := [worker for worker in workers if worker.seeds]:
            ready = wait([worker.connection for worker in busy], timeout=_EVERY)
            for at, worker in enumerate(workers):
                if worker.connection in ready:
                    workers[at] = _collect(worker, tally)
                elif worker.seeds and time.monotonic() - worker.since > PATIENCE:
                    workers[at] = _replace(worker, tally, "hangs")
                if not workers[at].seeds:
                    _give_next(workers[at], chunks, first + files)
            yield tally
    finally:
        for worker in workers:
            worker.end()


def _give_next(worker: _Worker, chunks: Iterator[int], end: int) -> None:
    start = next(chunks, None)
    if start is not None:
        worker.give(range(start, min(start + _CHUNK, end)))


def _collect(worker: _Worker, tally: Tally) -> _Worker:
    try:
        tally.add(worker.connection.recv())
    except EOFError:
        return _replace(worker, tally, "died")
    worker.seeds = ()
    return worker


def _replace(worker: _Worker, tally: Tally, how: str) -> _Worker:
    """Note the file that a worker was lost at, and let another one take the others."""
    worker.end()
    culprit = worker.at.value
    tally.files += 1
    tally.failures.append((culprit, f"the process {how}"))
    another = worker.another()
    if rest := [seed for seed in worker.seeds if seed != culprit]:
        another.give(rest)
    return another


def say(tally: Tally, seconds: float) -> None:
    """Write a tally to stdout."""
    print(f"{tally.files:,} files in {seconds:,.0f} s; {len(tally.failures)} failures")
    print(f"  most memory {tally.mib:.0f} MiB; slowest seed {tally.slowest[1]}", end="")
    print(f" with {tally.slowest[0]:.2f} s of processor time")
    for title, counter in (
        ("made by", tally.families),
        ("outcome", tally.codes),
        ("warning", tally.warnings),
    ):
        counts = ", ".join(f"{name} {count:,}" for name, count in counter.most_common())
        print(f"  {title}: {counts}")
    readers = sorted({reader for reader, _ in tally.outcomes})
    for reader in readers:
        counts = ", ".join(
            f"{code} {count:,}"
            for (name, code), count in tally.outcomes.most_common()
            if name == reader
        )
        print(f"  read as {reader}: {counts}")


def check_workbook_seed(seed: int) -> Outcome:
    """Make the workbook of a seed and check it."""
    return check_hostile(workbooks.make(seed))


def repeat(seed: int, make: Callable[[int], HostileFile] = make) -> int:
    """Check one seed, and say what it is; its error is raised."""
    file = make(seed)
    print(f"seed {seed}: {file.family}, {file.name!r}, {len(file.data):,} bytes")
    print(f"  {file.data[:2000]!r}{' …' if len(file.data) > 2000 else ''}")
    print(f"  {check_hostile(file)}")
    return 0


def main(argv: list[str] | None = None) -> int:
    """Run; 0 when every file had the outcome that it should have."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seed", nargs="?", type=int, help="repeat this one and nothing else")
    parser.add_argument("--files", type=int, default=100_000, help="how many files (100000)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--workbooks", action="store_true", help="workbooks, and nothing else")
    parser.add_argument(
        "--huge", action="store_true", help="then 1 GB in one field, in each format"
    )
    arguments = parser.parse_args(argv)
    if arguments.seed is not None:
        return repeat(arguments.seed, workbooks.make if arguments.workbooks else make)
    check, again = check_seed, "make fuzz"
    if arguments.workbooks:
        check, again = check_workbook_seed, "make fuzz WORKBOOKS=1"
    last = arguments.first + arguments.files - 1
    print(f"Seeds {arguments.first} to {last}", flush=True)
    started = said = time.monotonic()
    tally = Tally()
    told = 0
    for tally in fuzz_on_all_cores(arguments.first, arguments.files, check):
        for seed, what in tally.failures[told:]:
            print(f"{what}\nFAILED: {again} SEED={seed}", flush=True)
        told = len(tally.failures)
        if time.monotonic() - said > _EVERY:
            said = time.monotonic()
            print(f"  {tally.files:,} files, {told} failures", file=sys.stderr, flush=True)
    say(tally, time.monotonic() - started)
    bad = bool(tally.failures)
    if tally.mib > MOST_MIB:
        print(f"FAILED: a worker came to hold {tally.mib:.0f} MiB, more than {MOST_MIB}")
        bad = True
    if arguments.huge:
        from tests.fuzz.huge import check_huge

        bad = not check_huge() or bad
    return int(bad)
