"""The answers' objects for people: which keys they have, and what these are."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chalicelib.api.web.html import Html, join, prose, table, tag
from chalicelib.limits import MAX_INTEGER

Schema = Mapping[str, Any]

_WORDS: Final = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "object": "object",
    "null": "null",
}
_FORMATS: Final = {"date": "date", "date-time": "moment, UTC"}


def component(schema: Schema) -> str:
    """The name of the component that a schema refers to."""
    return str(schema["$ref"]).rpartition("/")[2]


def kind(schema: Schema) -> Html:
    """What a value is: its type, or what it may be."""
    if "$ref" in schema:
        name = component(schema)
        return tag("a", name, href=f"#{name}")
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return join(map(kind, choices), " or ")
    if "const" in schema:
        return tag("code", str(schema["const"]))
    if "enum" in schema:
        return join((tag("code", str(value)) for value in schema["enum"]), ", ")
    types = schema.get("type", "object")
    if types == "array":
        return join(["list of ", kind(schema["items"])])
    names = [types] if isinstance(types, str) else types
    return join(_of_type(name, schema) for name in names) if len(names) == 1 else _or(names, schema)


def _or(names: list[str], schema: Schema) -> Html:
    return join((_of_type(name, schema) for name in names), " or ")


def _of_type(name: str, schema: Schema) -> str:
    if name == "string":
        return _FORMATS.get(schema.get("format", ""), "text")
    return _WORDS[name]


def limits(schema: Schema) -> str:
    """How large or long a value may be; empty if nothing is said of it."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high not in (None, MAX_INTEGER):
        return f"{low:,} to {high:,}"
    if low is not None:
        return f"from {low:,}"
    if "maxItems" in schema:
        return f"at most {schema['maxItems']}"
    return f"at most {schema['maxLength']} characters" if "maxLength" in schema else ""


def keys(schema: Schema) -> Html:
    """A table of an object's keys."""
    return table(
        "Keys",
        ("Key", "Is", "Meaning"),
        (
            (tag("code", name), kind(value), _meaning(name, value, schema))
            for name, value in schema["properties"].items()
        ),
    )


def _meaning(name: str, value: Schema, schema: Schema) -> Html:
    absent = [] if name in schema.get("required", ()) else ["Not always there."]
    return join([prose(" ".join([*absent, value.get("description", "")]).strip())])


def objects(schemas: Mapping[str, Schema], told: frozenset[str]) -> Iterator[Html]:
    """A section for each component that is not told elsewhere.

    Args:
        schemas: all of them, by name.
        told: the names of those that are.
    """
    for name, schema in schemas.items():
        if name in told:
            continue
        parts = [tag("h3", name, id=name)]
        if "description" in schema:
            parts.append(tag("p", prose(schema["description"])))
        if "properties" in schema:
            parts.append(keys(schema))
        else:
            parts.append(tag("p", kind(schema), "."))
        yield join(parts)
