"""A server of a test's own: it listens at a free port of this machine while a context lasts."""

import ssl
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

OF_ONE_HOP: Final = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})
"""The headers that are not passed on."""


class Handler(BaseHTTPRequestHandler):
    """What answers a request; says nothing on the terminal."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a GET."""
        self.answer("GET")

    def do_OPTIONS(self) -> None:
        """Answer a preflight."""
        self.answer("OPTIONS")

    def do_POST(self) -> None:
        """Answer a POST."""
        self.answer("POST")

    def answer(self, method: str) -> None:
        """Answer the request; each server has its own."""
        self.send_error(501, method)

    def send(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """Answer; of the headers those of one hop are this server's own."""
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in OF_ONE_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Serving(ThreadingHTTPServer):
    """The server; it answers from the start of a context to its end."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, handler: type[Handler], tls: ssl.SSLContext | None = None) -> None:
        """Listen on a free port of 127.0.0.1; nothing is answered yet.

        Args:
            handler: what answers.
            tls: the certificate that it shows; None: it speaks plain HTTP.
        """
        super().__init__(("127.0.0.1", 0), handler)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that have gone away."""
