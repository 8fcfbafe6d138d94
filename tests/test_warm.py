"""What a function does in Lambda's init phase, in processes of its own."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest

from chalicelib.config import lambda_function
from tests.athena.fixtures import Athena
from tests.dynamodb.tables import make_table

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = pytest.mark.slow

ROOT: Final = Path(__file__).parent.parent
KEY: Final = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"
SCAN: Final = b"ID,Name,Alliance,Power,DKP\n1,Ana,[A],5,7\n2,Bo,,7,1\n"
BOARD: Final = "/v1/kingdoms/{kingdom}/leaderboards/{metric}"
REQUEST: Final = {
    "pathParameters": {"kingdom": "51", "metric": "power"},
    "requestContext": {"resourcePath": BOARD, "httpMethod": "GET"},
}
FUNCTIONS: Final = ("app", "ingest_players", "sweep_inbox")
# Prints which modules there are after the start, then what an event gives, and which it brought.
CODE: Final = """
import json, sys
import app
started = {*sys.modules}
print(json.dumps(sorted(started)))
if len(sys.argv) > 1:
    name, event = sys.argv[1:]
    answer = getattr(app, name)(json.loads(event), None)
    print(json.dumps(answer))
    print(json.dumps(sorted({*sys.modules} - started)))
"""


def start(function: str, *arguments: str, **environ: str) -> list[Any]:
    """Start a process as Lambda does for a function; the lines of JSON that it prints."""
    lambdas = {"AWS_LAMBDA_FUNCTION_NAME": f"x-{function}", "_HANDLER": f"app.{function}"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CODE, *arguments],
        cwd=ROOT,
        env={**os.environ, "QUERY_ENGINE": "boards", **lambdas, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def invoke(function: str, event: Any, **environ: str) -> tuple[Any, list[str]]:
    """The answer to a function's first event, and the modules that it imported."""
    _, *_, answer, imported = start(function, function, json.dumps(event), **environ)
    return answer, imported


def uploaded(key: str = KEY) -> dict[str, Any]:
    return {"Records": [{"s3": {"object": {"key": key}}}]}


