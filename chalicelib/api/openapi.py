"""The OpenAPI 3.1 document, made from the same declarations that the API uses."""

from functools import cache
from typing import Any

from chalicelib import __version__
from chalicelib.api.caching import SHORT
from chalicelib.api.errors import (
    INTERNAL,
    REFUSALS,
    RETRY_AFTER_SECONDS,
    THROTTLED,
    UNKNOWN_PATH,
    Refusal,
)
from chalicelib.api.http import JSON_TYPE
from chalicelib.api.operation import Operation
from chalicelib.api.parameters.parameter import Parameter
from chalicelib.api.schemas.components import SCHEMAS
from chalicelib.api.table import CSV_TYPE, as_csv

_DESCRIPTION = """\
Leaderboards of Rise of Kingdoms players, made from kingdom scans. Public and read-only.

Every answer has an `ETag`; send it back as `If-None-Match` and an unchanged answer costs a 304
without a body. `Cache-Control` says how long an answer holds: a day where the request names all
versions, for then it never changes; a minute where an upload may change it; not at all while a new
upload is being published.

Follow `next` as it is: it names the version, so that you read one state to its end, or get a 409
and start again. Lists are there as CSV too: `.csv` after the path. A parameter that is a list, as
`with`, may also be given once for each.

Errors have the shape `Error`. When deployed, whoever asks too often gets a 429, and a path that is
not listed here is answered 403, as is any method but GET, HEAD included, by the gateway before the
API sees it; it also answers where the API does not (5XX). All of these can be read by a page of
another host, as answers can. (The local server answers 405 to another method, and an unknown path
without `Code`.)

For people there are the page at `/` with its files in `/static/`, and this document as a page at
`/docs`. They are no part of the API: addresses and contents change with every version."""

_CODES = {
    400: "BadRequest",
    403: "UnknownPath",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    429: "TooManyRequests",
    500: "InternalError",
    503: "Unavailable",
    504: "Timeout",
}
_GATEWAY = Refusal(
    502,
    INTERNAL.code,
    "API Gateway's own answer where the API gave none; try again in a moment.",
    "Internal server error",
)
_METHOD = Refusal(
    405, "MethodNotAllowedError", "The method is not GET.", "Unsupported method: POST"
)


@cache
def document(operations: tuple[Operation, ...]) -> dict[str, Any]:
    """The document of these operations; a cached object, do not modify it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "rok leaderboard-api",
            "version": __version__,
            "summary": "Leaderboards of Rise of Kingdoms kingdoms",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": ".", "description": "Where this document lies."}],
        "security": [],
        "paths": _paths(operations),
        "components": {
            "schemas": SCHEMAS,
            "responses": _responses(),
            "headers": _headers(),
        },
    }


def _paths(operations: tuple[Operation, ...]) -> dict[str, Any]:
    """Every path; of a list a second one, by which it is CSV."""
    paths = {}
    for operation in operations:
        answer = {"schema": _ref("schemas", operation.schema), "examples": _examples(operation)}
        told = _operation(operation, operation.name, {JSON_TYPE: answer})
        paths[operation.path] = {"get": told}
        if operation.table is not None:
            rows = {"schema": {"type": "string"}, "example": _csv_example(operation)}
            csv = _operation(operation, f"{operation.name}Csv", {CSV_TYPE: rows})
            summary = f"{operation.summary}, as CSV"
            paths[f"{operation.path}.csv"] = {"get": {**csv, "summary": summary}}
    return paths


def _csv_example(operation: Operation) -> str:
    """The first example of the answer as CSV, without what parameters add to it."""
    assert operation.table is not None
    example = SCHEMAS[operation.schema]["examples"][0]
    absent = {one.argument: one.absent() for one in operation.parameters if one.where == "query"}
    return as_csv(operation.table, example, absent)


def _operation(operation: Operation, name: str, content: dict[str, Any]) -> dict[str, Any]:
    refusals = sorted({400, 403, 405, 429, 500, *operation.refusals})
    return {
        "operationId": name,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [*_parameters(operation), _IF_NONE_MATCH],
        "responses": {
            "200": {
                "description": f"{operation.summary}.",
                "headers": {name: _ref("headers", name) for name in ("ETag", "Cache-Control")},
                "content": content,
            },
            "304": _ref("responses", "NotModified"),
            **{str(status): _ref("responses", _CODES[status]) for status in refusals},
            "5XX": _ref("responses", "GatewayFailure"),
        },
    }


def _examples(operation: Operation) -> dict[str, Any]:
    examples = SCHEMAS[operation.schema]["examples"]
    return {f"example{number}": {"value": value} for number, value in enumerate(examples, 1)}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    told = {one.name: _parameter(one) for one in operation.parameters}
    if "around" in told:
        # Some generated clients send every default that is told: beside `around` that is refused.
        del told["offset"]["schema"]["default"]
    return [*told.values()]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = parameter.schema()
    listed = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    example = parameter.example
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.where == "path",
        "description": parameter.description,
        **listed,
        "schema": schema,
        "example": _items(schema, str(example)) if listed else example,
    }


def _items(schema: dict[str, Any], text: str) -> list[Any]:
    """The items of an example of a list."""
    kind = int if schema["items"].get("type") == "integer" else str
    return [kind(one) for one in text.split(",")]


_IF_NONE_MATCH: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of an answer that the client has.",
    "schema": {"type": "string"},
    "example": '"5f3a0c1e9b7d2468ace013579bdf0246"',
}


def _responses() -> dict[str, Any]:
    shapes = [*REFUSALS.values(), INTERNAL, THROTTLED, _METHOD]
    described = {_CODES[shape.status]: _error(shape) for shape in shapes if shape.reason}
    return {
        **described,
        "NotModified": {
            "description": "The client has the answer already.",
            "headers": {name: _ref("headers", name) for name in ("ETag", "Cache-Control")},
        },
        "UnknownPath": _unknown_path(),
        "GatewayFailure": _error(_GATEWAY),
    }


def _unknown_path() -> dict[str, Any]:
    """API Gateway's answer to a path that it does not know, and the local server's."""
    told = _error(UNKNOWN_PATH)
    schema = {"anyOf": [_ref("schemas", "Error"), _ref("schemas", "GatewayMessage")]}
    content = told["content"][JSON_TYPE] | {"schema": schema}
    return {**told, "content": {JSON_TYPE: content}}


def _error(shape: Refusal) -> dict[str, Any]:
    example = {"Code": shape.code, "Message": shape.message}
    response: dict[str, Any] = {
        "description": shape.reason,
        "content": {JSON_TYPE: {"schema": _ref("schemas", "Error"), "example": example}},
    }
    if shape.status in (429, 503):
        response["headers"] = {"Retry-After": _ref("headers", "Retry-After")}
    if shape.status == 405:
        response["headers"] = {"Allow": _ref("headers", "Allow")}
    return response


def _headers() -> dict[str, Any]:
    def header(description: str, schema: dict[str, Any], example: str | int) -> dict[str, Any]:
        return {"description": description, "schema": schema, "example": example}

    text = {"type": "string"}
    return {
        "ETag": header("Changes whenever the answer does.", text, _IF_NONE_MATCH["example"]),
        "Cache-Control": header("How long the answer may be kept.", text, SHORT),
        "Retry-After": header(
            "Seconds to wait.", {"type": "integer", "minimum": 1}, RETRY_AFTER_SECONDS
        ),
        "Allow": header("The methods there are.", text, "GET"),
    }


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
