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
from tests.servers.jdk import NoJavaError
from tests.servers.maven import UnavailableError, WrongArtefactError

SUITE: Final = ("tests/dynamodb/local_rules.py", "tests/lake/dynamodb")
"""The folders and files that have tests with a table."""

CANNOT: Final = 3


def prepare() -> int:
    """Find a Java and have the server's files; the exit code, with a line on stderr unless 0."""
    try:
        find_java_for_local()
        fetch_local()
    except (NoJavaError, UnavailableError) as error:
        print(f"error: {error}", file=sys.stderr)
        return CANNOT
    except WrongArtefactError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


class OnlyTables:
    """A plugin of pytest's: of the suite's tests those that have a table, in any fixture."""

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out the others."""
        kept = [item for item in items if has_table(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


def has_table(item: pytest.Item) -> bool:
    """Whether DynamoDB's server answers this test."""
    callspec = getattr(item, "callspec", None)
    values = callspec.params.values() if callspec else ()
    return "dynamodb_endpoint" in getattr(item, "fixturenames", ()) or any(
        isinstance(value, str) and value == "dynamodb" for value in values
    )


def main(arguments: Sequence[str]) -> int:
    """Run the tests, or with `--prepare` only see to what they need; the rest is pytest's."""
    prepared = prepare()
    if prepared or list(arguments) == ["--prepare"]:
        return prepared
    os.environ["DYNAMODB_TEST_SERVER"] = "local"
    return int(pytest.main([*SUITE, *arguments], plugins=[OnlyTables()]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
