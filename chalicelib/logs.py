"""The functions' log: one JSON object a line, which CloudWatch can search by field.

Nothing of a player is ever in it: keys, counts and verdicts only.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.ingest.run import Ingested
    from chalicelib.ingest.sweep import Swept


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON.

    A record of ours (see `tell`) has an `event` and its fields; any other has a `message`, and the
    `error` and `traceback` of the exception that it comes with.
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
    """Make chalice's logger, which tells errors only, tell everything, as lines of JSON."""
    for handler in log.handlers:
        handler.setFormatter(JsonLines())
    log.setLevel(logging.INFO)


def tell(log: logging.Logger, event: str, level: int = logging.INFO, **fields: Any) -> None:
    """Log an event with its fields."""
    log.log(level, event, extra={"fields": fields})


def ingesting(
    log: logging.Logger, key: str, ingest: Callable[[], "Ingested | None"]
) -> "Ingested | None":
    """Ingest an upload and log what became of it, or why it failed.

    Args:
        log: where to.
        key: the upload's inbox key.
        ingest: does it.

    Raises:
        Exception: whatever `ingest` raises.
    """
    started = time.perf_counter()
    try:
        outcome = ingest()
    except Exception as error:
        _tell_failure(log, key, error, started)
        raise
    if outcome is None:
        tell(log, "nothing_to_ingest", key=key)
    else:
        _tell_outcome(log, outcome, started)
    return outcome


def sweeping(log: logging.Logger, outcomes: "Iterator[Swept]") -> "Iterator[Swept]":
    """Pass on what became of each object of a sweep, with a line in the log for each.

    `seconds` counts from the line before, so the first one has the listing in it.
    """
    from chalicelib.ingest.sweep import SweepFailure

    started = time.perf_counter()
    for outcome in outcomes:
        if isinstance(outcome, SweepFailure):
            _tell_failure(log, outcome.key, outcome.error, started)
        else:
            _tell_outcome(log, outcome, started)
        yield outcome
        started = time.perf_counter()


def _tell_outcome(log: logging.Logger, outcome: "Ingested", started: float) -> None:
    report = outcome.report
    tell(
        log,
        "upload_ingested",
        run_id=report["run_id"],
        key=outcome.key,
        verdict=report["status"],
        players=report["players"],
        errors=report["error_count"],
        warnings=report["warning_count"],
        published=outcome.published,
        replayed=outcome.replayed,
        seconds=_since(started),
    )


def _tell_failure(log: logging.Logger, key: str, error: Exception, started: float) -> None:
    tell(
        log,
        "upload_failed",
        logging.ERROR,
        key=key,
        error=type(error).__name__,
        message=str(error),
        seconds=_since(started),
    )


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 3)
