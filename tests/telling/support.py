"""A chat on this machine that answers as it is told to, and reports to tell of."""

import itertools
import json
import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any, Final, NamedTuple

from chalicelib.chats import Secret
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.reports.stored import StoredReport, read_report
from chalicelib.lake.store import Store
from chalicelib.telling.message import Message
from tests.ingest.support import FOLDER, SETTINGS
from tests.serving import Handler, Serving

TOKEN: Final = "T0ken-nobody-may-see"
NEVER: Final = 2.0
"""Seconds after which a chat that never answers gives up, so that the tests end."""

MESSAGE: Final = Message(
    "51", "accepted", "20260126T153012Z-0123456789abcdef", "Kingdom 51", [["It is good."]], ["End"]
)

Act = Callable[[BaseHTTPRequestHandler], None]


class Post(NamedTuple):
    """What a chat was sent.

    Attributes:
        path: of its address, with the token.
        body: the parsed JSON.
        at: when, in seconds of `time.monotonic`.
    """

    path: str
    body: dict[str, Any]
    at: float


class ChatServer(Serving):
    """Keeps what is posted, and answers each path by its own list of acts; the last one goes on.

    Attributes:
        posts: what was sent, in order.
        acts: the acts for a path; 204 where there are none.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        """Listen on a free port; nothing is answered yet."""
        super().__init__(_Handler, context)
        self.posts: list[Post] = []
        self.acts: dict[str, list[Act]] = defaultdict(lambda: [status(204)])

    def address(self, name: str = "chat") -> Secret:
        """The address of a chat."""
        return Secret(f"https://localhost:{self.server_port}/{name}/{TOKEN}")

    def will(self, *acts: Act, name: str = "chat") -> Secret:
        """Have a chat answer so from now on; its address."""
        self.acts[f"/{name}/{TOKEN}"] = [*acts]
        return self.address(name)


class _Handler(Handler):
    # Each post by a connection of its own: an act may end it.
    protocol_version = "HTTP/1.0"
    server: ChatServer

    def answer(self, method: str) -> None:
        assert method == "POST"
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posts.append(Post(self.path, body, time.monotonic()))
        acts = self.server.acts[self.path]
        (acts.pop(0) if len(acts) > 1 else acts[0])(self)


def status(code: int, **headers: str) -> Act:
    """Answer with a status, and headers whose dashes are written `_`."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return act


def late(seconds: float, then: Act) -> Act:
    """Answer only after so many seconds."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        then(handler)

    return act


def never(handler: BaseHTTPRequestHandler) -> None:
    """Keep the connection and say nothing."""
    time.sleep(NEVER)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without an answer."""
    handler.connection.close()


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Answer a byte at a time, so that no single one is late."""
    for byte in itertools.islice(itertools.cycle(b"X"), int(NEVER / 0.05)):
        handler.wfile.write(bytes([byte]))
        time.sleep(0.05)


def flood(handler: BaseHTTPRequestHandler) -> None:
    """Answer 200 with a body that has no end."""
    handler.send_response(200)
    handler.end_headers()
    ends = time.monotonic() + NEVER
    while time.monotonic() < ends:
        handler.wfile.write(b"x" * 65536)


def plenty() -> float:
    """More seconds than anything takes."""
    return 60.0


def upload(store: Store, body: bytes, name: str = "players.csv", folder: str = FOLDER) -> str:
    """Ingest an upload; the key of its report."""
    key = f"{folder}/{name}"
    before = {info.key for info in store.list_objects("reports/")}
    store.create(key, body)
    assert ingest_key(store, key, SETTINGS) is not None
    (report,) = {info.key for info in store.list_objects("reports/")} - before
    return report


def reported(
    store: Store, body: bytes, name: str = "players.csv", folder: str = FOLDER
) -> StoredReport:
    """Ingest an upload; its report."""
    return read_report(store, upload(store, body, name, folder))


def scan(players: Sequence[tuple[int, str, int]], column: str = "Power") -> bytes:
    """A scan of players: id, name and a counter."""
    lines = [f'{player},"{name}",{value}' for player, name, value in players]
    return "\n".join([f"ID,Name,{column}", *lines, ""]).encode()
