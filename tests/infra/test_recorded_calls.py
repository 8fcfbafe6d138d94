"""Each function's role may do what its code does, and has no right that its code does not use."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

import app
from chalicelib.views.registry import folders
from tests.athena.engine import SqlEngine
from tests.athena.fixtures import Clients
from tests.athena.service import AthenaService, running
from tests.athena.table import Deployed, deploy_table
from tests.infra.drive import Drive, drive_api, drive_ingestion, drive_sweep
from tests.infra.iam import Call, Statement, listed, matches
from tests.infra.recorder import Recorder
from tests.infra.roles import as_role, may, role_policy
from tests.infra.support import athena_variables
from tools.deploy.stage import API, FUNCTIONS, INGEST, SWEEP

pytestmark = pytest.mark.slow

_numbers = itertools.count(1)
_OWN_LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
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
}
# Every view's folder may be listed: S3 tells a missing object from a denied one only to who may,
# Athena lists in the API's name, and a view may be made of any other by one listing.
MAY_BE_UNUSED = {f"s3:ListBucket {folder}/*" for folder in folders()}


@pytest.fixture(params=["", "lakes/one/"])
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


@pytest.fixture
def drive(
    s3_bucket: str,
    key_prefix: str,
    athena: Deployed,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Drive:
    """An empty lake, below a prefix or not, and handlers that work on it."""
    monkeypatch.setenv("LAKE_URI", f"s3://{s3_bucket}/{key_prefix}")
    for name, value in athena_variables(athena).items():
        monkeypatch.setenv(name, value)
    client = Client(app.app, project_dir=str(tmp_path))
    return Drive(s3_bucket, key_prefix, athena, Recorder(monkeypatch), client)


def calls_of(function: str, drive: Drive, monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """All that a function asks of AWS, whatever it is given to do."""
    if function == API:
        drive_api(drive, monkeypatch)
    elif function == INGEST:
        drive_ingestion(drive, monkeypatch)
    else:
        drive_sweep(drive)
    assert drive.recorder.calls
    return drive.recorder.calls


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_call_is_allowed_and_every_right_is_used(
    function: str, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = calls_of(function, drive, monkeypatch)
    place = (drive.bucket, drive.key_prefix, drive.athena)
    assert not {str(call) for call in calls if not may(function, call, *place)}
    unused = {
        _as_configured(name.replace(f" {drive.key_prefix}", " "), drive.athena)
        for statement in role_policy(function, *place)["Statement"]
        for name, right in rights(statement)
        if not any(matches(right, as_role(call, function)) for call in calls)
    }
    assert unused - MAY_BE_UNUSED == NOT_DRIVEN[function]


def _as_configured(name: str, athena: Deployed) -> str:
    """With the names that the configuration has, where the test's own are."""
    return name.replace(athena.database, "rok").replace(athena.workgroup, "rok")


def rights(statement: Statement) -> Iterator[tuple[str, Statement]]:
    """A statement taken apart: one for each action, resource and prefix, with a name for each."""
    conditions: dict[str, Any] = statement.get("Condition", {}).get("StringLikeIfExists", {})
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
