"""`make test-dynamodb`: the tests of everything that has a table, with DynamoDB Local for moto.

Exit codes: pytest's own; 1 for a file that is not the pinned one; 3 when this machine cannot run
DynamoDB Local, with one line that says what is missing.
"""

import os
import sys
from collections.abc import Sequence
from typing import Final

import pytest

from tests.dynamodb.jars import fetch_local
from tests.dynamodb.local_server import find_java_for_local
from tests.servers.suite import prepared, run

SUITE: Final = (
    "tests/dynamodb/local_rules.py",
    "tests/lake/dynamodb",
    "tests/catalog",
    "tests/engines",
    "tests/ingest/test_table.py",
    "tests/cli/commands/test_sweep_table.py",
    "tests/e2e/test_dynamodb.py",
)
"""The folders and files that have tests with a table."""


def has_table(item: pytest.Item) -> bool:
    """Whether DynamoDB's server answers this test."""
    callspec = getattr(item, "callspec", None)
    values = callspec.params.values() if callspec else ()
    return "dynamodb_endpoint" in getattr(item, "fixturenames", ()) or any(
        isinstance(value, str) and value.partition("-")[0] == "dynamodb" for value in values
    )


def main(arguments: Sequence[str]) -> int:
    """Run the tests, or with `--prepare` only see to what they need; the rest is pytest's."""
    code = prepared(find_java_for_local, fetch_local)
    if code or list(arguments) == ["--prepare"]:
        return code
    os.environ["DYNAMODB_TEST_SERVER"] = "local"
    return run(SUITE, has_table, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
