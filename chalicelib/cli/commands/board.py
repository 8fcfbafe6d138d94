"""`board METRIC`: a leaderboard in the terminal; the API's own answer, without HTTP."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from chalicelib import config
from chalicelib.api.http import ANSWER_SECONDS, encode
from chalicelib.api.operation import Backend
from chalicelib.api.operations.boards import leaderboard
from chalicelib.boards.metrics import METRICS
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.cli import terminal
from chalicelib.cli.text import Align, counted, thousands
from chalicelib.engines.open import open_engine
from chalicelib.lake.open import open_store
from chalicelib.threads.deadline import Deadline

_LABELS = {metric.name: metric.label for metric in METRICS}
_ALIGNS: tuple[Align, ...] = ("right", "left", "left", "right")


def run(arguments: Namespace) -> int:
    """Show the board; always returns 0, because a missing board raises an error."""
    settings = config.load()
    with terminal.progress("reading the lake"):
        store = open_store(settings.lake_uri)
        backend = Backend(
            settings.query_engine,
            lambda: LakeCatalog(store),
            lambda: open_engine(settings, store),
            Deadline.after(ANSWER_SECONDS),
            lambda: store,
        )
        answer = leaderboard(
            backend,
            kingdom=arguments.kingdom,
            metric=arguments.metric,
            date=arguments.date,
            limit=arguments.limit,
            offset=0,
            version=None,
        )
        board = answer.make().document
    if arguments.json:
        terminal.say_json_text(encode(board))
    else:
        _say_board(board)
    return 0


def _say_board(board: Mapping[str, Any]) -> None:
    label = _LABELS[board["metric"]]
    latest = " (latest)" if board["latest"] else ""
    terminal.say(
        f"{label} of kingdom {board['kingdom']}, {board['snapshot_date']}{latest}: "
        f"{counted(board['total'], 'player')} ranked"
    )
    entries = board["entries"]
    if not entries:
        return
    terminal.say()
    rows = [
        (
            thousands(entry["rank"]),
            entry["name"] or "",
            entry["alliance"] or "",
            thousands(entry["value"]),
        )
        for entry in entries
    ]
    terminal.say_table(("rank", "name", "alliance", label), _ALIGNS, rows)
    left = board["total"] - len(entries)
    if left > 0:
        terminal.say()
        terminal.say(f"and {counted(left, 'player')} more (--limit shows up to 1,000)")
