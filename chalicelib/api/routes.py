"""The table of routes: every operation of the API, by its path."""

from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.operations import HEALTH, KINGDOMS, LEADERBOARD, METRICS_LIST, SHORT, SNAPSHOTS


def openapi(_: Backend) -> Answer:
    """The OpenAPI document of all operations."""
    from chalicelib.api.openapi import document

    return Answer((), SHORT, lambda: Content(document(OPERATIONS)))


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
