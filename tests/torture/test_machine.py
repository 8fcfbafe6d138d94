"""The same promises under Hypothesis, which makes a failing history as short as it can be."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.torture.checker import finish
from tests.torture.faults import POSSIBLE, Fault
from tests.torture.history import MOST_WORKERS, PARTITIONS, UNRECOGNISED
from tests.torture.requests import BOARD, ENGINES, Request
from tests.torture.scans import SCANS, WITHDRAWALS
from tests.torture.stage import on_stage
from tests.torture.uploads import METRICS, WITHDRAWAL
from tests.torture.world import World

pytestmark = pytest.mark.slow

scans = st.sampled_from(SCANS)
partitions = st.sampled_from(PARTITIONS)
stems = st.sampled_from(("a", "b"))


class Torture(RuleBasedStateMachine):
    """Whoever is at work goes on when Hypothesis says so, with the fault that it chooses."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.stage = on_stage(self.world)
        self.stage.__enter__()

    @rule(scan=scans, partition=partitions, stem=stems)
    def upload(self, scan: object, partition: tuple[int, str], stem: str) -> None:
        found = next(one for one in SCANS if one is scan)
        folder = f"inbox/source=rok_players/kingdom={partition[0]}/dt={partition[1]}"
        self.world.upload(f"{folder}/{stem}{found.extension}", found, partition)

    @rule(number=st.integers(0, len(WITHDRAWALS) - 1), partition=partitions)
    def withdraw(self, number: int, partition: tuple[int, str]) -> None:
        folder = f"inbox/source=rok_players/kingdom={partition[0]}/dt={partition[1]}"
        self.world.upload(f"{folder}/{WITHDRAWAL}", WITHDRAWALS[number], partition)

    @rule(key=st.sampled_from(UNRECOGNISED))
    def upload_something_else(self, key: str) -> None:
        self.world.upload(key, SCANS[0], None)

    @rule(seconds=st.sampled_from((1, 60, 7200)))
    def pass_time(self, seconds: int) -> None:
        self.world.pass_time(seconds)

    @precondition(lambda self: self.world.runs)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self.world.remove(self.some_key(data))

    @precondition(lambda self: self.world.runs and len(self.world.workers) < MOST_WORKERS)
    @rule(data=st.data())
    def ingest(self, data: st.DataObject) -> None:
        self.world.ingest([self.some_key(data)])

    @precondition(lambda self: len(self.world.workers) < MOST_WORKERS)
    @rule()
    def sweep(self) -> None:
        self.world.sweep()

    @precondition(lambda self: len(self.world.workers) < MOST_WORKERS)
    @rule()
    def rebuild(self) -> None:
        self.world.rebuild()

    @precondition(lambda self: len(self.world.workers) < MOST_WORKERS)
    @rule(engine=st.sampled_from(ENGINES), partition=partitions, metric=st.sampled_from(METRICS))
    def ask(self, engine: str, partition: tuple[int, str], metric: str) -> None:
        parameters = {"kingdom": str(partition[0]), "metric": metric}
        query = {"date": partition[1], "limit": "5"}
        self.world.ask(Request(engine, BOARD, parameters, query))

    @precondition(lambda self: self.world.workers)
    @rule(data=st.data(), steps=st.integers(1, 30))
    def go_on(self, data: st.DataObject, steps: int) -> None:
        worker = data.draw(st.sampled_from(self.world.workers), "worker")
        while steps and not worker.ended:
            steps -= 1
            self.world.step(worker)

    @precondition(lambda self: self.world.workers)
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        worker = data.draw(st.sampled_from(self.world.workers), "worker")
        assert worker.pending is not None
        faults = [fault for fault in POSSIBLE[worker.pending.method] if fault is not Fault.SLOW]
        self.world.step(worker, data.draw(st.sampled_from(faults), "fault"))

    @invariant()
    def every_promise_is_kept(self) -> None:
        assert self.world.problems == []

    def teardown(self) -> None:
        try:
            if not self.world.problems:
                assert finish(self.world) == []
        finally:
            self.world.abandon()
            self.stage.__exit__(None, None, None)

    def some_key(self, data: st.DataObject) -> str:
        keys = sorted({upload.key for upload in self.world.runs.values()})
        return data.draw(st.sampled_from(keys), "key")


TestTorture = Torture.TestCase
TestTorture.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
