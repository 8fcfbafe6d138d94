"""DynamoDB is slow or refuses: the API says so in time, nothing of it, and an upload waits."""

import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from chalice.test import Client

import app
from chalicelib.errors import StoreError
from tests.dynamodb.tables import make_table

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = [pytest.mark.slow, pytest.mark.long]

TABLE: Final = "rok"
KEY: Final = "inbox/source=rok_players/kingdom=51/dt=2026-01-{day}/players.csv"
PATHS: Final = (
    "/v1/kingdoms",
    "/v1/kingdoms/51/snapshots",
    "/v1/kingdoms/51/leaderboards/power",
    "/v1/kingdoms/51/leaderboards/power?around=1",
    "/v1/kingdoms/51/players?search=a",
    "/v1/kingdoms/51/players/1",
)
Answer = Callable[[BaseHTTPRequestHandler], None]


class Away(ThreadingHTTPServer):
    """A DynamoDB that gives one answer to whatever it is asked."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.closing = Event()


class _Handler(BaseHTTPRequestHandler):
    server: Away

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.answer(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def failure(status: int, kind: str) -> Answer:
    """An error as DynamoDB words it."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        name = f"com.amazonaws.dynamodb.v20120810#{kind}"
        body = json.dumps({"__type": name, "message": f"DynamoDB says {kind}"}).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def silence(handler: BaseHTTPRequestHandler) -> None:
    """No answer, until the server ends."""
    assert isinstance(handler.server, Away)
    handler.server.closing.wait(30)


class Stage:
    """The app's handlers, over a lake and a table of which one snapshot is in both."""

    def __init__(self, bucket: str, s3: "S3Client", patch: pytest.MonkeyPatch, path: Path) -> None:
        self._bucket = bucket
        self._s3 = s3
        self._patch = patch
        self._client = Client(app.app, project_dir=str(path))

    def send_to(self, endpoint: str) -> None:
        """Send what asks for the table here from now on."""
        self._patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
        for made in (app.lake, app.engine):
            made.cache_clear()

    def upload(self, day: int) -> Any:
        key = KEY.format(day=day)
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=b"ID,Name,Power\n1,Ana,5\n2,Bo,7\n")
        event = self._client.events.generate_s3_event(self._bucket, key)
        return self._client.lambda_.invoke("ingest_players", event).payload

    def get(self, path: str) -> Any:
        return self._client.http.get(path)


@pytest.fixture
def stage(
    s3_bucket: str,
    s3_client: "S3Client",
    moto_endpoint: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Stage]:
    """A stage that is well."""
    for name, value in {
        "LAKE_URI": f"s3://{s3_bucket}",
        "QUERY_ENGINE": "dynamodb",
        "DYNAMODB_TABLE": TABLE,
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("dynamodb", endpoint_url=moto_endpoint)
    make_table(client, TABLE)
    made = Stage(s3_bucket, s3_client, monkeypatch, tmp_path)
    made.send_to(moto_endpoint)
    assert made.upload(19)["published"]
    yield made
    made.send_to(moto_endpoint)
    client.delete_table(TableName=TABLE)


@pytest.fixture
def away(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a DynamoDB that gives the parameter's answer."""
    server = Away(request.param)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


def assert_refused(response: Any, status: int) -> None:
    """The answer is an error of ours, which nobody keeps and which tells nothing of the inside."""
    assert response.status_code == status, response.body
    assert response.json_body.keys() == {"Code", "Message"}
    assert response.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in response.headers) == (status == 503)
    said = json.dumps(response.json_body).lower()
    assert not [word for word in ("dynamo", TABLE, "amazon", "denied", "throttl") if word in said]


@pytest.mark.parametrize(
    ("away", "status"),
    [
        (failure(400, "ProvisionedThroughputExceededException"), 503),
        (failure(400, "ThrottlingException"), 503),
        (failure(500, "InternalServerError"), 503),
        (failure(400, "AccessDeniedException"), 500),
        (failure(400, "ResourceNotFoundException"), 500),
    ],
    indirect=["away"],
    ids=["throttled", "throttled too", "failing", "denied", "no table"],
)
def test_a_table_that_is_away_is_told_and_all_is_well_when_it_is_back(
    stage: Stage, away: str, moto_endpoint: str, status: int
) -> None:
    before = {path: stage.get(path).body for path in PATHS}
    stage.send_to(away)
    for path in PATHS:
        assert_refused(stage.get(path), status)
    with pytest.raises(StoreError):
        stage.upload(26)
    stage.send_to(moto_endpoint)
    assert {path: stage.get(path).body for path in PATHS} == before
    assert stage.upload(26)["published"]
    assert stage.get(PATHS[2]).json_body["snapshot_date"] == "2026-01-26"


@pytest.mark.parametrize("away", [silence], indirect=True, ids=["silent"])
def test_a_table_that_is_silent_is_given_up_before_the_gateway_gives_up(
    stage: Stage, away: str
) -> None:
    stage.send_to(away)
    started = time.monotonic()
    response = stage.get(PATHS[2])
    assert response.status_code in {503, 504}
    assert time.monotonic() - started < 28
