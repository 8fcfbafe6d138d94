"""`uploads`: what became of the newest uploads, newest first."""

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from chalicelib import config
from chalicelib.cli import terminal
from chalicelib.cli.text import Align, thousands
from chalicelib.errors import StoreDeniedError
from chalicelib.lake.keys import ingested_at_text, parse_run_timestamp
from chalicelib.lake.open import open_store

if TYPE_CHECKING:
    from chalicelib.ingest.answer.uploads import Outcome

_TITLES = ("time", "kingdom", "date", "file", "status", "players", "what is said", "report")
_ALIGNS: tuple[Align, ...] = (*("left", "right", "left", "left", "left", "right", "left", "left"),)


def run(arguments: Namespace) -> int:
    """Show them; return 0, or 1 if the lake cannot be read."""
    from chalicelib.ingest.answer.uploads import newest_uploads

    settings = config.load()
    store = open_store(settings.lake_uri)
    kingdom, limit = arguments.kingdom, arguments.limit
    try:
        with terminal.progress("reading the reports"):
            found = newest_uploads(store, kingdom, limit, refused=arguments.refused)
    except StoreDeniedError as error:
        if kingdom is not None:
            raise
        terminal.complain(f"{error}; with --kingdom N only that kingdom's reports are read")
        return 1
    if arguments.json:
        for one in found:
            terminal.say_json(_record(one), indent=None)
    elif found:
        terminal.say_table(_TITLES, _ALIGNS, [_row(one) for one in found])
    else:
        what = "refused uploads" if arguments.refused else "uploads"
        terminal.say(
            f"There are no {what}" + ("." if kingdom is None else f" of kingdom {kingdom}.")
        )
    return 0


def _record(one: "Outcome") -> dict[str, Any]:
    return {"uploaded": _time(one), **one._asdict()}


def _row(one: "Outcome") -> tuple[str, ...]:
    return (
        _time(one),
        "" if one.kingdom is None else str(one.kingdom),
        one.snapshot_date or "",
        one.file,
        one.status,
        "" if one.players is None or one.status != "accepted" else thousands(one.players),
        _said(one),
        one.report or "",
    )


def _said(one: "Outcome") -> str:
    """The first finding with what to do, how many others there are, and the mended file."""
    if one.finding is None:
        return ""
    finding = one.finding
    where = f"line {finding['line']}: " if finding.get("line") else ""
    others = one.error_count + one.warning_count - 1
    parts = [f"{where}{finding['message']}", finding["hint"] if one.status != "accepted" else ""]
    parts += [f"(and {others:,} more)" if others > 0 else ""]
    parts += [f"Mended: {one.repair}" if one.repair else ""]
    return " ".join(filter(None, parts))


def _time(one: "Outcome") -> str:
    return ingested_at_text(parse_run_timestamp(one.run_ts))
