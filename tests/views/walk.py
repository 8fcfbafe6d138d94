"""Walks through the interleavings of some writers, with a crash of one of them anywhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Final, NamedTuple

from tests.views.walk_lake import Call, Contents, Lakes
from tests.views.walk_rebuild import verify_all
from tests.views.walk_scenarios import Scenario
from tests.views.walk_writers import GONE, Writers, run_alone

State = tuple[int, tuple[int, ...], int]
"""The lake, where each writer is, and how many may still crash."""

MOST_PROBLEMS: Final = 20
CRASHES: Final = 1
CRASH_RATE: Final = 0.02
"""Of the steps of a random walk."""


class Step(NamedTuple):
    """What a writer may do at a state: make its call, or crash.

    Attributes:
        state: where that leads.
        writer: who.
        crashes: whether it crashes.
    """

    state: State
    writer: int
    crashes: bool


class Walked(NamedTuple):
    """What came of a walk.

    Attributes:
        states: how many were visited.
        ends: how many lakes there were in the end, before the sweep.
        seconds: how long it took.
        problems: what was wrong.
        complete: whether all interleavings were walked.
    """

    states: int
    ends: int
    seconds: float
    problems: list[str]
    complete: bool


class Walk:
    """One scenario.

    Attributes:
        problems: what was wrong so far.
    """

    def __init__(self, scenario: Scenario, *, short: bool = True) -> None:
        """Bring the lake to where the scenario starts.

        Args:
            scenario: who writes.
            short: take steps at once that are nothing to the others.
        """
        self._scenario = scenario
        self._short = short
        self.problems: list[str] = []
        self._lakes = Lakes(self._judge_write)
        lake = self._lakes.number({})
        for scan in scenario.before:
            lake, _ = run_alone(self._lakes, lake, scan.ingest)
        kept = self._lakes.contents(lake).items()
        lake = self._lakes.number(
            {key: body for key, body in kept if not key.startswith(scenario.gone())}
        )
        self._writers = Writers(self._lakes, scenario.works())
        self._start: State = (lake, self._writers.starts, CRASHES)
        self._private: dict[tuple[int, int, tuple[int | None, ...]], bool] = {}
        self._judged: set[int] = set()
        self._ended: set[int] = set()

    def everywhere(self, most_states: int = 10**12, most_problems: int = MOST_PROBLEMS) -> Walked:
        """Visit every state that any interleaving leads to.

        Args:
            most_states: give up behind so many.
            most_problems: likewise.
        """
        started = time.monotonic()
        seen = {self._start}
        waiting = [self._start]
        while waiting and len(self.problems) < most_problems and len(seen) < most_states:
            for step in self._steps(waiting.pop()):
                if step.state not in seen:
                    seen.add(step.state)
                    waiting.append(step.state)
        return self._walked(len(seen), started, complete=not waiting)

    def at_random(self, walks: int, seed: int = 0) -> Walked:
        """Follow so many interleavings, each to its end; in some of them turns are long."""
        random = Random(seed)
        started = time.monotonic()
        seen = {self._start}
        for _ in range(walks):
            state, stubbornness = self._start, random.choice((0.0, 0.8, 0.95))
            writer = 0
            while (steps := self._steps(state)) and not self.problems:
                crashing = [step for step in steps if step.crashes]
                going = [step for step in steps if not step.crashes]
                same = [step for step in going if step.writer == writer]
                if crashing and random.random() < CRASH_RATE:
                    going = crashing
                elif same and random.random() < stubbornness:
                    going = same
                state, writer, _ = random.choice(going)
                seen.add(state)
        return self._walked(len(seen), started, complete=False)

    def ends(self) -> set[tuple[tuple[str, bytes], ...]]:
        """The lakes that there were in the end, before the sweep."""
        return {tuple(sorted(self._lakes.contents(lake).items())) for lake in self._ended}

    def _steps(self, state: State) -> list[Step]:
        """What may come next."""
        lake, positions, crashes = state
        self._judge(lake)
        alive = [writer for writer, position in enumerate(positions) if position != GONE]
        if not alive:
            self._judge_end(lake)
        # A step that no other writer can see or undo need not wait for any of theirs.
        private = [
            writer for writer in alive if self._short and self._is_private(writer, positions)
        ]
        steps = []
        for writer in private[:1] or alive:
            position = positions[writer]
            before, behind = positions[:writer], positions[writer + 1 :]
            after, reply = self._lakes.make(lake, self._writers.call_at(position))
            there = self._after(writer, position, reply)
            steps.append(Step((after, (*before, there, *behind), crashes), writer, False))
            if crashes and self._scenario.may_crash(writer):
                steps.append(Step((lake, (*before, GONE, *behind), crashes - 1), writer, True))
        return steps

    def _after(self, writer: int, position: int, reply: int) -> int:
        try:
            return self._writers.after(position, reply)
        except Exception as error:
            self._tell(f"writer {writer} raised {error!r}")
            return GONE

    def _is_private(self, writer: int, positions: tuple[int, ...]) -> bool:
        """Whether a writer's next step is nothing to any of the others, whatever they do."""
        number = self._writers.call_at(positions[writer])
        stages = tuple(
            None if n == writer or position == GONE else self._writers.stage_at(position)
            for n, position in enumerate(positions)
        )
        if (writer, number, stages) not in self._private:
            others: set[str] = set()
            for other, stage in enumerate(stages):
                others |= set() if stage is None else self._scenario.may_write(other, stage)
            self._private[writer, number, stages] = _is_private(self._lakes.calls[number], others)
        return self._private[writer, number, stages]

    def _judge(self, lake: int) -> None:
        if lake not in self._judged:
            self._judged.add(lake)
            wrong = self._scenario.wrong_now(self._lakes.contents(lake))
            if wrong:
                self._tell(wrong)

    def _judge_write(self, before: Contents, after: Contents) -> None:
        wrong = self._scenario.wrong_write(before, after)
        if wrong:
            self._tell(wrong)

    def _judge_end(self, lake: int) -> None:
        """A sweep completes what has no report; then all is what the uploads say."""
        if lake in self._ended:
            return
        self._ended.add(lake)
        lake, _ = run_alone(self._lakes, lake, self._scenario.sweep)
        wrong = self._scenario.wrong_in_the_end(self._lakes.contents(lake))
        if wrong:
            self._tell(f"in the end {wrong}")
        _, problems = run_alone(self._lakes, lake, verify_all)
        for problem in problems:
            self._tell(f"in the end {problem}")

    def _tell(self, problem: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(f"{self._scenario.name}: {problem}")

    def _walked(self, states: int, started: float, *, complete: bool) -> Walked:
        seconds = time.monotonic() - started
        return Walked(states, len(self._ended), seconds, self.problems, complete)


def _is_private(call: Call, others: set[str]) -> bool:
    """Whether nobody who may write only these keys can see or undo a call."""
    if call.method == "list":
        return not any(key.startswith(call.key) for key in others)
    # Who reads a toy is who may write it. All other writes somebody is to see.
    return call.key not in others and (not call.writes or call.key.startswith("toys/"))


@contextmanager
def walking(scenario: Scenario, *, short: bool = True) -> Iterator[Walk]:
    """A walk through a scenario, as long as the context lasts; a long one leaves nothing out."""
    with scenario.on_stage(marked=short):
        yield Walk(scenario, short=short)
