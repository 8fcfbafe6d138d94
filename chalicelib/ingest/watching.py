"""Sweep the inbox again and again, for `sweep --watch` and `make run`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Final, NamedTuple

from chalicelib.config import Settings
from chalicelib.errors import UploadChangedError
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.processed import ProcessedUploads, reports_of
from chalicelib.ingest.sweep import RECHECK_PERIOD, SweepFailure, SweepResult
from chalicelib.lake.leftovers import is_ignored
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.lake.watcher import Watcher

MAX_LOOKS_BETWEEN_TRIES: Final = 64
"""How rarely an upload is tried again on which the lake fails: each time half as often, down to
this; at two looks a second that is half a minute."""
HEADS_A_LOOK: Final = 500
"""How many uploads that wait for their time are looked at in one look; with more, each is looked at
in every second look, or third, and so on."""

RECHECKS_A_LOOK: Final = 5
"""How many uploads that are dealt with, but recent, are read again at a look (`RECHECK_PERIOD` says
why): 2% of a core at two looks a second, while a new one waits for none of them."""


class _Pending(NamedTuple):
    """An upload that is to be ingested.

    Attributes:
        etag: of the object when it was last seen.
        tries: how often it failed.
        wait: for how many looks it is left alone.
    """

    etag: str
    tries: int = 0
    wait: int = 0


class Sweeper:
    """Sweeps repeatedly and ingests only new objects: for watching an inbox.

    A file that is still being copied changes between looks, so an object is ingested when it has
    the same ETag in two consecutive looks.
    """

    def __init__(self, store: Store, settings: Settings, inbox: Watcher) -> None:
        """Start without state; the reports show what was processed before.

        Args:
            store: the lake.
            settings: of the ingestion.
            inbox: watches the inbox of the lake.
        """
        self._store = store
        self._settings = settings
        self._inbox = inbox
        self._pending: dict[str, _Pending] = {}
        self._done: dict[str, str] = {}
        self._rechecks: dict[str, str] = {}
        self._processed: ProcessedUploads | None = None

    def sweep(self) -> Iterator[SweepResult]:
        """Ingest what is new and has not changed since the last call, in order of the keys.

        Raises:
            StoreError: the lake could not be listed.
        """
        if self._processed is None:
            self._processed = ProcessedUploads(self._store)
        look = self._inbox.look()
        for folder, error in look.failures:
            yield SweepFailure(folder, error)
        self._begin_rechecks()
        found = {info.key: info for info in look.objects if not is_ignored(info.key, info.size)}
        for key in sorted({*found, *self._pending}, key=str.encode):
            yield from self._sweep_key(key, found.get(key))

    def _begin_rechecks(self) -> None:
        """Let some of the recent uploads be ingested again, which is idempotent."""
        for key in list(islice(self._rechecks, RECHECKS_A_LOOK)):
            etag = self._rechecks.pop(key)
            if self._done.get(key) == etag:
                del self._done[key]
                self._pending[key] = _Pending(etag)

    def _sweep_key(self, key: str, found: ObjectInfo | None) -> Iterator[SweepResult]:
        """Ingest an object if it is its turn.

        Args:
            key: its key.
            found: the object, if this look named it.
        """
        pending = self._pending.get(key)
        if found is None and pending is not None and pending.wait:
            self._pending[key] = pending._replace(wait=pending.wait - 1)
            return
        try:
            info = found or self._store.head(key)
        except Exception as error:
            yield from self._put_off(key, pending or _Pending(""), error)
            return
        if info is None or self._is_done(info, is_new=pending is None):
            self._pending.pop(key, None)
        elif pending is None or pending.etag != info.etag:
            self._pending[key] = _Pending(info.etag)
        elif info.is_future and pending.tries:
            self._pending[key] = pending._replace(wait=len(self._pending) // HEADS_A_LOOK)
        elif pending.wait:
            self._pending[key] = pending._replace(wait=pending.wait - 1)
        else:
            yield from self._ingest(info, pending)

    def _is_done(self, info: ObjectInfo, *, is_new: bool) -> bool:
        """Whether this state of an object is ingested; asks the reports if it is new here."""
        if is_new and info.key not in self._done and self._has_report(info):
            self._done[info.key] = info.etag
            if datetime.now(UTC) - info.last_modified < RECHECK_PERIOD:
                self._rechecks[info.key] = info.etag
        return self._done.get(info.key) == info.etag

    def _has_report(self, info: ObjectInfo) -> bool:
        assert self._processed is not None
        return any(self._processed.has(info, report) for report in reports_of(info))

    def _ingest(self, info: ObjectInfo, pending: _Pending) -> Iterator[SweepResult]:
        try:
            ingested = ingest_key(self._store, info.key, self._settings)
        except UploadChangedError:
            # It is being copied; the next look sees another ETag.
            self._pending[info.key] = _Pending(info.etag)
        except Exception as error:
            yield from self._put_off(info.key, pending, error)
        else:
            self._done[info.key] = info.etag
            self._pending.pop(info.key, None)
            if ingested is not None and not ingested.replayed:
                yield ingested

    def _put_off(self, key: str, pending: _Pending, error: Exception) -> Iterator[SweepResult]:
        wait = min(2**pending.tries, MAX_LOOKS_BETWEEN_TRIES) - 1
        self._pending[key] = pending._replace(tries=pending.tries + 1, wait=wait)
        yield SweepFailure(key, error)
