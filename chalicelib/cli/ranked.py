"""Tables of ranked players: boards, and boards of gains."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from chalicelib.boards.metrics import METRICS
from chalicelib.changes.findings import Suspect, UnreliableColumn
from chalicelib.changes.words.happened import TERMINAL
from chalicelib.changes.words.suspects import brief, sentence, unreliable
from chalicelib.cli import terminal
from chalicelib.cli.text import Align, counted, thousands

LABELS: Final = {metric.name: metric.label for metric in METRICS}
"""The headings of the metrics."""

SHOWN: Final = 20
"""So many of each list are shown."""

Entry = Mapping[str, Any]


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        title: its heading.
        align: how its cells stand.
        cell: an entry's text in it.
    """

    title: str
    align: Align
    cell: Callable[[Entry], str]


RANK: Final = Column("rank", "right", lambda entry: thousands(entry["rank"]))
NAME: Final = Column("name", "left", lambda entry: entry["name"] or "")
ALLIANCE: Final = Column("alliance", "left", lambda entry: entry["alliance"] or "")


def number(name: str, title: str, *, signed: bool = False) -> Column:
    """A column with the number that each entry has under a name; `?` where it is not known."""
    return Column(title, "right", lambda entry: shown(entry[name], signed=signed))


def values(names: Sequence[str], *, signed: bool = False) -> list[Column]:
    """A column for each of the metrics in the entries' `values`."""

    def column(name: str) -> Column:
        title = LABELS[name]
        return Column(title, "right", lambda entry: shown(entry["values"][name], signed=signed))

    return [column(name) for name in names]


def shown(value: int | None, *, signed: bool = False) -> str:
    """A number; `?` for one that is not known."""
    if value is None:
        return "?"
    return f"{value:+,}" if signed else thousands(value)


def look_at(entry: Entry) -> str:
    """What is likely wrong with an entry's numbers."""
    player = {"id": entry["id"], "name": entry["name"], "alliance": entry["alliance"]}
    return ", ".join(brief(Suspect.from_json({**player, **one})) for one in entry["suspects"])


LOOK: Final = Column("look at", "left", look_at)


def say(columns: Sequence[Column], entries: Sequence[Entry]) -> None:
    """Write a table; a column `look at` only if it is not empty."""
    kept = [one for one in columns if one is not LOOK or any(map(one.cell, entries))]
    terminal.say()
    terminal.say_table(
        [one.title for one in kept],
        [one.align for one in kept],
        [[one.cell(entry) for one in kept] for entry in entries],
    )


def say_left_out(document: Mapping[str, Any], most: int) -> None:
    """Write how many players of a board are before and behind those that are shown."""
    before = document["offset"]
    behind = document["total"] - before - len(document["entries"])
    if not document["entries"] or (before <= 0 and behind <= 0):
        return
    parts = [f"{counted(before, 'player')} before"] if before else []
    if behind > 0:
        parts.append(f"{counted(behind, 'player')} more")
    terminal.say()
    terminal.say(f"and {' and '.join(parts)} (--limit shows up to {most:,})")


def say_suspects(players: Sequence[Sequence[Suspect]], answer: Mapping[str, Any]) -> None:
    """Write a sentence about each of the first `SHOWN` suspect players.

    Args:
        players: the suspects of each.
        answer: with the heads of the two snapshots.
    """
    older, newer = (date.fromisoformat(answer[end]["snapshot_date"]) for end in ("from", "to"))
    for found in players[:SHOWN]:
        name = found[0].name or "(no name)"
        terminal.say(f"  {sentence(found, name, (older, newer), TERMINAL.numbers)}")


def say_unreliable(columns: Sequence[Mapping[str, Any]]) -> None:
    """Write which columns are not to be trusted."""
    for one in columns:
        terminal.say()
        terminal.say(unreliable(UnreliableColumn(**one)))


def formula(dkp: Mapping[str, Any]) -> str:
    """How a dkp is calculated: `10 x t4_kills + 20 x t5_kills`; empty if that is not known."""
    terms = (f"{weight} x {column}" for column, weight in dkp.get("weights", {}).items())
    return " + ".join(terms)
