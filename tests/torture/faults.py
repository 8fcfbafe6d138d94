"""What can go wrong at a call of the store, and how a history chooses it."""

from collections import Counter
from enum import StrEnum
from random import Random
from typing import Final, NamedTuple


class Fault(StrEnum):
    """What happens at one call of the store."""

    NONE = "none"
    ERROR = "error before"
    """The store fails; nothing happened."""
    LOST = "answer lost"
    """A write took effect, and the caller is told that the store failed."""
    RETRIED = "retried by the client"
    """A write took effect, its answer was lost, and the client's own retry met the object."""
    THROTTLED = "throttled"
    """The store fails, and so do the next calls, whoever makes them."""
    KILLED = "killed before"
    """The process dies before the call."""
    KILLED_LATE = "killed after"
    """The process dies when a write has taken effect."""
    BROKEN = "stream broken"
    """A read or a listing fails in its middle."""
    SHORT = "short read"
    """A read gives less than was asked for."""
    SLOW = "slow"
    """The call takes so long that the others do all kinds of things meanwhile."""
    STALE = "stale list"
    """A listing is of the moment it began: it has nothing that was created while it ran."""
    HALF = "half a batch"
    """Some items of a batch are written, the others stay unprocessed, and the table fails."""
    KILLED_HALF = "killed within a batch"
    """Some items of a batch are written, and the process is dead."""
    LAGGED = "eventual read"
    """A read that need not be consistent does not see the last writes."""


class Call(NamedTuple):
    """A call of the store, or of the table, that is about to happen.

    Attributes:
        method: the store's, or `read` of an open object, or `list` for a page of a listing; the
            table's, of batches and of a query's pages one each.
        key: the key or prefix; of an item its group and name, of several the first one's.
    """

    method: str
    key: str


_ANY: Final = (Fault.ERROR, Fault.THROTTLED, Fault.KILLED, Fault.SLOW)
_WRITE: Final = (*_ANY, Fault.LOST, Fault.RETRIED, Fault.KILLED_LATE)
_LAGS: Final = (Fault.LAGGED,) * 8
_HALVES: Final = (Fault.HALF, Fault.KILLED_HALF)
_BATCH: Final = (Fault.LOST, Fault.KILLED_LATE, *_HALVES, *_HALVES)
POSSIBLE: Final[dict[str, tuple[Fault, ...]]] = {
    "head": _ANY,
    "open": _ANY,
    "read": (*_ANY, Fault.BROKEN, Fault.SHORT),
    "list": (*_ANY, Fault.BROKEN, Fault.STALE, Fault.STALE),
    "create": _WRITE,
    "replace": _WRITE,
    "get": (*_ANY, *_LAGS),
    "get_many": (*_ANY, *_LAGS),
    "query": (*_ANY, Fault.BROKEN, *_LAGS),
    "put_many": (*_ANY, *_BATCH),
    "delete_many": (*_ANY, *_BATCH),
}
"""Which faults each call can have."""
OF_TABLES: Final = frozenset((Fault.HALF, Fault.KILLED_HALF, Fault.LAGGED))
"""Those that only calls of a table have."""

_RATES: Final = {
    "create": 4,
    "replace": 4,
    "put_many": 4,
    "delete_many": 4,
    "get": 3,
    "get_many": 3,
    "query": 3,
}
"""How much more often the calls fail that there are few of."""
LONGEST_BURST: Final = 12
"""Calls that one bout of throttling fails at most."""


class Faults:
    """Chooses faults from a seed. Each history has its own kinds of them, and its own rate.

    Attributes:
        on: whether there are any (still).
    """

    def __init__(self, random: Random, *, table: bool = False) -> None:
        """Choose the kinds and the rate.

        Args:
            random: chooses.
            table: whether there is a table, which has kinds of its own.
        """
        self._random = random
        left_out = {Fault.NONE} if table else {Fault.NONE, *OF_TABLES}
        kinds = [fault for fault in Fault if fault not in left_out]
        self._kinds = set(random.sample(kinds, random.randint(1, len(kinds))))
        self._rate = random.choice((0.0, 0.02, 0.04, 0.08, 0.16))
        self._burst = 0
        self.on = True

    def choose(self, call: Call) -> Fault:
        """What happens at this call."""
        if not self.on:
            return Fault.NONE
        if self._burst:
            self._burst -= 1
            return Fault.THROTTLED
        if self._random.random() >= self._rate * _RATES.get(call.method, 1):
            return Fault.NONE
        possible = [fault for fault in POSSIBLE[call.method] if fault in self._kinds]
        fault = self._random.choice(possible) if possible else Fault.NONE
        if fault is Fault.THROTTLED:
            self._burst = self._random.randint(1, LONGEST_BURST)
        return fault


Counts = Counter[str]
