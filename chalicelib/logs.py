"""The functions' log: one JSON object per line, which CloudWatch can search by field.

It never contains player data, only keys, counts and statuses.
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON.

    A record of `log_event` has an `event` and its fields. Any other record has a `message`, and the
    `error` and `traceback` of its exception, if any.
    """

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
        }
        fields = getattr(record, "fields", None)
        if fields is None:
            line["message"] = record.getMessage()
        else:
            line |= {"event": record.getMessage(), **fields}
        if record.exc_info and record.exc_info[0] is not None:
            line |= {
                "error": record.exc_info[0].__name__,
                "traceback": self.formatException(record.exc_info),
            }
        return json.dumps(line, default=str)


def configure(log: logging.Logger) -> None:
    """Set chalice's logger, which logs only errors by default, and ours to INFO and JSON lines.

    Ours would otherwise use the root handler, which in Lambda writes plain text over many lines.
    """
    for handler in log.handlers:
        handler.setFormatter(JsonLines())
    ours = logging.getLogger(__package__)
    ours.handlers = log.handlers
    ours.propagate = False
    for logger in (log, ours):
        logger.setLevel(logging.INFO)


def log_event(
    log: logging.Logger,
    event: str,
    fields: Mapping[str, Any],
    level: int = logging.INFO,
    cause: Exception | None = None,
) -> None:
    """Log an event with its fields, and the traceback of its cause if one is given."""
    log.log(level, event, exc_info=cause, extra={"fields": fields})
