"""Read stored reports, and believe only those that are consistent in themselves (contract, 5).

A report can be damaged: empty, cut, with another status. Its run's id is a hash of the inbox key,
the moment and the SHA-256 of the bytes, all of which are in it, and its status says what else is.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from chalicelib.errors import ObjectNotFoundError, StoreError
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.archived import original_inbox_key, sha256_of
from chalicelib.lake.keys import parse_run_timestamp, run_timestamp, with_hash
from chalicelib.lake.prefixes import REPORTS
from chalicelib.lake.run import Run, TargetKeys, parse_inbox_key, partition_of
from chalicelib.lake.store import Store

REPORT_RULES: Final = 2
"""The number of the rules and the shape of reports (contract, section 3); increased when the same
upload may get another report. Reports without a number are of rules 1."""

# The archive folder that `written` names for each status; a rejected upload may have none.
_ARCHIVE: Final = {"accepted": "raw", "rejected": "rejected", "withdrawn": "withdrawn"}


class DamagedReportError(StoreError):
    """Raised for an object in `reports/` that is no report, or contradicts itself."""

    def __init__(self, key: str, reason: str) -> None:
        """Store the report's key and what is wrong with it."""
        super().__init__(f"{key} is damaged: {reason}")
        self.key = key


class StoredReport(NamedTuple):
    """A report that is consistent in itself.

    Attributes:
        key: its key.
        report: its document.
        body: its bytes.
    """

    key: str
    report: Mapping[str, Any]
    body: bytes

    @property
    def status(self) -> str:
        """`accepted`, `rejected` or `withdrawn`."""
        return str(self.report["status"])

    @property
    def run_id(self) -> str:
        """The id of its run."""
        return str(self.report["run_id"])

    @property
    def archived(self) -> str | None:
        """The key of the upload's bytes; None if they were not kept."""
        found: str | None = self.report["written"].get(_ARCHIVE[self.status])
        return found

    @property
    def rules(self) -> int:
        """The number of the rules that it was written by; 0 for one that no rules write."""
        if "rules" not in self.report:
            return 1
        found = self.report["rules"]
        return found if type(found) is int and found > 1 else 0

    def run_of(self, sha256: str) -> Run:
        """The run that its upload would have with bytes of this SHA-256."""
        accepted = parse_run_timestamp(self.report["run_ts"])
        return Run.of(self.report["inbox_key"], accepted, sha256)


OTHER_BYTES: Final = (
    "is damaged: its bytes are not those that were uploaded, according to the SHA-256 in"
)
"""The reason of a `DamagedArchiveError`, before the report's key."""


class DamagedArchiveError(StoreError):
    """Raised for archived bytes that, according to a report, are lost or not the upload's."""

    def __init__(self, key: str, reason: str) -> None:
        """Store the key of the bytes and what is wrong with them."""
        super().__init__(f"{key} {reason}")
        self.key = key


def read_report(store: Store, key: str) -> StoredReport:
    """Read the report at a key.

    Raises:
        ObjectNotFoundError: there is none.
        DamagedReportError: it is damaged.
    """
    with store.open(key) as reader:
        return parse_report(key, reader.read())


def report_on(store: Store, archived: ArchiveKey) -> StoredReport | None:
    """The report on archived bytes; None if there is none, or only a damaged one.

    One read, as long as the report has the name that follows from the archive key; else the
    reports of that second are listed.
    """
    for key in _candidates(store, archived):
        try:
            found = read_report(store, key)
        except (ObjectNotFoundError, DamagedReportError):
            continue
        if found.archived == archived.key:
            return found
    return None


def proven_run(store: Store, archived: ArchiveKey) -> Run:
    """The run of archived bytes, which are those of its report.

    Bytes without a report (their run is in progress, or died) cannot be proven: their run follows
    from their key.

    Raises:
        ObjectNotFoundError: there are no bytes.
        DamagedArchiveError: they are others than the report's.
    """
    sha256 = sha256_of(store, archived.key)
    report = report_on(store, archived)
    if report is None:
        return Run.of(original_inbox_key(store, archived, sha256), archived.accepted, sha256)
    run = report.run_of(sha256)
    if run.run_id != report.run_id:
        raise DamagedArchiveError(archived.key, f"{OTHER_BYTES} {report.key}")
    return run


def check_newest(store: Store, event: ArchiveKey) -> None:
    """Check that no later event of the same date is lost, according to the reports.

    Else an older upload would be taken for the newest, and be published in the place of the lost
    one. Later reports are listed and read: mostly one, that on the event itself.

    Raises:
        DamagedArchiveError: the bytes of a later upload or withdrawal are lost.
    """
    assert event.partition is not None, "an event is of a date"
    prefix = f"{REPORTS}{event.partition.path}/"
    second = f"{prefix}run_ts={run_timestamp(event.accepted)}"
    for info in store.list_objects(prefix, after=second):
        try:
            report = read_report(store, info.key)
        except (ObjectNotFoundError, DamagedReportError):
            continue
        archived = report.archived
        if report.status != "rejected" and archived and store.head(archived) is None:
            raise DamagedArchiveError(archived, f"is missing, which {report.key} was written about")


