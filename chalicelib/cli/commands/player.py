"""`player ID`: a player's history, newest snapshot first; the API's own answer."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.boards.metrics import METRICS
from chalicelib.cli import ranked, terminal
from chalicelib.cli.asking import show
from chalicelib.cli.text import Align

_ROUTE = "/v1/kingdoms/{kingdom}/players/{player}"


def run(arguments: Namespace) -> int:
    """Show the history; always returns 0, because an unknown player raises an error."""
    query = {"limit": arguments.limit, "before": arguments.before}
    parts = {"kingdom": arguments.kingdom, "player": arguments.id}
    return show(arguments, _ROUTE, parts, query, _say_player)


def _say_player(player: Mapping[str, Any]) -> None:
    name = player["name"] or "(no name)"
    alliance = f", {player['alliance']}" if player["alliance"] else ""
    terminal.say(f"{name}{alliance}, id {player['id']}, kingdom {player['kingdom']}")
    for label, text in _facts(player):
        terminal.say(f"  {label:<9} {text}")
    snapshots = player["snapshots"]
    if not snapshots:
        return
    terminal.say()
    titles = ["date", "name", *(title for one in METRICS for title in (one.label, "rank"))]
    aligns: list[Align] = ["left", "left", *(["right"] * (2 * len(METRICS)))]  # type: ignore[list-item]
    terminal.say_table(titles, aligns, [[*_row(one)] for one in snapshots])
    if player["next"] is not None:
        terminal.say()
        oldest = snapshots[-1]["snapshot_date"]
        terminal.say(f"and older snapshots (--before {oldest})")


def _facts(player: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "seen", f"first {player['first_seen']}, last {player['last_seen']}"
    yield "changed", f"last {player['last_changed']}" if player["last_changed"] else "never"
    for one in player["names"]:
        yield "name", f"{one['name']}, {one['from']} to {one['to']}"


def _row(snapshot: Mapping[str, Any]) -> Iterator[str]:
    yield snapshot["snapshot_date"]
    yield snapshot["name"] or ""
    for metric in METRICS:
        rank = snapshot["ranks"][metric.name]
        yield ranked.shown(snapshot["values"][metric.name])
        yield "" if rank is None else f"{rank['rank']:,} of {rank['of']:,}"
