"""Posts a message to a chat's address: Discord's, Slack's, or another that takes JSON.

By `http.client` and no other: it is in Python itself, follows no redirect, knows no proxy, and logs
nothing. (urllib3, which boto3 brings, logs each path, and here the path is the secret.)
"""

import http.client
import json
import math
import ssl
import time
from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from chalicelib.chats import Secret
from chalicelib.errors import EngineTimeoutError
from chalicelib.telling.message import Message
from chalicelib.telling.shapes import shape
from chalicelib.threads.deadline import run_with_timeout

CONNECT_SECONDS: Final = 3.0
WHOLE_SECONDS: Final = 10.0
"""Of one post: to be connected, and until it is answered."""

MAX_POSTS: Final = 5
"""How often one message is posted while the chat says 429."""

MIN_WAIT: Final = 0.5
_TOO_MANY: Final = 429
_TYPE: Final = "application/json; charset=utf-8"

Verdict = Literal["told", "refused", "failed"]


class Delivery(NamedTuple):
    """What became of a post.

    Attributes:
        verdict: `told`; `refused`, which would be so again; or `failed`, which may not.
        reason: why not, without anything of the address; empty when told.
    """

    verdict: Verdict
    reason: str = ""


class _Answer(NamedTuple):
    status: int
    retry_after: str | None


def post(
    address: Secret,
    message: Message,
    seconds_left: Callable[[], float],
    sleep: Callable[[float], None] = time.sleep,
) -> Delivery:
    """Post a message; where the chat asks to wait, wait if there is time.

    Never raises, so that no traceback shows the address.

    Args:
        address: the chat's.
        message: what is told.
        seconds_left: how long this may take.
        sleep: waits so many seconds.
    """
    host = urlsplit(address.reveal()).hostname or ""
    body = json.dumps(shape(host, message)).encode()
    for _ in range(MAX_POSTS):
        answer = _exchange_in_time(address, body, min(WHOLE_SECONDS, seconds_left()))
        if isinstance(answer, Delivery):
            return answer
        if answer.status != _TOO_MANY:
            return _delivery(answer.status)
        wait = _wait(answer.retry_after)
        if wait is None or wait + WHOLE_SECONDS > seconds_left():
            break
        sleep(wait)
    return Delivery("failed", f"it answered {_TOO_MANY}: too many messages")


def _delivery(status: int) -> Delivery:
    if status < 300:
        return Delivery("told")
    verdict: Verdict = "failed" if status >= 500 else "refused"
    return Delivery(verdict, f"it answered {status}")


def _wait(retry_after: str | None) -> float | None:
    """The seconds that a chat asks to wait; None where it does not say a number of them."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None
    return max(seconds, MIN_WAIT) if math.isfinite(seconds) else None


def _exchange_in_time(address: Secret, body: bytes, seconds: float) -> _Answer | Delivery:
    try:
        # A socket's timeout is that of one step: a server that answers a byte a second is slower.
        return run_with_timeout(seconds, "a chat", lambda: _exchange(address, body))
    except EngineTimeoutError:
        return Delivery("failed", "no answer in time")
    except (OSError, http.client.HTTPException, ValueError) as error:
        # Its text may have the host's name, its type has not.
        return Delivery("failed", f"it cannot be reached ({type(error).__name__})")


def _exchange(address: Secret, body: bytes) -> _Answer:
    parts = urlsplit(address.reveal())
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    context = ssl.create_default_context()
    host: Any = parts.hostname
    connection = http.client.HTTPSConnection(
        host, parts.port, timeout=CONNECT_SECONDS, context=context
    )
    try:
        connection.connect()
        connection.sock.settimeout(WHOLE_SECONDS)
        headers = {"Content-Type": _TYPE, "User-Agent": "leaderboard-api", "Connection": "close"}
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        # Its body is not read: the status says all, and nobody knows how long it is.
        return _Answer(answer.status, answer.headers.get("Retry-After"))
    finally:
        connection.close()
