"""The report on an upload (contract, section 5): a function of the upload alone, written once."""

import json
from collections.abc import Mapping
from typing import Any, Final

from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError, StoreUnavailableError
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.keys import SOURCE, Partition
from chalicelib.lake.reports.sound import REPORT_RULES
from chalicelib.lake.reports.stored import DamagedReportError, hashed_report_key, read_report
from chalicelib.lake.run import ParsedKey, Run, partition_of
from chalicelib.lake.store import Store
from chalicelib.scans.findings import Finding, shorten
from chalicelib.scans.upload import Upload
from chalicelib.validation.validate import ValidationResult

MAX_IGNORED: Final = 1000
"""How many ignored columns are listed; of more there is the count."""


def refused_key(error: KeyRefusedError, key: str) -> ValidationResult:
    """The result for an upload whose key is refused; its bytes are not read."""
    found = ValidationResult(format=None)
    message = error.message[:1].upper() + error.message[1:]
    found.errors.add([Finding(error.code, f"{message}.", error.hint, value=key)])
    return found


def build_report(
    found: ValidationResult,
    upload: Upload,
    run: Run | None = None,
    inbox_key: ParsedKey | None = None,
    written: Mapping[str, str] | None = None,
    *,
    repair: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The report, ready for `json.dumps`.

    Args:
        found: the result of validation.
        upload: its bytes.
        run: its identity; None for a file that is only checked.
        inbox_key: its parsed key.
        written: the keys of its bytes and its players, by prefix.
        repair: what is to be said of its mended file, if it has one.
    """
    partition = partition_of(inbox_key) if inbox_key is not None else None
    derivation = found.derivation
    return {
        "status": "accepted" if found.accepted else "rejected",
        "run_id": run.run_id if run else None,
        "run_ts": run.run_ts if run else None,
        "inbox_key": run.inbox_key if run else None,
        "source": SOURCE if partition or run is None else None,
        "kingdom": partition.kingdom if partition else None,
        "snapshot_date": partition.snapshot_date.isoformat() if partition else None,
        "rules": REPORT_RULES,
        "file": {
            "bytes": upload.size,
            "sha256": upload.sha256 if upload.has_copy else None,
            "format": found.format,
            "encoding": found.encoding,
            "delimiter": found.delimiter,
            **_table(found),
        },
        "players": found.players,
        "columns": {
            "mapped": {shorten(name): column for name, column in found.headers.mapped.items()},
            "ignored": [shorten(name) for name in found.headers.ignored[:MAX_IGNORED]],
            **_ignored_count(len(found.headers.ignored)),
            "derived": list(derivation.columns) if derivation else [],
        },
        "dkp": derivation.dkp if derivation else None,
        "error_count": found.errors.count,
        "errors": [finding.as_json() for finding in found.errors.listed],
        "warning_count": found.warnings.count,
        "warnings": [finding.as_json() for finding in found.warnings.listed],
        "written": dict(written or {}),
        **({} if repair is None else {"repair": repair}),
    }


def withdrawal_report(run: Run, partition: Partition, withdrawn: str) -> dict[str, Any]:
    """The report on a withdrawal, ready for `json.dumps`.

    Args:
        run: its identity.
        partition: the kingdom and date whose uploads are withdrawn.
        withdrawn: the key of its bytes.
    """
    return {
        "status": "withdrawn",
        "run_id": run.run_id,
        "run_ts": run.run_ts,
        "inbox_key": run.inbox_key,
        "source": SOURCE,
        "kingdom": partition.kingdom,
        "snapshot_date": partition.snapshot_date.isoformat(),
        "rules": REPORT_RULES,
        "written": {"withdrawn": withdrawn},
    }


def encode_report(report: Mapping[str, Any]) -> bytes:
    """The report's stored bytes: indented JSON."""
    text = json.dumps(report, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def find_report(store: Store, key: str, run: Run) -> dict[str, Any] | None:
    """The report on a run; None if it was not completed before.

    A damaged report is logged and not believed: the run is completed again, and its report gets
    the name with the hash.

    Args:
        store: the lake.
        key: the report's key, unless another upload of the same name and second has it.
        run: the run.
    """
    for candidate in (key, hashed_report_key(key, run.sha256)):
        try:
            found = read_report(store, candidate)
        except ObjectNotFoundError:
            continue
        except DamagedReportError as error:
            _log_damage(error)
            continue
        if found.run_id == run.run_id:
            return dict(found.report)
    return None


def _log_damage(error: DamagedReportError) -> None:
    # Imported here: damage is rare, and logging takes 2 ms of every cold start.
    import logging

    from chalicelib.logs import log_event

    fields = {"key": error.key, "message": str(error)}
    log_event(logging.getLogger(__name__), "report_damaged", fields, logging.ERROR)


def write_report(store: Store, key: str, run: Run, report: Mapping[str, Any]) -> None:
    """Write the report, the last object of a run; an existing report stays.

    Args:
        store: the lake.
        key: its key; if another run's report has it already, or a damaged one, the hash is added
            to the name.
        run: the run.
        report: the report.

    Raises:
        StoreUnavailableError: other runs' reports, or damaged ones, have both names.
    """
    body = encode_report(report)
    for candidate in (key, hashed_report_key(key, run.sha256)):
        try:
            store.create(candidate, body)
        except PreconditionFailedError:
            if find_report(store, candidate, run) is None:
                continue
        return
    raise StoreUnavailableError(
        f"{key} and the name with its hash are both taken, or damaged (docs/operations.md)"
    )


def _ignored_count(count: int) -> dict[str, int]:
    """The count of ignored columns, where not all are listed."""
    return {"ignored_count": count} if count > MAX_IGNORED else {}


def _table(found: ValidationResult) -> dict[str, Any]:
    """Which sheet was read, where its header is, and how many blank rows it has."""
    facts = {
        "sheet": found.sheet,
        "header_line": found.header_line if (found.header_line or 1) > 1 else None,
        "blank_rows": found.blank_rows or None,
    }
    return {name: value for name, value in facts.items() if value is not None}
