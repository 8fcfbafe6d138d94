"""Writers as tables: what the product's own code calls next, given all replies so far.

What a writer does is a function of the replies that it got. So its code is run only for replies
that were never given before; whoever walks through all interleavings looks up the rest.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from greenlet import greenlet

from tests.views.walk_lake import Call, Lakes, Reply, SteppedStore

Work = Callable[[Any], object]

GONE: Final = -1
"""The position of a writer that has ended, or died."""
MOST_LIVE: Final = 500


class _Position(NamedTuple):
    """Where a writer is: before a call, after the replies that led there.

    `stage` is the last mark that it has passed (see `tests.views.walk_lake.mark`).
    """

    writer: int
    stage: int
    call: int
    parent: int
    reply: int


class Writers:
    """The writers of a scenario, and every position at which one of them was."""

    def __init__(self, lakes: Lakes, works: list[Work]) -> None:
        """Let each of `works` run until its first call."""
        self._lakes = lakes
        self._works = works
        self._positions: list[_Position] = []
        self._after: dict[tuple[int, int], int] = {}
        self._marks: dict[tuple[int, str], int] = {}
        # Some are kept where they are: the next reply needs no run from the start.
        self._live: OrderedDict[int, greenlet] = OrderedDict()
        self.starts = tuple(self._enter(*self._start(at), at, GONE, 0) for at in range(len(works)))

    def stage_at(self, position: int) -> int:
        """The number of the last mark that was passed before; `GONE` without one."""
        return self._positions[position].stage

    def call_at(self, position: int) -> int:
        """The number of the call that is about to be made."""
        return self._positions[position].call

    def after(self, position: int, reply: int) -> int:
        """The position behind a reply.

        Raises:
            Exception: what the writer raised.
        """
        behind = self._after.get((position, reply))
        if behind is None:
            writer = self._positions[position].writer
            worker = self._live.pop(position, None) or self._rerun(position)
            call = worker.switch(self._lakes.replies[reply])
            behind = self._enter(worker, call, writer, position, reply)
            self._after[position, reply] = behind
        return behind

    def __len__(self) -> int:
        """How many positions there are."""
        return len(self._positions)

    def _start(self, writer: int) -> tuple[greenlet, Call | None]:
        worker = greenlet(self._works[writer])
        return worker, worker.switch(SteppedStore())

    def _rerun(self, position: int) -> greenlet:
        """A writer at a position where it was before."""
        replies = []
        writer = self._positions[position].writer
        while (at := self._positions[position]).parent != GONE:
            replies.append(at.reply)
            position = at.parent
        worker, _ = self._start(writer)
        for reply in reversed(replies):
            worker.switch(self._lakes.replies[reply])
        return worker

    def _enter(
        self, worker: greenlet, call: Call | None, writer: int, parent: int, reply: int
    ) -> int:
        if worker.dead or call is None:
            return GONE
        if (writer, call.key) in self._marks and call.method == "mark":
            return self._marks[writer, call.key]
        number = self._lakes.number_of_call(call)
        stage = int(call.key.partition(" ")[0]) if call.method == "mark" else GONE
        if call.method != "mark" and parent != GONE:
            stage = self.stage_at(parent)
        self._positions.append(_Position(writer, stage, number, parent, reply))
        position = len(self._positions) - 1
        if call.method == "mark":
            self._marks[writer, call.key] = position
        self._live[position] = worker
        if len(self._live) > MOST_LIVE:
            self._live.popitem(last=False)
        return position


def run_alone(lakes: Lakes, lake: int, work: Work) -> tuple[int, Any]:
    """Let a writer run from a state to its end, undisturbed: the state then, and its result."""
    worker = greenlet(work)
    answer = worker.switch(SteppedStore())
    while not worker.dead:
        lake, reply = lakes.make(lake, lakes.number_of_call(answer))
        answer = worker.switch(lakes.replies[reply])
    return lake, answer


__all__ = ["GONE", "Reply", "Work", "Writers", "run_alone"]
