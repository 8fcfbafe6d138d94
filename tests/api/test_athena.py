"""The API over Athena: the same bytes as every other engine, and an answer to each misfortune."""

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from threading import Event
from typing import Any, Final
from urllib.parse import quote

import pytest
from chalice.test import HTTPResponse

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.engines.athena.client import STOP_SECONDS
from chalicelib.engines.athena.tables import FIRST_DATE
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.view_keys import snapshots_key
from tests.api.lake import OTHER_FORMULA, STAGES, Stage, publish
from tests.api.support import Api
from tests.athena.engine import SYSTEM, SqlError
from tests.athena.fixtures import Athena
from tests.athena.script import Operation
from tests.engines.support import player
from tests.ingest.support import CURATED, ROOT, ingest, put

pytestmark = pytest.mark.slow

BOARD: Final = "/v1/kingdoms/51/leaderboards/dkp"
INSIDE: Final = ("Athena", "athena", "query", "rok_", "arn:", "s3://", "Traceback")

# Ties, unknown values, and names that would end a literal, a line or a page.
HOSTILE: Final = """ID,Name,Alliance,DKP,Kills,Deaths,Power,Kill Points
1,O'Brien,"a ""quoted"", name",10,5,,9007199254740991,1
2,"x'); DROP TABLE rok_players; --",?,10,5,,0,1
3,👑 雪 Ünï,NULL,10,,,1,1
4,,,7,5,,1,1
5,"=HYPERLINK(""x"")",<script>,10,0,,2,1
6,\u202eevil\u202c,\\n,,0,,3,1
7,NaN,nan,,0,,4,1
"""
EMPTY: Final = "ID,Name,Power\n1,Ana,5\n2,Bo,7\n"


