"""Sweep the inbox: ingest every object without a report, for example when an event was lost.

Level-triggered: an event names one key, a sweep checks all of them. It skips processed uploads,
so it may run at any time, concurrently with anything.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from chalicelib.config import Settings
from chalicelib.ingest.pipeline import IngestResult, complete_archived, ingest_key
from chalicelib.ingest.processed import ProcessedUploads
from chalicelib.lake import keys
from chalicelib.lake.leftovers import is_ignored
from chalicelib.lake.run import Run, TargetKeys, parse_inbox_key
from chalicelib.lake.store import ObjectInfo, Store

# An upload that replaced another of the same second finds the other's report under its name. A
# listing distinguishes the two by ETags that are MD5 sums, else only by size. So for this long
# after an upload it is processed again (which is idempotent).
RECHECK_PERIOD: Final = timedelta(hours=1)


class SweepFailure(NamedTuple):
    """An object that could not be ingested, usually because the lake failed; it is retried.

    Attributes:
        key: the object's key.
        error: a `StoreError`, or an error of our own code, which must not block the others either.
    """

    key: str
    error: Exception


SweepResult = IngestResult | SweepFailure


def sweep(store: Store, settings: Settings) -> Iterator[SweepResult]:
    """Ingest every object in the inbox that is not processed, in order of their keys.

    Then complete runs that crashed after their bytes were archived and whose inbox object is gone.
    One object's failure does not stop the others.

    Raises:
        StoreError: the lake could not be listed.
    """
    processed = ProcessedUploads(store)
    for info in store.list_objects(keys.INBOX):
        if _is_due(info, processed):
            yield from _attempt(info.key, partial(ingest_key, store, info.key, settings))
    for archived in processed.kept:
        if _is_recent(archived.accepted) or not processed.has_all(archived.report_key):
            yield from _attempt(archived.key, partial(complete_archived, store, archived, settings))


def _is_due(info: ObjectInfo, processed: ProcessedUploads) -> bool:
    if is_ignored(info.key, info.size):
        return False
    run = Run.of(info.key, info.last_modified, sha256="")
    targets = TargetKeys.of(run, parse_inbox_key(info.key, info.last_modified))
    return _is_recent(info.last_modified) or not processed.has(info, targets.report)


def _is_recent(accepted: datetime) -> bool:
    return datetime.now(UTC) - accepted < RECHECK_PERIOD


def _attempt(key: str, ingest: Callable[[], IngestResult | None]) -> Iterator[SweepResult]:
    try:
        ingested = ingest()
    except Exception as error:
        yield SweepFailure(key, error)
    else:
        if ingested is not None and not ingested.replayed:
            yield ingested
