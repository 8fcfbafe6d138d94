"""Whatever S3, the network or the settings do, a caller sees one of the store's errors."""

import socket
from http.server import BaseHTTPRequestHandler

import boto3
import pytest
from botocore.config import Config

from chalicelib.errors import (
    ConfigError,
    InvalidKeyError,
    StoreDeniedError,
    StoreError,
    StoreUnavailableError,
)
from chalicelib.lake.s3.errors import ForbiddenError
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import ObjectReader
from tests.lake.s3.fake_s3 import (
    KEY,
    Answer,
    FakeS3,
    calls,
    failure,
    hang_up,
    silence,
    store_at,
    success,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (failure(503, "SlowDown"), StoreUnavailableError),
        (failure(500, "InternalError"), StoreUnavailableError),
        (failure(502, "BadGateway"), StoreUnavailableError),
        (failure(429, "TooManyRequests"), StoreUnavailableError),
        (hang_up, StoreUnavailableError),
        (failure(403, "AccessDenied"), ForbiddenError),
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


@pytest.mark.slow
def test_an_endpoint_that_says_nothing_is_unavailable(fake: FakeS3) -> None:
    fake.answers = [silence]
    for call in calls(store_at(fake, timeout=0.2)):
        with pytest.raises(StoreUnavailableError, match="timeout"):
            call()


@pytest.mark.slow
def test_a_stream_that_stalls_is_unavailable(fake: FakeS3) -> None:
    def stall(handler: BaseHTTPRequestHandler) -> None:
        success(b"half", promised=8, then=silence)(handler)

    fake.answers = [stall]
    with store_at(fake, timeout=1).open(KEY) as reader:
        assert reader.read(4) == b"half"
        with pytest.raises(StoreUnavailableError):
            reader.read(4)
