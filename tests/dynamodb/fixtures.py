"""The fixture `table`: an empty table, in moto or in DynamoDB Local.

`tests/conftest.py` makes it a plugin, so that every test may use it.
"""

import itertools
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest

from chalicelib.lake.dynamodb.client import DynamoTable
from tests.aws import REGION
from tests.dynamodb.tables import make_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ON_LOCAL: Final = os.environ.get("DYNAMODB_TEST_SERVER") == "local"
"""Whether DynamoDB Local has the tables (`make test-dynamodb`), and not moto."""

_numbers: Final = itertools.count(1)


@pytest.fixture(scope="session")
def dynamodb_endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of the server that has the tables."""
    if ON_LOCAL:
        from tests.dynamodb.local_server import running_local

        with running_local() as endpoint:
            yield endpoint
        return
    yield request.getfixturevalue("moto_endpoint")


@pytest.fixture(scope="session")
def dynamodb_client(dynamodb_endpoint: str) -> "DynamoDBClient":
    """A client without retries: every error is seen. One for all tests: making one takes long."""
    import boto3
    from botocore.config import Config

    session = boto3.Session("testing", "testing", region_name=REGION)
    config = Config(retries={"total_max_attempts": 1})
    return session.client("dynamodb", endpoint_url=dynamodb_endpoint, config=config)


@pytest.fixture
def table(
    dynamodb_endpoint: str, dynamodb_client: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch
) -> DynamoTable:
    """A fresh, empty table; boto3 finds it, in this process and its children."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
    name = f"rok-{os.getpid()}-{next(_numbers)}"
    make_table(dynamodb_client, name)
    return DynamoTable(name, client=dynamodb_client)
