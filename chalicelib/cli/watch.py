"""Watch the inbox: the loop of `sweep --watch` and of the local runner."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

from chalicelib.config import Settings
from chalicelib.errors import StoreError
from chalicelib.lake.store import Store

if TYPE_CHECKING:
    from chalicelib.ingest.pipeline import IngestResult
    from chalicelib.ingest.watching import Sweeper

DIRECTORY_SECONDS: Final = 0.5
# Listing a bucket costs a request each time.
BUCKET_SECONDS: Final = 5.0


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
) -> None:
    """Ingest new objects of the inbox until an exception or a signal.

    Args:
        store: the lake.
        settings: name the lake.
        ingested: called for each upload.
        failed: called with a line when the store fails; not again while the failure persists.
        check: called between sweeps.
    """
    from chalicelib.ingest.watching import Sweeper

    sweeper = Sweeper(store, settings)
    known: set[str] = set()
    pause = BUCKET_SECONDS if settings.lake_uri.startswith("s3:") else DIRECTORY_SECONDS
    while True:
        known = _look(sweeper, known, ingested, failed)
        check()
        time.sleep(pause)


def _look(
    sweeper: "Sweeper",
    known: set[str],
    ingested: Callable[["IngestResult"], None],
    failed: Callable[[str], None],
) -> set[str]:
    """Sweep the inbox once.

    Args:
        sweeper: the sweeper.
        known: the failures of the previous sweep.
        ingested: see `watch`.
        failed: see `watch`.

    Returns:
        The failures of this sweep.
    """
    from chalicelib.ingest.pipeline import IngestResult

    failures: set[str] = set()

    def fail(line: str) -> None:
        failures.add(line)
        if line not in known:
            failed(line)

    try:
        for outcome in sweeper.sweep():
            if isinstance(outcome, IngestResult):
                ingested(outcome)
            else:
                fail(f"{outcome.key}: {outcome.error}")
    except StoreError as error:
        fail(str(error))
    return failures
