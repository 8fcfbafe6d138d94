"""The API's own description."""

from chalicelib.api.caching import of_itself
from chalicelib.api.operation import Answer, Backend, Operation


def openapi(_: Backend) -> Answer:
    """The OpenAPI document of all operations."""
    from chalicelib.api.openapi import document
    from chalicelib.api.routes import all_operations

    return of_itself(document(all_operations()))


OPENAPI = Operation(
    "getOpenApi",
    "/openapi.json",
    "The OpenAPI document",
    "The API's description as OpenAPI 3.1, of which clients are generated.",
    openapi,
    "OpenApi",
)
