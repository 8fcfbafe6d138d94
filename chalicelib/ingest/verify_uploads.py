"""Verify the uploads of a kingdom and date: bytes against reports, and reports against bytes.

Every archived object must be the bytes of a report's upload, and every report must be what the same
rules write about these bytes (contract, sections 3 and 6).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from chalicelib.config import Settings
from chalicelib.errors import InvalidKeyError, ObjectNotFoundError, StoreError
from chalicelib.ingest.processed import report_of, reports_of, upload_stem, without_any_hash
from chalicelib.ingest.remake_report import OtherSettingsError, remake_report
from chalicelib.ingest.report import encode_report
from chalicelib.ingest.target_groups import IN_PROGRESS, OLDER_RULES, OTHER_SETTINGS, Remark
from chalicelib.lake.archive_keys import (
    ArchiveKey,
    may_be_mended,
    mended_key,
    parse_archive_key,
)
from chalicelib.lake.archived import sha256_of
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.leftovers import is_ignored
from chalicelib.lake.prefixes import ARCHIVES, INBOX, REPORTS
from chalicelib.lake.reports.proof import OTHER_BYTES
from chalicelib.lake.reports.sound import REPORT_RULES
from chalicelib.lake.reports.stored import DamagedReportError, StoredReport, parse_report
from chalicelib.lake.run import Run
from chalicelib.lake.store import ObjectInfo, Store


def verify_uploads(
    store: Store, settings: Settings, path: str, uploads: Iterable[ObjectInfo] | None = None
) -> Iterator[Remark]:
    """Compare the uploads of a folder with their reports.

    Args:
        store: the lake.
        settings: what reports are made with.
        path: the folder below `inbox/`, `raw/`, `reports/`, … without a slash at its end.
        uploads: the objects of the inbox that belong to it; those in its folder when None.

    Raises:
        StoreError: the lake could not be read.
    """
    folder = _Folder(store, settings, path)
    yield from folder.reports()
    yield from folder.archives()
    own = (
        uploads
        if uploads is not None
        else (info for info in store.list_objects(f"{INBOX}{path}/") if is_dated(info))
    )
    yield from _unreported(store, own, folder.stems)


def is_dated(upload: ObjectInfo) -> bool:
    """Whether an upload lies in the folders of its kingdom and date, as its report does."""
    path = "/".join(upload.key.split("/")[1:4])
    return path.startswith("source=") and report_of(upload).startswith(f"{REPORTS}{path}/")


class _Folder:
    """The verification of one folder.

    Attributes:
        stems: of every report there is, or should be (see `upload_stem`).
    """

    def __init__(self, store: Store, settings: Settings, path: str) -> None:
        self._store = store
        self._settings = settings
        self._path = path
        # The reports by the key of the bytes that they are about, without their findings.
        self._by_archived: dict[str, StoredReport] = {}
        self._damaged: set[str] = set()
        # The keys of the mended files that reports offer.
        self._offered: set[str] = set()
        self.stems: set[str] = set()

    def reports(self) -> Iterator[Remark]:
        """What is wrong with the reports, and which archived bytes are missing."""
        for info in self._store.list_objects(f"{REPORTS}{self._path}/"):
            self.stems.add(upload_stem(info.key))
            try:
                with self._store.open(info.key) as reader:
                    report = parse_report(info.key, reader.read())
            except ObjectNotFoundError:
                continue
            except DamagedReportError as error:
                self._damaged.add(info.key)
                text = f"{error}; delete it, and `sweep` writes it again"
                yield Remark(info.key, text)
                continue
            yield from self._report(report)

    def _report(self, report: StoredReport) -> Iterator[Remark]:
        archived = report.archived
        if archived is not None:
            before = self._by_archived.setdefault(archived, _without_findings(report))
            if before.key != report.key:
                yield Remark(report.key, f"{report.key} is a second report on {archived}")
            if self._store.head(archived) is None:
                yield _missing(report, archived)
        if report.mended is not None:
            self._offered.add(report.mended)
            if self._store.head(report.mended) is None:
                text = f"{report.mended} is missing: delete {report.key}, and"
                yield Remark(report.mended, f"{text} `sweep` writes both again")
        yield from _difference(self._store, self._settings, report)

    def archives(self) -> Iterator[Remark]:
        """What is wrong with archived bytes; `reports` comes first."""
        mended: list[str] = []
        unreported: set[str] = set()
        for top in ARCHIVES:
            for info in self._store.list_objects(f"{top}{self._path}/"):
                archived = parse_archive_key(info.key)
                report = self._by_archived.get(info.key)
                if report is not None:
                    yield from _bytes(self._store, info, report)
                elif info.key in self._offered:
                    continue
                elif archived is None:
                    yield Remark(info.key, f"{info.key} is no upload's, and no report names it")
                elif may_be_mended(info.key) and not self._is_in_inbox(archived):
                    mended.append(info.key)
                else:
                    unreported.add(info.key)
                    if archived.report_key not in self._damaged:
                        yield self._unreported(archived)
        yield from _strays(mended, unreported)

    def _is_in_inbox(self, archived: ArchiveKey) -> bool:
        names = {archived.inbox_key, without_any_hash(archived.inbox_key)}
        return archived.accepted in {_accepted(self._store, name) for name in names}

    def _unreported(self, archived: ArchiveKey) -> Remark:
        """Bytes without a report: it is the report that is gone if the upload is in the inbox."""
        if self._is_in_inbox(archived):
            self.stems.add(upload_stem(archived.report_key))
            key = archived.report_key
            text = f"{key} is missing: `sweep` completes the run of {archived.key}"
            return Remark(key, text, IN_PROGRESS)
        text = f"{archived.key} has no report: `sweep` completes its run"
        return Remark(archived.key, text, IN_PROGRESS)


def _strays(mended: Iterable[str], unreported: Iterable[str]) -> Iterator[Remark]:
    """Mended files that no report offers, and that belong to no upload in progress.

    Args:
        mended: keys that may be of mended files.
        unreported: keys of archived bytes without a sound report.
    """
    to_come = set()
    for key in unreported:
        with suppress(KeyRefusedError):  # what is not read cannot be mended
            to_come.add(mended_key(without_any_hash(key)))
    for key in mended:
        if without_any_hash(key) not in to_come:
            text = f"{key} is offered by no report as a mended file, and is no upload's: delete it"
            yield Remark(key, text)


def _accepted(store: Store, key: str) -> datetime | None:
    """When the store accepted the object at an inbox key; None if there is none."""
    try:
        info = store.head(key)
    except InvalidKeyError:
        return None
    return None if info is None else info.last_modified


def _without_findings(report: StoredReport) -> StoredReport:
    return report._replace(body=b"", report={**report.report, "errors": [], "warnings": []})


def _missing(report: StoredReport, archived: str) -> Remark:
    return Remark(
        archived,
        f"{archived} is missing, which {report.key} was written about: if "
        f"{report.report['inbox_key']} is still that upload, `sweep` writes it again",
    )


def _bytes(store: Store, info: ObjectInfo, report: StoredReport) -> Iterator[Remark]:
    """Whether archived bytes are those of their report."""
    try:
        sha256 = sha256_of(store, info.key)
        if report.run_of(sha256).run_id == report.run_id:
            return
        if report.status == "withdrawn" and _is_in_inbox(store, report, sha256):
            # A withdrawal's report has no SHA-256: its run's id is what is damaged.
            text = f"{report.key} is damaged: its run is not that of its upload; delete it, and"
            yield Remark(report.key, f"{text} `sweep` writes it again")
            return
    except ObjectNotFoundError:
        return  # that it is missing is told already
    yield Remark(info.key, f"{info.key} {OTHER_BYTES} {report.key}")


def _is_in_inbox(store: Store, report: StoredReport, sha256: str) -> bool:
    key = report.report["inbox_key"]
    accepted = _accepted(store, key)
    if accepted is None or Run.of(key, accepted, "").run_ts != report.report["run_ts"]:
        return False
    return sha256_of(store, key) == sha256


def _difference(store: Store, settings: Settings, report: StoredReport) -> Iterator[Remark]:
    """How a report differs from what would be written about the same bytes now."""
    if 0 < report.rules < REPORT_RULES:
        text = f"{report.key} was written by rules {report.rules}"
        yield Remark(report.key, text, OLDER_RULES)
        return
    try:
        made = remake_report(store, settings, report)
    except OtherSettingsError:
        yield Remark(report.key, f"{report.key} was written with other settings", OTHER_SETTINGS)
        return
    except StoreError:
        return  # the bytes are missing or damaged, which is told of them
    if made is None:
        return
    if encode_report(made.report) != report.body:
        text = f"{report.key} differs from what its upload gives{_how(made.report, report)}"
        yield Remark(report.key, f"{text}; delete it, and `sweep` writes it again")
    elif report.mended is not None:
        yield from _mended_bytes(store, report, report.mended, made.mended_sha256)


def _mended_bytes(
    store: Store, report: StoredReport, key: str, sha256: str | None
) -> Iterator[Remark]:
    """Whether the mended file is what its upload gives; that it is missing is told already."""
    with suppress(ObjectNotFoundError):
        if sha256_of(store, key) != sha256:
            text = f"{key} is damaged: it is not what its upload gives; delete it and {report.key},"
            yield Remark(key, f"{text} and `sweep` writes both again")


def _how(made: Mapping[str, Any], report: StoredReport) -> str:
    names = [
        *(name for name in made if made[name] != report.report.get(name)),
        *(name for name in report.report if name not in made),
    ]
    return f": {', '.join(names)}" if names else ""


def _unreported(
    store: Store, uploads: Iterable[ObjectInfo], stems: Collection[str]
) -> Iterator[Remark]:
    """Uploads in the inbox that no report is about.

    Args:
        store: the lake.
        uploads: objects of the inbox.
        stems: of the reports that are known.
    """
    for info in uploads:
        if is_ignored(info.key, info.size):
            continue
        wanted = reports_of(info)
        if any(upload_stem(key) in stems or _is_reported(store, key) for key in wanted):
            continue
        text = f"{info.key} is not ingested yet: `sweep` does it"
        yield Remark(info.key, text, IN_PROGRESS)


def _is_reported(store: Store, wanted: str) -> bool:
    """Whether a report is where nobody looked yet: it came meanwhile, or lies elsewhere."""
    if store.head(wanted) is not None:
        return True
    stem = upload_stem(wanted)
    folder = f"{wanted.rpartition('/')[0]}/"
    return any(upload_stem(info.key) == stem for info in store.list_objects(folder))
