"""The table of routes: every operation of the API, by its path."""

from chalicelib.api.caching import of_itself
from chalicelib.api.operation import Answer, Backend, Operation
from chalicelib.api.operations.boards import LEADERBOARD
from chalicelib.api.operations.kingdoms import KINGDOMS
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

OPERATIONS = (HEALTH, METRICS_LIST, KINGDOMS, SNAPSHOTS, LEADERBOARD, OPENAPI)
BY_PATH = {operation.path: operation for operation in OPERATIONS}
