"""One line in the log for every upload: its verdict and figures, or why ingestion failed."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from chalicelib.logs import log_event

if TYPE_CHECKING:
    from chalicelib.ingest.pipeline import IngestResult
    from chalicelib.ingest.sweep import SweepResult


def ingesting(
    log: logging.Logger, key: str, ingest: Callable[[], "IngestResult | None"]
) -> "IngestResult | None":
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
        log_event(log, "nothing_to_ingest", {"key": key})
    else:
        _tell_outcome(log, outcome, started)
    return outcome


def sweeping(log: logging.Logger, outcomes: "Iterator[SweepResult]") -> "Iterator[SweepResult]":
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


def _tell_outcome(log: logging.Logger, outcome: "IngestResult", started: float) -> None:
    report = outcome.report
    fields = {
        "run_id": report["run_id"],
        "key": outcome.key,
        "verdict": report["status"],
        "players": report["players"],
        "errors": report["error_count"],
        "warnings": report["warning_count"],
        "published": outcome.published,
        "replayed": outcome.replayed,
        "seconds": _since(started),
    }
    log_event(log, "upload_ingested", fields)


def _tell_failure(log: logging.Logger, key: str, error: Exception, started: float) -> None:
    fields = {
        "key": key,
        "error": type(error).__name__,
        "message": str(error),
        "seconds": _since(started),
    }
    log_event(log, "upload_failed", fields, logging.ERROR)


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 3)
