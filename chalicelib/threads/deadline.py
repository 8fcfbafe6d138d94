"""Deadlines for calls to S3 and Athena: a call returns, or is abandoned, by a known time.

A client's timeouts do not bound a call: it tries every address of a host in turn, DNS may be slow,
and an answer may arrive byte by byte.
"""

import os
import time
from collections.abc import Callable
from threading import Lock, Thread
from typing import Final, NamedTuple, TypeVar

from chalicelib.errors import EngineTimeoutError

_Result = TypeVar("_Result")


class Deadline(NamedTuple):
    """The time at which waiting ends.

    Attributes:
        at: in seconds of `time.monotonic`.
    """

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """The deadline in `seconds` seconds."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """The seconds left; negative after the deadline."""
        return self.at - time.monotonic()


def run_with_timeout(seconds: float, what: str, call: Callable[[], _Result]) -> _Result:
    """Return or raise what `call` does, if it ends in time.

    It runs in a thread of its own, which is left alone after the timeout, and kept when the call
    has ended: a new one costs 0.2 ms, most of it memory that it touches for the first time. That is
    a sixth of `changes`.

    Args:
        seconds: the timeout; `call` does not run if it is not positive.
        what: the name of the call for errors, such as `the snapshot's facts`.
        call: must be safe to abandon at any time.

    Raises:
        EngineTimeoutError: it takes longer.
    """
    results: list[_Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:
            errors.append(error)

    if seconds > 0:
        done = Lock()
        done.acquire()
        _idle_worker().begin(what, run, done)
        done.acquire(timeout=seconds)
    if errors:
        raise errors[0]
    if results:
        return results[0]
    raise EngineTimeoutError(f"{what}: no answer in {max(seconds, 0.0):.1f} s")


class _Worker:
    """A thread that makes one call after another."""

    def __init__(self) -> None:
        self._next: tuple[Callable[[], None], Lock] | None = None
        self._begun = Lock()
        self._begun.acquire()
        # A daemon thread, so that the process can end while a call hangs.
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def begin(self, what: str, run: Callable[[], None], done: Lock) -> None:
        self._thread.name = what
        self._next = run, done
        self._begun.release()

    def _run(self) -> None:
        while True:
            self._begun.acquire()
            assert self._next is not None
            run, done = self._next
            self._next = None
            run()
            # Before whoever waits for it can make another call.
            _idle.append(self)
            done.release()
            del run, done


_idle: Final[list[_Worker]] = []
"""As many as ever ran at once."""

# A forked process has none of the threads.
os.register_at_fork(after_in_child=_idle.clear)


def _idle_worker() -> _Worker:
    try:
        return _idle.pop()
    except IndexError:
        return _Worker()
