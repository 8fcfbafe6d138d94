"""`trace`: a board's row back to its origin."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib import config
from chalicelib.boards.metrics import METRICS
from chalicelib.cli import terminal
from chalicelib.cli.text import Align, thousands
from chalicelib.lake.open import open_store

_ALIGNS: tuple[Align, ...] = ("left", "left")


def run(arguments: Namespace) -> int:
    """Show the origin; return 0 if every step fits, else 1."""
    settings = config.load()
    with terminal.progress("reading the lake"):
        from chalicelib.ingest.trace import trace

        store = open_store(settings.lake_uri)
        found = trace(store, settings, arguments.kingdom, arguments.date, arguments.id)
    if arguments.json:
        terminal.say_json(found)
    else:
        _say(found)
    return 0 if found["ok"] else 1


def _say(found: Mapping[str, Any]) -> None:
    name = found["name"] or "(no name)"
    terminal.say(f"{name}, id {found['id']}, kingdom {found['kingdom']}, {found['snapshot_date']}")
    for label, text in _facts(found):
        terminal.say(f"  {label:<9} {text}")
    if found["cells"]:
        terminal.say()
        terminal.say("As it stands in the upload")
        cells = [(header, "" if text is None else text) for header, text in found["cells"].items()]
        terminal.say_table(("column", "cell"), _ALIGNS, cells)
    terminal.say()
    for problem in found["problems"]:
        terminal.say(f"WRONG: {problem}")
    if found["ok"]:
        terminal.say("Everything fits.")


def _facts(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    raw, digest = found["raw"], found["record_hash"]
    yield "run", found["run_id"]
    yield "uploaded", found["inbox_key"] or "not known"
    yield "report", found["report"] or "none"
    yield "raw", raw["key"]
    same = "the report's" if raw["sha256"] == raw["report_sha256"] else "not the report's"
    yield "sha256", f"{raw['sha256']}, {same}"
    if found["row"] is not None:
        yield "place", f"row {found['row']}, line {found['line']}"
    same = "as published" if digest["calculated"] == digest["published"] else "not as published"
    yield "hash", f"{digest['calculated'] or 'none'}, {same}"
    for metric in METRICS:
        rank = found["ranks"][metric.name]
        if rank is not None:
            place = f"rank {thousands(rank['rank'])} of {thousands(rank['of'])}"
            yield metric.name, f"{thousands(rank['value'])}, {place}"
