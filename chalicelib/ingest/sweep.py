"""Sweep the inbox: ingest every object without a report, for example when an event was lost.

Level-triggered: an event names one key, a sweep checks all of them. It skips processed uploads,
so it may run at any time, concurrently with anything, and end at any time: the next one goes on.
"""

import math
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from chalicelib.config import Settings
from chalicelib.ingest.pipeline import IngestResult, complete_archived, ingest_key
from chalicelib.ingest.processed import identifies_bytes
from chalicelib.ingest.sweeping.agenda import Agenda, is_large
from chalicelib.ingest.sweeping.due import Due, find_due
from chalicelib.ingest.sweeping.memory import SweepMemory
from chalicelib.lake.store import Store

# An upload that replaced another of its name, second and size finds the other's report. Where
# their ETags do not tell them apart, it is looked at again, once its second is over.
RECHECK_PERIOD: Final = timedelta(hours=1)
_SECOND_IS_OVER: Final = timedelta(seconds=10)  # with the difference of two machines' clocks

SECONDS_FOR_ONE: Final = 30.0
SECONDS_FOR_LARGE: Final = 110.0
"""What must be left for an attempt to begin. An ordinary scan takes one or two seconds, the worst
file about a minute (docs/hostile-input.md); the store may have to be asked twice, in ten."""

_LISTING_SHARE: Final = 0.5


class SweepFailure(NamedTuple):
    """An object that could not be ingested, usually because the lake failed; it is retried.

    Attributes:
        key: the object's key.
        error: a `StoreError`, or an error of our own code, which must not block the others either.
    """

    key: str
    error: Exception


SweepResult = IngestResult | SweepFailure


class Sweep:
    """One sweep over the inbox of a lake.

    Attributes:
        put_off: how many uploads failed in earlier sweeps and are left for a later one.
        left: how many were found to be due, for which there was no time.
        is_complete: whether the whole inbox was looked at.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        seconds_left: Callable[[], float] = lambda: math.inf,
        memory: SweepMemory | None = None,
    ) -> None:
        """Set up a sweep.

        Args:
            store: the lake.
            settings: the stage's.
            seconds_left: until it must have ended; it begins nothing that could take longer.
            memory: what earlier sweeps tell this one, and this one the next.
        """
        self._store = store
        self._settings = settings
        self._seconds_left = seconds_left
        self._budget = seconds_left()
        self._memory = memory or SweepMemory()
        self._tried: set[tuple[str, str]] = set()
        self.put_off = 0
        self.left = 0
        self.is_complete = False

    def results(self) -> Iterator[SweepResult]:
        """Ingest what is due, as far as there is time; one object's failure stops no other.

        Also completes runs that crashed after their bytes were archived and whose inbox object is
        gone.

        Raises:
            StoreError: the lake could not be listed.
        """
        try:
            is_more = True
            while is_more:
                from_the_middle = bool(self._memory.start)
                agenda = self._look()
                tried = yield from self._work(agenda)
                is_more = from_the_middle or (agenda.is_cut and tried > 0)
                is_more = is_more and self.is_complete and not self.left
        finally:
            self._memory.keep()

    def _look(self) -> Agenda:
        """List the lake from where the last sweep had to stop, for half of the time at most."""
        agenda = Agenda(self._memory, self._is_due_now)
        left = self._seconds_left()
        start, self._memory.start = self._memory.start, ""
        self.is_complete = True
        with closing(find_due(self._store, self._settings, start)) as folders:
            for folder in folders:
                agenda.add(folder.due)
                if folder.path and self._seconds_left() < left * _LISTING_SHARE:
                    self._memory.start = folder.path
                    self.is_complete = False
                    break
        self.put_off = agenda.put_off
        return agenda

    def _is_due_now(self, due: Due) -> bool:
        if (due.info.key, due.info.etag) in self._tried:
            return False
        return is_recent(due.accepted) or not due.alike

    def _work(self, agenda: Agenda) -> Generator[SweepResult, None, int]:
        """Take what is due, as far as there is time; how much was taken."""
        taken = self.left = 0
        for due in agenda.in_order():
            if self._seconds_left() < self._seconds_for(due):
                self.left += 1
                continue
            taken += 1
            self._tried.add((due.info.key, due.info.etag))
            yield from self._attempt(due)
        return taken

    def _seconds_for(self, due: Due) -> float:
        if not is_large(due.info):
            return SECONDS_FOR_ONE
        # A function with a shorter time limit takes large ones too, when it has nothing else to do.
        return min(SECONDS_FOR_LARGE, max(SECONDS_FOR_ONE, self._budget * 0.6))

    def _attempt(self, due: Due) -> Iterator[SweepResult]:
        store, settings, upload = self._store, self._settings, due.info
        is_final = datetime.now(UTC) - due.accepted > _SECOND_IS_OVER
        self._memory.attempt(upload)
        try:
            if due.archived is not None:
                ingested: IngestResult | None = complete_archived(store, due.archived, settings)
            else:
                ingested = ingest_key(store, upload.key, settings)
        except Exception as error:
            self._memory.failed(upload, error)
            yield SweepFailure(upload.key, error)
            return
        is_new = ingested is not None and not ingested.replayed
        self._remember(due, is_new=is_new, is_final=is_final)
        if ingested is not None and is_new:
            yield ingested

    def _remember(self, due: Due, *, is_new: bool, is_final: bool) -> None:
        """Note what an attempt that succeeded means for the next sweeps."""
        upload = due.info
        if is_final and (due.alike or (is_new and not identifies_bytes(upload.etag))):
            self._memory.settled(upload, due.accepted + RECHECK_PERIOD)
        elif is_new or due.alike:
            self._memory.done(upload)
        else:
            self._memory.had_nothing_to_do(upload)


def sweep(store: Store, settings: Settings) -> Iterator[SweepResult]:
    """Ingest everything in the inbox that is not processed, however long it takes (see `Sweep`)."""
    return Sweep(store, settings).results()


def is_recent(accepted: datetime) -> bool:
    """Whether an upload that looks processed is to be looked at again (see `RECHECK_PERIOD`)."""
    return datetime.now(UTC) - accepted < RECHECK_PERIOD
