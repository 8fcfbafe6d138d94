"""Sweep the inbox: ingest what lies there and has no report, as when an event was lost.

Level, not edge: an event only says "look at this key"; a sweep looks at all of them. What it
finds done it leaves alone, so it may run at any time, beside anything.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from chalicelib.config import Settings
from chalicelib.ingest.pipeline import IngestResult, complete_archived, ingest_key
from chalicelib.ingest.processed import ProcessedUploads
from chalicelib.lake import keys
from chalicelib.lake.run import Run, TargetKeys, parse_inbox_key
from chalicelib.lake.store import ObjectInfo, Store

# An upload that replaced another of the same second has a report under its name that is not its
# own. A listing tells the two apart where ETags tell of bytes, and else by their sizes; so for
# this long after the upload it is looked at anyway.
LOOK_TWICE: Final = timedelta(hours=1)


class SweepFailure(NamedTuple):
    """An object that could not be ingested, mostly since the lake failed; it is tried again.

    Attributes:
        key: the object's.
        error: a `StoreError`, or a fault of ours, which must not keep the others waiting either.
    """

    key: str
    error: Exception


SweepResult = IngestResult | SweepFailure


def sweep(store: Store, settings: Settings) -> Iterator[SweepResult]:
    """Ingest every object in the inbox that is not settled, in order of their keys.

    Then complete runs that died after their bytes were kept and whose inbox object is gone.
    One object's failure does not stop the others.

    Raises:
        StoreError: the lake could not be listed.
    """
    settled = ProcessedUploads(store)
    for info in store.list_objects(keys.INBOX):
        if _is_due(info, settled):
            yield from _attempt(info.key, partial(ingest_key, store, info.key, settings))
    for kept in settled.kept:
        if _is_recent(kept.accepted) or not settled.has_all(kept.report_key):
            yield from _attempt(kept.key, partial(complete_archived, store, kept, settings))


def _is_due(info: ObjectInfo, settled: ProcessedUploads) -> bool:
    if keys.is_console_folder(info.key, info.size):
        return False
    run = Run.of(info.key, info.last_modified, sha256="")
    places = TargetKeys.of(run, parse_inbox_key(info.key, info.last_modified))
    return _is_recent(info.last_modified) or not settled.has(info, places.report)


def _is_recent(accepted: datetime) -> bool:
    return datetime.now(UTC) - accepted < LOOK_TWICE


def _attempt(key: str, ingest: Callable[[], IngestResult | None]) -> Iterator[SweepResult]:
    try:
        ingested = ingest()
    except Exception as error:
        yield SweepFailure(key, error)
    else:
        if ingested is not None and not ingested.replayed:
            yield ingested


class Sweeper:
    """Sweeps again and again, and looks only at what is new: for watching an inbox.

    A file that is still being copied changes from look to look: an object is taken when two looks
    in a row saw the same.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        """Start without a memory; the reports tell what was done before."""
        self._store = store
        self._settings = settings
        self._seen: dict[str, str] = {}
        self._done: dict[str, str] = {}
        self._settled: ProcessedUploads | None = None

    def sweep(self) -> Iterator[SweepResult]:
        """Ingest what is new and has come to rest since the last look.

        Raises:
            StoreError: the lake could not be listed.
        """
        if self._settled is None:
            self._settled = ProcessedUploads(self._store)
        now = {}
        for info in self._store.list_objects(keys.INBOX):
            now[info.key] = info.etag
            if info.key not in self._seen and not _is_due(info, self._settled):
                self._done[info.key] = info.etag
        before, self._seen = self._seen, now
        for key, etag in now.items():
            if before.get(key) != etag or self._done.get(key) == etag:
                continue
            ingest = partial(ingest_key, self._store, key, self._settings)
            for outcome in _attempt(key, ingest):
                yield outcome
                if isinstance(outcome, SweepFailure):
                    break
            else:
                self._done[key] = etag
