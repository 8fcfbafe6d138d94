"""What only S3 does: faults on the way and their errors, races, content types, lazy boto3."""

import io
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from botocore.config import Config

from chalicelib.errors import (
    ConfigError,
    InvalidKeyError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreDeniedError,
    StoreError,
    StoreUnavailableError,
)
from chalicelib.lake import s3
from chalicelib.lake.s3 import S3Store
from chalicelib.lake.store import ObjectReader, Store

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


@pytest.fixture
def fake() -> Iterator[FakeS3]:
    with FakeS3() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


def store_at(fake: FakeS3, timeout: float = 10, attempts: int = 1) -> S3Store:
    config = Config(
        connect_timeout=timeout,
        read_timeout=timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        s3={"addressing_style": "path"},
    )
    return S3Store("lake", client=boto3.client("s3", endpoint_url=fake.endpoint, config=config))


@pytest.fixture
def failing(fake: FakeS3) -> S3Store:
    """A store at the fake endpoint whose client tries once."""
    return store_at(fake)


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


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (failure(503, "SlowDown"), StoreUnavailableError),
        (failure(500, "InternalError"), StoreUnavailableError),
        (failure(502, "BadGateway"), StoreUnavailableError),
        (failure(429, "TooManyRequests"), StoreUnavailableError),
        (hang_up, StoreUnavailableError),
        (failure(403, "AccessDenied"), StoreDeniedError),
        (failure(401, "Unauthorized"), StoreDeniedError),
        (failure(400, "ExpiredToken"), StoreDeniedError),
        (failure(501, "NotImplemented"), StoreDeniedError),
    ],
)
def test_a_fault_is_told_as_the_stores_error(
    fake: FakeS3, failing: S3Store, answer: Answer, expected: type[StoreError]
) -> None:
    fake.answers = [answer]
    for call in calls(failing):
        with pytest.raises(expected, match="s3://lake/inbox/") as raised:
            call()
        assert raised.type is expected
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (failure(400, "RequestTimeout"), StoreUnavailableError),
        (failure(400, "ThrottlingException"), StoreUnavailableError),
        (failure(400, "BadDigest"), StoreUnavailableError),
        (failure(400, "KeyTooLongError"), InvalidKeyError),
        (failure(404, "NoSuchBucket"), StoreDeniedError),
    ],
)
def test_a_code_says_more_than_its_status(
    fake: FakeS3, failing: S3Store, answer: Answer, expected: type[StoreError]
) -> None:
    fake.answers = [answer]
    for call in calls(failing)[1:]:  # the answer to a HEAD has no code
        with pytest.raises(expected, match="a message in two lines"):
            call()


def test_no_bucket_is_a_matter_for_the_operator(s3_bucket: str) -> None:
    store = S3Store(f"{s3_bucket}-not-there")
    for call in calls(store)[1:]:
        with pytest.raises(StoreDeniedError, match="NoSuchBucket"):
            call()


def test_a_refused_connection_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
    )
    for call in calls(S3Store("lake", client=client)):
        with pytest.raises(StoreUnavailableError, match="Could not connect"):
            call()


def test_missing_credentials_are_a_matter_for_the_operator(
    monkeypatch: pytest.MonkeyPatch, moto_endpoint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_endpoint)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    for call in calls(S3Store("lake")):
        with pytest.raises(StoreDeniedError, match="credentials"):
            call()


@pytest.mark.parametrize("bucket", ["", "No Such Name", "a/b"])
def test_a_name_that_no_bucket_can_have_is_a_matter_for_the_operator(
    bucket: str, s3_bucket: str
) -> None:
    for call in calls(S3Store(bucket)):
        with pytest.raises(StoreDeniedError, match="s3://"):
            call()


def test_wrong_aws_settings_are_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "not a url")
    with pytest.raises(ConfigError, match=r"the AWS settings are wrong: .*not a url"):
        S3Store("lake").head(KEY)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(StoreDeniedError, match="nobody"):
        S3Store("lake").head(KEY)


def drain(reader: ObjectReader, size: int) -> None:
    while reader.read(size):
        pass


@pytest.mark.parametrize("sent", [b"", b"half a b"])
def test_a_stream_that_breaks_is_unavailable(fake: FakeS3, failing: S3Store, sent: bytes) -> None:
    fake.answers = [success(sent, promised=16)]
    for size in (-1, 4):
        with failing.open(KEY) as reader, pytest.raises(StoreUnavailableError):
            drain(reader, size)


def test_an_endpoint_that_says_nothing_is_unavailable(fake: FakeS3) -> None:
    fake.answers = [silence]
    for call in calls(store_at(fake, timeout=0.2)):
        with pytest.raises(StoreUnavailableError, match="timeout"):
            call()


