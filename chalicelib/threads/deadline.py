"""Deadlines for calls to S3 and Athena: a call returns, or is abandoned, by a known time.

A client's timeouts do not bound a call: it tries every address of a host in turn, DNS may be slow,
and an answer may arrive byte by byte.
"""

import time
from collections.abc import Callable
from threading import Thread
from typing import NamedTuple, TypeVar

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

    It runs in its own thread, which is abandoned after the timeout.

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
        # A daemon thread, so that the process can end while a call hangs.
        thread = Thread(target=run, name=what, daemon=True)
        thread.start()
        thread.join(seconds)
    if errors:
        raise errors[0]
    if results:
        return results[0]
    raise EngineTimeoutError(f"{what}: no answer in {max(seconds, 0.0):.1f} s")
