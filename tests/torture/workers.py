"""Functions at work at once, deterministically: each runs until its next call of the store.

A worker is a greenlet. The store behind it pauses before every call and hands the baton back to
whoever resumed the worker, who decides when it goes on and what becomes of the call.
"""

from collections.abc import Callable
from typing import Any

from greenlet import greenlet

from tests.torture.faults import Call, Fault


class ProcessKilledError(BaseException):
    """The process is gone: raised through everything, as nothing in the product may catch it."""


class Worker:
    """A function of the product at work.

    Attributes:
        kind: what it does.
        number: which one it is of those that ever started.
        judge: is to be told of its result.
        pending: the call of the store that it is about to make; None when it has ended.
        result: what it returned.
        error: what it raised.
        faults: how many faults befell it.
        asleep: the step until which its pending call takes.
    """

    def __init__(
        self, kind: str, number: int, work: Callable[[], Any], judge: Callable[[Any], None]
    ) -> None:
        """Start it: it runs until its first call of the store."""
        self.kind = kind
        self.number = number
        self.judge = judge
        self.pending: Call | None = None
        self.result: Any = None
        self.error: BaseException | None = None
        self.faults = 0
        self.asleep = 0
        self._work = work
        self._killed = False
        self._greenlet = greenlet(self._run)
        self._switch()

    @property
    def ended(self) -> bool:
        """Whether it has returned, raised or been killed."""
        return bool(self._greenlet.dead)

    def resume(self, fault: Fault = Fault.NONE) -> None:
        """Let it make its pending call, with this fault, and run until the next one."""
        self.pending = None
        self._switch(fault)

    def pause(self, call: Call) -> Fault:
        """Hand the baton back, and wait for it."""
        if self._killed:
            raise ProcessKilledError  # a dead process makes no calls, whatever `finally` says
        self.pending = call
        fault: Fault = self._greenlet.parent.switch()
        return fault

    def kill(self) -> None:
        """Note that it is dead."""
        self._killed = True

    def _switch(self, *fault: Fault) -> None:
        _at_work.append(self)
        self._greenlet.switch(*fault)
        _at_work.pop()

    def _run(self) -> None:
        try:
            self.result = self._work()
        # Whatever it is, it is an outcome, told by whoever checks it.
        except (Exception, ProcessKilledError) as error:
            self.error = error


_at_work: list[Worker] = []


def current_worker() -> Worker | None:
    """Who is at work; None for the one that directs them all."""
    return _at_work[-1] if _at_work else None
