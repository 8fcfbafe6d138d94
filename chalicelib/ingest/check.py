"""Check a file: make the report that its upload would get, without writing anything."""

import os
from pathlib import Path
from typing import Any

from chalicelib.config import Settings
from chalicelib.ingest.report import build_report, refused_key
from chalicelib.lake.file_names import KeyRefusedError, name_on_disk, parse_file_name
from chalicelib.lake.store import spooled
from chalicelib.scans.upload import receive
from chalicelib.validation.validate import validate_upload


def check_file(path: Path, settings: Settings) -> dict[str, Any]:
    """The report on a local file.

    Facts that only an upload has (run, kingdom, date, keys) are null.

    Raises:
        OSError: the file cannot be read.
    """
    name = name_on_disk(path)
    with path.open("rb") as file, spooled() as copy:
        # A pipe has the size 0: it is read as far as it goes.
        size = os.fstat(file.fileno()).st_size or None
        upload = receive(file, settings.max_upload_bytes, copy, size)
        try:
            found = validate_upload(upload, parse_file_name(name), settings)
        except KeyRefusedError as error:
            found = refused_key(error, name)
        return build_report(found, upload)
