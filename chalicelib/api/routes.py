"""The table of routes: every operation of the API, by its path."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from chalicelib.api.caching import of_itself
from chalicelib.api.operation import Answer, Backend, Operation
from chalicelib.api.operations.across import ACROSS
from chalicelib.api.operations.alliances import ALLIANCES
from chalicelib.api.operations.boards import LEADERBOARD
from chalicelib.api.operations.changes import CHANGES
from chalicelib.api.operations.gains import GAINS
from chalicelib.api.operations.history import HISTORY
from chalicelib.api.operations.kingdoms import KINGDOMS
from chalicelib.api.operations.players import PLAYERS
from chalicelib.api.operations.service import HEALTH, METRICS_LIST
from chalicelib.api.operations.snapshots import SNAPSHOTS


def openapi(_: Backend) -> Answer:
    """The OpenAPI document of all operations."""
    from chalicelib.api.openapi import document

    return of_itself(document(OPERATIONS))


OPENAPI = Operation(
    "getOpenApi",
    "/openapi.json",
    "This document",
    "The API's description as OpenAPI 3.1.",
    openapi,
    "OpenApi",
)

OPERATIONS = (
    *(HEALTH, METRICS_LIST, KINGDOMS, SNAPSHOTS, LEADERBOARD),
    *(CHANGES, GAINS, PLAYERS, HISTORY, ALLIANCES, ACROSS),
    OPENAPI,
)
BY_PATH = {operation.path: operation for operation in OPERATIONS}
_CSV_PATHS = {f"{one.path}.csv": one for one in OPERATIONS if one.table is not None}
_CSV: Final = re.compile(r"(?:\.|%2[Ee])csv\Z")


class Route(NamedTuple):
    """What a request is for.

    Attributes:
        operation: what answers it.
        path: the path's variable parts, still percent-encoded and without `.csv`.
        csv: whether the answer's list is wanted as CSV.
    """

    operation: Operation
    path: Mapping[str, str]
    csv: bool


def find(path: str, parts: Mapping[str, str]) -> Route:
    """The route of a request.

    Where a list's path ends in a variable part, that part carries `.csv`.

    Args:
        path: the path as app.py declares it.
        parts: its variable parts.
    """
    if path in _CSV_PATHS:
        return Route(_CSV_PATHS[path], parts, csv=True)
    operation = BY_PATH[path]
    last = path.rpartition("/{")[2].removesuffix("}") if path.endswith("}") else None
    if last is None or operation.table is None or (found := _CSV.search(parts[last])) is None:
        return Route(operation, parts, csv=False)
    return Route(operation, {**parts, last: parts[last][: found.start()]}, csv=True)
