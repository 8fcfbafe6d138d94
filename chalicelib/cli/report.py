"""An upload's report (contract, section 5) as text for the terminal."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from chalicelib.cli import terminal
from chalicelib.cli.arguments.shared import PROG
from chalicelib.cli.text import Align, counted, thousands
from chalicelib.cli.uploading import place

ERRORS_SHOWN: Final = 20
WARNINGS_SHOWN: Final = 10
VALUE_SHOWN: Final = 24
NAMES_SHOWN: Final = 20
NAME_SHOWN: Final = 40
ROWS_SHOWN: Final = 10

_WITHDRAWN: Final = "what was uploaded for this date before no longer counts; a later upload does"
_OVERTAKEN: Final = "a newer upload of that date is there already, or it is withdrawn"
_TITLES = ("row", "line", "column", "value", "what is wrong", "what to do")
_ALIGNS: tuple[Align, ...] = ("right", "right", "left", "left", "left", "left")


def say_report(report: Mapping[str, Any]) -> None:
    """Write a report to stdout, with the first of its errors and warnings.

    Args:
        report: the report, with `published` and `place` or without.
    """
    terminal.say(_verdict(report))
    for line in place.warnings(report):
        terminal.say(line)
    for label, text in _facts(report):
        terminal.say(f"  {label:<9} {text}")
    if report["status"] == "withdrawn":
        return
    _say_findings(report, "error", ERRORS_SHOWN)
    _say_findings(report, "warning", WARNINGS_SHOWN)
    if report.get("repair", {}).get("key"):
        say_mended(report)


def _verdict(report: Mapping[str, Any]) -> str:
    if report["status"] == "withdrawn":
        return f"WITHDRAWN: {_WITHDRAWN}"
    found = _counts(report)
    if report["status"] != "accepted":
        return f"REJECTED: {found}; nothing of it is published"
    verdict = f"ACCEPTED: {counted(report['players'] or 0, 'player')}, {found}"
    if report.get("published") is False:
        verdict += f"; not published, since {_OVERTAKEN}"
    return verdict


def _counts(report: Mapping[str, Any]) -> str:
    errors, warnings = report["error_count"], report["warning_count"]
    if report["status"] == "accepted":
        return counted(warnings, "warning")
    return counted(errors, "error") + (f", {counted(warnings, 'warning')}" if warnings else "")


def _facts(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The facts to show, each as label and text; unknown facts are left out."""
    if report.get("kingdom"):
        yield "snapshot", f"kingdom {report['kingdom']}, {report['snapshot_date']}"
    yield from place.facts(report)
    file = report.get("file") or {}
    if file:
        yield "file", _file(file)
    if report.get("players") is not None and report["status"] != "accepted":
        yield "players", thousands(report["players"])
    yield from _columns(report.get("columns") or {})
    if report.get("dkp"):
        yield "dkp", _dkp(report["dkp"])
    for view, key in (report.get("written") or {}).items():
        yield view, str(key)
    if report.get("run_id"):
        yield "run", report["run_id"]


def _columns(columns: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if columns.get("mapped"):
        yield "columns", _listed([_mapped(*pair) for pair in columns["mapped"].items()])
    for kind in ("ignored", "derived"):
        if columns.get(kind):
            yield kind, _listed(columns[kind], columns.get(f"{kind}_count"))


def _listed(names: Sequence[str], count: int | None = None) -> str:
    """The first names, each cut to `NAME_SHOWN` characters, and the number of the others.

    Args:
        names: some names, or all.
        count: how many there are, if that is not all.
    """
    shown = ", ".join(_shorten(name, NAME_SHOWN) for name in names[:NAMES_SHOWN])
    left = (count or len(names)) - NAMES_SHOWN
    return f"{shown} and {left:,} more" if left > 0 else shown


def _mapped(name: str, column: str) -> str:
    return column if name == column else f"{name} → {column}"


def _file(file: Mapping[str, Any]) -> str:
    parts = [counted(file["bytes"], "byte")] if file.get("bytes") is not None else []
    parts += [str(file[key]) for key in ("format", "encoding") if file.get(key)]
    if file.get("delimiter"):
        delimiter = "tab" if file["delimiter"] == "\t" else file["delimiter"]
        parts.append(f"delimiter {delimiter}")
    if file.get("sheet"):
        parts.append(f'sheet "{_shorten(file["sheet"], NAME_SHOWN)}"')
    return ", ".join(parts)


def _dkp(dkp: Mapping[str, Any]) -> str:
    match dkp["basis"]:
        case "file":
            return "as the file gives it"
        case "formula":
            terms = (f"{weight} x {column}" for column, weight in dkp["weights"].items())
            return "computed: " + " + ".join(terms)
        case _:
            return "not known: neither its column nor all those that it is computed from are there"


def _say_findings(report: Mapping[str, Any], kind: str, limit: int) -> None:
    findings, count = report[f"{kind}s"], report[f"{kind}_count"]
    if not count:
        return
    shown = findings[:limit]
    terminal.say()
    terminal.say(
        f"{kind.capitalize()}s" if len(shown) == count else _first(len(shown), count, kind)
    )
    terminal.say_table(_TITLES, _ALIGNS, [_row(finding) for finding in shown])


def _first(shown: int, count: int, kind: str) -> str:
    return f"The first {shown} of {counted(count, kind)} (--json lists up to 1,000)"


def _row(finding: Mapping[str, Any]) -> tuple[str, ...]:
    cells = [finding[key] for key in ("row", "line", "column", "value", "message", "hint")]
    row, line, column, value, message, hint = ("" if cell is None else str(cell) for cell in cells)
    return row, line, _shorten(column, NAME_SHOWN), _shorten(value, VALUE_SHOWN), message, hint


def _shorten(value: str, length: int) -> str:
    return value if len(value) <= length else f"{value[: length - 1]}…"


def say_mended(report: Mapping[str, Any]) -> None:
    """Write where the mended file of a refused upload is, and the command that uploads it."""
    # Imported late: few reports have such a file.
    from chalicelib import config

    key, uri = report["repair"]["key"], config.load().lake_uri.rstrip("/")
    if uri.startswith("file:"):
        path = shlex.quote(f"{uri.removeprefix('file:')}/{key}")
        command = f"{PROG} upload {path} --kingdom {report['kingdom']}"
        command += f" --date {report['snapshot_date']}"
    else:
        inbox = f"{report['inbox_key'].rpartition('/')[0]}/{key.rpartition('/')[2]}"
        command = f"aws s3 cp {shlex.quote(f'{uri}/{key}')} {shlex.quote(f'{uri}/{inbox}')}"
    terminal.say()
    terminal.say(f"Ready to upload: {key} ({left_out(report)})")
    terminal.say(f"Next: {command}")


def left_out(report: Mapping[str, Any]) -> str:
    """Which rows the mended file of a report lacks, and why."""
    repair = report["repair"]
    rows: Sequence[int] = repair["removed_rows"]
    count = repair.get("removed_count", len(rows))
    if count == 1:
        return f"row {rows[0]} left out, it is the same as an earlier row"
    shown = ", ".join(map(str, rows[: min(count - 1, ROWS_SHOWN)]))
    more = count - ROWS_SHOWN
    last = f"{more:,} more" if more > 1 else f"{rows[-1]}"
    return f"rows {shown} and {last} left out, each is the same as an earlier row"
