"""Send a batch until all of it is done: DynamoDB may do a part of a batch and give back the rest.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeVar

from chalicelib.errors import StoreUnavailableError
from chalicelib.lake.dynamodb.errors import ThrottledError

FIRST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 2.0
"""Seconds. A pause is random, up to the first and then up to twice as long each time: without
chance, writers that were throttled together would come back together."""

Request = TypeVar("Request")


class Budget(NamedTuple):
    """How long to go on with a batch.

    Attributes:
        tries: calls one after the other that do nothing of the batch.
        seconds: from the first call to the start of the last.
    """

    tries: int
    seconds: float


READING: Final = Budget(6, 4)
"""Somebody waits for the answer."""
WRITING: Final = Budget(10, 30)
"""An upload's event comes again if this is not enough."""


def send_all(
    batch: Sequence[Request],
    send: Callable[[Sequence[Request]], Sequence[Request]],
    budget: Budget,
    table: str,
) -> None:
    """Send a batch, and again what is given back, with growing pauses.

    Args:
        batch: the requests.
        send: sends some, and returns those that were not done.
        budget: when to give up.
        table: its name, for messages.

    Raises:
        StoreUnavailableError: the budget is spent; some of the batch may be done.
    """
    deadline = time.monotonic() + budget.seconds
    left, in_vain = batch, 0
    while True:
        given_back = _send(left, send)
        if not given_back:
            return
        in_vain = 0 if len(given_back) < len(left) else in_vain + 1
        left = given_back
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** max(in_vain - 1, 0))
        pause = random.uniform(0, longest)
        if in_vain >= budget.tries or time.monotonic() + pause > deadline:
            raise StoreUnavailableError(
                f"table {table}: it is throttled, {len(left)} of {len(batch)} items of a batch "
                "were not done after all tries"
            )
        time.sleep(pause)


def _send(
    left: Sequence[Request], send: Callable[[Sequence[Request]], Sequence[Request]]
) -> Sequence[Request]:
    """Send, and return what was not done: all of it if the call as a whole was throttled."""
    try:
        return send(left)
    except ThrottledError:
        return left
