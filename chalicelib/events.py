"""Events as the app reads them: every record's key, and nothing that may be missing.

Chalice's own classes read an S3 event's first record only, and fail on S3's test event, which has
none, and on a function that an operator calls by hand with an empty event.
"""

from typing import Any
from urllib.parse import unquote_plus

from chalice.app import BaseLambdaEvent


class UploadEvent(BaseLambdaEvent):
    """The objects that an S3 notification tells of.

    Attributes:
        keys: their keys, decoded, in the event's order; empty for an event of another kind.
    """

    keys: list[str]

    def _extract_attributes(self, event_dict: Any) -> None:
        records = event_dict.get("Records") if isinstance(event_dict, dict) else None
        found = [_key(record) for record in records] if isinstance(records, list) else []
        self.keys = [key for key in found if key]

    def keys_below(self, prefix: str) -> list[str]:
        """The keys of the lake, without `prefix`, which is where the lake starts in its bucket."""
        return [key.removeprefix(prefix) for key in self.keys if key.startswith(prefix)]


class SweepEvent(BaseLambdaEvent):
    """The schedule's event, or any other: nothing in it matters."""

    def _extract_attributes(self, event_dict: Any) -> None:
        pass


def _key(record: Any) -> str | None:
    try:
        # S3 encodes keys as a form does: a space is `+`. Decoded exactly once.
        return unquote_plus(record["s3"]["object"]["key"])
    except (KeyError, TypeError, AttributeError):
        return None