@contextmanager
def listener() -> Iterator[tuple[str, socket.socket]]:
    """A server that nobody should speak to; its URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


@pytest.mark.parametrize(
    ("function", "engine", "has", "has_not"),
    [
        ("app", "boards", "chalicelib.api.http", "pyarrow"),
        ("app", "arrow", "pyarrow.parquet", "chalicelib.ingest"),
        ("app", "athena", "chalicelib.engines.athena.engine", "chalicelib.ingest"),
        ("app", "dynamodb", "chalicelib.engines.dynamodb", "pyarrow"),
        ("ingest_players", "boards", "pyarrow.csv", "jsonschema"),
        ("ingest_players", "dynamodb", "chalicelib.views.items.items_view", "jsonschema"),
        ("sweep_inbox", "boards", "chalicelib.ingest.sweep", "chalicelib.api"),
    ],
)
def test_a_function_prepares_what_it_will_need_and_nothing_else_and_sends_nothing(
    function: str, engine: str, has: str, has_not: str
) -> None:
    with listener() as (url, server):
        environ = {"LAKE_URI": "s3://rok-lake", "AWS_ENDPOINT_URL": url, "QUERY_ENGINE": engine}
        environ["DYNAMODB_TABLE"] = "rok"
        (modules,) = start(function, **environ)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert {"botocore.client", has} <= {*modules}
    assert has_not not in modules


def test_the_first_event_imports_nothing(
    s3_bucket: str, s3_client: "S3Client", moto_endpoint: str
) -> None:
    stage = {"LAKE_URI": f"s3://{s3_bucket}/some/prefix", "AWS_ENDPOINT_URL": moto_endpoint}
    key = f"some/prefix/{KEY}"
    s3_client.put_object(Bucket=s3_bucket, Key=key, Body=SCAN)
    report, imported = invoke("ingest_players", uploaded(key), **stage)
    assert (report["status"], report["published"], imported) == ("accepted", True, [])
    answer, imported = invoke("app", REQUEST, **stage)
    assert [entry["id"] for entry in json.loads(answer["body"])["entries"]] == [2, 1]
    assert imported == []
    assert invoke("sweep_inbox", {}, **stage)[1] == []
    listed = s3_client.list_objects_v2(Bucket=s3_bucket)["Contents"]
    assert not [found["Key"] for found in listed if "rehearsal" in found["Key"]]


def test_the_first_item_imports_nothing(
    s3_bucket: str, s3_client: "S3Client", moto_endpoint: str
) -> None:
    stage = {"LAKE_URI": f"s3://{s3_bucket}", "AWS_ENDPOINT_URL": moto_endpoint}
    stage |= {"QUERY_ENGINE": "dynamodb", "DYNAMODB_TABLE": f"items-{s3_bucket}"}
    client = boto3.client("dynamodb", endpoint_url=moto_endpoint)
    make_table(client, stage["DYNAMODB_TABLE"])
    s3_client.put_object(Bucket=s3_bucket, Key=KEY, Body=SCAN)
    report, imported = invoke("ingest_players", uploaded(), **stage)
    assert (report["status"], report["published"], imported) == ("accepted", True, [])
    answer, imported = invoke("app", REQUEST, **stage)
    assert [entry["id"] for entry in json.loads(answer["body"])["entries"]] == [2, 1]
    assert imported == []
    assert invoke("sweep_inbox", {}, **stage)[1] == []
    found = client.scan(TableName=stage["DYNAMODB_TABLE"], ProjectionExpression="sk")["Items"]
    assert "00001" not in [item["sk"]["S"] for item in found]


def test_the_first_query_imports_nothing(athena: Athena) -> None:
    stage = {
        "LAKE_URI": f"s3://{athena.bucket}",
        "AWS_ENDPOINT_URL": athena.endpoint,
        "QUERY_ENGINE": "athena",
        "ATHENA_DATABASE": athena.database,
        "ATHENA_TABLE": athena.table,
        "ATHENA_WORKGROUP": athena.workgroup,
    }
    athena.store.create(KEY, SCAN)
    assert invoke("ingest_players", uploaded(), **stage)[0]["published"]
    answer, imported = invoke("app", REQUEST, **stage)
    assert [entry["id"] for entry in json.loads(answer["body"])["entries"]] == [2, 1]
    assert imported == []
    assert len(athena.service.calls) == 3


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_preparation_that_fails_is_told_and_stops_nothing(function: str) -> None:
    wrong = {"LAKE_URI": "s3://rok-lake", "AWS_ENDPOINT_URL": "no URL at all"}
    told, _ = start(function, **wrong)
    assert (told["level"], told["event"], told["function"]) == ("WARNING", "not_prepared", function)
    assert "no URL at all" in told["traceback"]


@pytest.mark.parametrize(
    "environ", [{"_HANDLER": ""}, {"_HANDLER": "app.tell_uploader"}, {"LAKE_URI": "file:x"}]
)
def test_a_function_that_is_not_known_and_a_lake_in_a_folder_are_not_prepared(
    environ: dict[str, str],
) -> None:
    (modules,) = start("app", **{"LAKE_URI": "s3://rok-lake", **environ})
    assert not {"botocore", "chalicelib.api.http", "pyarrow"} & {*modules}


def test_a_process_knows_its_function_in_lambda_only() -> None:
    assert lambda_function({}) is None
    assert lambda_function({"_HANDLER": "app.app"}) is None
    assert lambda_function({"AWS_LAMBDA_FUNCTION_NAME": "x"}) is None
    told = {"AWS_LAMBDA_FUNCTION_NAME": "x", "_HANDLER": "app.sweep_inbox"}
    assert lambda_function(told) == "sweep_inbox"
