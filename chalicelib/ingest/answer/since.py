"""What happened since the snapshot before an upload's, which is told after the upload."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from chalicelib.boards.metrics import METRICS, Metric
from chalicelib.boards.request import BoardRequest
from chalicelib.catalog.entries import CatalogEntry
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.catalog.select_span import span_before
from chalicelib.changes.span import Span
from chalicelib.changes.summary import Person
from chalicelib.changes.words.happened import TERMINAL, Happened, Length, Part, paragraphs
from chalicelib.errors import NotFoundError, StoreDeniedError, StoreError
from chalicelib.lake.store import Store
from chalicelib.logs import log_event

FIRST: Final = 10
"""How many gains are told."""

_log = logging.getLogger(__name__)


def told_since(
    store: Store,
    report: Mapping[str, Any],
    length: Length = TERMINAL,
    shown: Callable[[str], str] = str,
) -> list[Part]:
    """What happened between the snapshot before an accepted upload's date and the upload, in words.

    It reads the kingdom's catalog, two curated files (a third where a fault depends on it), and
    the roster. An upload is worth telling without it, so whatever goes wrong with it is logged and
    nothing is told.

    Args:
        store: the lake.
        report: the upload's.
        length: how much is told.
        shown: makes a player's name harmless.

    Returns:
        Paragraphs, as `chalicelib.changes.words.happened` has them; none if there is no snapshot
        before, the upload is not what its date shows, or what is there cannot be read.
    """
    try:
        happened = _happened(store, report)
        return [] if happened is None else paragraphs(happened, length, shown)
    except (NotFoundError, StoreDeniedError):
        # Officers may upload where they may not read.
        return []
    except Exception as error:
        # Of a bug too: the upload itself is done, and whoever waits for its report must get it.
        fields = {"run_id": report.get("run_id"), "message": f"{type(error).__name__}: {error}"}
        log_event(_log, "changes_not_told", fields, logging.WARNING)
        return []


def _happened(store: Store, report: Mapping[str, Any]) -> Happened | None:
    entries = LakeCatalog(store).snapshots(report["kingdom"]).entries
    span = span_before(entries, date.fromisoformat(report["snapshot_date"]))
    if span is None or span.newer.run_id != report["run_id"]:
        return None
    return _compared(store, span, _metric(entries, span))


def _compared(store: Store, span: Span, metric: Metric | None) -> Happened | None:
    # Imported late: most of what is told (refusals, first scans) needs no pyarrow.
    from chalicelib.changes import compare as rules
    from chalicelib.changes.gains import gains_of_pair
    from chalicelib.changes.pair import Pair
    from chalicelib.engines.pair import gains_columns, read_before, read_pair

    request = None if metric is None else BoardRequest(metric.name, FIRST)
    counters = () if request is None else gains_columns(request)
    older, newer = read_pair(store, span, (*rules.COLUMNS, *counters))
    if (older.snapshot.run_id, newer.snapshot.run_id) != (span.older.run_id, span.newer.run_id):
        # Another upload is being published: what it says of itself is told with it.
        return None
    pair = Pair(older, newer)
    summary = rules.summary_of_pair(pair, read_before(store, span))
    gains = None
    if request is not None:
        gains = gains_of_pair(pair, request)._replace(findings=summary.findings)
    return Happened(summary, _returned(store, span, summary.arrived), metric, gains)


def _returned(store: Store, span: Span, arrived: Sequence[Person]) -> Collection[int] | None:
    """Who of those that arrived was seen before the older snapshot; None if that is not known."""
    from chalicelib.roster.roster import read_roster

    if not arrived:
        return ()
    try:
        roster = read_roster(store, span.newer.kingdom)
    except StoreError:
        return None
    if roster is None:
        return None
    return roster.seen_before([one.id for one in arrived], span.older.snapshot_date)


def _metric(entries: Sequence[CatalogEntry], span: Span) -> Metric | None:
    """The first metric that both snapshots know of somebody, and a dkp of one basis."""
    known = {entry.snapshot.snapshot_date: entry.known for entry in entries}
    older, newer = span.older, span.newer
    for metric in METRICS:
        if not known[older.snapshot_date].get(metric.name):
            continue
        if not known[newer.snapshot_date].get(metric.name):
            continue
        if metric.name != "dkp" or older.dkp["basis"] == newer.dkp["basis"]:
            return metric
    return None
