"""Clients of an HTTP server: single requests, and many clients that ask all the time."""

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import NamedTuple, Self


class Answer(NamedTuple):
    """An answer.

    Attributes:
        status: its status.
        headers: its headers, with names in lower case.
        body: its body.
        seconds: how long it took.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def cache(self) -> str:
        """What nginx says of it: `HIT`, `MISS`, `STALE` and so on."""
        return self.headers.get("x-cache", "")


class Asked(NamedTuple):
    """What one of many clients asked for, and what it got; short, since there are many.

    Attributes:
        path: what it asked for.
        status: the answer's status.
        cache: what nginx says of it.
        body: its body; equal ones are one object.
        seconds: how long it took.
    """

    path: str
    status: int
    cache: str
    body: bytes
    seconds: float


class Client:
    """A client that keeps its connection as long as the server does."""

    def __init__(self, port: int) -> None:
        """A client of a server on 127.0.0.1; nothing is sent yet."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._connection.close()

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for a path; in a header's name `_` is `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        before = time.perf_counter()
        self._connection.request(method, path, headers=named)
        response = self._connection.getresponse()
        body = response.read()
        seconds = time.perf_counter() - before
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, body, seconds)


def ask_all_the_time(port: int, paths: Sequence[str], clients: int, seconds: float) -> list[Asked]:
    """Let many clients ask for these paths, each for the next as soon as it has one.

    All begin with the first, which nobody has yet.

    Args:
        port: the server's, on 127.0.0.1.
        paths: what they ask for, in this order, again and again.
        clients: how many.
        seconds: how long.
    """
    asked: list[list[Asked]] = [[] for _ in range(clients)]
    bodies: dict[bytes, bytes] = {}
    start = threading.Barrier(clients)

    def ask(number: int) -> None:
        with Client(port) as client:
            start.wait()
            ends = time.monotonic() + seconds
            turn = 0
            while time.monotonic() < ends:
                path = paths[turn % len(paths)]
                answer = client.get(path)
                body = bodies.setdefault(answer.body, answer.body)
                found = Asked(path, answer.status, answer.cache, body, answer.seconds)
                asked[number].append(found)
                turn += 1

    _together(clients, ask)
    return [one for of_client in asked for one in of_client]


def ask_at_once(port: int, path: str, clients: int) -> list[Answer]:
    """Let many clients ask for one path at one moment."""
    answers: list[Answer] = []
    start = threading.Barrier(clients)

    def ask(_: int) -> None:
        with Client(port) as client:
            start.wait()
            answers.append(client.get(path))

    _together(clients, ask)
    return answers


def _together(clients: int, ask: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
