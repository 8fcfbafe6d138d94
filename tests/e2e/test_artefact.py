"""The package that is uploaded, run by Lambda's own client in an environment like Lambda's."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import quote_plus

import boto3
import pytest

from chalicelib.config import QueryEngine
from tests.athena.fixtures import Athena
from tests.dynamodb.tables import make_table
from tests.e2e.artefact import (
    NEEDS_312,
    NEEDS_LINUX,
    TMP_BYTES,
    Artefact,
    host_target,
    link_runtime,
    listing,
    unpack,
)
from tests.e2e.formats import FORMATS
from tests.telling.mailboxes import Subscriber, make_topic
from tools.package.build import build

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = [NEEDS_312, NEEDS_LINUX, pytest.mark.slow]

INBOX = Path(__file__).parent.parent.parent / "examples" / "inbox"
SCANS = sorted(path for path in INBOX.rglob("*") if path.is_file())
BROKEN = INBOX.parent / "broken" / "players.csv"


@pytest.fixture(scope="module")
def artefact(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Artefact]:
    folder = tmp_path_factory.mktemp("lambda")
    package = build(host_target())
    root = unpack(package, folder / "task")
    before = listing(root)
    yield Artefact(root, link_runtime(folder / "runtime"))
    after = listing(root)
    for path in (root, *root.rglob("*")):
        path.chmod(0o755)
    assert after == before, "the package's own folder was written to"


@pytest.fixture
def stage(s3_bucket: str, moto_endpoint: str) -> dict[str, str]:
    """The environment variables of a stage whose bucket is there and empty."""
    return {
        "LAKE_URI": f"s3://{s3_bucket}",
        "QUERY_ENGINE": "boards",
        "AWS_ENDPOINT_URL": moto_endpoint,
    }


def inbox_key(scan: Path) -> str:
    return scan.relative_to(INBOX.parent).as_posix()


def put(client: "S3Client", bucket: str, key: str, scan: Path) -> dict[str, Any]:
    """Upload a scan; the event that S3 sends of it."""
    body = scan.read_bytes()
    client.put_object(Bucket=bucket, Key=key, Body=body)
    return uploaded(bucket, key, len(body))


def uploaded(bucket: str, key: str, size: int = 1) -> dict[str, Any]:
    """What S3 tells of an upload; it encodes the key as a form does."""
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "eu-central-1",
        "eventTime": "2026-01-26T15:30:12.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "leaderboard-api-dev-ingest_players",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {"key": quote_plus(key, safe="/"), "size": size, "sequencer": "00"},
        },
    }
    return {"Records": [record]}


def requested(resource: str, parameters: dict[str, str], **query: str) -> dict[str, Any]:
    """What API Gateway sends for a GET."""
    return {
        "resource": resource,
        "path": resource.format(**parameters),
        "httpMethod": "GET",
        "headers": {"accept": "application/json", "Host": "api.example", "x-forwarded-proto": "h"},
        "multiValueHeaders": {"accept": ["application/json"]},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {n: [v] for n, v in query.items()} or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": "GET",
            "path": f"/api{resource.format(**parameters)}",
            "stage": "api",
            "identity": {"sourceIp": "203.0.113.7"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


SCHEDULED = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "123456789012",
    "time": "2026-01-26T15:45:00Z",
    "region": "eu-central-1",
    "resources": ["arn:aws:events:eu-central-1:123456789012:rule/sweep"],
    "detail": {},
}


def test_an_upload_is_ingested_and_the_api_answers_its_board(
    artefact: Artefact, stage: dict[str, str], s3_bucket: str, s3_client: "S3Client"
) -> None:
    scan = next(path for path in SCANS if "week 3" in path.name)
    event = put(s3_client, s3_bucket, inbox_key(scan), scan)
    with artefact.start("ingest_players", "app.ingest_players", stage) as function:
        first, again = function.invoke(event), function.invoke(event)
        assert "not_prepared" not in function.log.read_text()
        assert list(function.tmp.iterdir()) == []
    assert first.kind == "response", first.payload
    report = first.payload
    assert (report["status"], report["published"]) == ("accepted", True), report
    assert again.payload == report
    assert s3_client.head_object(Bucket=s3_bucket, Key=report["written"]["curated"])

    board = "/v1/kingdoms/{kingdom}/leaderboards/{metric}"
    with artefact.start("api_handler", "app.app", stage) as function:
        for metric in ("dkp", "kills", "deaths", "power", "kill_points"):
            answer = function.invoke(
                requested(board, {"kingdom": "51", "metric": metric}, limit="3")
            ).payload
            assert answer["statusCode"] == 200, answer
            body = json.loads(answer["body"])
            assert body["run_id"] == report["run_id"]
            assert [entry["position"] for entry in body["entries"]] == [1, 2, 3]
        missing = function.invoke(requested(board, {"kingdom": "52", "metric": "dkp"}))
        assert missing.payload["statusCode"] == 404
        health = function.invoke(requested("/v1/health", {})).payload
        assert json.loads(health["body"])["engine"] == "boards"
        page = function.invoke(requested("/", {})).payload
        script = re.findall(r'src="static/(app\.js)\?v=([0-9a-f]{6})"', page["body"])
        assert len(script) == 1
        name, version = script[0]
        asked = requested("/static/{name}", {"name": name}, v=version)
        assert "immutable" in function.invoke(asked).payload["headers"]["Cache-Control"]
        assert "getLeaderboard" in function.invoke(requested("/docs", {})).payload["body"]
        assert "not_prepared" not in function.log.read_text()


@pytest.mark.long
def test_who_asked_for_it_is_told_of_an_upload(
    artefact: Artefact, stage: dict[str, str], s3_bucket: str, s3_client: "S3Client"
) -> None:
    event = put(s3_client, s3_bucket, inbox_key(SCANS[0]), SCANS[0])
    with artefact.start("ingest_players", "app.ingest_players", stage) as function:
        report = function.invoke(event).payload
    topic = make_topic()
    subscriber = Subscriber(topic, {"status": ["accepted"]})
    listed = s3_client.list_objects_v2(Bucket=s3_bucket, Prefix="reports/")["Contents"]
    told = {**stage, "UPLOADS_TOPIC": topic, "UPLOADS_WEBHOOKS": '{"*": "https://localhost:1/x"}'}
    with artefact.start("tell_uploader", "app.tell_uploader", told) as function:
        outcome = function.invoke(uploaded(s3_bucket, listed[0]["Key"]))
        assert "localhost" not in function.log.read_text()
        assert "ConnectionRefusedError" in outcome.payload["errorMessage"]
        assert list(function.tmp.iterdir()) == []
    assert outcome.kind == "error"
    (mail,) = subscriber.mails()
    assert mail.text.endswith(f"Upload {report['run_id']}\n")
    assert "the first 10 of" in mail.text


def test_every_engine_answers_the_same(
    artefact: Artefact,
    stage: dict[str, str],
    s3_bucket: str,
    s3_client: "S3Client",
    athena: Athena,
) -> None:
    scan = SCANS[0]
    event = put(s3_client, s3_bucket, inbox_key(scan), scan)
    items = {"QUERY_ENGINE": "dynamodb", "DYNAMODB_TABLE": f"items-{s3_bucket}"}
    make_table(boto3.client("dynamodb"), items["DYNAMODB_TABLE"])
    with artefact.start("ingest_players", "app.ingest_players", {**stage, **items}) as function:
        kingdom = str(function.invoke(event).payload["kingdom"])
    answers = []
    request = requested(
        "/v1/kingdoms/{kingdom}/leaderboards/{metric}",
        {"kingdom": kingdom, "metric": "power"},
        limit="1000",
    )
    names = {
        "ATHENA_DATABASE": athena.database,
        "ATHENA_TABLE": athena.table,
        "ATHENA_WORKGROUP": athena.workgroup,
    }
    for engine in get_args(QueryEngine):
        wanted = {**stage, **names, **items, "QUERY_ENGINE": engine}
        with artefact.start("api_handler", "app.app", wanted) as function:
            answers.append(function.invoke(request).payload)
            assert "not_prepared" not in function.log.read_text()
            assert list(function.tmp.iterdir()) == []
    assert answers[0]["statusCode"] == 200, answers[0]
    assert len(answers) == 4
    assert {answer["body"] for answer in answers} == {answers[0]["body"]}
    assert len(athena.service.asked("StartQueryExecution")) == 1


@pytest.mark.long
def test_a_sweep_ingests_all_that_no_event_told_of(
    artefact: Artefact, stage: dict[str, str], s3_bucket: str, s3_client: "S3Client"
) -> None:
    for scan in SCANS:
        put(s3_client, s3_bucket, inbox_key(scan), scan)
    put(s3_client, s3_bucket, "inbox/source=rok_players/kingdom=5/dt=2026-01-26/x.csv", BROKEN)
    with artefact.start("sweep_inbox", "app.sweep_inbox", stage) as function:
        counts = function.invoke(SCHEDULED).payload
        assert "not_prepared" not in function.log.read_text()
        assert function.invoke(SCHEDULED).payload["ingested"] == 0
        assert sum(path.stat().st_size for path in function.tmp.rglob("*")) < TMP_BYTES
    outcomes = {"accepted": len(SCANS), "rejected": 1, "withdrawn": 0, "failed": 0}
    outcomes |= {"put_off": 0, "left": 0}
    assert counts == {"ingested": len(SCANS) + 1, **outcomes}


def test_a_refused_file_is_no_failure(
    artefact: Artefact, stage: dict[str, str], s3_bucket: str, s3_client: "S3Client"
) -> None:
    key = "inbox/source=rok_players/kingdom=5/dt=2026-01-26/players.csv"
    event = put(s3_client, s3_bucket, key, BROKEN)
    with artefact.start("ingest_players", "app.ingest_players", stage) as function:
        outcome = function.invoke(event)
    assert (outcome.failed, outcome.payload["status"]) == (False, "rejected"), outcome


@pytest.mark.parametrize(
    "fault",
    [{"LAKE_URI": "s3://no-such-bucket"}, {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}],
    ids=["no bucket", "no S3"],
)
def test_a_store_that_fails_is_an_error_that_s3_tries_again(
    artefact: Artefact, stage: dict[str, str], fault: dict[str, str]
) -> None:
    event = uploaded("b", inbox_key(SCANS[0]))
    with artefact.start("ingest_players", "app.ingest_players", {**stage, **fault}) as function:
        outcome = function.invoke(event)
        # It is no crash: the same process takes the next event.
        assert function.invoke({"Service": "Amazon S3", "Event": "s3:TestEvent"}).payload is None
    assert outcome.kind == "error"
    assert outcome.payload["errorType"].startswith("Store"), outcome.payload


def test_a_wrong_setting_stops_the_function_with_a_line_that_names_it(
    artefact: Artefact, stage: dict[str, str]
) -> None:
    del stage["LAKE_URI"]
    with artefact.start("api_handler", "app.app", stage) as function:
        assert function.process.wait(60) != 0
        assert "leaderboard-api: LAKE_URI is not set" in function.log.read_text()


@pytest.mark.parametrize("name", FORMATS)
def test_the_slim_tree_alone_reads_and_writes(
    artefact: Artefact, name: str, tmp_path: Path
) -> None:
    done = artefact.python(FORMATS[name], tmp_path)
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr
