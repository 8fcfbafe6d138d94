"""What the lake shows now for the date of an upload that was accepted."""

import logging
from collections.abc import Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from chalicelib.boards.metrics import METRICS, Metric
from chalicelib.boards.snapshot import Entry
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.engines.boards import BoardsEngine
from chalicelib.errors import NotFoundError, StoreError
from chalicelib.lake.reports.stored import StoredReport
from chalicelib.lake.store import Store
from chalicelib.logs import log_event
from chalicelib.threads.deadline import Deadline

FIRST: Final = 10
"""How many players of the board are told."""

_SECONDS: Final = 10.0
_log = logging.getLogger(__name__)

Shown = Literal["this", "newer", "nothing", "unknown"]


class Standing(NamedTuple):
    """What a date's boards are made of, and the first players of one.

    Attributes:
        shown: `this` upload; a `newer` one; `nothing`, since it was withdrawn; or `unknown`, since
            the lake could not be read.
        latest: the kingdom's newest date, if it is another one.
        metric: which board; None where no metric is known of anybody.
        total: how many players are ranked by it.
        entries: the first of them.
    """

    shown: Shown
    latest: date | None = None
    metric: Metric | None = None
    total: int = 0
    entries: Sequence[Entry] = ()


def standing_of(store: Store, report: StoredReport) -> Standing | None:
    """What the lake shows for the date of an upload; None for one that was not accepted.

    It reads the kingdom's catalog and one boards object. Where they cannot be read that is logged:
    what became of the upload is worth telling without them.

    Args:
        store: the lake.
        report: the upload's.
    """
    if report.status != "accepted":
        return None
    try:
        return _standing(store, report)
    except NotFoundError:
        return Standing("nothing")
    except StoreError as error:
        fields = {"key": report.key, "message": str(error)}
        log_event(_log, "board_not_told", fields, logging.WARNING)
        return Standing("unknown")


def _standing(store: Store, report: StoredReport) -> Standing:
    kingdom = report.report["kingdom"]
    day = date.fromisoformat(report.report["snapshot_date"])
    catalog = LakeCatalog(store)
    located = catalog.snapshot(kingdom, day)
    snapshot, known = located.entry.snapshot, located.entry.known
    if snapshot.run_id != report.run_id:
        return Standing("newer")
    latest = None
    if not located.is_latest:
        latest = catalog.snapshot(kingdom, None).entry.snapshot.snapshot_date
    metric = next((one for one in METRICS if known.get(one.name)), None)
    if metric is None:
        return Standing("this", latest)
    deadline = Deadline.after(_SECONDS)
    page = BoardsEngine(store).board(snapshot, metric.name, FIRST, 0, deadline)
    if page.snapshot.run_id != report.run_id:
        return Standing("newer")
    return Standing("this", latest, metric, page.board.total, page.board.entries)
