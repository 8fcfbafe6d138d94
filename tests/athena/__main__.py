"""`make test-trino`: the tests of everything that sends SQL, with Trino in DuckDB's place.

Exit codes: pytest's own; 1 for an artefact that is not the pinned one; 3 when this machine cannot
run Trino, with one line that says what is missing.
"""

import os
import sys
from collections.abc import Sequence
from typing import Final

import pytest

from tests.athena.trino_artefacts import fetch_trino
from tests.athena.trino_server import find_java_for_trino
from tests.servers.jdk import NoJavaError
from tests.servers.maven import UnavailableError, WrongArtefactError

SUITE: Final = (
    "tests/athena/test_board.py",
    "tests/athena/test_engine.py",
    "tests/athena/test_table.py",
    "tests/api/test_athena.py",
    "tests/engines/athena/test_engine.py",
    "tests/engines/athena/test_gains.py",
    "tests/engines/athena/test_gains_answers.py",
    "tests/engines/athena/test_client.py",
    "tests/engines/test_engines.py",
    "tests/engines/test_gains.py",
    "tests/engines/test_gains.py",
    "tests/engines/test_requests.py",
)
"""The files whose tests run SQL. The others of this package test the fake Athena itself."""

CANNOT: Final = 3


def prepare() -> int:
    """Find a Java and have Trino's files; the exit code, with a line on stderr unless it is 0."""
    try:
        find_java_for_trino()
        fetch_trino()
    except (NoJavaError, UnavailableError) as error:
        print(f"error: {error}", file=sys.stderr)
        return CANNOT
    except WrongArtefactError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


class OnlySql:
    """A plugin of pytest's: of the suite's tests those that run SQL which every engine takes."""

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out the others."""
        kept = [item for item in items if _runs_sql(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


def _runs_sql(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    asks = "sql_engine" in fixtures or "[athena-" in item.name
    return asks and item.get_closest_marker("not_on_trino") is None


def main(arguments: Sequence[str]) -> int:
    """Run the tests, or with `--prepare` only see to what they need; the rest is pytest's."""
    prepared = prepare()
    if prepared or list(arguments) == ["--prepare"]:
        return prepared
    os.environ["ATHENA_TEST_ENGINE"] = "trino"
    return int(pytest.main([*SUITE, *arguments], plugins=[OnlySql()]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
