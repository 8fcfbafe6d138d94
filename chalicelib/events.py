"""What AWS calls the functions with: read so that missing or odd fields do no harm.

Chalice's own classes read only an S3 event's first record. They fail on S3's test event, which has
no records, and on an empty event with which an operator calls a function by hand. Its handler of
requests fails, with a 500 or an error of the function, wherever a field is null or not there.
"""

import math
from typing import Any
from urllib.parse import unquote_plus

from chalice.app import BaseLambdaEvent, Chalice


class GatewayApp(Chalice):
    """A Chalice app whose requests need not have every field that API Gateway sends today."""

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """Answer a request; see `complete_request`."""
        answer: dict[str, Any] = super().__call__(complete_request(event, self.routes), context)
        return answer


class UploadEvent(BaseLambdaEvent):
    """The objects of an S3 notification.

    Attributes:
        keys: their keys, decoded, in the event's order; empty for an event of another kind.
    """

    keys: list[str]

    def _extract_attributes(self, event_dict: Any) -> None:
        records = event_dict.get("Records") if isinstance(event_dict, dict) else None
        found = [_key(record) for record in records] if isinstance(records, list) else []
        self.keys = [key for key in found if key]

    def keys_below(self, prefix: str) -> list[str]:
        """The keys below `prefix`, the lake's key prefix in its bucket, without it."""
        return [key.removeprefix(prefix) for key in self.keys if key.startswith(prefix)]


class SweepEvent(BaseLambdaEvent):
    """The schedule's event, or any other; its content is ignored."""

    def _extract_attributes(self, event_dict: Any) -> None:
        pass

    def seconds_left(self) -> float:
        """The seconds until Lambda ends the function; infinite where nobody ends it."""
        context: Any = self.context
        # Chalice's stand-in for tests says 3 s, whatever the function's limit is, and ends nothing.
        if context is None or type(context).__module__ == "chalice.local":
            return math.inf
        return float(context.get_remaining_time_in_millis()) / 1000


class ReportEvent(UploadEvent, SweepEvent):
    """An S3 notification of reports, and the time that is left for telling of them."""


def complete_request(event: Any, routes: dict[str, Any]) -> dict[str, Any]:
    """A request's event in the form that Chalice relies on.

    Texts that are missing, null or of another type become empty ones, which no parameter accepts:
    such a request gets a 400 that names the parameter. Without a path of ours and a method there
    is no `resourcePath`, and Chalice makes no request of the event.

    Args:
        event: of API Gateway's proxy integration, or anything else.
        routes: Chalice's, by path and method.
    """
    given = _fields(event)
    context = _fields(given.get("requestContext"))
    paths = (context.get("resourcePath"), given.get("resource"))
    path = next((one for one in paths if isinstance(one, str) and one in routes), None)
    method = _text(context.get("httpMethod")) or _text(given.get("httpMethod"))
    names = [name for entry in routes.get(path or "", {}).values() for name in entry.view_args]
    parts = _fields(given.get("pathParameters"))
    headers = _values(given, "headers", "multiValueHeaders")
    return {
        "requestContext": {
            **context,
            "resourcePath": path if method else None,
            "httpMethod": method,
        },
        "headers": {name: values[-1] for name, values in headers.items() if any(values)},
        "pathParameters": {name: _text(parts.get(name)) for name in names},
        "multiValueQueryStringParameters": _values(
            given, "multiValueQueryStringParameters", "queryStringParameters"
        ),
        "stageVariables": None,
        "body": None,
    }


def _values(event: dict[str, Any], *fields: str) -> dict[str, list[str]]:
    """The lists of values in the first of an event's fields that has any."""
    found = next((has for field in fields if (has := _fields(event.get(field)))), {})
    return {
        _text(name): [_text(one) for one in (value if isinstance(value, list) else [value])]
        for name, value in found.items()
    }


def _fields(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """A text without halves of surrogate pairs, which no answer could repeat; else empty."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def _key(record: Any) -> str | None:
    try:
        # S3 form-encodes keys: a space is `+`. Decoded exactly once.
        return unquote_plus(record["s3"]["object"]["key"])
    except (KeyError, TypeError, AttributeError):
        return None
