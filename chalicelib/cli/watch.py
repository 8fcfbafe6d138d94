"""Watch the inbox: the loop of `sweep --watch` and of the local runner."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NoReturn

from chalicelib.config import Settings
from chalicelib.errors import StoreError
from chalicelib.lake.open import open_watcher
from chalicelib.lake.prefixes import INBOX
from chalicelib.lake.store import Store

if TYPE_CHECKING:
    from chalicelib.ingest.pipeline import IngestResult
    from chalicelib.ingest.watching import Sweeper

DIRECTORY_SECONDS: Final = 0.5
# Listing a bucket costs a request each time.
BUCKET_SECONDS: Final = 5.0
_WHOLE_INBOX: Final = ""


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
    failures = dict(told)
    with closing(open_watcher(settings.lake_uri, store, INBOX)) as inbox:
        sweeper = Sweeper(store, settings, inbox)
        while True:
            _look(sweeper, failures, ingested, failed)
            check()
            time.sleep(pause)


def _look(
    sweeper: "Sweeper",
    told: dict[str, str],
    ingested: Callable[["IngestResult"], None],
    failed: Callable[[str], None],
) -> None:
    """Sweep the inbox once.

    Args:
        sweeper: the sweeper.
        told: the failures that were told and persist: lines by keys; updated.
        ingested: see `watch`.
        failed: see `watch`.
    """
    from chalicelib.ingest.pipeline import IngestResult

    def fail(key: str, line: str) -> None:
        if told.get(key) != line:
            told[key] = line
            failed(line)

    try:
        for outcome in sweeper.sweep():
            if isinstance(outcome, IngestResult):
                told.pop(outcome.key, None)
                ingested(outcome)
            else:
                fail(outcome.key, f"{outcome.key}: {outcome.error}")
    except StoreError as error:
        fail(_WHOLE_INBOX, str(error))
    else:
        told.pop(_WHOLE_INBOX, None)
