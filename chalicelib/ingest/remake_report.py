"""Make the report on an archived upload again, to compare it with the stored one."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from chalicelib import config
from chalicelib.config import Settings
from chalicelib.errors import ConfigError, LeaderboardError
from chalicelib.ingest.report import build_report, refused_key, withdrawal_report
from chalicelib.lake.archive_keys import mended_key
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.keys import InboxKey, WithdrawalKey, parse_run_timestamp
from chalicelib.lake.reports.proof import OTHER_BYTES, DamagedArchiveError
from chalicelib.lake.reports.stored import StoredReport
from chalicelib.lake.run import TargetKeys, parse_inbox_key, partition_of
from chalicelib.lake.store import Store, spooled
from chalicelib.lake.view_keys import curated_key
from chalicelib.scans.upload import NO_LIMIT, Upload, receive
from chalicelib.validation.repair import find_repair, may_be_repaired
from chalicelib.validation.validate import ValidationResult, too_large, validate_upload

# How a finding names the limit that the upload is above (`too_large`, `Unpacked`).
_ALLOWED: Final = r"(?:; |more than )([0-9][0-9,]*) (?:are allowed|bytes)"
_DIGITS: Final = 18
_FOLDER: Final = {"accepted": "raw", "rejected": "rejected"}


class OtherSettingsError(LeaderboardError):
    """Raised for a report that follows from its upload with other settings than today's."""


class RemadeReport(NamedTuple):
    """What today's code writes about archived bytes.

    Attributes:
        report: the report.
        mended_sha256: of the mended file that it names; None if it names none.
    """

    report: Mapping[str, Any]
    mended_sha256: str | None = None


def remake_report(store: Store, settings: Settings, stored: StoredReport) -> RemadeReport | None:
    """The report that today's code writes about the same bytes.

    Args:
        store: the lake.
        settings: for the limits and `DKP_WEIGHTS`.
        stored: the stored report.

    Returns:
        The report; None if the upload was not kept, so that there is nothing to make it of.

    Raises:
        ObjectNotFoundError: the bytes are gone.
        DamagedArchiveError: they are not those of the report.
        OtherSettingsError: the report follows from them, but with other settings.
    """
    if stored.archived is None:
        return None
    made = _make(store, settings, stored)
    if made.report != stored.report:
        for others in _other_settings(settings, stored):
            if _make(store, others, stored).report == stored.report:
                raise OtherSettingsError
    return made


def _other_settings(settings: Settings, stored: StoredReport) -> Iterator[Settings]:
    """The settings that a report itself names, where they can be settings at all."""
    given = stored.report
    dkp = given.get("dkp")
    weights = dkp.get("weights") if isinstance(dkp, dict) else None
    if weights is not None:
        try:
            theirs = config.load({"DKP_WEIGHTS": json.dumps(weights)})
        except ConfigError:
            return
        settings = settings._replace(dkp_weights=theirs.dkp_weights)
    yield settings
    yield settings._replace(max_upload_bytes=NO_LIMIT)
    # A refusal for its size names the limit.
    for text in re.findall(_ALLOWED, json.dumps(given.get("errors"))):
        limit = int(text.replace(",", "")[:_DIGITS])
        if limit:
            yield settings._replace(max_upload_bytes=limit)


def _make(store: Store, settings: Settings, stored: StoredReport) -> RemadeReport:
    assert stored.archived is not None
    accepted = parse_run_timestamp(stored.report["run_ts"])
    inbox_key = parse_inbox_key(stored.report["inbox_key"], accepted)
    with store.open(stored.archived) as reader, spooled() as copy:
        upload = receive(reader, settings.max_upload_bytes, copy)
        run = stored.run_of(upload.sha256)
        if run.run_id != stored.run_id:
            raise DamagedArchiveError(stored.archived, f"{OTHER_BYTES} {stored.key}")
        if isinstance(inbox_key, WithdrawalKey) and stored.status == "withdrawn":
            return RemadeReport(withdrawal_report(run, inbox_key.partition, stored.archived))
        if isinstance(inbox_key, KeyRefusedError):
            found = refused_key(inbox_key, run.inbox_key)
        elif isinstance(inbox_key, WithdrawalKey):
            found = ValidationResult(format=None)
            found.errors.add([too_large(upload, settings)])
        else:
            kingdom = inbox_key.partition.kingdom
            found = validate_upload(upload, inbox_key.file, settings, kingdom=kingdom)
        written = {_FOLDER[stored.status]: stored.archived}
        if stored.status == "accepted" and (partition := partition_of(inbox_key)):
            written["curated"] = curated_key(partition)
        repair, sha256 = None, None
        if isinstance(inbox_key, InboxKey) and may_be_repaired(found):
            repair, sha256 = _mend(upload, inbox_key, settings, found, stored)
        report = build_report(found, upload, run, inbox_key, written, repair=repair)
        return RemadeReport(report, sha256)


def _mend(
    upload: Upload,
    inbox_key: InboxKey,
    settings: Settings,
    found: ValidationResult,
    stored: StoredReport,
) -> tuple[Mapping[str, Any] | None, str | None]:
    """What a report says of the mended file, and the file's SHA-256; None where there is none."""
    with spooled() as out:
        kingdom = inbox_key.partition.kingdom
        repair = find_repair(upload, inbox_key.file, settings, found, out, kingdom=kingdom)
        if repair is None:
            return None, None
        # Only the lake knows whether the name without the hash was taken.
        key = stored.mended or mended_key(TargetKeys.of(stored.run_of(""), inbox_key).rejected)
        return repair.as_json(key), repair.upload.sha256
