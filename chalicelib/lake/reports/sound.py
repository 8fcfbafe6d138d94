"""Whether a report is consistent in itself: what damage would contradict (contract, section 5)."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from chalicelib.lake.archive_keys import mended_key
from chalicelib.lake.file_names import KeyRefusedError, with_hash
from chalicelib.lake.keys import InboxKey, parse_run_timestamp
from chalicelib.lake.refused.key import RefusedKeyError, refused_key
from chalicelib.lake.run import (
    READ_SINCE_RULES_3,
    ParsedKey,
    Run,
    TargetKeys,
    parse_inbox_key,
    partition_of,
    sha256_of_size,
)

REPORT_RULES: Final = 3
"""The number of the rules and the shape of reports (contract, section 3); increased when the same
upload may get another report. Reports without a number are of rules 1."""

PLACED_BY_RULES: Final = 3
"""The first rules by which a refused key's kingdom and date are read, where beyond doubt."""

ARCHIVE: Final = {"accepted": "raw", "rejected": "rejected", "withdrawn": "withdrawn"}
"""The archive folder that `written` names for each status."""

_IDENTITY: Final = {
    "status": str,
    "run_id": str,
    "run_ts": str,
    "inbox_key": str,
    "written": dict,
}
_OF_A_SCAN: Final = {
    "file": dict,
    "players": int,
    "columns": dict,
    "error_count": int,
    "errors": list,
    "warning_count": int,
    "warnings": list,
}
_REPAIR: Final = {"key": str, "removed_rows": list}
_ANY_TYPE: Final = {"source", "kingdom", "snapshot_date", "rules", "dkp"}


def contradiction(key: str, report: object) -> str | None:
    """What is wrong with a report in itself; None if nothing is.

    Args:
        key: where it lies.
        report: the parsed JSON.
    """
    if not isinstance(report, dict):
        return "it is no report"
    checks: Sequence[tuple[Callable[[Mapping[str, Any]], bool], str]] = (
        (_has_shape, "it is no report"),
        (_has_known_names, "it has other names than reports have"),
        (_has_own_run, "its run is not that of its upload"),
        (_fits_status, f"what it says does not fit its status, {report.get('status')}"),
        (partial(_is_in_place, key), "its upload belongs under another key"),
        (_has_sound_repair, "what it says of a mended file does not fit the upload"),
    )
    return next((reason for holds, reason in checks if not holds(report)), None)


def is_named(key: str, wanted: str) -> bool:
    """Whether a key of archived bytes or of a report is the wanted one, or that with a hash."""
    if key == wanted:
        return True
    file = wanted.removesuffix(".json") if wanted.startswith("reports/") else wanted
    end = wanted[len(file) :]
    hashes = (part[:8] for part in key.split("~")[1:])
    return any(f"{with_hash(file, found)}{end}" == key for found in hashes)


def _has_shape(report: Mapping[str, Any]) -> bool:
    if not _has_types(report, _IDENTITY) or report["status"] not in ARCHIVE:
        return False
    if not _is_moment(report["run_ts"]):
        return False
    if report["status"] == "withdrawn":
        return True
    return _has_types(report, _OF_A_SCAN) and _is_file(report["file"])


def _has_types(report: Mapping[str, Any], types: Mapping[str, type]) -> bool:
    return all(type(report.get(name)) is kind for name, kind in types.items())


def _is_moment(text: str) -> bool:
    try:
        parse_run_timestamp(text)
    except ValueError:
        return False
    return True


def _has_known_names(report: Mapping[str, Any]) -> bool:
    """Whether it has the names of its rules; those of newer rules are not known here."""
    rules = report.get("rules", 1)
    if type(rules) is int and rules > REPORT_RULES:
        return True
    names = _IDENTITY.keys() | _ANY_TYPE - {"rules" if "rules" not in report else ""}
    if report["status"] == "withdrawn":
        return report.keys() == names - {"dkp"}
    return report.keys() - {"repair"} == names | _OF_A_SCAN.keys()


