"""The fixture `athena`: a lake in S3 behind the deployed table, and an Athena that runs SQL.

`tests/conftest.py` makes it a plugin, so that every test may use it.
"""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from chalicelib.engines.athena import client as athena_client
from tests.athena.engine import SqlEngine
from tests.athena.service import AthenaService, running
from tests.athena.table import deploy_table
from tests.aws import REGION

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_glue import GlueClient

    from chalicelib.lake.s3.store import S3Store

ON_TRINO: Final = os.environ.get("ATHENA_TEST_ENGINE") == "trino"
"""Whether Trino runs the statements (`make test-trino`), and not DuckDB."""

_numbers: Final = itertools.count(1)


@dataclass(frozen=True)
class Athena:
    """What a test has.

    Attributes:
        client: over HTTP, without retries: every error is seen.
        glue: the catalog's.
        bucket: where the lake is.
        store: the lake, empty at first.
        database: the deployed database.
        table: the deployed table.
        workgroup: the deployed workgroup, which enforces its configuration.
        service: scripts behaviour (`script`, `refuse`, `pass_time`), logs calls (`calls`, `asked`).
        endpoint: the moto server's URL, also in `AWS_ENDPOINT_URL`.
    """

    client: "AthenaClient"
    glue: "GlueClient"
    bucket: str
    store: "S3Store"
    database: str
    table: str
    workgroup: str
    service: AthenaService
    endpoint: str


@dataclass(frozen=True)
class Clients:
    """Clients for all tests, since making them takes long."""

    athena: "AthenaClient"
    glue: "GlueClient"
    endpoint: str


@pytest.fixture(scope="session")
def athena_clients(moto_endpoint: str) -> Clients:
    """Clients of the moto server."""
    import boto3
    from botocore.config import Config

    session = boto3.Session("testing", "testing", region_name=REGION)
    config = Config(retries={"total_max_attempts": 1})
    return Clients(
        session.client("athena", endpoint_url=moto_endpoint, config=config),
        session.client("glue", endpoint_url=moto_endpoint),
        moto_endpoint,
    )


@pytest.fixture(scope="session")
def sql_engine(moto_endpoint: str) -> Iterator[SqlEngine]:
    """What runs statements: DuckDB, or in `make test-trino` Trino."""
    if ON_TRINO:
        from tests.athena.trino_engine import running_engine

        with running_engine(moto_endpoint, REGION) as trino, pytest.MonkeyPatch.context() as patch:
            # The service runs a query while its start is answered, which takes Trino a moment.
            patch.setattr(athena_client, "READ_TIMEOUT", 60.0)
            yield trino
        return
    from tests.athena.duckdb_engine import DuckDbEngine

    engine = DuckDbEngine.at(moto_endpoint, REGION)
    yield engine
    engine.close()


@pytest.fixture
def athena(
    athena_clients: Clients,
    s3_bucket: str,
    s3_store: "S3Store",
    sql_engine: SqlEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Athena]:
    """A lake, its table, and an Athena whose script and log are this test's own."""
    made = deploy_table(
        athena_clients.glue, athena_clients.athena, s3_bucket, suffix=str(next(_numbers))
    )
    service = AthenaService(sql_engine)
    # The service runs a query while its start is answered: no short deadline may cut that.
    monkeypatch.setattr(athena_client, "LAST_CALL_SECONDS", 60.0)
    with running(service):
        yield Athena(
            client=athena_clients.athena,
            glue=athena_clients.glue,
            bucket=s3_bucket,
            store=s3_store,
            database=made.database,
            table=made.table,
            workgroup=made.workgroup,
            service=service,
            endpoint=athena_clients.endpoint,
        )
