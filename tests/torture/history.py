"""A history from a seed: what happens to a lake, in which order, and what fails.

All choices come from one source of random numbers, so a seed is a reproduction.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from tests.torture.between_requests import Dates, random_between
from tests.torture.catalogs import version_of
from tests.torture.checker import finish
from tests.torture.faults import Counts, Fault, Faults
from tests.torture.requests import random_request
from tests.torture.scans import BAD, GOOD, WITHDRAWALS, Scan
from tests.torture.stage import on_stage
from tests.torture.uploads import REFUSED, WITHDRAWAL, Partition, Upload
from tests.torture.workers import Worker
from tests.torture.world import World

PARTITIONS: Final[tuple[Partition, ...]] = (
    (51, "2026-01-12"),
    (51, "2026-01-19"),
    (51, "2026-01-26"),
    (51, "2026-01-27"),
    (52, "2026-01-26"),
)
STEMS: Final = ("a", "a", "b", "two words+%2F", "名簿")
UNRECOGNISED: Final = tuple(REFUSED)
MOST_WORKERS: Final = 6
RETRIES: Final = 2
LONG_CALL: Final = 40


class Outcome(NamedTuple):
    """What became of a history.

    Attributes:
        seed: makes the same one again.
        digest: of its trace.
        problems: which promises were broken, in words.
        counts: what happened in it, how often.
        trace: what happened, in order.
    """

    seed: int
    digest: str
    problems: list[str]
    counts: Counts
    trace: list[str]


def play(seed: int, *, remember: bool = True, table: bool | None = None) -> Outcome:
    """Play the history of a seed to its end, and judge it.

    Args:
        seed: makes the same one again.
        remember: see `on_stage`.
        table: whether there is a table beside the lake; None: in every other history.
    """
    history = History(Random(seed), table=seed % 2 == 1 if table is None else table)
    with on_stage(history.world, remember=remember):
        history.play()
        problems = history.world.problems or finish(history.world)
    world = history.world
    world.abandon()
    return Outcome(seed, world.digest(), problems, world.counts, world.trace)


@dataclass(slots=True)
class _Event:
    """S3's event about some keys, and how often it is still to come should it fail."""

    keys: list[str]
    retries: int = RETRIES


