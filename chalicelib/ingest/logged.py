"""Log one event per upload: its status and figures, or why ingestion failed."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from chalicelib.logs import log_event

if TYPE_CHECKING:
    from chalicelib.ingest.pipeline import IngestResult
    from chalicelib.ingest.sweep import SweepResult


def log_ingestion(
    log: logging.Logger, key: str, ingest: Callable[[], "IngestResult | None"]
) -> "IngestResult | None":
    """Ingest an upload and log the result, or why it failed.

    Args:
        log: the logger.
        key: the upload's inbox key.
        ingest: ingests the upload.

    Raises:
        Exception: whatever `ingest` raises.
    """
    started = time.perf_counter()
    try:
        outcome = ingest()
    except Exception as error:
        _log_failure(log, key, error, started)
        raise
    if outcome is None:
        log_event(log, "nothing_to_ingest", {"key": key})
    else:
        _log_outcome(log, outcome, started)
    return outcome


def log_sweep(log: logging.Logger, outcomes: "Iterator[SweepResult]") -> "Iterator[SweepResult]":
    """Yield the results of a sweep and log an event for each.

    `seconds` counts from the previous event, so the first one includes the listing.
    """
    from chalicelib.ingest.sweep import SweepFailure

    started = time.perf_counter()
    for outcome in outcomes:
        if isinstance(outcome, SweepFailure):
            _log_failure(log, outcome.key, outcome.error, started)
        else:
            _log_outcome(log, outcome, started)
        yield outcome
        started = time.perf_counter()


def _log_outcome(log: logging.Logger, outcome: "IngestResult", started: float) -> None:
    report = outcome.report
    fields = {
        "run_id": report["run_id"],
        "key": outcome.key,
        "verdict": report["status"],
        # A withdrawal's report has none of these.
        "players": report.get("players"),
        "errors": report.get("error_count", 0),
        "warnings": report.get("warning_count", 0),
        "published": outcome.published,
        "replayed": outcome.replayed,
        "seconds": _since(started),
    }
    log_event(log, "upload_ingested", fields)


def _log_failure(log: logging.Logger, key: str, error: Exception, started: float) -> None:
    fields = {
        "key": key,
        "error": type(error).__name__,
        "message": str(error),
        "seconds": _since(started),
    }
    log_event(log, "upload_failed", fields, logging.ERROR)


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 3)
