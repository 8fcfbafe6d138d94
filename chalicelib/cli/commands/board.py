"""`board METRIC`: a leaderboard in the terminal; the API's own answer, without HTTP."""

from argparse import Namespace
from collections.abc import Mapping
from functools import partial
from typing import Any

from chalicelib.boards.document import BOARD_SIZE
from chalicelib.cli import ranked, terminal
from chalicelib.cli.asking import show
from chalicelib.cli.ranked import Column
from chalicelib.cli.text import counted

_ROUTE = "/v1/kingdoms/{kingdom}/leaderboards/{metric}"


def run(arguments: Namespace) -> int:
    """Show the board; always returns 0, because a missing board raises an error."""
    query = {
        "date": arguments.date,
        "limit": arguments.limit,
        "around": arguments.around,
        "with": arguments.values,
        "since": arguments.since,
        "alliance": arguments.alliance,
        "weights": arguments.weights,
    }
    parts = {"kingdom": arguments.kingdom, "metric": arguments.metric}
    return show(arguments, _ROUTE, parts, query, partial(_say_board, alliance=arguments.alliance))


def _say_board(board: Mapping[str, Any], alliance: str | None) -> None:
    label = ranked.LABELS[board["metric"]]
    latest = " (latest)" if board["latest"] else ""
    since = board.get("since")
    compared = f", since {since['snapshot_date']}" if since else ""
    if "since" in board and not since:
        compared = ", the kingdom's first scan"
    where = f" of {alliance}" if alliance is not None else ""
    terminal.say(
        f"{label} of kingdom {board['kingdom']}, {board['snapshot_date']}{latest}{compared}: "
        f"{counted(board['total'], 'player')}{where} ranked"
    )
    entries = board["entries"]
    if not entries:
        return
    columns = [ranked.RANK, ranked.NAME, ranked.ALLIANCE, ranked.number("value", label)]
    columns += ranked.values(list(entries[0].get("values", ())))
    if since:
        columns[1:1] = [Column("moved", "left", _moved)]
        columns += [Column("before", "right", _before), ranked.LOOK]
    ranked.say(columns, entries)
    ranked.say_left_out(board, BOARD_SIZE)
    ranked.say_unreliable(board.get("unreliable_columns", ()))


def _moved(entry: Mapping[str, Any]) -> str:
    """How an entry has moved, in words: `up 3`, `new`."""
    movement: str = entry["movement"]
    if movement not in ("up", "down"):
        return "?" if movement == "unknown" else movement
    return f"{movement} {abs(entry['since']['rank'] - entry['rank']):,}"


def _before(entry: Mapping[str, Any]) -> str:
    return "" if entry["since"] is None else ranked.shown(entry["since"]["value"])