class AthenaApi(Api):
    """The API over a lake in S3, asked with one engine or the other."""

    def __init__(self, folder: Path, athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(folder)
        self.athena = athena
        self._monkeypatch = monkeypatch
        for name, value in {
            "LAKE_URI": f"s3://{athena.bucket}",
            "ATHENA_DATABASE": athena.database,
            "ATHENA_TABLE": athena.table,
            "ATHENA_WORKGROUP": athena.workgroup,
        }.items():
            monkeypatch.setenv(name, value)
        self.engine("athena")

    def engine(self, name: str) -> None:
        """Answer by this engine from now on."""
        self._monkeypatch.setenv("QUERY_ENGINE", name)

    def upload(self, data: bytes, kingdom: int, day: str, name: str = "players.csv") -> None:
        key = f"inbox/source=rok_players/kingdom={kingdom}/dt={day}/{name}"
        put(self.athena.store, key, data, moment=None)
        assert ingest(self.athena.store, key).report["status"] == "accepted"


@pytest.fixture
def api(athena: Athena, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AthenaApi:
    return AthenaApi(tmp_path, athena, monkeypatch)


def boards_of(kingdom: int, *pages: str, metrics: Iterable[str] = METRIC_NAMES) -> list[str]:
    """A request for each of these pages of each of these boards."""
    return [
        f"/v1/kingdoms/{kingdom}/leaderboards/{metric}{page}"
        for metric in metrics
        for page in pages
    ]


def test_every_engine_gives_the_same_bytes(api: AthenaApi) -> None:
    scan = next((ROOT / "examples").rglob("kingdom=51/dt=*/*.csv"))
    day = scan.parent.name.removeprefix("dt=")
    api.upload(scan.read_bytes(), 51, day, scan.name)
    api.upload(HOSTILE.encode(), 52, "2026-01-26")
    api.upload(EMPTY.encode(), 99999, "2026-01-26")
    # Known of some, with ties; and of nobody.
    some = ["dkp", "kills", "deaths"]
    paths = [
        *boards_of(51, ""),
        *boards_of(51, "?limit=1000", f"?date={day}&limit=7&offset=315", metrics=["dkp"]),
        *boards_of(52, ""),
        *boards_of(52, "?limit=1", "?limit=3&offset=1", "?limit=5&offset=3", metrics=some),
        *boards_of(52, "?offset=5", "?offset=9007199254740991", metrics=some),
        *boards_of(52, "?date=2026-01-26&limit=3", metrics=some),
        *boards_of(99999, "", "?limit=1&offset=1"),
    ]
    paths += ["/v1/kingdoms", "/v1/kingdoms/51/snapshots", "/v1/kingdoms/52/snapshots"]
    check_same_bytes(api, paths)


def test_every_engine_gives_the_same_bytes_between_snapshots_too(api: AthenaApi) -> None:
    older = HOSTILE.replace(",10,5,,9007199254740991,1", ",1,2,,0,1").replace("\n5,", "\n8,")
    api.upload(older.encode(), 52, "2026-01-19")
    api.upload(HOSTILE.encode(), 52, "2026-01-26")
    board, gains = "/v1/kingdoms/52/leaderboards", "/v1/kingdoms/52/gains"
    mine = "alliance=" + quote('a "quoted", name')
    paths = [
        f"{board}/kills?since=previous&with=power,dkp&me=3",
        f"{board}/power.csv?since=2026-01-19&limit=3",
        f"{board}/dkp?{mine}&me=1&with=deaths",
        f"{board}/power?around=5&limit=3",
        f"{board}/dkp?weights=kills:3,kill_points:1000000&since=previous",
        f"{gains}/kills?with=power,dkp&me=1",
        f"{gains}/power.csv?{mine}",
        f"{gains}/dkp?weights=kills:1",
    ]
    check_same_bytes(api, paths)


def check_same_bytes(api: AthenaApi, paths: list[str]) -> None:
    """Each engine gives the same answer, byte for byte, with the same headers."""
    for path in paths:
        answers = {}
        for engine in ("athena", "arrow", "boards"):
            api.engine(engine)
            response = api.get(path)
            assert response.status_code == 200, (engine, path, response.body)
            answers[engine] = (response.body, response.headers)
        assert answers["athena"] == answers["arrow"] == answers["boards"], path


@pytest.mark.parametrize("again", [{"run": 2}, {"dkp": OTHER_FORMULA}], ids=str)
@pytest.mark.parametrize("until", STAGES)
def test_after_an_upload_that_died_athena_answers_as_the_engine_that_reads_its_files(
    api: AthenaApi, until: Stage, again: dict[str, Any]
) -> None:
    players = [player(number) for number in range(1, 6)]
    first = publish(api.athena.store, players)
    before = api.get(BOARD)
    second = publish(api.athena.store, players[:4], until=until, **again)
    paths = [f"{BOARD}{query}" for query in ("", "?date=2026-01-26&limit=3", "?limit=2&offset=2")]
    paths += [f"{BOARD}?version={one.version}" for one in (first, second)]
    answers = []
    for engine in ("athena", "arrow"):
        api.engine(engine)
        found = [api.get(path, if_none_match=before.headers["ETag"]) for path in paths]
        answers.append([(one.status_code, one.body, one.headers) for one in found])
    assert answers[0] == answers[1]
    # Until the catalog lists the second run a copy of the first one's board is good.
    kept = 200 if until in ("snapshots", "kingdoms") else 304
    assert [status for status, *_ in answers[0]] == [kept, 200, 200, 409, 200]


@pytest.mark.parametrize("day", ["2018-09-01", "2018-08-31", "0001-01-01"])
def test_a_date_outside_of_the_projection_has_the_same_board(api: AthenaApi, day: str) -> None:
    api.upload(HOSTILE.encode(), 52, day)
    paths = boards_of(52, "", f"?date={day}&limit=3&offset=2")
    for path in paths[:4]:
        answers = set()
        for engine in ("athena", "arrow", "boards"):
            api.engine(engine)
            response = api.get(path)
            answers.add((response.status_code, response.body, response.headers["ETag"]))
        assert len(answers) == 1, path
    queries = len(api.athena.service.asked("StartQueryExecution"))
    assert queries == (4 if day >= FIRST_DATE else 0)


def test_a_board_is_two_reads_and_one_query_and_a_304_is_one_read(
    api: AthenaApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    read: list[str] = []
    whole = S3Store.open

    def noted(store: S3Store, key: str, **how: Any) -> Any:
        read.append(key)
        return whole(store, key, **how)

    monkeypatch.setattr(S3Store, "open", noted)
    monkeypatch.setattr(S3Store, "list_objects", None)
    for query in ("", "?date=2026-01-26"):
        fresh = api.get(BOARD + query)
        assert (fresh.status_code, read) == (200, [snapshots_key(51), CURATED])
        read.clear()
        assert api.get(BOARD + query, if_none_match=fresh.headers["ETag"]).status_code == 304
        assert read == [snapshots_key(51)]
        read.clear()
    assert len(api.athena.service.asked("StartQueryExecution")) == 2


def test_nothing_of_a_request_gets_into_sql(api: AthenaApi) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    for path in (
        f"{BOARD}?limit=1'--",
        f"{BOARD}?date=2026-01-26'%20OR%20'1'='1",
        f"{BOARD}?offset=1;DROP%20TABLE%20x",
        f"{BOARD}?version='%20OR%20'1'='1",
        "/v1/kingdoms/51'%20OR%201=1/leaderboards/dkp",
        "/v1/kingdoms/51/leaderboards/dkp%20FROM%20x",
    ):
        assert api.get(path).status_code in (400, 404), path
    assert not api.athena.service.asked("StartQueryExecution")
    assert api.get(f"{BOARD}?limit=3&offset=2").status_code == 200
    (sent,) = api.athena.service.asked("StartQueryExecution")
    assert "place BETWEEN 3 AND 5 " in sent["QueryString"]
    assert "ExecutionParameters" not in sent


class Told:
    """What the log says of a request."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog

    def events(self, name: str) -> list[dict[str, Any]]:
        return [
            vars(record)["fields"]
            for record in self._caplog.records
            if record.getMessage() == name and "fields" in vars(record)
        ]


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Told:
    caplog.set_level(logging.INFO, logger="chalicelib")
    return Told(caplog)


def assert_told(response: HTTPResponse, told: Told, status: int, error: str, words: str) -> None:
    """The answer has its status and nothing of the inside; the log has what happened."""
    assert response.status_code == status
    assert set(response.json_body) == {"Code", "Message"}
    text = response.body.decode()
    assert not [word for word in INSIDE if word in text]
    assert ("Retry-After" in response.headers) == (status == 503)
    assert response.headers["Cache-Control"] == "no-store"
    (event,) = told.events("request_failed")
    assert (event["status"], event["error"]) == (status, error)
    assert words in event["message"]


@pytest.mark.parametrize(
    "operation", ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"]
)
@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("ThrottlingException", (503, "QueryThrottledError")),
        ("TooManyRequestsException", (503, "QueryThrottledError")),
        ("InternalServerException", (503, "EngineBusyError")),
        ("AccessDeniedException", (500, "QueryFailedError")),
    ],
)
def test_a_call_that_athena_refuses(
    api: AthenaApi, told: Told, operation: Operation, code: str, answer: tuple[int, str]
) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    api.athena.service.refuse(operation, code, times=10)
    assert_told(api.get(BOARD), told, *answer, code)


@pytest.mark.parametrize(
    "operation", ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"]
)
def test_one_throttled_call_is_tried_again(api: AthenaApi, operation: Operation) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    api.athena.service.refuse(operation, "ThrottlingException", times=1)
    assert api.get(BOARD).status_code == 200


def test_a_table_that_is_not_there(api: AthenaApi, told: Told) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    api.athena.glue.delete_table(DatabaseName=api.athena.database, Name=api.athena.table)
    assert_told(api.get(BOARD), told, 500, "QueryFailedError", "TABLE_NOT_FOUND")


def test_a_file_that_athena_cannot_read(api: AthenaApi, told: Told) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    stray = CURATED.replace("players.parquet", "notes.txt")
    api.athena.store.create(stray, b"not Parquet")
    assert_told(api.get(BOARD), told, 500, "QueryFailedError", "HIVE_BAD_DATA")


def test_exhausted_resources(api: AthenaApi, told: Told) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    reason = "Query exhausted resources at this scale factor"
    api.athena.service.script(failed=SqlError(reason, category=SYSTEM, retryable=True))
    assert_told(api.get(BOARD), told, 503, "QueryExhaustedError", reason)


def test_an_answer_that_comes_after_the_deadline(
    api: AthenaApi, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.api.http.ANSWER_SECONDS", STOP_SECONDS + 4.0)
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    api.athena.service.script(queued=10_000)
    assert_told(api.get(BOARD), told, 504, "QueryTimeoutError", "QUEUED at the deadline")
    assert len(api.athena.service.asked("StopQueryExecution")) == 1


def test_a_file_that_is_never_read(
    api: AthenaApi, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    released = Event()
    whole = S3Store.open

    def hanging(store: S3Store, key: str, **how: Any) -> Any:
        if key == CURATED:
            released.wait(30)
        return whole(store, key, **how)

    monkeypatch.setattr(S3Store, "open", hanging)
    monkeypatch.setattr("chalicelib.api.http.ANSWER_SECONDS", STOP_SECONDS + 4.0)
    assert_told(api.get(BOARD), told, 504, "EngineTimeoutError", "the snapshot's facts")
    released.set()


@pytest.mark.parametrize("engine", ["athena", "arrow", "boards"])
def test_a_catalog_that_is_never_read(
    api: AthenaApi, told: Told, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    released = Event()
    monkeypatch.setattr(S3Store, "open", lambda *_, **__: released.wait(30))
    monkeypatch.setattr("chalicelib.api.http.ANSWER_SECONDS", 0.6)
    api.engine(engine)
    assert_told(api.get(BOARD), told, 504, "EngineTimeoutError", "no answer in 0.")
    assert not api.athena.service.asked("StartQueryExecution")
    released.set()


def test_a_workgroup_s_cutoff(api: AthenaApi, told: Told) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    api.athena.service.script(scanned_bytes=2 * 1024**3)
    assert_told(api.get(BOARD), told, 500, "QueryFailedError", "Bytes scanned limit")


def test_a_query_that_somebody_cancelled(api: AthenaApi, told: Told) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    api.athena.service.script(running=1, cancelled="Query cancelled by user")
    assert_told(api.get(BOARD), told, 503, "QueryCancelledError", "cancelled by user")


def test_athena_out_of_reach(api: AthenaApi, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    monkeypatch.setenv("AWS_ENDPOINT_URL_ATHENA", "http://127.0.0.1:9")
    assert_told(api.get(BOARD), told, 503, "EngineBusyError", "Could not connect")


def test_a_query_is_a_line_in_the_log_with_what_it_read(api: AthenaApi, told: Told) -> None:
    api.upload(EMPTY.encode(), 51, "2026-01-26")
    assert api.get(BOARD).status_code == 200
    assert api.get(BOARD).status_code == 200
    first, second = told.events("athena_query")
    assert first["state"] == second["state"] == "SUCCEEDED"
    assert first["scanned_bytes"] > 0
    assert (first["reused"], second["reused"]) == (False, True)
    assert json.dumps(first)
