"""Check a file: make the report that its upload would get, without writing anything."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from chalicelib.config import Settings
from chalicelib.ingest.report import build_report, refused_key
from chalicelib.lake.file_names import KeyRefusedError, name_on_disk, parse_file_name
from chalicelib.lake.store import spooled
from chalicelib.scans.upload import receive
from chalicelib.validation.repair import Repair, find_repair
from chalicelib.validation.validate import validate_upload


def check_file(
    path: Path, settings: Settings, *, kingdom: int | None = None, repair: Path | None = None
) -> dict[str, Any]:
    """The report on a local file.

    Facts that only an upload has (run, kingdom, date, keys) are null; the mended file's key too.

    Args:
        path: the file.
        settings: the stage's.
        kingdom: the one that the file's own column is held against, if it has one.
        repair: where to write the mended file, if there is one; a file that is there already stays.

    Raises:
        OSError: the file cannot be read, or the mended file not be written.
    """
    name = name_on_disk(path)
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        copy, out = stack.enter_context(spooled()), stack.enter_context(spooled())
        # A pipe has the size 0: it is read as far as it goes.
        size = os.fstat(file.fileno()).st_size or None
        upload = receive(file, settings.max_upload_bytes, copy, size)
        mended = None
        try:
            parsed = parse_file_name(name)
        except KeyRefusedError as error:
            found = refused_key(error, name)
        else:
            found = validate_upload(upload, parsed, settings, kingdom=kingdom)
            mended = find_repair(upload, parsed, settings, found, out, kingdom=kingdom)
        if mended is not None and repair is not None:
            _write_new(mended, repair)
        return build_report(found, upload, repair=mended and mended.as_json(None))


def _write_new(mended: Repair, path: Path) -> None:
    with path.open("xb") as to:
        try:
            shutil.copyfileobj(mended.upload.open(), to)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
