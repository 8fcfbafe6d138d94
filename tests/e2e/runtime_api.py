"""A small Lambda Runtime API: hands out events, and takes what the function says of each.

As https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html has it; one function at a time.
"""

import json
import queue
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

VERSION = "/2018-06-01/runtime"
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Outcome:
    """What became of an event: the function's answer, or its error.

    Attributes:
        payload: what was posted, parsed.
        kind: `response`, `error` or `init/error`.
    """

    payload: Any
    kind: str

    @property
    def failed(self) -> bool:
        """Whether Lambda would call this a failure, and S3 would try again."""
        return self.kind != "response"


class RuntimeApi:
    """The server, from the start of a context to its end.

    Attributes:
        asked: set when the function has asked for its first event, which ends its init phase.
    """

    def __init__(self, function: str) -> None:
        self._events: queue.Queue[bytes | None] = queue.Queue()
        self._outcomes: queue.Queue[Outcome] = queue.Queue()
        self._function = function
        self.asked = threading.Event()
        self._number = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._events.put(None)
        self._server.shutdown()
        self._server.server_close()

    def send(self, event: Any) -> None:
        self._events.put(json.dumps(event).encode())

    def outcome(self, seconds: float) -> Outcome | None:
        """What the function posted; None when it has posted nothing in that time."""
        try:
            return self._outcomes.get(timeout=seconds)
        except queue.Empty:
            return None

    def _next(self) -> tuple[bytes, dict[str, str]] | None:
        self.asked.set()
        event = self._events.get()
        if event is None:
            return None
        self._number += 1
        arn = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{self._function}"
        return event, {
            "Lambda-Runtime-Aws-Request-Id": f"8476a536-e9f4-11e8-9739-{self._number:012}",
            "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 300_000),
            "Lambda-Runtime-Invoked-Function-Arn": arn,
            "Content-Type": "application/json",
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body are sent apart; the body would wait 40 ms for an acknowledgement.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                found = api._next() if self.path == f"{VERSION}/invocation/next" else None
                if found is None:
                    self.close_connection = True
                    return
                self._reply(200, found[0], found[1])

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kind = "init/error" if "/init/" in self.path else self.path.rpartition("/")[2]
                api._outcomes.put(Outcome(json.loads(body or b"null"), kind))
                self._reply(202, b"{}", {})

            def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
