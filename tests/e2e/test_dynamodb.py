"""The engine `dynamodb` behind the app's own handlers: chosen, left, chosen again, filled anew."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus

import boto3
import pytest
from chalice.test import Client

import app
from chalicelib.cli.main import main
from tests.between.lake import as_csv
from tests.between.weeks import Kingdom, Week
from tests.dynamodb.tables import make_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

pytestmark = pytest.mark.slow

WEEKS: Final = [*Kingdom(5, 130).weeks(5)]
SOMEONE: Final = WEEKS[0].players[40]["id"]
KINGDOM: Final = "/v1/kingdoms/51"
BOARD: Final = f"{KINGDOM}/leaderboards"
REQUESTS: Final = (
    "/v1/kingdoms",
    f"{KINGDOM}/snapshots",
    *(f"{BOARD}/{metric}" for metric in ("dkp", "power", "kill_points")),
    f"{BOARD}/power?limit=30&offset=90&with=kills,deaths",
    f"{BOARD}/kills?limit=1000",
    f"{BOARD}/power.csv?limit=3&me={SOMEONE}",
    f"{BOARD}/dkp?around={SOMEONE}&limit=5",
    f"{BOARD}/dkp?since=previous&limit=20",
    f"{BOARD}/power?date={WEEKS[0].day}",
    f"{BOARD}/power?date=2020-01-01",
    f"{BOARD}/dkp?weights=t5_kills:3",
    f"{KINGDOM}/gains/kills?around={SOMEONE}",
    f"{KINGDOM}/changes",
    f"{KINGDOM}/alliances?since=previous",
    f"{KINGDOM}/players?search=player%201",
    f"{KINGDOM}/players/{SOMEONE}",
    f"{KINGDOM}/players/{SOMEONE}.csv?limit=2",
    f"{KINGDOM}/players/1",
    "/v1/kingdoms/52/leaderboards/power",
    "/v1/leaderboards/power",
)


Answer = tuple[int, bytes, dict[str, str]]
"""Status, body, headers."""


class Stage:
    """The app's handlers over a bucket and a table."""

    def __init__(
        self, bucket: str, s3: "S3Client", monkeypatch: pytest.MonkeyPatch, project: Path
    ) -> None:
        self._bucket = bucket
        self._s3 = s3
        self._patch = monkeypatch
        self._client = Client(app.app, project_dir=str(project))
        monkeypatch.setenv("LAKE_URI", f"s3://{bucket}")
        self._seconds: dict[str, int] = {}

    def choose(self, engine: str) -> None:
        self._patch.setenv("QUERY_ENGINE", engine)

    def upload(self, week: Week, name: str = "players.csv", body: bytes | None = None) -> Any:
        key = f"inbox/source=rok_players/kingdom=51/dt={week.day}/{name}"
        # Of two uploads of one date and second the one with the higher run id counts.
        while int(time.time()) == self._seconds.get(str(week.day)):
            time.sleep(0.02)
        self._s3.put_object(
            Bucket=self._bucket, Key=key, Body=as_csv(week.players) if body is None else body
        )
        self._seconds[str(week.day)] = int(time.time())
        event = self._client.events.generate_s3_event(self._bucket, quote_plus(key, safe="/"))
        return self._client.lambda_.invoke("ingest_players", event).payload

    def answer(self, path: str) -> Answer:
        """What the API answers to a request."""
        found = self._client.http.get(path)
        return found.status_code, found.body, dict(found.headers)

    def answers(self) -> dict[str, Answer]:
        """What it answers to each."""
        return {path: self.answer(path) for path in REQUESTS}

    def answers_of(self, engine: str) -> dict[str, Answer]:
        self.choose(engine)
        return self.answers()


@pytest.fixture
def table(s3_bucket: str, monkeypatch: pytest.MonkeyPatch) -> "Iterator[DynamoDBClient]":
    """An empty table, named by the setting."""
    monkeypatch.setenv("DYNAMODB_TABLE", f"items-{s3_bucket}")
    client = boto3.client("dynamodb")
    make_table(client, f"items-{s3_bucket}")
    yield client
    client.delete_table(TableName=f"items-{s3_bucket}")


@pytest.fixture
def stage(
    s3_bucket: str,
    s3_client: "S3Client",
    table: "DynamoDBClient",
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Stage:
    """A stage with the engine `dynamodb`, and nothing in it."""
    made = Stage(s3_bucket, s3_client, monkeypatch, tmp_path)
    made.choose("dynamodb")
    return made


def test_what_is_uploaded_is_answered_from_the_table_as_every_engine_answers_it(
    stage: Stage,
) -> None:
    for week in WEEKS[:3]:
        assert stage.upload(week)["published"]
    corrected = WEEKS[1]._replace(players=WEEKS[1].players[5:])
    assert stage.upload(corrected, "corrected.csv")["published"]
    of_table = stage.answers_of("dynamodb")
    assert {status for status, _, _ in of_table.values()} == {200, 404}
    assert of_table == stage.answers_of("arrow") == stage.answers_of("boards")
    stage.choose("dynamodb")
    assert stage.upload(WEEKS[2], "withdraw.txt", b"")["status"] == "withdrawn"
    without = stage.answers_of("dynamodb")
    assert without != of_table
    assert without == stage.answers_of("arrow")


def test_switching_there_and_back_and_there_again_needs_nothing_but_a_rebuild(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.choose("boards")
    assert stage.upload(WEEKS[0])["published"]
    stage.choose("dynamodb")
    status, body, _ = stage.answer(f"{BOARD}/power")
    assert (status, b"rebuild --engine dynamodb" in body) == (503, True)
    stage.choose("boards")
    assert main(["rebuild", "--engine", "dynamodb"]) == 0
    stage.choose("dynamodb")
    assert stage.answers() == stage.answers_of("boards")

    assert stage.upload(WEEKS[1])["published"]
    assert main(["rebuild", "--engine", "dynamodb", "--verify"]) == 1
    stale = stage.answers_of("dynamodb")
    assert stale != stage.answers_of("boards")
    # The next upload brings the kingdom up to date as a whole.
    stage.choose("dynamodb")
    assert stage.upload(WEEKS[2])["published"]
    assert stage.answers() == stage.answers_of("arrow")
    assert main(["rebuild", "--engine", "dynamodb", "--verify"]) == 0
    capsys.readouterr()


@pytest.mark.long
def test_a_table_that_was_dropped_is_made_and_filled_again_from_the_lake(
    stage: Stage, table: "DynamoDBClient", s3_bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for week in WEEKS[:2]:
        assert stage.upload(week)["published"]
    before = stage.answers()
    table.delete_table(TableName=f"items-{s3_bucket}")
    assert stage.answer(f"{BOARD}/power")[0] == 500
    make_table(table, f"items-{s3_bucket}")
    assert main(["rebuild", "--engine", "dynamodb"]) == 0
    assert main(["rebuild", "--engine", "dynamodb", "--verify"]) == 0
    assert stage.answers() == before
    capsys.readouterr()
