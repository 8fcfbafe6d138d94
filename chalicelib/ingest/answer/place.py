"""An upload's place among the others of its kingdom (contract, section 5).

Which upload it took the place of, which date is the newest now, and whether it is suspiciously
small. At most two reads and a listing with `MOST_REPORTS` reads, whatever there is in the lake.
Whoever uploads may not be allowed to read all of it, and ingestion never fails for want of it: what
cannot be read is not known.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any, Final

from chalicelib.catalog.snapshots_document import Published, SnapshotsDocument
from chalicelib.errors import LeaderboardError, ObjectNotFoundError
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import REPORTS
from chalicelib.lake.reports.stored import DamagedReportError, StoredReport, read_report
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import snapshots_key

MOST_REPORTS: Final = 20
"""So many reports of a date are read at most to find what an upload took the place of."""

_HALF: Final = (
    "If a part of the list is missing, upload the whole list for this date: it then takes the "
    "place of this one."
)


Snapshots = Mapping[date, Published]
"""A kingdom's snapshots by date, as its catalog has them."""


def snapshots_of(store: Store, kingdom: int) -> Snapshots | None:
    """The snapshots that a kingdom's catalog lists, in one read; None if they are not known."""
    try:
        with store.open(snapshots_key(kingdom)) as reader:
            return SnapshotsDocument(reader.read(), kingdom).published()
    except ObjectNotFoundError:
        return {}
    except LeaderboardError:
        return None


def place_of(
    store: Store,
    report: Mapping[str, Any],
    *,
    published: bool | None,
    before: Snapshots | None = None,
) -> dict[str, Any] | None:
    """The place of an upload: `replaces`, `latest` and `warnings`.

    A refused upload, and one that is not published, took the place of nothing; a withdrawal that
    of the upload that was published.

    Args:
        store: the lake, after the upload was ingested.
        report: its report.
        published: whether it is published; None if that is not known.
        before: what the catalog listed before; None if nobody looked, or this is another look at
            an upload that was ingested before: then its date's reports tell it.

    Returns:
        JSON; None if it is not known.
    """
    kingdom, status = report["kingdom"], report["status"]
    if kingdom is None:
        return {"replaces": None, "latest": None, "warnings": []}
    now = snapshots_of(store, kingdom)
    replaced: Published | None = None
    if status == "withdrawn" or (status == "accepted" and published is not False):
        try:
            replaced = _replaced(store, report, before)
        except (LeaderboardError, _TooManyError):
            return None
    day = date.fromisoformat(report["snapshot_date"])
    counts = status == "accepted" and published is not False
    warning = _half_scan(report["players"], day, replaced, now or {}) if counts else None
    return {
        "replaces": None if replaced is None else replaced._asdict(),
        "latest": max(now).isoformat() if now else None,
        "warnings": [] if warning is None else [warning],
    }


class _TooManyError(Exception):
    """Raised when it would take too many reads to know."""


def _replaced(
    store: Store, report: Mapping[str, Any], before: Snapshots | None
) -> Published | None:
    day = date.fromisoformat(report["snapshot_date"])
    if before is not None:
        listed = before.get(day)
        # An earlier attempt, which died, may have published this very upload.
        if listed is None or listed.run_id != report["run_id"]:
            return listed
    return _replaced_by_reports(store, report, Partition(report["kingdom"], day))


def _replaced_by_reports(
    store: Store, report: Mapping[str, Any], partition: Partition
) -> Published | None:
    """The newest upload of a date before this one, unless a withdrawal came between."""
    for second in _seconds_before(store, partition, report["run_ts"]):
        others = [one for one in second if one.run_id != report["run_id"]]
        if report["status"] == "accepted":
            others = [one for one in others if one.run_id < report["run_id"]]
        if any(one.status == "withdrawn" for one in others):
            return None
        accepted = [one for one in others if one.status == "accepted"]
        if accepted:
            newest = max(accepted, key=lambda one: one.run_id)
            return Published(newest.run_id, newest.report["players"])
    return None


def _seconds_before(
    store: Store, partition: Partition, run_ts: str
) -> Iterator[list[StoredReport]]:
    """The reports of a date up to a moment: those of each second, the newest second first."""
    prefix = f"{REPORTS}{partition.path}/run_ts="
    found = [info.key for info in store.list_objects(f"{REPORTS}{partition.path}/")]
    earlier = [key for key in found if key.startswith(prefix) and _run_ts(key) <= run_ts]
    left = MOST_REPORTS
    for _, keys in groupby(sorted(earlier, key=_run_ts, reverse=True), _run_ts):
        reports = []
        for key in keys:
            if not left:
                raise _TooManyError
            left -= 1
            try:
                reports.append(read_report(store, key))
            except (ObjectNotFoundError, DamagedReportError):
                continue
        yield reports


def _run_ts(key: str) -> str:
    return key.partition("/run_ts=")[2].partition("/")[0]


def _half_scan(
    players: int, day: date, replaced: Published | None, now: Snapshots
) -> dict[str, Any] | None:
    """The warning for less than half of the players of what was there before."""
    noun = "player" if players == 1 else "players"
    last = max((other for other in now if other < day), default=None)
    compared = [(replaced, "of the upload that it replaces")] if replaced else []
    compared += [(now[last], f"of the scan before, of {last}")] if last else []
    for other, what in compared:
        if 2 * players < other.players:
            return {
                **dict.fromkeys(("row", "line", "column", "value")),
                "code": "half_scan",
                "message": f"This scan has {players:,} {noun}, less than half of the "
                f"{other.players:,} {what}.",
                "hint": _HALF,
            }
    return None
