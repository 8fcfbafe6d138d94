"""A path before the API's, as API Gateway has its stage `/api`: it is taken off and asked on."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self

STAGE: Final = "/api"
_OF_ONE_HOP: Final = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class Stage:
    """The server, from the start of a context to its end.

    Attributes:
        port: where it listens, on 127.0.0.1.
        asked: the paths that it was asked for below the stage, as they came.
    """

    def __init__(self, origin: int) -> None:
        """Nothing is started yet.

        Args:
            origin: the port of the server behind it.
        """
        self.asked: list[str] = []
        stage = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, headers, body = 403, [("Content-Type", "application/json")], b"{}"
                if self.path.startswith(f"{STAGE}/"):
                    path = self.path.removeprefix(STAGE)
                    stage.asked.append(path)
                    status, headers, body = _ask(origin, path, dict(self.headers.items()))
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in _OF_ONE_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

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


def _ask(port: int, path: str, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        kept = {name: value for name, value in headers.items() if name.lower() not in _OF_ONE_HOP}
        connection.request("GET", path, headers=kept)
        response = connection.getresponse()
        return response.status, response.getheaders(), response.read()
    finally:
        connection.close()
