"""What can be known of an upload before it is in the inbox: then it is not put there."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from chalicelib.config import Settings
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.keys import parse_inbox_key

_DATE_HINT: Final = "Give --date the day on which the scan was made."


def refused_beforehand(
    path: Path, body: BinaryIO, key: str, settings: Settings
) -> dict[str, Any] | None:
    """The report that refuses a file for its name, its date or its size; None if none of them does.

    It has the shape of every report; what only an upload has is null.

    Args:
        path: the file.
        body: the open file.
        key: the inbox key that it would get.
        settings: for `MAX_UPLOAD_BYTES`.
    """
    try:
        parse_inbox_key(key, datetime.now(UTC))
    except KeyRefusedError as error:
        hint = _DATE_HINT if error.code == "future_date" else error.hint
        return _told(_report_on_name(path, body, KeyRefusedError(error.code, error.message, hint)))
    about = os.fstat(body.fileno())
    is_known = stat.S_ISREG(about.st_mode)
    if is_known and not 0 < about.st_size <= settings.max_upload_bytes:
        from chalicelib.ingest.check import check_file

        report = check_file(path, settings)
        return _told(report) if report["status"] != "accepted" else None
    return None


def _report_on_name(path: Path, body: BinaryIO, error: KeyRefusedError) -> dict[str, Any]:
    from chalicelib.ingest.report import build_report, refused_key
    from chalicelib.lake.file_names import name_on_disk
    from chalicelib.scans.upload import Upload

    size = os.fstat(body.fileno()).st_size
    upload = Upload(None, size, "", too_large=False)
    return build_report(refused_key(error, name_on_disk(path)), upload)


def _told(report: dict[str, Any]) -> dict[str, Any]:
    return {**report, "published": False, "place": None}
