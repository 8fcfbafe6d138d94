"""Verify the uploads of a kingdom and date: bytes against reports, and reports against bytes.

Every archived object must be the bytes of a report's upload, and every report must be what the same
rules write about these bytes (contract, sections 3 and 6).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from chalicelib.config import Settings
from chalicelib.errors import ObjectNotFoundError, StoreError
from chalicelib.ingest.remake_report import OtherSettingsError, remake_report
from chalicelib.ingest.report import encode_report
from chalicelib.ingest.target_groups import OLDER_RULES, OTHER_SETTINGS, Remark
from chalicelib.lake import keys
from chalicelib.lake.archive_keys import ArchiveKey, parse_archive_key
from chalicelib.lake.archived import sha256_of
from chalicelib.lake.prefixes import ARCHIVES, INBOX, REPORTS
from chalicelib.lake.run import Run, TargetKeys, parse_inbox_key
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.lake.stored_reports import (
    OTHER_BYTES,
    REPORT_RULES,
    DamagedReportError,
    StoredReport,
    is_named,
    parse_report,
)


def verify_uploads(store: Store, settings: Settings, path: str) -> Iterator[Remark]:
    """Compare the uploads of a folder with their reports.

    Args:
        store: the lake.
        settings: what reports are made with.
        path: the folder below `inbox/`, `raw/`, `reports/`, … without a slash at its end.

    Raises:
        StoreError: the lake could not be read.
    """
    reports: dict[str, StoredReport] = {}
    damaged: dict[str, str] = {}
    for key, body in _bodies(store, f"{REPORTS}{path}/"):
        try:
            reports[key] = parse_report(key, body)
        except DamagedReportError as error:
            damaged[key] = f"{error}; delete it, and `sweep` writes it again"
            yield Remark(key, damaged[key])
    yield from _archives(store, path, reports, damaged)
    for report in reports.values():
        yield from _missing(store, report)
        yield from _report(store, settings, report)
    uploads = store.list_objects(f"{INBOX}{path}/")
    yield from unreported(store, uploads, {*reports, *damaged})


def _bodies(store: Store, prefix: str) -> Iterator[tuple[str, bytes]]:
    for info in store.list_objects(prefix):
        try:
            with store.open(info.key) as reader:
                yield info.key, reader.read()
        except ObjectNotFoundError:
            continue


def _archives(
    store: Store, path: str, reports: Mapping[str, StoredReport], damaged: Mapping[str, str]
) -> Iterator[Remark]:
    """What is wrong with archived bytes."""
    by_archived: dict[str | None, StoredReport] = {}
    for report in reports.values():
        before = by_archived.setdefault(report.archived, report)
        if before is not report and report.archived is not None:
            yield Remark(report.key, f"{report.key} is a second report on {report.archived}")
    for info in (one for top in ARCHIVES for one in store.list_objects(f"{top}{path}/")):
        archived = parse_archive_key(info.key)
        found = by_archived.get(info.key)
        if found is not None:
            yield from _bytes(store, info, found)
        elif archived is None:
            yield Remark(info.key, f"{info.key} is no upload's, and no report names it")
        elif archived.report_key not in damaged:
            yield Remark(info.key, _unreported(archived))


def _unreported(archived: ArchiveKey) -> str:
    return f"{archived.key} has no report: `sweep` completes its run"


def _bytes(store: Store, info: ObjectInfo, report: StoredReport) -> Iterator[Remark]:
    try:
        run = report.run_of(sha256_of(store, info.key))
    except ObjectNotFoundError:
        return  # `_missing` tells of it
    if run.run_id != report.run_id:
        yield Remark(info.key, f"{info.key} {OTHER_BYTES} {report.key}")


def _missing(store: Store, report: StoredReport) -> Iterator[Remark]:
    if report.archived is not None and store.head(report.archived) is None:
        yield Remark(
            report.archived,
            f"{report.archived} is missing, which {report.key} was written about: if "
            f"{report.report['inbox_key']} is still that upload, `sweep` writes it again",
        )


def _report(store: Store, settings: Settings, report: StoredReport) -> Iterator[Remark]:
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
    if made is not None and encode_report(made) != report.body:
        text = f"{report.key} differs from what its upload gives{_how(made, report)}"
        yield Remark(report.key, text)


def _how(made: Mapping[str, Any], report: StoredReport) -> str:
    names = [name for name in made if made[name] != report.report.get(name)]
    return f": {', '.join(names)}" if names else ""


def unreported(
    store: Store, uploads: Iterable[ObjectInfo], reports: Collection[str] = ()
) -> Iterator[Remark]:
    """Uploads in the inbox that no report is about.

    Args:
        store: the lake.
        uploads: objects of the inbox.
        reports: the keys of reports that are known already.
    """
    for info in uploads:
        if keys.is_console_folder(info.key, info.size):
            continue
        run = Run.of(info.key, info.last_modified, "")
        wanted = TargetKeys.of(run, parse_inbox_key(info.key, info.last_modified)).report
        listed = (one.key for one in store.list_objects(f"{wanted.rpartition('/')[0]}/"))
        if not any(is_named(key, wanted) for key in chain(reports, listed)):
            yield Remark(info.key, f"{info.key} is not ingested yet: `sweep` does it")
