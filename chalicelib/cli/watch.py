"""Watch the inbox: the loop of `sweep --watch` and of the local runner."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NoReturn

from chalicelib.config import Settings
from chalicelib.errors import StoreError, StoreFullError
from chalicelib.lake.open import open_watcher
from chalicelib.lake.prefixes import INBOX
from chalicelib.lake.store import Store

if TYPE_CHECKING:
    from chalicelib.ingest.pipeline import IngestResult
    from chalicelib.ingest.watching import Sweeper

DIRECTORY_SECONDS: Final = 0.5
# Listing a bucket costs a request each time.
BUCKET_SECONDS: Final = 5.0
# What a failure is about that no key of an upload is.
_WHOLE_INBOX: Final = ""
_FULL_DISK: Final = "\0"


@contextmanager
def stoppable() -> Iterator[None]:
    """End the context without an error on SIGINT, SIGTERM or SIGHUP."""

    def stop(_signal: int, _frame: object) -> NoReturn:
        raise KeyboardInterrupt

    # SIGINT too: a shell script starts its background jobs with SIGINT ignored.
    names = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup sets it
        names.append(signal.SIGHUP)
    before = {name: signal.signal(name, stop) for name in names}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def watch(
    store: Store,
    settings: Settings,
    *,
    ingested: Callable[["IngestResult"], None],
    failed: Callable[[str], None],
    check: Callable[[], None] = lambda: None,
    told: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Ingest new objects of the inbox until an exception or a signal.

    Args:
        store: the lake.
        settings: name the lake.
        ingested: called for each upload.
        failed: called with a line when an upload or the store fails; not again while the failure
            persists.
        check: called between sweeps.
        told: lines that need not be told, by the keys that they are about.
    """
    from chalicelib.ingest.watching import Sweeper

    pause = DIRECTORY_SECONDS if settings.lake_uri.startswith("file:") else BUCKET_SECONDS
    complaints = _Complaints(failed, told)
    with closing(open_watcher(settings.lake_uri, store, INBOX)) as inbox:
        sweeper = Sweeper(store, settings, inbox)
        while True:
            _look(sweeper, ingested, complaints)
            check()
            time.sleep(pause)


def _look(
    sweeper: "Sweeper", ingested: Callable[["IngestResult"], None], complaints: "_Complaints"
) -> None:
    """Sweep the inbox once; see `watch`."""
    from chalicelib.ingest.pipeline import IngestResult

    try:
        for outcome in sweeper.sweep():
            if isinstance(outcome, IngestResult):
                complaints.end_of(outcome.key, _FULL_DISK)
                ingested(outcome)
            elif isinstance(outcome.error, StoreFullError):
                # Once for all uploads that wait for room.
                complaints.of(_FULL_DISK, str(outcome.error))
            else:
                complaints.of(outcome.key, f"{outcome.key}: {outcome.error}")
    except StoreError as error:
        complaints.of(_WHOLE_INBOX, str(error))
    else:
        complaints.end_of(_WHOLE_INBOX)


class _Complaints:
    """Tells what failed; not again while it stays so."""

    def __init__(self, tell: Callable[[str], None], told: Mapping[str, str]) -> None:
        self._tell = tell
        self._told = dict(told)

    def of(self, subject: str, line: str) -> None:
        if self._told.get(subject) != line:
            self._told[subject] = line
            self._tell(line)

    def end_of(self, *subjects: str) -> None:
        for subject in subjects:
            self._told.pop(subject, None)