def _is_file(file: Mapping[str, Any]) -> bool:
    if not {"bytes", "sha256", "format", "encoding", "delimiter"} <= file.keys():
        return False
    size, sha256 = file["bytes"], file["sha256"]
    return type(size) is int and size >= 0 and (sha256 is None or isinstance(sha256, str))


def _has_own_run(report: Mapping[str, Any]) -> bool:
    """Whether the run's id is that of the upload; of a withdrawal only the moment is known."""
    run_id, run_ts = report["run_id"], report["run_ts"]
    if report["status"] == "withdrawn":
        return re.fullmatch(f"{run_ts}-[0-9a-f]{{16}}", run_id) is not None
    sha256 = report["file"]["sha256"]
    if sha256 is None:
        sha256 = sha256_of_size(report["file"]["bytes"])
    accepted = parse_run_timestamp(run_ts)
    return bool(Run.of(report["inbox_key"], accepted, sha256).run_id == run_id)


def _fits_status(report: Mapping[str, Any]) -> bool:
    status, written = report["status"], report["written"]
    partition = partition_of(_parsed_key(report))
    day = partition.snapshot_date.isoformat() if partition else None
    place = (report.get("kingdom"), report.get("snapshot_date"))
    if place != (partition and partition.kingdom, day):
        return False
    if not all(isinstance(key, str) for key in written.values()):
        return False
    if status == "withdrawn":
        return bool(written.keys() == {"withdrawn"})
    if status == "accepted":
        players, errors = report["players"], report["error_count"]
        return bool(written.keys() == {"raw", "curated"} and errors == 0 and players > 0)
    # Only what was too large to be read is not kept.
    kept = {"rejected"} if report["file"]["sha256"] is not None else set()
    return bool(report["error_count"] > 0 and written.keys() <= {"rejected"}) and (
        written.keys() == kept or _is_of_before(report)
    )


def _is_of_before(report: Mapping[str, Any]) -> bool:
    """Whether it is of the rules by which an upload that was not kept had a SHA-256."""
    return "rules" not in report


def _is_in_place(key: str, report: Mapping[str, Any]) -> bool:
    run = Run.of(report["inbox_key"], parse_run_timestamp(report["run_ts"]), "")
    targets = TargetKeys.of(run, _parsed_key(report))
    archive = report["written"].get(ARCHIVE[report["status"]])
    wanted = targets.rejected if report["status"] == "rejected" else targets.accepted
    is_archive = archive is None or (wanted is not None and is_named(archive, wanted))
    return is_named(key, targets.report) and is_archive


def _has_sound_repair(report: Mapping[str, Any]) -> bool:
    """Whether the mended file, if there is one, is that of a refused scan, beside its bytes."""
    if "repair" not in report:
        return True
    repair = report["repair"]
    parsed = _parsed_key(report)
    if report["status"] != "rejected" or not isinstance(parsed, InboxKey):
        return False
    if not isinstance(repair, dict) or not _has_types(repair, _REPAIR):
        return False
    run = Run.of(report["inbox_key"], parse_run_timestamp(report["run_ts"]), "")
    wanted = mended_key(TargetKeys.of(run, parsed).rejected)
    return is_named(repair["key"], wanted) and bool(repair["removed_rows"])


def _parsed_key(report: Mapping[str, Any]) -> ParsedKey:
    """The inbox key, as the report's rules read it: before 3 a refused key was of no kingdom."""
    accepted = parse_run_timestamp(report["run_ts"])
    parsed = parse_inbox_key(report["inbox_key"], accepted)
    rules = report.get("rules", 1)
    if type(rules) is int and rules < PLACED_BY_RULES:
        if isinstance(parsed, RefusedKeyError):
            return parsed.without_place()
        if isinstance(parsed, InboxKey) and parsed.file.format in READ_SINCE_RULES_3:
            error = KeyRefusedError("unsupported_format", "its format was not read then")
            return refused_key(report["inbox_key"], accepted, error).without_place()
    return parsed
