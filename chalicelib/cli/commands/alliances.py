"""`alliances`: each alliance's sums, and its gains; the API's own answer."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.boards.metrics import METRICS
from chalicelib.cli import ranked, terminal
from chalicelib.cli.asking import show
from chalicelib.cli.text import Align, thousands

_ROUTE = "/v1/kingdoms/{kingdom}/alliances"


def run(arguments: Namespace) -> int:
    """Show the alliances; always returns 0, because a missing snapshot raises an error."""
    query = {"date": arguments.date, "since": arguments.since}
    parts = {"kingdom": arguments.kingdom}
    return show(arguments, _ROUTE, parts, query, _say_alliances)


def _say_alliances(document: Mapping[str, Any]) -> None:
    since = document.get("since")
    terminal.say(f"Alliances of kingdom {document['kingdom']}, {document['snapshot_date']}")
    found = document["alliances"]
    if not found:
        return
    terminal.say()
    _say_sums(found, "metrics", signed=False)
    if since:
        terminal.say()
        terminal.say(f"Gained since {since['snapshot_date']}")
        _say_sums(found, "gains", signed=True)


def _say_sums(found: list[Mapping[str, Any]], key: str, *, signed: bool) -> None:
    names = [one.name for one in METRICS if any(one.name in each[key] for each in found)]
    titles = ["alliance", "members", *(ranked.LABELS[name] for name in names)]
    aligns: list[Align] = ["left", "right"]
    aligns += ["right"] * len(names)

    def row(one: Mapping[str, Any]) -> Iterator[str]:
        yield one["alliance"] or "(none)"
        yield thousands(one["members"])
        for name in names:
            yield _sum(one[key].get(name), one["members"], signed=signed)

    terminal.say_table(titles, aligns, [[*row(one)] for one in found])
    if key == "gains" and any(gain.get("suspects") for one in found for gain in one[key].values()):
        terminal.say("! a number of a member is likely wrong: see `changes`")


def _sum(found: Mapping[str, Any] | None, members: int, *, signed: bool) -> str:
    """A sum, with how many members it is known of where that is not all, and `!` if it is odd."""
    if found is None or found["sum"] is None or not found["known"]:
        return "?"
    some = f" ({found['known']:,})" if not signed and found["known"] < members else ""
    odd = "! " if found.get("suspects") else ""
    return f"{odd}{ranked.shown(found['sum'], signed=signed)}{some}"
