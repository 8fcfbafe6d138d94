"""S3 or Athena is slow or refuses: the API says so in time, and leaves no query behind."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import pytest
from chalice.test import Client, HTTPResponse

import app
from chalicelib.config import load
from chalicelib.engines.athena.engine import ENDING_SECONDS
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.prefixes import BOARDS, CATALOG, CURATED
from chalicelib.lake.s3.store import S3Store
from tests.athena.fixtures import Athena
from tests.athena.script import Operation
from tests.athena.service import AthenaService
from tests.lake.s3.fake_s3 import Answer, FakeS3, failure, silence

pytestmark = [pytest.mark.slow, pytest.mark.long]

BOARD: Final = "/v1/kingdoms/51/leaderboards/power"
PATHS: Final = ("/v1/kingdoms", "/v1/kingdoms/51/snapshots", BOARD)
ENGINES: Final = ("boards", "arrow", "athena")
UPLOAD: Final = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"
ASKING_SECONDS: Final = 0.5
"""For an answer, instead of the 26 of a real one."""
QUERY_SECONDS: Final = 2.5
"""For a query, instead of 22; the fake Athena runs it while its start is answered, and the client
waits a second at most before it tries a second time."""
LONG_SECONDS: Final = 20.0
"""For what is answered at once, but for a busy machine, which may take long to make a client."""
SLACK_SECONDS: Final = 6.0
"""What a busy machine may add; to wait for S3's own end would add ten."""


@dataclass
class Stage:
    """The API over a lake with one snapshot, whose S3 and Athena can be had to fail."""

    athena: Athena
    client: Client
    monkeypatch: pytest.MonkeyPatch

    def get(self, path: str) -> HTTPResponse:
        return self.client.http.get(path)

    def answer_by(self, engine: str) -> None:
        """Answer by this engine from now on."""
        self.monkeypatch.setenv("QUERY_ENGINE", engine)

    def answer_within(self, seconds: float) -> None:
        """Give up an answer after so long."""
        self.monkeypatch.setattr("chalicelib.api.http.ANSWER_SECONDS", seconds)

    def s3_is(self, endpoint: str | None) -> None:
        """Send what asks for S3 here; None is where it really is."""
        if endpoint is None:
            self.monkeypatch.delenv("AWS_ENDPOINT_URL_S3")
        else:
            self.monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
        forget_clients()


def forget_clients() -> None:
    """As a new process has none."""
    for made in (app.lake, app.engine):
        made.cache_clear()


@pytest.fixture
def stage(athena: Athena, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stage]:
    """A stage whose catalog, boards and Athena are all well."""
    for name, value in {
        "LAKE_URI": f"s3://{athena.bucket}",
        "ATHENA_DATABASE": athena.database,
        "ATHENA_TABLE": athena.table,
        "ATHENA_WORKGROUP": athena.workgroup,
    }.items():
        monkeypatch.setenv(name, value)
    # An outage of hours, in milliseconds: the client waits between its own attempts.
    monkeypatch.setattr("chalicelib.lake.s3.store.ATTEMPTS", 1)
    athena.store.create(UPLOAD, b"ID,Name,Power\n1,Ana,5\n2,Bo,7\n")
    assert ingest_key(athena.store, UPLOAD, load()) is not None
    forget_clients()
    yield Stage(athena, Client(app.app, project_dir=str(tmp_path)), monkeypatch)
    forget_clients()


@pytest.fixture
def fake_s3() -> Iterator[FakeS3]:
    """An S3 that gives the answers that it is told to."""
    fake = FakeS3()
    thread = Thread(target=fake.serve_forever)
    thread.start()
    yield fake
    fake.closing.set()
    fake.shutdown()
    fake.server_close()
    thread.join()


def assert_refused(response: HTTPResponse, status: int) -> None:
    """The answer is an error of ours, which nobody keeps and which tells nothing of the inside."""
    assert response.status_code == status, response.body
    assert response.json_body.keys() == {"Code", "Message"}
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    assert ("Retry-After" in response.headers) == (status == 503)
    said = json.dumps(response.json_body).lower()
    assert not [word for word in ("s3", "athena", "amazon", "denied", "slowdown") if word in said]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (failure(503, "SlowDown", "Please reduce your request rate."), 503),
        (failure(500, "InternalError", "We encountered an internal error."), 503),
        (failure(403, "AccessDenied", "Access Denied"), 500),
        (silence, 504),
    ],
    ids=["throttled", "failing", "denied", "silent"],
)
def test_an_s3_that_is_away_is_told_in_time_and_all_is_well_when_it_is_back(
    stage: Stage, fake_s3: FakeS3, engine: str, answer: Answer, status: int
) -> None:
    fake_s3.answers = [answer]
    stage.answer_by(engine)
    stage.s3_is(fake_s3.endpoint)
    stage.answer_within(ASKING_SECONDS if status == 504 else LONG_SECONDS)
    started = time.monotonic()
    for path in PATHS:
        assert_refused(stage.get(path), status)
    assert time.monotonic() - started < len(PATHS) * ASKING_SECONDS + SLACK_SECONDS
    assert not stage.athena.service.asked("StartQueryExecution")
    if status != 504:  # which may come before the request is sent
        # The catalog comes first: one object that cannot be read is one request, and a denied one
        # is listed too, in case that it is only missing.
        requests = 2 if status == 500 else 1
        assert [method for method, _, _ in fake_s3.requests] == ["GET"] * requests * len(PATHS)

    stage.s3_is(None)
    stage.answer_within(LONG_SECONDS)
    assert {stage.get(path).status_code for path in PATHS} == {200}


