"""What the schemas of several subjects have in common."""

from collections.abc import Mapping
from typing import Any

from chalicelib.limits import MAX_KINGDOM

Schema = dict[str, Any]

RUN_ID: Schema = {
    "type": "string",
    "description": "The upload that this snapshot was made from.",
    "examples": ["20260126T153012Z-9f2c4d7b1a3e5f60"],
}
INGESTED_AT: Schema = {
    "type": "string",
    "format": "date-time",
    "description": "When the upload was accepted, UTC.",
    "examples": ["2026-01-26T15:30:12Z"],
}
VERSION: Schema = {
    "type": "string",
    "pattern": "^[0-9a-f]{16}$",
    "description": "Changes whenever the snapshot's rows do: another upload, other weights, other "
    "rules. Send it as `version` to get answers of just this state.",
    "examples": ["9f2c4d7b1a3e5f60"],
}
DATE: Schema = {"type": "string", "format": "date", "examples": ["2026-01-26"]}
KINGDOM: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_KINGDOM, "examples": [51]}
COUNT: Schema = {"type": "integer", "minimum": 0}
METRIC: Schema = {"$ref": "#/components/schemas/MetricName"}


def object_of(
    properties: Mapping[str, Schema], *examples: Any, optional: tuple[str, ...] = (), **more: Any
) -> Schema:
    """An object that has exactly these properties, all of them but the optional ones."""
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
        **more,
    }
    return {**schema, "examples": list(examples)} if examples else schema


def list_of(name: str) -> Schema:
    """An array of a component."""
    return {"type": "array", "items": ref(name)}


def ref(name: str) -> Schema:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(name: str) -> Schema:
    """A reference to a component, or null.

    Whatever is one of several is a component: of an inline one generated clients make a class
    without a good name, or fail.
    """
    return {"anyOf": [ref(name), {"type": "null"}]}
