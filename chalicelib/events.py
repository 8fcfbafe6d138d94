"""What AWS calls the functions with: read so that missing or odd fields do no harm.

Chalice's own classes read only an S3 event's first record. They fail on S3's test event, which has
no records, and on an empty event with which an operator calls a function by hand. Its handler of
requests fails, with a 500 or an error of the function, wherever a field is null or not there.
"""

import json
import math
import re
from typing import Any, Final
from urllib.parse import unquote_plus

from chalice.app import BaseLambdaEvent, Chalice

_MOST_WRAPPERS: Final = 12
"""How deep a notification may be wrapped: one in SNS in SQS is six, with the lists and texts."""
_MOST_NAMES: Final = 12
_NAME: Final = re.compile(r"[A-Za-z][\w.:-]{0,31}", re.ASCII)


class GatewayApp(Chalice):
    """A Chalice app whose requests need not have every field that API Gateway sends today."""

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """Answer a request; see `complete_request`."""
        answer: dict[str, Any] = super().__call__(complete_request(event, self.routes), context)
        return answer


class UploadEvent(BaseLambdaEvent):
    """The objects that a notification of S3 names, whichever way it came.

    From S3 itself, by EventBridge, or wrapped by SNS or SQS, also one in the other.

    Attributes:
        keys: their keys, decoded, in the event's order; none for an event of another kind.
        not_understood: the shape of each part that tells of no object, without what it says.
    """

    keys: list[str]
    not_understood: list[str]

    def _extract_attributes(self, event_dict: Any) -> None:
        self.keys = []
        self.not_understood = []
        self._read(event_dict, _MOST_WRAPPERS)

    def _read(self, part: Any, wrappers: int) -> None:
        """Take the keys out of an event, or out of a part of one that may be wrapped."""
        within = _within(part) if wrappers else None
        key = _key(part) or _key_in_event_bridge(part)
        if key:
            self.keys.append(key)
        elif within is not None:
            for one in within:
                self._read(one, wrappers - 1)
        elif _fields(part).get("Event") != "s3:TestEvent":
            self.not_understood.append(shape(part))

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


def _within(part: Any) -> list[Any] | None:
    """What a part of an event wraps; None if it is no wrapper."""
    if isinstance(part, list):
        return part
    if isinstance(part, str):
        try:
            parsed = json.loads(part)
        except (ValueError, RecursionError):
            return None
        return [parsed] if isinstance(parsed, dict | list) else None
    fields = _fields(part)
    if isinstance(records := fields.get("Records"), list):
        return records
    # SQS: `body`. SNS: `Sns`, and where it writes to a queue, what `Message` is in.
    wrapped = fields.get("body") or _fields(fields.get("Sns")).get("Message")
    wrapped = wrapped or (fields.get("Message") if fields.get("Type") == "Notification" else None)
    return [wrapped] if isinstance(wrapped, str) else None


def _key(record: Any) -> str | None:
    """The key in a record of S3."""
    key = _fields(_fields(_fields(record).get("s3")).get("object")).get("key")
    # S3 form-encodes keys: a space is `+`. Decoded exactly once.
    return unquote_plus(key) if isinstance(key, str) else None


def _key_in_event_bridge(event: Any) -> str | None:
    """The key in an event of EventBridge, which does not encode it."""
    fields = _fields(event)
    key = _fields(_fields(fields.get("detail")).get("object")).get("key")
    return key if fields.get("source") == "aws.s3" and isinstance(key, str) else None


def shape(value: Any, depth: int = 4) -> str:
    """What a value is made of, without what it says: `{Records: [{body: text}]}`."""
    if isinstance(value, dict):
        if not depth:
            return "{…}"
        names = [str(name) for name in value][:_MOST_NAMES]
        parts = [
            f"{name if _NAME.fullmatch(name) else '…'}: {shape(value.get(name), depth - 1)}"
            for name in names
        ]
        more = ["…"] if len(value) > len(names) else []
        return f"{{{', '.join(parts + more)}}}"
    if isinstance(value, list):
        return f"[{shape(value[0], depth - 1) if value and depth else '…' if value else ''}]"
    if value is None:
        return "null"
    return "text" if isinstance(value, str) else "a number, true or false"
