"""Sweep the inbox again and again, for `sweep --watch` and `make run`."""

from collections.abc import Iterator

from chalicelib.config import Settings
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.processed import ProcessedUploads, report_of
from chalicelib.ingest.sweep import SweepFailure, SweepResult, is_recent
from chalicelib.lake import keys
from chalicelib.lake.store import ObjectInfo, Store


class Sweeper:
    """Sweeps repeatedly and ingests only new objects: for watching an inbox.

    A file that is still being copied changes between listings, so an object is ingested when two
    consecutive listings have the same ETag.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        """Start without state; the reports show what was processed before."""
        self._store = store
        self._settings = settings
        self._seen: dict[str, str] = {}
        self._done: dict[str, str] = {}
        self._processed: ProcessedUploads | None = None

    def sweep(self) -> Iterator[SweepResult]:
        """Ingest what is new and has not changed since the last call.

        Raises:
            StoreError: the lake could not be listed.
        """
        if self._processed is None:
            self._processed = ProcessedUploads(self._store)
        now = {}
        for info in self._store.list_objects(keys.INBOX):
            now[info.key] = info.etag
            if info.key not in self._seen and not is_due(info, self._processed):
                self._done[info.key] = info.etag
        before, self._seen = self._seen, now
        for key, etag in now.items():
            if before.get(key) != etag or self._done.get(key) == etag:
                continue
            try:
                ingested = ingest_key(self._store, key, self._settings)
            except Exception as error:
                yield SweepFailure(key, error)
                continue
            self._done[key] = etag
            if ingested is not None and not ingested.replayed:
                yield ingested


def is_due(info: ObjectInfo, processed: ProcessedUploads) -> bool:
    """Whether an object of the inbox is not processed, or must be looked at again."""
    if keys.is_console_folder(info.key, info.size):
        return False
    return is_recent(info.last_modified) or not processed.has(info, report_of(info))
