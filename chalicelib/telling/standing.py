"""What the lake shows now for the date of an upload that was accepted."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from chalicelib.boards.metrics import METRICS, Metric
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Entry
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.engines.boards import BoardsEngine
from chalicelib.errors import NotFoundError, StoreError
from chalicelib.ingest.answer.place import place_of
from chalicelib.lake.reports.stored import StoredReport
from chalicelib.lake.store import Store
from chalicelib.logs import log_event
from chalicelib.threads.deadline import Deadline

FIRST: Final = 10
"""How many players of the board are told."""

_SECONDS: Final = 10.0
_NO_PLACE: Final[Mapping[str, Any]] = {"replaces": None, "warnings": []}
_log = logging.getLogger(__name__)

Shown = Literal["this", "newer", "nothing", "unknown"]


class Standing(NamedTuple):
    """What a date's boards are made of, what it was made of before, and the first of one board.

    Attributes:
        shown: `this` upload; a `newer` one; `nothing`, since it was withdrawn; or `unknown`, since
            the lake could not be read.
        latest: the kingdom's newest date, if it is another one.
        replaced: how many players the upload has that this one took the place of; None: of none.
        warnings: what only the other scans show, such as that this one is half as large.
        metric: which board; None where no metric is known of anybody.
        total: how many players are ranked by it.
        entries: the first of them.
    """

    shown: Shown
    latest: date | None = None
    replaced: int | None = None
    warnings: Sequence[Mapping[str, Any]] = ()
    metric: Metric | None = None
    total: int = 0
    entries: Sequence[Entry] = ()


def standing_of(store: Store, report: StoredReport) -> Standing | None:
    """What the lake shows for the date of an upload; None for one that was not accepted.

    It reads the kingdom's catalog, one boards object, and some reports of the date. Where they
    cannot be read that is logged: what became of the upload is worth telling without them.

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
    place = place_of(store, report.report, published=True) or _NO_PLACE
    replaced = None if place["replaces"] is None else place["replaces"]["players"]
    found = Standing("this", latest, replaced, place["warnings"])
    metric = next((one for one in METRICS if known.get(one.name)), None)
    if metric is None:
        return found
    deadline = Deadline.after(_SECONDS)
    page = BoardsEngine(store).board(snapshot, BoardRequest(metric.name, FIRST), deadline)
    if page.snapshot.run_id != report.run_id:
        return Standing("newer")
    return found._replace(metric=metric, total=page.board.total, entries=page.board.entries)
