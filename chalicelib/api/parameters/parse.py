"""From a request's texts to the values of all parameters of an operation."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from chalicelib.api.parameters.parameter import Parameter, shown
from chalicelib.api.parameters.rules import Rule
from chalicelib.errors import BadParameterError, NotFoundError


def parse_all(
    declared: Sequence[Parameter],
    path: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    rules: Sequence[Rule] = (),
) -> dict[str, Any]:
    """Validate a request's parameters and return the value of every declared one, by its argument.

    Args:
        declared: the operation's parameters.
        path: the path's variable parts, still percent-encoded.
        query: the query string's values by name, decoded.
        rules: which of them fit together.

    Raises:
        BadParameterError: one is malformed, repeated, unknown, or contradicts
            another one; raised in preference to
        NotFoundError: a path's part names nothing that exists.
    """
    in_query = {parameter.name: parameter for parameter in declared if parameter.where == "query"}
    for name, texts in query.items():
        if name not in in_query:
            raise _unknown(name, [*in_query])
        if len(texts) != 1 and not in_query[name].is_list:
            raise BadParameterError(f"{name} is given {len(texts)} times; give it once")
    values: dict[str, Any] = {}
    missing: NotFoundError | None = None
    for parameter in declared:
        try:
            values[parameter.argument] = _value(parameter, path, query)
        except NotFoundError as error:
            missing = missing or error
    for rule in rules:
        rule.check(query.keys())
    if missing is not None:
        raise missing
    return values


def _value(
    parameter: Parameter, path: Mapping[str, str], query: Mapping[str, Sequence[str]]
) -> Any:
    if parameter.where == "path":
        return parameter.parse(unquote(path[parameter.name]))
    texts = query.get(parameter.name)
    return parameter.absent() if texts is None else parameter.parse(",".join(texts))


def _unknown(name: str, known: Sequence[str]) -> BadParameterError:
    there = f"there are {', '.join(known)}" if known else "this path takes none"
    return BadParameterError(f"there is no parameter {shown(name)}; {there}")
