"""An end to waiting: what is asked of S3 or of Athena is answered, or given up, by a known moment.

The timeouts of a client do not bound a call: every address of a host is tried in turn, a name may
take long to resolve, and an answer may come byte by byte.
"""

import time
from collections.abc import Callable
from threading import Thread
from typing import NamedTuple, TypeVar

from chalicelib.errors import EngineTimeoutError

_Result = TypeVar("_Result")


class Deadline(NamedTuple):
    """The moment at which waiting ends.

    Attributes:
        at: in seconds of `time.monotonic`.
    """

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """So many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """How many seconds are left; none when negative."""
        return self.at - time.monotonic()


def run_with_timeout(seconds: float, what: str, ask: Callable[[], _Result]) -> _Result:
    """What `ask` returns or raises, if it does so in time.

    It runs in a thread of its own, which is left to itself when the time is over.

    Args:
        seconds: how long to wait; nothing is asked when there are none.
        what: what is asked for, such as `the snapshot's facts`.
        ask: must bear to be given up at any moment.

    Raises:
        EngineTimeoutError: it takes longer.
    """
    results: list[_Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(ask())
        except BaseException as error:
            errors.append(error)

    if seconds > 0:
        # A daemon, so that a process may end while a call hangs.
        thread = Thread(target=run, name=what, daemon=True)
        thread.start()
        thread.join(seconds)
    if errors:
        raise errors[0]
    if results:
        return results[0]
    raise EngineTimeoutError(f"{what}: no answer in {max(seconds, 0.0):.1f} s")
