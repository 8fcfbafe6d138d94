"""`check FILE`: the report that an upload would get."""

import shlex
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib import config
from chalicelib.cli import terminal
from chalicelib.cli.arguments.shared import PROG
from chalicelib.cli.report import left_out, say_report
from chalicelib.errors import BadParameterError
from chalicelib.lake.archive_keys import mended_name
from chalicelib.lake.file_names import KeyRefusedError, name_on_disk, parse_file_name


def run(arguments: Namespace) -> int:
    """Show the report; return 0 if accepted, 1 if rejected, 2 if the file cannot be read."""
    settings = config.load()
    path: Path = arguments.file
    out = None if arguments.repair is None else _new_file(path, arguments.repair)
    with terminal.progress(f"checking {path.name}"):
        from chalicelib.ingest.check import check_file

        try:
            report = check_file(path, settings, kingdom=arguments.kingdom, repair=out)
        except OSError as error:
            failed = str(error.filename)
            if failed not in {str(path), str(out)}:
                raise
            verb = "read" if failed == str(path) else "written"
            terminal.complain(f"{failed} cannot be {verb}: {error.strerror}")
            return 2
    if arguments.json:
        terminal.say_json(report)
    else:
        say_report(report)
    if out is not None and "repair" not in report:
        terminal.note(f"{out} is not written: {_why_not(report)}")
    elif "repair" in report and not arguments.json:
        _say_repair(report, path, out, arguments.kingdom)
    return 0 if report["status"] == "accepted" else 1


def _new_file(path: Path, out: Path) -> Path:
    """Where the mended file is to be written; in a folder, under the name that an upload's has.

    Raises:
        BadParameterError: a file is there, or its name would not fit what is written.
    """
    try:
        mended = parse_file_name(mended_name(name_on_disk(path)))
    except KeyRefusedError:
        return out  # a file of this name is refused, and nothing is written
    out = out / mended.name if out.is_dir() else out
    if out.exists():
        raise BadParameterError(f"{out} is there already; give --repair another name")
    try:
        wanted = parse_file_name(name_on_disk(out))
    except KeyRefusedError:
        return out
    if wanted.gzipped or _kind(wanted.format) != _kind(mended.format):
        raise BadParameterError(
            f"what --repair writes of {path.name} is a file of the kind {mended.extension}; give "
            f"it a name like {mended.name}"
        )
    return out


def _kind(format_: str) -> str:
    """Formats whose files are read alike, whatever their extension is."""
    return {"tsv": "csv", "jsonl": "json"}.get(format_, format_)


def _say_repair(
    report: Mapping[str, Any], path: Path, out: Path | None, kingdom: int | None
) -> None:
    terminal.say()
    if out is None:
        name = shlex.quote(mended_name(name_on_disk(path)))
        terminal.say(f"It can be mended without losing anything ({left_out(report)}).")
        terminal.say(f"Next: {PROG} check {shlex.quote(str(path))} --repair {name}")
        return
    terminal.say(f"Ready to upload: {out} ({left_out(report)})")
    where = f"--kingdom {kingdom or 'NUMBER'} --date YYYY-MM-DD"
    terminal.say(f"Next: {PROG} upload {shlex.quote(str(out))} {where}")


def _why_not(report: Mapping[str, Any]) -> str:
    if report["status"] == "accepted":
        return "there is nothing to mend, the file can be uploaded as it is"
    return "rows that are repeated are not all that is wrong; what to do stands with each error"