@pytest.mark.parametrize(
    ("engine", "folder"), [("boards", BOARDS), ("arrow", CURATED), ("athena", CURATED)]
)
def test_an_object_that_never_comes_ends_one_answer_and_the_catalog_s_go_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, engine: str, folder: str
) -> None:
    released, real = Event(), S3Store.open

    def slow(self: S3Store, key: str, **options: Any) -> Any:
        if key.startswith(folder):
            released.wait(30)
        return real(self, key, **options)

    monkeypatch.setattr(S3Store, "open", slow)
    stage.answer_by(engine)
    seconds = ASKING_SECONDS + (ENDING_SECONDS if engine == "athena" else 0.0)
    stage.answer_within(seconds)
    started = time.monotonic()
    assert_refused(stage.get(BOARD), 504)
    assert time.monotonic() - started < seconds + SLACK_SECONDS
    stage.answer_within(LONG_SECONDS)
    assert {stage.get(path).status_code for path in PATHS[:2]} == {200}
    released.set()


def test_a_catalog_that_is_slow_takes_no_query_with_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, real = Event(), S3Store.open

    def slow(self: S3Store, key: str, **options: Any) -> Any:
        if key.startswith(CATALOG):
            released.wait(30)
        return real(self, key, **options)

    monkeypatch.setattr(S3Store, "open", slow)
    stage.answer_by("athena")
    stage.answer_within(ASKING_SECONDS)
    assert_refused(stage.get(BOARD), 504)
    assert not stage.athena.service.calls
    released.set()


def stopped(stage: Stage) -> list[str]:
    """The queries that were cancelled."""
    return [one["QueryExecutionId"] for one in stage.athena.service.asked("StopQueryExecution")]


def hanging(operation: Operation, released: Event) -> Callable[..., dict[str, Any]]:
    """An `AthenaService.answer` that keeps whoever asks for this waiting."""
    real = AthenaService.answer

    def answer(self: AthenaService, asked: Operation, request: Any, backend: Any) -> dict[str, Any]:
        given = real(self, asked, request, backend)
        if asked == operation:
            released.wait(30)
        return given

    return answer


class TestAthena:
    """An Athena that is slow or refuses; only boards ask it."""

    @pytest.fixture(autouse=True)
    def by_athena(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.answer_by("athena")
        # The first query makes the client, which takes long.
        assert stage.get(BOARD).status_code == 200
        stage.athena.service.pass_time(minutes=120)
        stage.answer_within(ENDING_SECONDS + QUERY_SECONDS)
        # The fixture has it longer.
        monkeypatch.setattr("chalicelib.engines.athena.client.LAST_CALL_SECONDS", 1.5)

    def assert_refused_in_time(self, stage: Stage, status: int) -> None:
        started = time.monotonic()
        assert_refused(stage.get(BOARD), status)
        assert time.monotonic() - started < ENDING_SECONDS + QUERY_SECONDS + SLACK_SECONDS
        assert {stage.get(path).status_code for path in PATHS[:2]} == {200}

    def test_a_query_that_is_queued_for_ever_is_cancelled(self, stage: Stage) -> None:
        stage.athena.service.script(queued=10_000)
        self.assert_refused_in_time(stage, 504)
        assert len(stopped(stage)) == 1

    def test_a_state_that_is_never_told_has_the_query_cancelled(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        released = Event()
        monkeypatch.setattr(AthenaService, "answer", hanging("GetQueryExecution", released))
        self.assert_refused_in_time(stage, 504)
        assert len(stopped(stage)) == 1
        released.set()

    def test_a_start_that_is_never_told_is_given_up(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        released = Event()
        monkeypatch.setattr(AthenaService, "answer", hanging("StartQueryExecution", released))
        self.assert_refused_in_time(stage, 504)
        assert not stopped(stage)  # nobody knows its id
        released.set()

    @pytest.mark.parametrize(
        ("code", "status"), [("ThrottlingException", 503), ("AccessDeniedException", 500)]
    )
    def test_a_state_that_is_refused_has_the_query_cancelled(
        self, stage: Stage, code: str, status: int
    ) -> None:
        stage.athena.service.refuse("GetQueryExecution", code, times=10)
        self.assert_refused_in_time(stage, status)
        assert len(stopped(stage)) == 1

    def test_a_stop_that_hangs_does_not_hold_up_the_answer(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        released = Event()
        monkeypatch.setattr(AthenaService, "answer", hanging("StopQueryExecution", released))
        stage.athena.service.script(queued=10_000)
        self.assert_refused_in_time(stage, 504)
        assert stopped(stage)
        released.set()
