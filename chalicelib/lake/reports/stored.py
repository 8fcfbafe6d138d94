"""Read stored reports, and believe only those that are consistent in themselves (contract, 5).

A report can be damaged: empty, cut, with another status. Its run's id is a hash of the inbox key,
the moment and the SHA-256 of the bytes, all of which are in it, and its status says what else is.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from chalicelib.errors import ObjectNotFoundError, StoreError
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.keys import parse_run_timestamp, with_hash
from chalicelib.lake.reports.sound import ARCHIVE, contradiction
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store


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
        found: str | None = self.report["written"].get(ARCHIVE[self.status])
        return found

    @property
    def mended(self) -> str | None:
        """The key of the mended upload that it offers, if it offers one."""
        return self.report["repair"]["key"] if "repair" in self.report else None

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


def read_report(store: Store, key: str) -> StoredReport:
    """Read the report at a key.

    Raises:
        ObjectNotFoundError: there is none.
        DamagedReportError: it is damaged.
    """
    with store.open(key) as reader:
        return parse_report(key, reader.read())


def report_on(store: Store, archived: ArchiveKey) -> StoredReport | None:
    """The report on archived bytes; None if there is none.

    One read, as long as the report has the name that follows from the archive key; else the
    reports of that second are listed.

    Raises:
        DamagedReportError: there is only a damaged one, so that nothing proves the bytes.
    """
    damaged: DamagedReportError | None = None
    for key in _candidates(store, archived):
        try:
            found = read_report(store, key)
        except ObjectNotFoundError:
            continue
        except DamagedReportError as error:
            damaged = error if key == archived.report_key else damaged
            continue
        if found.archived == archived.key:
            return found
    if damaged is not None:
        raise damaged
    return None


def parse_report(key: str, body: bytes) -> StoredReport:
    """A report from its stored bytes.

    Raises:
        DamagedReportError: the bytes are no report, or it contradicts itself or its key.
    """
    try:
        report: Any = json.loads(body)
    except (ValueError, RecursionError):
        report = None
    wrong = contradiction(key, report)
    if wrong is not None:
        raise DamagedReportError(key, wrong)
    return StoredReport(key, report, body)


def hashed_report_key(key: str, sha256: str) -> str:
    """The key for a report whose own key another upload of the same name and second has."""
    return f"{with_hash(key.removesuffix('.json'), sha256)}.json"


def _candidates(store: Store, archived: ArchiveKey) -> Iterator[str]:
    yield archived.report_key
    for info in store.list_objects(archived.reports_folder):
        if info.key != archived.report_key:
            yield info.key
