"""Each function's role may do what its code does, and has no right that its code does not use.

The handlers run on a fake AWS that refuses what their policy does not allow.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest
from chalice.test import Client

import app
from chalicelib.errors import StoreError
from chalicelib.telling.faults import NotToldError
from chalicelib.views.registry import folders
from tests.athena.engine import SqlEngine
from tests.athena.fixtures import Clients
from tests.athena.service import AthenaService, running
from tests.athena.table import Deployed, deploy_table
from tests.dynamodb.tables import make_table
from tests.infra.drive import Drive, drive_api, drive_ingestion, drive_sweep, drive_telling
from tests.infra.iam import Call, Statement, is_allowed, listed, matches
from tests.infra.recorder import Recorder
from tests.infra.roles import as_role, may, role_policy
from tests.infra.support import athena_variables
from tools.deploy.stage import API, FUNCTIONS, INGEST, SWEEP, TELL

pytestmark = pytest.mark.slow

TABLE = "rok"
_numbers = itertools.count(1)
_OWN_LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
_READ_AND_WRITE = ("s3:GetObject", "s3:PutObject")
_GLUE = {"glue:GetDatabase", "glue:GetTable", "glue:GetPartition", "glue:GetPartitions"}
# Rights that no call of the code shows: what AWS does in a function's name (Athena reads the table
# and writes the results), and stopping a query that is late.
NOT_DRIVEN: dict[str, set[str]] = {
    API: {
        *(f"{action} log-group:/aws/lambda/leaderboard-api-dev:*" for action in _OWN_LOG),
        *(f"{action} catalog" for action in _GLUE),
        *(f"{action} database/rok" for action in _GLUE),
        *(f"{action} table/rok/rok_players" for action in _GLUE),
        "glue:GetDatabase database/default",
        "athena:StopQueryExecution workgroup/rok",
        "s3:GetObject query-results/*",
        "s3:PutObject query-results/*",
        "s3:AbortMultipartUpload query-results/*",
        "s3:ListMultipartUploadParts query-results/*",
        "s3:ListBucket query-results/*",
        "s3:GetBucketLocation ",
        "s3:ListBucketMultipartUploads ",
    },
    INGEST: {
        *(f"{action} log-group:/aws/lambda/leaderboard-api-dev-{INGEST}:*" for action in _OWN_LOG),
        "sqs:SendMessage leaderboard-api-dev-ingest-failures",
    },
    SWEEP: {
        *(f"{action} log-group:/aws/lambda/leaderboard-api-dev-{SWEEP}:*" for action in _OWN_LOG),
    },
    # Of the views it does not read all; all of them are what the API shows to everybody.
    TELL: {
        *(f"{action} log-group:/aws/lambda/leaderboard-api-dev-{TELL}:*" for action in _OWN_LOG),
        "sqs:SendMessage leaderboard-api-dev-tell-failures",
        "s3:GetObject changes/*",
    },
}
# Every view's folder may be listed: a missing object is told from a denied one by a listing of its
# key, Athena lists in the API's name, and a view may be made of any other by one listing. What is
# kept for ever may have to be looked for, whoever wrote it.
MAY_BE_UNUSED = {
    *(f"s3:ListBucket {folder}/*" for folder in (*folders(), "rejected", "withdrawn")),
    *(f"{action} sweep/state.json" for action in ("s3:ListBucket", *_READ_AND_WRITE)),
}


@pytest.fixture(params=["", pytest.param("lakes/one/", marks=pytest.mark.long)])
def key_prefix(request: pytest.FixtureRequest) -> str:
    """Where in its bucket the lake is."""
    return str(request.param)


@pytest.fixture
def athena(
    s3_bucket: str, key_prefix: str, athena_clients: Clients, sql_engine: SqlEngine
) -> Iterator[Deployed]:
    """The lake's table, and an Athena that runs SQL on it."""
    clients, suffix = athena_clients, f"infra{next(_numbers)}"
    made = deploy_table(clients.glue, clients.athena, s3_bucket, suffix, key_prefix)
    with running(AthenaService(sql_engine)):
        yield made


@pytest.fixture(params=FUNCTIONS)
def function(request: pytest.FixtureRequest) -> str:
    """Whose role the handlers run under."""
    return str(request.param)


class Place(NamedTuple):
    """Where a lake is, and what is over it."""

    bucket: str
    key_prefix: str
    athena: Deployed


