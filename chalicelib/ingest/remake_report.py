"""Make the report on an archived upload again, to compare it with the stored one."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.config import Settings
from chalicelib.errors import LeaderboardError
from chalicelib.ingest.report import build_report, refused_key, withdrawal_report
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.keys import WithdrawalKey, parse_run_timestamp
from chalicelib.lake.run import parse_inbox_key, partition_of
from chalicelib.lake.store import Store, spooled
from chalicelib.lake.stored_reports import OTHER_BYTES, DamagedArchiveError, StoredReport
from chalicelib.lake.view_keys import curated_key
from chalicelib.scans.upload import receive
from chalicelib.validation.validate import validate_upload

# A report with this code names a limit that may have been another one.
_LIMIT: Final = "too_large"
_FOLDER: Final = {"accepted": "raw", "rejected": "rejected"}


class OtherSettingsError(LeaderboardError):
    """Raised for a report that follows from its upload with other settings than today's."""


def remake_report(
    store: Store, settings: Settings, stored: StoredReport
) -> Mapping[str, Any] | None:
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
    if made != stored.report and _has_other_settings(store, settings, stored):
        raise OtherSettingsError
    return made


def _has_other_settings(store: Store, settings: Settings, stored: StoredReport) -> bool:
    """Whether a report follows from its upload with the limits or the weights that it names."""
    given = stored.report
    codes = [one.get("code") for one in given.get("errors", ()) if isinstance(one, dict)]
    if _LIMIT in codes:
        return True
    dkp = given.get("dkp")
    weights = dkp.get("weights") if isinstance(dkp, dict) else None
    if not isinstance(weights, dict) or any(type(one) is not int for one in weights.values()):
        return False
    theirs = settings._replace(dkp_weights=tuple(weights.items()))
    return _make(store, theirs, stored) == given


def _make(store: Store, settings: Settings, stored: StoredReport) -> Mapping[str, Any]:
    assert stored.archived is not None
    accepted = parse_run_timestamp(stored.report["run_ts"])
    inbox_key = parse_inbox_key(stored.report["inbox_key"], accepted)
    with store.open(stored.archived) as reader, spooled() as copy:
        # What was kept was within the limit of its day.
        limit = max(settings.max_upload_bytes, reader.info.size)
        upload = receive(reader, limit, copy)
        run = stored.run_of(upload.sha256)
        if run.run_id != stored.run_id:
            raise DamagedArchiveError(stored.archived, f"{OTHER_BYTES} {stored.key}")
        if isinstance(inbox_key, WithdrawalKey):
            return withdrawal_report(run, inbox_key.partition, stored.archived)
        if isinstance(inbox_key, KeyRefusedError):
            found = refused_key(inbox_key, run.inbox_key)
        else:
            found = validate_upload(upload, inbox_key.file, settings)
        written = {_FOLDER[stored.status]: stored.archived}
        if stored.status == "accepted" and (partition := partition_of(inbox_key)):
            written["curated"] = curated_key(partition)
        return build_report(found, upload, run, inbox_key, written)
