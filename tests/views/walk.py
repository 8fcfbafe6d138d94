"""Walks through the interleavings of some writers, with a crash of one of them anywhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import NamedTuple

from tests.views.walk_lake import Contents, Lakes
from tests.views.walk_scenarios import Scenario, verify_all
from tests.views.walk_writers import GONE, Writers, run_alone

State = tuple[int, tuple[int, ...], int]
"""The lake, where each writer is, and how many may still crash."""

REPORTS = 20
"""Problems that are told at most."""


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
    """One scenario."""

    def __init__(self, scenario: Scenario) -> None:
        """Bring the lake to where the scenario starts."""
        self._scenario = scenario
        self.problems: list[str] = []
        self._lakes = Lakes(self._judge_write)
        lake = self._lakes.number({})
        for scan in scenario.before:
            lake, _ = run_alone(self._lakes, lake, scan.ingest)
        if scenario.rebuilds:
            kept = self._lakes.contents(lake).items()
            lake = self._lakes.number(
                {key: body for key, body in kept if key.startswith(("raw/", "reports/"))}
            )
        self._writers = Writers(self._lakes, scenario.works())
        self._start: State = (lake, self._writers.starts, 1)
        self._footprints = [scenario.may_write(n) for n in range(len(self._writers.starts))]
        self._private: dict[tuple[int, int], bool] = {}
        self._judged: set[int] = set()
        self._ended: set[int] = set()

    def everywhere(self, most_states: int | None = None) -> Walked:
        """Visit every state that any interleaving leads to."""
        started = time.monotonic()
        seen = {self._start}
        waiting = [self._start]
        while waiting and len(self.problems) < REPORTS and len(seen) < (most_states or 10**12):
            for state in self._following(waiting.pop()):
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        return self._walked(len(seen), started, complete=not waiting)

    def at_random(self, walks: int, seed: int = 0) -> Walked:
        """Follow so many interleavings, each to its end."""
        random = Random(seed)
        started = time.monotonic()
        seen = {self._start}
        for _ in range(walks):
            state, stubborn = self._start, random.choice((0.0, 0.8, 0.95))
            following = [*self._following(state)]
            last = 0
            while following and not self.problems:
                # Mostly the one who went last goes on: what takes a long sleep is found so.
                steps = [one for one in following if one[2] == state[2]] or following
                chosen = following if random.random() < 0.02 else steps
                same = [one for one in chosen if one[1][last] != state[1][last]]
                before = state
                state = random.choice(same if same and random.random() < stubborn else chosen)
                last = next((n for n, at in enumerate(state[1]) if at != before[1][n]), last)
                seen.add(state)
                following = [*self._following(state)]
        return self._walked(len(seen), started, complete=False)

    def _following(self, state: State) -> Iterator[State]:
        """The states after one step, or one crash."""
        lake, positions, crashes = state
        self._judge(lake)
        alive = [writer for writer, position in enumerate(positions) if position != GONE]
        if not alive:
            self._judge_end(lake)
        # A step that no other writer can see or undo need not wait for any of theirs.
        private = [writer for writer in alive if self._is_private(writer, positions[writer])]
        for writer in private[:1] or alive:
            position = positions[writer]
            after, reply = self._lakes.make(lake, self._writers.call_at(position))
            behind = self._after(writer, position, reply)
            yield after, (*positions[:writer], behind, *positions[writer + 1 :]), crashes
            if crashes and writer < len(self._scenario.scans):
                yield lake, (*positions[:writer], GONE, *positions[writer + 1 :]), crashes - 1

    def _after(self, writer: int, position: int, reply: int) -> int:
        try:
            return self._writers.after(position, reply)
        except Exception as error:
            self._tell(f"writer {writer} raised {error!r}")
            return GONE

    def _is_private(self, writer: int, position: int) -> bool:
        number = self._writers.call_at(position)
        found = self._private.get((writer, number))
        if found is None:
            call = self._lakes.calls[number]
            others = {key for n, keys in enumerate(self._footprints) if n != writer for key in keys}
            if call.method == "mark":
                found = True
            elif call.writes:
                found = call.key.startswith("reports/") and call.key not in others
            elif call.method == "list":
                found = not any(key.startswith(call.key) for key in others)
            else:
                found = call.key not in others
            self._private[writer, number] = found
        return found

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
        if len(self.problems) < REPORTS:
            self.problems.append(f"{self._scenario.name}: {problem}")

    def _walked(self, states: int, started: float, *, complete: bool) -> Walked:
        seconds = time.monotonic() - started
        return Walked(states, len(self._ended), seconds, self.problems, complete)


@contextmanager
def walking(scenario: Scenario) -> Iterator[Walk]:
    """A walk through a scenario, as long as the context lasts."""
    with scenario.on_stage():
        yield Walk(scenario)
