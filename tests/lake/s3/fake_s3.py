"""An S3 endpoint that fails as it is told to, over HTTP."""

import io
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from botocore.config import Config

from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import Store

KEY = "inbox/x/players.csv"

Answer = Callable[[BaseHTTPRequestHandler], None]


class FakeS3(ThreadingHTTPServer):
    """An endpoint that gives the answers it was told to, one a request, the last for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.closing = threading.Event()
        self.answers: list[Answer] = []
        self.requests: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: FakeS3
    protocol_version = "HTTP/1.1"  # else a PUT waits a second for leave to send its body

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answers = self.server.answers
        self.server.requests.append((self.command, dict(self.headers), body))
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    do_GET = do_PUT = do_HEAD = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def failure(status: int, code: str, message: str = "a message\n in two lines") -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        body = b"" if handler.command == "HEAD" else text.encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def listing(*keys: str) -> Answer:
    """A page that lists these keys."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        items = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
        body = f"<ListBucketResult>{items}</ListBucketResult>".encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def success(
    body: bytes = b"", promised: int | None = None, etag: str = '"e"', then: Answer = hang_up
) -> Answer:
    """The object `body`; when more is promised, what comes after it is `then`."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body) if promised is None else promised))
        handler.send_header("ETag", etag)
        handler.send_header("Last-Modified", "Mon, 26 Jan 2026 15:30:12 GMT")
        handler.end_headers()
        handler.wfile.write(b"" if handler.command == "HEAD" else body)
        if promised is not None:
            handler.wfile.flush()
            then(handler)

    return answer


def silence(handler: BaseHTTPRequestHandler) -> None:
    assert isinstance(handler.server, FakeS3)
    handler.server.closing.wait(10)
    handler.close_connection = True


def store_at(fake: FakeS3, timeout: float = 10, attempts: int = 1) -> S3Store:
    config = Config(
        connect_timeout=timeout,
        read_timeout=timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        s3={"addressing_style": "path"},
    )
    return S3Store("lake", client=boto3.client("s3", endpoint_url=fake.endpoint, config=config))


def calls(store: Store) -> list[Callable[[], object]]:
    return [
        lambda: store.head(KEY),
        lambda: store.open(KEY),
        lambda: store.open(KEY, start=5, length=5),
        lambda: store.create(KEY, b"content"),
        lambda: store.replace(KEY, io.BytesIO(b"content"), '"e"'),
        lambda: list(store.list_objects("inbox/")),
        lambda: list(store.list_folders("inbox/")),
    ]
