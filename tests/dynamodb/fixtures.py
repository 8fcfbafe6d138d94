"""The fixture `table`: an empty table, in moto or in DynamoDB Local.

`tests/conftest.py` makes it a plugin, so that every test may use it.
"""

import itertools
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest

from chalicelib.lake.dynamodb.client import DynamoTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.dynamodb.faults import Faults

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
    from tests.dynamodb.tables import make_client

    return make_client(dynamodb_endpoint)


@pytest.fixture
def table(
    dynamodb_endpoint: str, dynamodb_client: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch
) -> DynamoTable:
    """A fresh, empty table; boto3 finds it, in this process and its children."""
    from tests.dynamodb.tables import make_table

    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
    name = f"rok-{os.getpid()}-{next(_numbers)}"
    make_table(dynamodb_client, name)
    return DynamoTable(name, client=dynamodb_client)


@pytest.fixture
def faults(table: DynamoTable, dynamodb_endpoint: str) -> "Faults":
    """A second client of `table`, whose calls are counted and may fail as ordered."""
    from tests.dynamodb.faults import Faults
    from tests.dynamodb.tables import make_client

    return Faults(table.name, make_client(dynamodb_endpoint))
