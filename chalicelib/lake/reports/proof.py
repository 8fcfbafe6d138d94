"""Prove archived bytes by the reports on them (contract, section 3)."""

from typing import Final, NamedTuple

from chalicelib.errors import ObjectNotFoundError, StoreError
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.archived import original_inbox_key, sha256_of
from chalicelib.lake.keys import run_timestamp
from chalicelib.lake.prefixes import REPORTS
from chalicelib.lake.reports.stored import (
    DamagedReportError,
    StoredReport,
    read_report,
    report_on,
)
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store

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


class Proof(NamedTuple):
    """The run of archived bytes, and what proves it.

    Attributes:
        run: the run.
        report: its report; None if there is none.
    """

    run: Run
    report: StoredReport | None


def prove(store: Store, archived: ArchiveKey) -> Proof:
    """The run of archived bytes, which are those of its report.

    Bytes without a report (their run is in progress, or died) cannot be proven: their run follows
    from their key.

    Raises:
        ObjectNotFoundError: there are no bytes.
        DamagedArchiveError: they are others than the report's.
        DamagedReportError: the report is damaged.
    """
    sha256 = sha256_of(store, archived.key)
    report = report_on(store, archived)
    if report is None:
        return Proof(_run_by_key(store, archived, sha256), None)
    run = report.run_of(sha256)
    if run.run_id != report.run_id:
        raise DamagedArchiveError(archived.key, f"{OTHER_BYTES} {report.key}")
    return Proof(run, report)


def _run_by_key(store: Store, archived: ArchiveKey, sha256: str) -> Run:
    return Run.of(original_inbox_key(store, archived, sha256), archived.accepted, sha256)


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
    try:
        report = report_on(store, archived)
    except DamagedReportError:
        report = None
    if report is not None:
        return report.run_id
    return _run_by_key(store, archived, sha256_of(store, archived.key)).run_id
