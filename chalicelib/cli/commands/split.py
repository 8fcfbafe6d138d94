"""`split FILE`: makes one scan a date out of a file that holds several."""

import os
import shlex
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib import config
from chalicelib.cli import terminal
from chalicelib.cli.arguments.shared import PROG
from chalicelib.cli.report import say_report
from chalicelib.cli.text import counted
from chalicelib.config import Settings
from chalicelib.errors import BadParameterError
from chalicelib.ingest.check import check_file
from chalicelib.lake.archive_keys import plain_name
from chalicelib.lake.file_names import FileName, KeyRefusedError, name_on_disk, parse_file_name
from chalicelib.lake.keys import date_folder
from chalicelib.lake.store import spooled
from chalicelib.scans.open import open_reader, read_to_the_end
from chalicelib.scans.reader import Reader
from chalicelib.scans.split import Split, SplitError, UnknownColumnError, split_by
from chalicelib.scans.unreadable import UnreadableError
from chalicelib.scans.upload import receive


class Part(NamedTuple):
    """A file with the scan of one date.

    Attributes:
        day: the date.
        path: the file.
        rows: how many it has.
        report: the report that an upload of it would get.
    """

    day: date
    path: Path
    rows: int
    report: Mapping[str, Any]

    @property
    def is_accepted(self) -> bool:
        """Whether it can be uploaded."""
        return bool(self.report["status"] == "accepted")


def run(arguments: Namespace) -> int:
    """Write and check the files; 0 if all would be accepted, 1 if not, 2 for wrong usage."""
    settings = config.load()
    path: Path = arguments.file
    try:
        split, parts = _split(path, arguments, settings)
    except OSError as error:
        terminal.complain(f"{error.filename or path} cannot be read or written: {error.strerror}")
        return 2
    except (KeyRefusedError, SplitError) as error:
        terminal.complain(f"{path.name} is not split: {error}")
        return 1
    if arguments.json:
        terminal.say_json(_as_json(split, parts))
    else:
        _say(path, split, parts, arguments.kingdom)
    return 0 if all(part.is_accepted for part in parts) else 1


def _split(path: Path, arguments: Namespace, settings: Settings) -> tuple[Split, list[Part]]:
    """Split a file; nothing is written unless all of it can be.

    Raises:
        BadParameterError: the file has no such column, or a file would be overwritten.
        KeyRefusedError: its name is that of no scan.
        SplitError: it cannot be split.
        OSError: it cannot be read, or the files not be written.
    """
    file = parse_file_name(name_on_disk(path))
    with terminal.progress(f"splitting {path.name}") as progress:
        with path.open("rb") as body, spooled() as copy:
            size = os.fstat(body.fileno()).st_size or None
            upload = receive(body, settings.max_upload_bytes, copy, size)
            if upload.too_large:
                raise SplitError(f"it has more than {settings.max_upload_bytes:,} bytes")
            try:
                reader = read_to_the_end(open_reader(upload, file, settings))
                split = split_by(reader, arguments.by)
            except UnreadableError as error:
                raise SplitError(f"{error.finding.message} {error.finding.hint}") from None
            except UnknownColumnError as error:
                raise BadParameterError(str(error)) from None
            paths = _new_files(arguments.to, file, split)
            _write(reader, split, paths)
        parts = []
        for day, to in paths.items():
            progress.update(f"checking {to}")
            report = check_file(to, settings, kingdom=arguments.kingdom)
            parts.append(Part(day, to, split.rows[day], report))
    return split, parts


def _new_files(folder: Path, file: FileName, split: Split) -> dict[date, Path]:
    """Where the file of each date is to be written.

    Raises:
        BadParameterError: a file is there already.
    """
    name = plain_name(file.name)
    paths = {day: folder / date_folder(day) / name for day in split.rows}
    for path in paths.values():
        if path.exists():
            raise BadParameterError(f"{path} is there already; give --to another folder")
    return paths


def _write(reader: Reader, split: Split, paths: Mapping[date, Path]) -> None:
    """Write the files; those that were written are deleted again if one cannot be."""
    written: list[Path] = []
    try:
        for day, path in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as out:
                written.append(path)
                reader.write_without(split.others(day), out)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _as_json(split: Split, parts: Sequence[Part]) -> dict[str, Any]:
    return {
        "column": split.column,
        "files": [
            {
                "snapshot_date": part.day.isoformat(),
                "file": str(part.path),
                "rows": part.rows,
                "status": part.report["status"],
                "report": part.report,
            }
            for part in parts
        ],
    }


def _say(path: Path, split: Split, parts: Sequence[Part], kingdom: int | None) -> None:
    terminal.say(f'{path.name}: {counted(len(parts), "scan")}, by "{split.column}"')
    for part in parts:
        found = part.report
        verdict = "good" if part.is_accepted else f"{counted(found['error_count'], 'error')}"
        terminal.say(f"  {part.day}  {counted(part.rows, 'row'):>12}  {verdict}  {part.path}")
    for part in parts:
        if not part.is_accepted:
            terminal.say()
            terminal.say(str(part.path))
            say_report(part.report)
    terminal.say()
    for line in _commands(parts, kingdom):
        terminal.say(line)


def _commands(parts: Sequence[Part], kingdom: int | None) -> Iterator[str]:
    """What to do with the files that are good."""
    good = [part for part in parts if part.is_accepted]
    if not good:
        yield "None of them can be uploaded as it is."
        return
    yield "To upload them, type" + ("" if kingdom else " (with your kingdom's number)")
    for part in good:
        file = shlex.quote(str(part.path))
        yield f"  {PROG} upload {file} --kingdom {kingdom or 'NUMBER'} --date {part.day}"
    yield "or drop the folders dt=... into the folder of your kingdom in the inbox."
