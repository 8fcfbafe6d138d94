"""What happened since the snapshot before, as paragraphs for a chat or a terminal."""

from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from chalicelib.boards.metrics import Metric
from chalicelib.changes.findings import Suspect
from chalicelib.changes.gains_page import Gain, GainsPage
from chalicelib.changes.summary import Person, Summary
from chalicelib.changes.words.suspects import by_player, careful, sentence, unreliable

NAMES: Final = 5
"""So many names stand in a line; the lists are in the order of power."""

PLAYERS: Final = 5
"""So many players with odd numbers are told."""

_ADVICE: Final = (
    "Look at them in the game. Where a scan is wrong, put it right in its file and upload that "
    "again for its date."
)

Part = list[str]
"""The lines of a paragraph."""


class Happened(NamedTuple):
    """What happened between a snapshot and the one before it.

    Attributes:
        summary: all of it.
        returned: who of `summary.arrived` was seen before the older one; None: that is not known.
        metric: by which gains are ranked; None where there is none that both snapshots know.
        gains: the first of them, if there is a metric.
    """

    summary: Summary
    returned: Collection[int] | None
    metric: Metric | None
    gains: GainsPage | None


def paragraphs(happened: Happened, shown: Callable[[str], str] = str) -> list[Part]:
    """The paragraphs, none of which is empty: who came and went, what is odd, who gained.

    Args:
        happened: what happened.
        shown: makes a player's or an alliance's name harmless.
    """
    parts = _came_and_went(happened, shown), _odd(happened, shown), _gained(happened, shown)
    return [part for part in parts if part]


def _came_and_went(happened: Happened, shown: Callable[[str], str]) -> Part:
    summary, returned = happened.summary, happened.returned
    older = summary.older.snapshot.snapshot_date
    days = (summary.newer.snapshot.snapshot_date - older).days
    ago = f"{days} {'day' if days == 1 else 'days'} before"
    joined: Sequence[Person] = summary.arrived
    back: Sequence[Person] = ()
    if returned is not None:
        joined = [one for one in summary.arrived if one.id not in returned]
        back = [one for one in summary.arrived if one.id in returned]
    lines = [
        *_listed(joined, "joined" if returned is not None else "joined or came back", shown),
        *_listed(back, "came back", shown),
        *_unseen(summary.came_into_view, "came into view: the scan before did not go so deep"),
        *_listed(summary.left, "left", shown),
        *_unseen(summary.below_cut, "below the cut: this scan does not go so deep"),
    ]
    return [f"Since the scan of {older}, {ago}:", *(lines or ["- nobody joined or left"])]


def _listed(persons: Sequence[Person], what: str, shown: Callable[[str], str]) -> Part:
    if not persons:
        return []
    names = [_name(one.id, one.name, shown) for one in persons[:NAMES]]
    left = len(persons) - len(names)
    more = f" and {left:,} more" if left else ""
    return [f"- {len(persons):,} {what}: {', '.join(names)}{more}"]


def _unseen(persons: Sequence[Person], what: str) -> Part:
    return [f"- {len(persons):,} {what}"] if persons else []


def _name(player: int, name: str | None, shown: Callable[[str], str]) -> str:
    return shown(name) if name else f"player {player}"


def _odd(happened: Happened, shown: Callable[[str], str]) -> Part:
    summary = happened.summary
    days = summary.older.snapshot.snapshot_date, summary.newer.snapshot.snapshot_date
    columns = [f"- {unreliable(one)}" for one in summary.findings.unreliable]
    players = by_player(summary.findings.reliable())
    told = [
        f"- {sentence(found, _name(found[0].id, found[0].name, shown), *days)}"
        for found in players[:PLAYERS]
    ]
    if not players:
        return ["Likely wrong:", *columns] if columns else []
    count = f"{len(players):,} {'player' if len(players) == 1 else 'players'}"
    some = f", the first {len(told)}" if len(told) < len(players) else ""
    return [f"Likely wrong, the numbers of {count}{some}:", *told, *columns, _ADVICE]


def _gained(happened: Happened, shown: Callable[[str], str]) -> Part:
    if happened.metric is None or happened.gains is None or not happened.gains.entries:
        return []
    entries, total = happened.gains.entries, happened.gains.total
    odd = happened.gains.findings.by_player([entry["id"] for entry in entries])
    title = f"{happened.metric.label} gained, the first {len(entries)} of {total:,}:"
    return [title, *(_gain(entry, odd.get(entry["id"], ()), shown) for entry in entries)]


def _gain(entry: Gain, odd: Sequence[Suspect], shown: Callable[[str], str]) -> str:
    alliance = f" ({shown(entry['alliance'])})" if entry["alliance"] else ""
    name = _name(entry["id"], entry["name"], shown)
    return f"{entry['rank']:,}. {name}{alliance}: {entry['value']:+,}{careful(odd)}"
