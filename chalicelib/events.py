"""Event classes that read the key of every record and tolerate missing fields.

Chalice's own classes read only an S3 event's first record. They fail on S3's test event, which has
no records, and on an empty event with which an operator calls a function by hand.
"""

import math
from typing import Any
from urllib.parse import unquote_plus

from chalice.app import BaseLambdaEvent


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


def _key(record: Any) -> str | None:
    try:
        # S3 form-encodes keys: a space is `+`. Decoded exactly once.
        return unquote_plus(record["s3"]["object"]["key"])
    except (KeyError, TypeError, AttributeError):
        return None
