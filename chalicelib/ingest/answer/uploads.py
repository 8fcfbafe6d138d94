"""What became of the newest uploads, by their reports.

The reports are listed, not opened; in memory are the keys of the newest, and with one kingdom those
of its other reports. Only what is shown is read. A lake of 4,000 kingdoms has hundreds of thousands
of reports: a listing of some minutes, which one kingdom's is not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from heapq import nlargest
from typing import Any, Final, Literal, NamedTuple

from chalicelib.errors import ObjectNotFoundError
from chalicelib.ingest.processed import reports_of, upload_stem
from chalicelib.ingest.report import refused_key
from chalicelib.lake.keys import SOURCE, run_timestamp
from chalicelib.lake.leftovers import is_ignored
from chalicelib.lake.prefixes import INBOX, REPORTS
from chalicelib.lake.refused.key import RefusedKeyError
from chalicelib.lake.reports.stored import DamagedReportError, read_report
from chalicelib.lake.run import parse_inbox_key
from chalicelib.lake.store import ObjectInfo, Store

MOST_READ: Final = 200
"""So many of the newest reports are read to find refused ones, if not more are to be shown."""

Status = Literal["accepted", "rejected", "withdrawn", "waiting", "damaged"]
"""`waiting`: it lies in the inbox and has no report yet. `damaged`: its report cannot be read."""

_REPORT: Final = re.compile(
    rf"{REPORTS}(?:unrecognised|source={SOURCE}/kingdom=(\d+)/dt=([^/]+))/run_ts=(\d{{8}}T\d{{6}}Z)/(.+)\.json",
    re.ASCII | re.DOTALL,
)


class Outcome(NamedTuple):
    """What became of an upload.

    Attributes:
        run_ts: when the store accepted it.
        status: what became of it.
        inbox_key: its key; None if its report is damaged.
        kingdom: its kingdom; None if its key does not tell.
        snapshot_date: its date, likewise.
        file: its file's name.
        players: how many it has; None if that is not known.
        error_count: how many errors were found.
        warning_count: how many warnings.
        finding: the first error, or else the first warning.
        repair: the key of the mended file, if there is one.
        report: the key of its report; None while there is none.
    """

    run_ts: str
    status: Status
    inbox_key: str | None
    kingdom: int | None
    snapshot_date: str | None
    file: str
    players: int | None = None
    error_count: int = 0
    warning_count: int = 0
    finding: Mapping[str, Any] | None = None
    repair: str | None = None
    report: str | None = None


def newest_uploads(
    store: Store, kingdom: int | None, limit: int, *, refused: bool = False
) -> list[Outcome]:
    """The newest uploads, newest first; with a kingdom also those that wait in its inbox.

    Args:
        store: the lake. To read one kingdom's reports and inbox is enough for that kingdom.
        kingdom: only this one's.
        limit: how many.
        refused: only those that were refused; of the newest `MOST_READ`, or `limit` if that is
            more.

    Raises:
        StoreError: the lake could not be read.
    """
    below = "" if kingdom is None else f"source={SOURCE}/kingdom={kingdom}/"
    stems: set[str] | None = None if kingdom is None else set()
    most = max(limit, MOST_READ) if refused else limit
    newest = nlargest(most, _reports(store, f"{REPORTS}{below}", stems))
    waiting = [] if stems is None else [*_waiting(store, f"{INBOX}{below}", stems)]
    waiting = [one for one in waiting if not refused or one.status == "rejected"]
    waiting.sort(key=lambda one: (one.run_ts, one.file), reverse=True)
    return [*_merged(waiting, _read(store, newest, refused=refused), limit)]


def _reports(store: Store, prefix: str, stems: set[str] | None) -> Iterator[tuple[str, str]]:
    """The moment and the key of each report; their stems go into `stems`."""
    for info in store.list_objects(prefix):
        if found := _REPORT.fullmatch(info.key):
            if stems is not None:
                stems.add(upload_stem(info.key))
            yield found[3], info.key


def _read(store: Store, reports: Iterable[tuple[str, str]], *, refused: bool) -> Iterator[Outcome]:
    """What the reports say, in their order; each is read when it is asked for."""
    for run_ts, key in reports:
        try:
            report = read_report(store, key).report
        except ObjectNotFoundError:
            continue
        except DamagedReportError as error:
            if not refused:
                yield _damaged(run_ts, key, error)
            continue
        if not refused or report["status"] == "rejected":
            yield _outcome(report, key)


def _outcome(report: Mapping[str, Any], key: str) -> Outcome:
    findings = [*report.get("errors", ()), *report.get("warnings", ())]
    return Outcome(
        run_ts=report["run_ts"],
        status=report["status"],
        inbox_key=report["inbox_key"],
        kingdom=report["kingdom"],
        snapshot_date=report["snapshot_date"],
        file=_name(report["inbox_key"]),
        players=report.get("players"),
        error_count=report.get("error_count", 0),
        warning_count=report.get("warning_count", 0),
        finding=findings[0] if findings else None,
        repair=(report.get("repair") or {}).get("key"),
        report=key,
    )


def _damaged(run_ts: str, key: str, error: DamagedReportError) -> Outcome:
    found = _REPORT.fullmatch(key)
    assert found is not None, "it was listed"
    kingdom = int(found[1]) if found[1] else None
    finding = {"code": None, "message": f"{error}.", "hint": "`rebuild --verify` says what to do."}
    return Outcome(
        run_ts, "damaged", None, kingdom, found[2], _name(found[4]), finding=finding, report=key
    )


def _waiting(store: Store, prefix: str, stems: set[str]) -> Iterator[Outcome]:
    """What lies in the inbox of a kingdom without a report that its people may read."""
    for info in store.list_objects(prefix):
        if is_ignored(info.key, info.size):
            continue
        reports = reports_of(info)
        if not any(upload_stem(report) in stems for report in reports):
            yield _without_report(info, reports[0].startswith(REPORTS + prefix.removeprefix(INBOX)))


def _without_report(info: ObjectInfo, is_to_come: bool) -> Outcome:
    """An upload whose report is to come, or lies with those of no kingdom, where few may look."""
    parsed = parse_inbox_key(info.key, info.last_modified)
    folders = info.key.split("/")
    kingdom = int(folders[2].removeprefix("kingdom="))
    partition = parsed.partition
    day = partition.snapshot_date.isoformat() if partition else None
    outcome = Outcome(
        run_timestamp(info.last_modified), "waiting", info.key, kingdom, day, _name(info.key)
    )
    if is_to_come or not isinstance(parsed, RefusedKeyError):
        return outcome
    (finding,) = refused_key(parsed, info.key).errors.listed
    return outcome._replace(status="rejected", error_count=1, finding=finding.as_json())


def _merged(waiting: list[Outcome], reported: Iterator[Outcome], limit: int) -> Iterator[Outcome]:
    """The newest of both, each of which is in order already."""
    left = [*reversed(waiting)]
    head = next(reported, None)
    for _ in range(limit):
        if left and (head is None or left[-1].run_ts >= head.run_ts):
            yield left.pop()
        elif head is not None:
            yield head
            head = next(reported, None)
        else:
            return


def _name(key: str) -> str:
    return key.rpartition("/")[2]
