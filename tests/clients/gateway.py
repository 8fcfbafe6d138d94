"""API Gateway as clients meet it: the stage `/api` before the API, and answers of its own.

Those are the ones that a deployment sets (tools/deploy/guards/gateway.py), filled in.
"""

import http.client
import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from tests.api.support import APP
from tools.deploy.guards.gateway import MESSAGE, gateway_responses

STAGE: Final = "/api"
_OF_ONE_HOP: Final = {"connection", "transfer-encoding", "content-length", "keep-alive"}
_HEADER: Final = "gatewayresponse.header."

Told = tuple[int, list[tuple[str, str]], bytes]


def own_answer(kind: str, status: int, message: str) -> Told:
    """An answer of API Gateway's own.

    Args:
        kind: its name for it, such as `THROTTLED`.
        status: the status, where the deployment leaves it as it is.
        message: what API Gateway says of the error.
    """
    made = gateway_responses(APP)[kind]
    headers = [
        (name.removeprefix(_HEADER), value.strip("'"))
        for name, value in made["responseParameters"].items()
    ]
    body = made["responseTemplates"]["application/json"].replace(MESSAGE, json.dumps(message))
    kept = [*headers, ("Content-Type", "application/json")]
    return int(made.get("statusCode", status)), kept, body.encode()


class Gateway:
    """The server, from the start of a context to its end.

    Attributes:
        url: the stage's, with a slash at its end.
        refuse: what it answers itself, by path below the stage: so many times.
        asked: how often each path and query was asked for.
        statuses: of its answers, in their order.
    """

    def __init__(self, origin: int) -> None:
        """Nothing is started yet.

        Args:
            origin: the API's port on 127.0.0.1.
        """
        self.refuse: dict[str, tuple[int, Told]] = {}
        self.asked: Counter[str] = Counter()
        self.statuses: list[int] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_OPTIONS(self) -> None:
                status, headers, body = gateway.pass_on("OPTIONS", self.path, self._given())
                self._send(status, headers, body)

            def do_GET(self) -> None:
                gateway.asked[self.path] += 1
                status, headers, body = gateway.answer(self.path, self._given())
                gateway.statuses.append(status)
                self._send(status, headers, body)

            def _given(self) -> dict[str, str]:
                return dict(self.headers.items())

            def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in _OF_ONE_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._origin = origin
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{STAGE}/"

    def __enter__(self) -> Self:
        """Start it."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, headers: dict[str, str]) -> Told:
        """Its own answer or the API's, to a path with its query."""
        within = path.removeprefix(STAGE)
        times, told = self.refuse.get(urlsplit(within).path, (0, None))
        if told is not None and times:
            self.refuse[urlsplit(within).path] = (times - 1, told)
            return told
        if not path.startswith(f"{STAGE}/"):
            return own_answer("MISSING_AUTHENTICATION_TOKEN", 403, "")
        status, sent, body = self.pass_on("GET", path, headers)
        if status == 403:
            # `chalice local` knows nothing of the deployment's own answers.
            return own_answer("MISSING_AUTHENTICATION_TOKEN", 403, "")
        return status, sent, body

    def pass_on(self, method: str, path: str, headers: dict[str, str]) -> Told:
        """The API's answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._origin, timeout=60)
        try:
            sent = {one: value for one, value in headers.items() if one.lower() not in _OF_ONE_HOP}
            connection.request(method, path.removeprefix(STAGE), headers=sent)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()
