"""`changes`: what happened between two snapshots; the API's own answer."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Any, Final

from chalicelib.changes.findings import Suspect
from chalicelib.changes.words.suspects import by_player
from chalicelib.cli import ranked, terminal
from chalicelib.cli.asking import show
from chalicelib.cli.text import Align, counted, thousands

_ROUTE = "/v1/kingdoms/{kingdom}/changes"
_PERSONS: Final = {
    "joined": "Joined",
    "returned": "Came back",
    "came_into_view": "Came into view: the older scan did not go so deep",
    "left": "Left",
    "below_cut": "Below the cut: the newer scan does not go so deep",
}
_RENAMINGS: Final = {"renamed": "Renamed", "changed_alliance": "Changed the alliance"}
_ALIGNS: tuple[Align, ...] = ("right", "left", "left", "right")
_ALIGNS_OF_NAMES: tuple[Align, ...] = ("right", "left", "left", "left")


def run(arguments: Namespace) -> int:
    """Show what happened; always returns 0, because a missing snapshot raises an error."""
    query = {"from": arguments.older, "to": arguments.newer}
    parts = {"kingdom": arguments.kingdom}
    return show(arguments, _ROUTE, parts, query, _say_changes)


def _say_changes(changes: Mapping[str, Any]) -> None:
    older, newer = changes["from"], changes["to"]
    terminal.say(
        f"Kingdom {changes['kingdom']} from {older['snapshot_date']} to {newer['snapshot_date']}"
    )
    for label, head in (("from", older), ("to", newer)):
        floor = head["floor"]
        depth = "" if floor is None else f", down to a power of about {thousands(floor)}"
        terminal.say(f"  {label:<9} {counted(head['players'], 'player')}{depth}")
    records = changes["records"]
    terminal.say(f"  {'players':<9} {', '.join(f'{records[one]:,} {one}' for one in records)}")
    for name, title in _PERSONS.items():
        _say_list(title, changes[name], ("id", "name", "alliance", "power"))
    for name, title in _RENAMINGS.items():
        _say_list(title, changes[name], ("id", "name", "alliance", "before"))
    _say_suspects(changes)
    ranked.say_unreliable(changes["unreliable_columns"])


def _say_list(title: str, players: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    if not players:
        return
    terminal.say()
    terminal.say(f"{title}: {thousands(len(players))}")
    is_of_names = columns[-1] == "before"
    none = "(none)" if is_of_names else ""
    rows = [
        [str(one["id"]), one["name"] or "", one["alliance"] or none, _cell(one[columns[-1]], none)]
        for one in players[: ranked.SHOWN]
    ]
    aligns = _ALIGNS_OF_NAMES if is_of_names else _ALIGNS
    terminal.say_table(columns, aligns, rows)
    _say_more(len(players), "player")


def _cell(value: int | str | None, none: str) -> str:
    if none and value is None:
        return none
    return value if isinstance(value, str) else ranked.shown(value)


def _say_more(count: int, noun: str) -> None:
    if count > ranked.SHOWN:
        terminal.say(f"and {counted(count - ranked.SHOWN, noun)} more (--json lists all)")


def _say_suspects(changes: Mapping[str, Any]) -> None:
    """Write what is likely wrong, less what stands in columns that are not to be trusted."""
    bad = {one["column"] for one in changes["unreliable_columns"]}
    found = [Suspect.from_json(one) for one in changes["suspects"] if one["column"] not in bad]
    players = by_player(found)
    if not players:
        return
    terminal.say()
    terminal.say(f"Likely wrong, the numbers of {counted(len(players), 'player')}")
    ranked.say_suspects(players, changes)
    _say_more(len(players), "player")
