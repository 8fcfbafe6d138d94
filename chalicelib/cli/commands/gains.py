"""`gains METRIC`: who gained how much between two snapshots; the API's own answer."""

from argparse import Namespace
from collections.abc import Mapping
from functools import partial
from typing import Any

from chalicelib.boards.document import BOARD_SIZE
from chalicelib.changes.findings import Suspect
from chalicelib.changes.growing import GROWING
from chalicelib.changes.words.suspects import by_player
from chalicelib.cli import ranked, terminal
from chalicelib.cli.asking import show
from chalicelib.cli.text import counted

_ROUTE = "/v1/kingdoms/{kingdom}/gains/{metric}"


def run(arguments: Namespace) -> int:
    """Show the board of gains; always returns 0, because a missing snapshot raises an error."""
    query = {
        "from": arguments.older,
        "to": arguments.newer,
        "limit": arguments.limit,
        "around": arguments.around,
        "alliance": arguments.alliance,
        "with": arguments.values,
        "weights": arguments.weights,
    }
    parts = {"kingdom": arguments.kingdom, "metric": arguments.metric}
    return show(arguments, _ROUTE, parts, query, partial(_say_gains, alliance=arguments.alliance))


def _say_gains(gains: Mapping[str, Any], alliance: str | None) -> None:
    label = ranked.LABELS[gains["metric"]]
    older, newer = (gains[end]["snapshot_date"] for end in ("from", "to"))
    # Who is not known is counted in the whole kingdom, whatever alliance is asked for.
    where = f" of {alliance}" if alliance is not None else ""
    of_all = " in the kingdom" if where else ""
    unknown = f", {gains['unknown']:,} not known{of_all}" if gains["unknown"] else ""
    players = f"{counted(gains['total'], 'player')}{where}"
    terminal.say(
        f"{label} gained in kingdom {gains['kingdom']} from {older} to {newer} "
        f"({counted(gains['days'], 'day')}): {players} ranked{unknown}"
    )
    if gains["metric"] == "dkp" and (formula := ranked.formula(gains["dkp"])):
        terminal.say(f"{label} is {formula}")
    entries = gains["entries"]
    if entries:
        columns = [
            ranked.RANK,
            ranked.NAME,
            ranked.ALLIANCE,
            ranked.number("value", "gained", signed=True),
            ranked.number("from", older),
            ranked.number("to", newer),
            *ranked.values(list(entries[0].get("values", ())), signed=True),
            ranked.LOOK,
        ]
        ranked.say(columns, entries)
    ranked.say_left_out(gains, BOARD_SIZE)
    _say_suspects(gains)
    ranked.say_unreliable(gains["unreliable_columns"])


def _say_suspects(gains: Mapping[str, Any]) -> None:
    """Write of whom a scan is wrong; those are not ranked where the metric only grows."""
    metric = gains["metric"]
    players = by_player(Suspect.from_json(one) for one in gains["suspects"])
    if not players:
        return
    is_growing = metric == "dkp" or metric in GROWING
    title = "Not ranked, since a scan is wrong" if is_growing else "A scan is likely wrong of"
    terminal.say()
    terminal.say(f"{title}: {counted(len(players), 'player')}")
    ranked.say_suspects(players, gains)
    left = len(players) - ranked.SHOWN
    if left > 0:
        terminal.say(f"  and {counted(left, 'player')} more (--json lists all)")