def run_id_of(store: Store, archived: ArchiveKey) -> str:
    """The id of the run of archived bytes, from its report, or else from the bytes."""
    report = report_on(store, archived)
    if report is not None:
        return report.run_id
    sha256 = sha256_of(store, archived.key)
    return Run.of(original_inbox_key(store, archived, sha256), archived.accepted, sha256).run_id


def parse_report(key: str, body: bytes) -> StoredReport:
    """A report from its stored bytes.

    Raises:
        DamagedReportError: the bytes are no report, or it contradicts itself or its key.
    """
    try:
        report = json.loads(body)
    except (ValueError, RecursionError):
        report = None
    if not isinstance(report, dict) or not _has_identity(report):
        raise DamagedReportError(key, "it is no report")
    if not _has_own_run(report):
        raise DamagedReportError(key, "its run is not that of its upload")
    if not _fits_status(report):
        raise DamagedReportError(key, f"what it says does not fit its status, {report['status']}")
    targets = _targets(report)
    archive = report["written"].get(_ARCHIVE[report["status"]])
    wanted = targets.rejected if report["status"] == "rejected" else targets.accepted
    if not is_named(key, targets.report) or not (
        archive is None or (wanted is not None and is_named(archive, wanted))
    ):
        raise DamagedReportError(key, "its upload belongs under another key")
    return StoredReport(key, report, body)


def hashed_report_key(key: str, sha256: str) -> str:
    """The key for a report whose own key another upload of the same name and second has."""
    return f"{with_hash(key.removesuffix('.json'), sha256)}.json"


def _candidates(store: Store, archived: ArchiveKey) -> Iterator[str]:
    yield archived.report_key
    for info in store.list_objects(archived.reports_folder):
        if info.key != archived.report_key:
            yield info.key


def _has_identity(report: Mapping[str, Any]) -> bool:
    texts = [report.get(name) for name in ("status", "run_id", "run_ts", "inbox_key")]
    written = report.get("written")
    if not all(isinstance(text, str) for text in texts) or not isinstance(written, dict):
        return False
    try:
        parse_run_timestamp(report["run_ts"])
    except ValueError:
        return False
    return report["status"] in _ARCHIVE and all(isinstance(key, str) for key in written.values())


def _has_own_run(report: Mapping[str, Any]) -> bool:
    """Whether the run's id is that of the upload; of a withdrawal only the moment is known."""
    run_id, run_ts = report["run_id"], report["run_ts"]
    file = report.get("file")
    sha256 = file.get("sha256") if isinstance(file, dict) else None
    if report["status"] == "withdrawn" or sha256 is None:
        return bool(run_id.startswith(f"{run_ts}-"))
    accepted = parse_run_timestamp(run_ts)
    return bool(Run.of(report["inbox_key"], accepted, str(sha256)).run_id == run_id)


def _fits_status(report: Mapping[str, Any]) -> bool:
    status, errors = report["status"], report.get("error_count")
    written: set[str] = set(report["written"])
    parsed = parse_inbox_key(report["inbox_key"], parse_run_timestamp(report["run_ts"]))
    partition = partition_of(parsed)
    day = partition.snapshot_date.isoformat() if partition else None
    place = (report.get("kingdom"), report.get("snapshot_date"))
    if status != "rejected" and place != (partition and partition.kingdom, day):
        return False
    if status == "withdrawn":
        return written == {"withdrawn"}
    lists = all(isinstance(report.get(name), list) for name in ("errors", "warnings"))
    if not lists or type(errors) is not int or not isinstance(report.get("file"), dict):
        return False
    if status == "accepted":
        players = report.get("players")
        return bool(written == {"raw", "curated"} and errors == 0 and type(players) is int)
    return bool(written <= {"rejected"} and errors > 0)


def _targets(report: Mapping[str, Any]) -> TargetKeys:
    run = Run.of(report["inbox_key"], parse_run_timestamp(report["run_ts"]), "")
    return TargetKeys.of(run, parse_inbox_key(run.inbox_key, run.accepted))


def is_named(key: str, wanted: str) -> bool:
    """Whether a key of archived bytes or of a report is the wanted one, or that with a hash."""
    if key == wanted:
        return True
    file = wanted.removesuffix(".json") if wanted.startswith("reports/") else wanted
    end = wanted[len(file) :]
    hashes = (part[:8] for part in key.split("~")[1:])
    return any(f"{with_hash(file, found)}{end}" == key for found in hashes)