@pytest.fixture(autouse=True)
def table(s3_bucket: str) -> Iterator[None]:
    """An empty table of the engine `dynamodb`, beside the lake."""
    client = boto3.client("dynamodb")
    make_table(client, TABLE)
    yield
    client.delete_table(TableName=TABLE)


@pytest.fixture
def place(s3_bucket: str, key_prefix: str, athena: Deployed) -> Place:
    """An empty lake, below a prefix or not."""
    return Place(s3_bucket, key_prefix, athena)


@pytest.fixture
def drive(function: str, place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Drive:
    """Handlers that work on the lake, with the rights of a function."""
    monkeypatch.setenv("LAKE_URI", f"s3://{place.bucket}/{place.key_prefix}")
    for name, value in athena_variables(place.athena).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("QUERY_ENGINE", "dynamodb")
    monkeypatch.setenv("DYNAMODB_TABLE", TABLE)
    client = Client(app.app, project_dir=str(tmp_path))
    recorder = Recorder(monkeypatch, lambda call: may(function, call, *place, table=TABLE))
    return Drive(*place, recorder, client)


def run_all(function: str, drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a function do all that it does."""
    if function == API:
        drive_api(drive, monkeypatch)
    elif function == INGEST:
        drive_ingestion(drive, monkeypatch)
    elif function == TELL:
        drive_telling(drive, monkeypatch)
    else:
        drive_sweep(drive)


def test_the_function_does_all_its_work_with_its_rights_and_uses_every_one(
    function: str, drive: Drive, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_all(function, drive, monkeypatch)
    calls = drive.recorder.calls
    assert calls
    assert [str(call) for call in drive.recorder.refused] == []
    unused = {
        _as_configured(name.replace(f" {drive.key_prefix}", " "), drive.athena)
        for statement in role_policy(function, *place, table=TABLE)["Statement"]
        for name, right in rights(statement)
        if not any(matches(right, as_role(call, function)) for call in calls)
    }
    assert unused - MAY_BE_UNUSED == NOT_DRIVEN[function]


def _as_configured(name: str, athena: Deployed) -> str:
    """With the names that the configuration has, where the test's own are."""
    return name.replace(athena.database, "rok").replace(athena.workgroup, "rok")


def rights(statement: Statement) -> Iterator[tuple[str, Statement]]:
    """A statement taken apart: one for each action, resource and prefix, with a name for each."""
    conditions: dict[str, Any] = statement.get("Condition", {}).get("StringLike", {})
    for action in listed(statement["Action"]):
        for resource in listed(statement["Resource"]):
            right = {**statement, "Action": action, "Resource": resource}
            item = resource.split(":", 5)[5]
            name = item.partition("/")[2] if action.startswith("s3:") else item
            if not conditions:
                yield f"{action} {name}", right
            for prefix in conditions.get("s3:prefix", []):
                only = {"StringLike": {"s3:prefix": prefix}}
                yield f"{action} {prefix}", {**right, "Condition": only}


@pytest.mark.parametrize("key_prefix", [""])
@pytest.mark.parametrize(
    ("function", "sid"),
    [
        (API, "ReadViews"),
        (API, "Query"),
        (INGEST, "ReadAndWriteItems"),
        (SWEEP, "List"),
        (TELL, "TellTheTopic"),
        *(
            pytest.param(*right, marks=pytest.mark.long)
            for right in (
                (API, "ListViews"),
                (API, "ReadItems"),
                (INGEST, "ReadUploads"),
                (INGEST, "CreateAndReadBack"),
                (INGEST, "List"),
                (SWEEP, "ReadUploads"),
                (SWEEP, "CreateAndReadBack"),
                (SWEEP, "ReadAndWriteItems"),
                (TELL, "ReadReports"),
                (TELL, "List"),
                (TELL, "AddressesOfChats"),
            )
        ),
    ],
)
def test_a_missing_right_is_noticed(
    function: str, sid: str, drive: Drive, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = role_policy(function, *place, table=TABLE)["Statement"]
    kept = [statement for statement in statements if statement["Sid"] != sid]
    assert len(kept) == len(statements) - 1

    def allows(call: Call) -> bool:
        return is_allowed(as_role(call, function), [{"Statement": kept}])

    monkeypatch.setattr(drive.recorder, "_may", allows)
    with pytest.raises((AssertionError, StoreError, NotToldError)):
        run_all(function, drive, monkeypatch)
    assert drive.recorder.refused