def test_a_stream_that_stalls_is_unavailable(fake: FakeS3) -> None:
    def stall(handler: BaseHTTPRequestHandler) -> None:
        success(b"half", promised=8, then=silence)(handler)

    fake.answers = [stall]
    with store_at(fake, timeout=1).open(KEY) as reader:
        assert reader.read(4) == b"half"
        with pytest.raises(StoreUnavailableError):
            reader.read(4)


def test_a_conflict_is_tried_again(
    fake: FakeS3, failing: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "CONFLICT_WAITS", (0.01, 0.01))
    conflict = failure(409, "ConditionalRequestConflict")
    fake.answers = [conflict, conflict, success(), success(b"content")]
    assert failing.create(KEY, io.BytesIO(b"content")).etag == '"e"'
    assert [body for method, _, body in fake.requests if method == "PUT"] == [b"content"] * 3
    fake.requests.clear()
    fake.answers = [conflict, failure(412, "PreconditionFailed")]
    with pytest.raises(PreconditionFailedError):
        failing.create(KEY, b"content")
    fake.requests.clear()
    fake.answers = [conflict]
    with pytest.raises(StoreUnavailableError, match="ConditionalRequestConflict"):
        failing.replace(KEY, b"content", '"e"')
    assert len(fake.requests) == 3


def test_a_file_is_sent_whole_again_when_the_sdk_retries(fake: FakeS3) -> None:
    fake.answers = [failure(503, "SlowDown"), success(), success(b"content")]
    store_at(fake, attempts=3).create(KEY, io.BytesIO(b"content"))
    assert [body for method, _, body in fake.requests if method == "PUT"] == [b"content"] * 2


def test_writes_carry_their_condition_and_type(fake: FakeS3, failing: S3Store) -> None:
    fake.answers = [success()]
    failing.create("reports/players.csv.json", b"{}")
    failing.replace("curated/players.parquet", b"PAR1", '"old"')
    failing.create("raw/players.CSV.gz", b"")
    failing.create("rejected/players", b"")
    create, replace, gz, other = (head for method, head, _ in fake.requests if method == "PUT")
    assert create["If-None-Match"] == "*"
    assert "If-Match" not in create
    assert create["Content-Type"] == "application/json"
    assert replace["If-Match"] == '"old"'
    assert "If-None-Match" not in replace
    assert replace["Content-Type"] == "application/vnd.apache.parquet"
    assert gz["Content-Type"] == "application/gzip"
    assert other.get("Content-Type") in (None, "binary/octet-stream")


def test_a_write_tells_its_own_etag_though_another_came_after(
    fake: FakeS3, failing: S3Store
) -> None:
    fake.answers = [success(etag='"mine"'), success(b"another", etag='"theirs"')]
    info = failing.create(KEY, io.BytesIO(b"my content"))
    assert (info.etag, info.size) == ('"mine"', 10)
    fake.answers = [success(etag='"mine"'), failure(404, "NoSuchKey")]
    with pytest.raises(StoreUnavailableError, match="removed as soon as written"):
        failing.create(KEY, b"my content")


def test_a_swap_of_a_removed_object_fails(fake: FakeS3, failing: S3Store) -> None:
    fake.answers = [failure(404, "NoSuchKey")]
    with pytest.raises(PreconditionFailedError, match="is gone"):
        failing.replace(KEY, b"", '"e"')


def test_a_range_counts_the_whole_object(s3_store: S3Store) -> None:
    s3_store.create(KEY, b"0123456789")
    with s3_store.open(KEY, start=2, length=3) as reader:
        assert (reader.info.size, reader.read()) == (10, b"234")


def test_a_console_folder_is_listed_as_an_object_of_no_bytes(s3_store: S3Store) -> None:
    s3_store.create("inbox/folder/", b"")
    assert [(info.key, info.size) for info in s3_store.list_objects("inbox/")] == [
        ("inbox/folder/", 0)
    ]
    assert list(s3_store.list_folders("inbox/folder/")) == []
    s3_store.create("inbox//x", b"")
    assert list(s3_store.list_folders("inbox/")) == ["folder"]


def test_a_key_too_long_with_its_prefix_is_refused(s3_bucket: str) -> None:
    store = S3Store(s3_bucket, "prefix")
    with pytest.raises(InvalidKeyError):
        store.create("k" * 1018, b"")
    with pytest.raises(InvalidKeyError):
        store.head("")
    with pytest.raises(ObjectNotFoundError):
        store.open("k" * 1017)


def test_nothing_of_aws_is_imported_before_the_first_request() -> None:
    script = (
        "import sys, chalicelib.lake.store as s; s.open_store('s3://bucket/prefix');"
        "print([m for m in ('boto3', 'botocore', 'urllib3') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