class History:
    """Directs a world.

    Attributes:
        world: the world.
    """

    def __init__(
        self, random: Random, script: Sequence[Upload] | None = None, *, table: bool = False
    ) -> None:
        """Choose what kind of history this one is to be.

        Args:
            random: chooses.
            script: all uploads there are to be, in order of their moments; made up when None.
            table: whether there is a table beside the lake.
        """
        self.world = World(table=table)
        self._random = random
        self._faults = Faults(random, table=table)
        self._script = deque(script or ())
        self._events: list[_Event] = []
        self._deliveries: dict[Worker, _Event] = {}
        self._steps = 0
        self._acts: dict[Callable[[], None], int] = {
            self._upload if script is None else self._upload_next: 8,
            self._deliver: random.choice((6, 12)),
            self._pass_time: random.choice((1, 6)) if script is None else 0,
            self._sweep: random.choice((0, 1, 2)),
            self._rebuild: random.choice((0, 1, 4)),
            self._ask: random.choice((0, 6, 16)),
            self._remove: random.choice((0, 1)) if script is None else 0,
            self._forget: random.choice((0, 1)),
            self._withdraw: random.choice((0, 1, 4)) if script is None else 0,
        }
        if table:
            self._acts[self._fill] = random.choice((0, 1, 2))
            self._acts[self._drop] = random.choice((0, 0, 1))
            self._acts[self._pass_hours] = random.choice((0, 1, 3)) if script is None else 0
        self._engines = [*self.world.readers]
        self._peaceful = random.choice((0, 2, 4)) if table else 0
        # A publication with a table is some 200 calls: it must come to its end now and then.
        self._eagerness = random.choice((0.02, 0.05, 0.3) if table else (0.1, 0.3, 0.6, 0.9))
        self._slowness = random.choice((0.0, 0.05, 0.2))
        self._fickleness = random.choice((0.05, 0.2, 0.5))
        self._fair = random.random() < 0.3
        self._ranks: dict[Worker, float] = {}
        self._partitions = random.sample(PARTITIONS, random.choice((1, 1, 2, 4)))
        self._stems = random.sample(STEMS, random.randint(1, 3))
        self._scans = [*random.sample(GOOD, 4), *random.sample(BAD, random.randint(0, 2))]

    def play(self) -> None:
        """Let things happen: some acts, and the workers' steps between them."""
        for _ in range(self._peaceful):
            self._begin()
        acts = self._random.randint(10, 70)
        while (acts or self._script or self.world.workers) and not self.world.problems:
            if self.world.workers and (not acts or self._random.random() > self._eagerness):
                self._step()
            elif acts:
                acts -= 1
                self._random.choices([*self._acts], [*self._acts.values()])[0]()
            else:
                self._upload_next()

    def _begin(self) -> None:
        """Let there be something already: an upload that nothing disturbs."""
        self._upload()
        for event in self._events:
            self.world.run(self.world.ingest(event.keys))
        self._events.clear()
        self.world.pass_time(1)

    def _step(self) -> None:
        """Let one of the workers go on, with or without a fault."""
        self._steps += 1
        awake = [worker for worker in self.world.workers if worker.asleep <= self._steps]
        if not awake:
            return
        worker = self._choose(awake)
        assert worker.pending is not None
        fault = self._faults.choose(worker.pending)
        if fault is Fault.SLOW:
            worker.asleep = self._steps + self._random.randint(2, LONG_CALL)
            self.world.counts[fault.value] += 1
            return
        self.world.step(worker, fault)
        # A listing misses most when it takes long, and readers are on slow lines.
        rests = 1.0 if fault is Fault.STALE else self._slowness
        if self._random.random() < rests * (4 if worker.kind.startswith("ask") else 1):
            worker.asleep = self._steps + self._random.randint(2, LONG_CALL)
        if worker.ended and worker in self._deliveries:
            event = self._deliveries.pop(worker)
            if worker.error is not None and event.retries:
                event.retries -= 1
                self.world.counts["event retried"] += 1
                self._events.append(event)

    def _choose(self, awake: list[Worker]) -> Worker:
        """Who goes on: anybody, or always the first in rank, whose rank may fall to the last.

        The second finds what needs one of them to stand still while others come and go.
        """
        if self._fair:
            return self._random.choice(awake)
        for worker in awake:
            self._ranks.setdefault(worker, self._random.random())
        first = max(awake, key=lambda worker: self._ranks[worker])
        if self._random.random() < self._fickleness:
            self._ranks[first] = -self._steps
        return first

    def _upload(self) -> None:
        """Make up an upload: a good one, a bad one, a corrected one, one of an older date, …"""
        scan = self._random.choice(self._scans)
        partition: Partition | None = self._random.choice(self._partitions)
        if self._random.random() < 0.07:
            key, partition = self._random.choice(UNRECOGNISED), None
        else:
            kingdom, day = partition or (0, "")
            folder = f"inbox/source=rok_players/kingdom={kingdom}/dt={day}"
            key = f"{folder}/{self._random.choice(self._stems)}{scan.extension}"
        self._put(key, scan, partition)

    def _withdraw(self) -> None:
        """Withdraw a date, whether or not there is anything; sometimes for the second time."""
        kingdom, day = partition = self._random.choice(self._partitions)
        key = f"inbox/source=rok_players/kingdom={kingdom}/dt={day}/{WITHDRAWAL}"
        self.world.counts["withdrawal"] += 1
        self._put(key, self._random.choice(WITHDRAWALS), partition)

    def _upload_next(self) -> None:
        """Put the script's next file into the inbox, at its moment."""
        if self._script:
            upload = self._script.popleft()
            self.world.now = upload.moment
            self._put(upload.key, upload.scan, upload.partition)

    def _put(self, key: str, scan: Scan, partition: Partition | None) -> None:
        """Put a file into the inbox, and let S3 send its event: once, or twice, or never."""
        self.world.upload(key, scan, partition)
        times = self._random.choices((0, 1, 2), (1, 6, 1))[0]
        self.world.counts[f"event sent {times} times"] += 1
        self._events += [_Event([key]) for _ in range(times)]

    def _deliver(self) -> None:
        """Let any of the events come: in whatever order, sometimes two of them as one."""
        if not self._events or len(self.world.workers) >= MOST_WORKERS:
            return
        event = self._events.pop(self._random.randrange(len(self._events)))
        if self._events and self._random.random() < 0.05:
            event.keys += self._events.pop().keys
        worker = self.world.ingest(event.keys)
        self._deliveries[worker] = event

    def _pass_time(self) -> None:
        self.world.pass_time(self._random.choices((1, 60, 7200), (24, 2, 1))[0])

    def _pass_hours(self) -> None:
        """Let the parts of a table be superseded for long enough to be swept."""
        self.world.pass_time(7200)

    def _fill(self) -> None:
        if len(self.world.workers) < MOST_WORKERS:
            self.world.fill()

    def _drop(self) -> None:
        """Lose the table, and most often fill another one at once."""
        self.world.drop()
        if self._random.random() < 0.7:
            self._fill()

    def _sweep(self) -> None:
        if len(self.world.workers) < MOST_WORKERS:
            self.world.sweep()

    def _rebuild(self) -> None:
        if len(self.world.workers) < MOST_WORKERS:
            self.world.rebuild()

    def _ask(self) -> None:
        if len(self.world.workers) < MOST_WORKERS + 2:
            partition = self._random.choice(self._partitions)
            dates = self._dates(partition[0])
            if self._random.random() < (0.7 if len(dates.days) > 1 else 0.3):
                self.world.ask(random_between(self._random, dates, self._engines))
            else:
                versions = dates.versions.get(partition[1], ())
                asked = random_request(self._random, partition, versions, self._engines)
                self.world.ask(asked)

    def _dates(self, kingdom: int) -> Dates:
        """What somebody knows of a kingdom who asks."""
        versions: dict[str, list[str]] = {}
        for one in self.world.runs.values():
            if one.accepted and one.partition and one.partition[0] == kingdom:
                versions.setdefault(one.partition[1], []).append(version_of(one))
        return Dates(kingdom, sorted(versions), versions)

    def _remove(self) -> None:
        """Delete a file from the inbox, whether or not it was ingested."""
        keys = [info.key for info in self.world.store.list_objects("inbox/")]
        if keys:
            self.world.remove(self._random.choice(keys))

    def _forget(self) -> None:
        """Lose an event for good."""
        if self._events:
            self._events.pop(self._random.randrange(len(self._events)))
