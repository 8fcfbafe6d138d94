"""Every engine, over each store that it works with."""

from collections.abc import Callable

import pytest

from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.boards import BoardsEngine
from chalicelib.engines.engine import Engine
from chalicelib.lake.store import Store
from tests.engines.support import athena_engine
from tests.engines.tables import LakeAndTable, as_store, dynamo_engine

ENGINES: dict[str, Callable[[Store], Engine]] = {"arrow": ArrowEngine, "boards": BoardsEngine}
"""Those that read files alone, so that their answer is of the newest ones."""
CASES = [
    "arrow-directory",
    "arrow-s3",
    "boards-directory",
    "boards-s3",
    "athena-s3",
    "dynamodb-directory",
]


class EveryEngine:
    """The base of the contract's classes: each of their tests runs for each engine and store."""

    @pytest.fixture(params=CASES)
    def case(self, request: pytest.FixtureRequest) -> tuple[str, str]:
        name, kind = str(request.param).split("-")
        return name, kind

    @pytest.fixture
    def store(self, request: pytest.FixtureRequest, case: tuple[str, str]) -> Store:
        made: Store = request.getfixturevalue(f"{case[1]}_store")
        return as_store(LakeAndTable(made)) if case[0] == "dynamodb" else made

    @pytest.fixture
    def engine(self, request: pytest.FixtureRequest, case: tuple[str, str], store: Store) -> Engine:
        if case[0] == "athena":
            return athena_engine(request.getfixturevalue("athena"))
        return dynamo_engine(store) if case[0] == "dynamodb" else ENGINES[case[0]](store)
