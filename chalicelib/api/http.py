"""From a request's parts to a status, headers and a body; only this module knows HTTP."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from chalicelib import __version__
from chalicelib.api.errors import INTERNAL, REFUSALS, RETRY_AFTER_SECONDS, Refusal
from chalicelib.api.operation import Backend, Operation
from chalicelib.api.parameters.parse import parse_all
from chalicelib.api.table import CSV_TYPE, as_csv
from chalicelib.errors import BadParameterError
from chalicelib.logs import log_event
from chalicelib.threads.deadline import run_with_timeout

_log = logging.getLogger(__name__)

JSON_TYPE: Final = "application/json"
ANSWER_SECONDS: Final = 26.0
"""The deadline of an answer. The function's timeout is 28 s, API Gateway's 29 s."""


class Request(NamedTuple):
    """The parts of a request that the answer may depend on.

    Attributes:
        path: the path's variable parts, still percent-encoded.
        query: the query string's values by name, decoded.
        if_none_match: the header `If-None-Match`.
        csv: whether the answer's list is wanted as CSV.
    """

    path: Mapping[str, str] = MappingProxyType({})
    query: Mapping[str, Sequence[str]] = MappingProxyType({})
    if_none_match: str | None = None
    csv: bool = False


def values_of(query: Any) -> dict[str, Sequence[str]]:
    """The values of a query string by name, from Chalice's own form of them."""
    return {} if query is None else {name: query.getlist(name) for name in query}


class Reply(NamedTuple):
    """A response, ready to send."""

    status: int
    headers: Mapping[str, str]
    body: str


def respond(operation: Operation, request: Request, backend: Backend) -> Reply:
    """Answer a request; never raises."""
    try:
        values = parse_all(operation.parameters, request.path, request.query, operation.rules)
        return run_with_timeout(
            backend.deadline.left(),
            operation.path,
            lambda: _answer(operation, values, backend, request),
        )
    except Exception as error:
        return _refusal(operation, error)


def _answer(
    operation: Operation, values: Mapping[str, Any], backend: Backend, request: Request
) -> Reply:
    """The answer, or a 304 if the client has it.

    A tag is computed from all that the answer depends on: parameters, versions, the software's
    version. So any process can confirm a client's copy from the catalog, without making the answer.
    """
    answer = operation.answer(backend, **values)
    named = f"{operation.name}.csv" if request.csv else operation.name
    headers = {"ETag": _tag(named, values, answer.versions), "Cache-Control": answer.cache}
    if is_known(request.if_none_match, headers["ETag"]):
        return Reply(304, headers, "")
    made = answer.make()
    if made.versions != answer.versions:
        # The file that was read is newer than the catalog's entry.
        headers = {"ETag": _tag(named, values, made.versions), "Cache-Control": "no-store"}
    if request.csv:
        assert operation.table is not None
        text = as_csv(operation.table, made.document, values)
        return Reply(200, {"Content-Type": CSV_TYPE, **headers}, text)
    return Reply(200, {"Content-Type": JSON_TYPE, **headers}, encode(made.document))


def _tag(named: str, values: Mapping[str, Any], versions: tuple[object, ...]) -> str:
    basis = repr((__version__, named, *values.items(), *versions))
    return f'"{hashlib.sha256(basis.encode()).hexdigest()[:32]}"'


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether a client has what a tag is of.

    The weak comparison of `If-None-Match` (RFC 9110, section 13.1.2).
    """
    if if_none_match is None:
        return False
    given = [one.strip() for one in if_none_match.split(",")]
    return "*" in given or tag in (one.removeprefix("W/") for one in given)


def _refusal(operation: Operation, error: Exception) -> Reply:
    refusal = next((shape for kind, shape in REFUSALS.items() if isinstance(error, kind)), INTERNAL)
    if refusal.status >= 500:
        _log_failure(operation, refusal, error)
    message = refusal.message if refusal.fixed else str(error)
    headers = {"Content-Type": JSON_TYPE, "Cache-Control": "no-store"}
    if refusal.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return Reply(refusal.status, headers, encode({"Code": refusal.code, "Message": message}))


def _log_failure(operation: Operation, refusal: Refusal, error: Exception) -> None:
    """Log a failure of the server; of an unexpected one its traceback too."""
    level = logging.ERROR if refusal.status == 500 else logging.WARNING
    cause = error if refusal is INTERNAL else None
    fields = {
        "path": operation.path,
        "status": refusal.status,
        "error": type(error).__name__,
        "message": str(error),
    }
    log_event(_log, "request_failed", fields, level, cause)


def encode(document: Mapping[str, Any]) -> str:
    """A document as JSON: no ASCII escapes, no spaces, keys in their order."""
    return _JSON.encode(document)


# No document contains itself: to look for that takes an eighth of the time.
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


PATHLESS: Final = encode(
    {
        "Code": REFUSALS[BadParameterError].code,
        "Message": "the request names no path of this API, or no method",
    }
)
"""The body of the 400 for an event that is no request of the API."""
