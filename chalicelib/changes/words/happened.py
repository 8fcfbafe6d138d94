"""What happened since the snapshot before, as paragraphs for a chat or a terminal."""

from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from chalicelib.boards.metrics import Metric
from chalicelib.changes.findings import Suspect
from chalicelib.changes.gains_page import Gain, GainsPage
from chalicelib.changes.summary import Person, Summary
from chalicelib.changes.words.suspects import by_player, careful, sentence, unreliable

_ADVICE: Final = (
    "Look at them in the game. Where a scan is wrong, correct its file and upload it again for "
    "its date."
)

_SAME: Final = (
    "nothing: every number of every player is as it was. Is it the file of that day? Then upload "
    "the right one for this date."
)

Part = list[str]
"""The lines of a paragraph."""


class Length(NamedTuple):
    """How much is told.

    Attributes:
        names: so many names stand in a line; the lists are in the order of power.
        players: so many players with odd numbers are told.
        numbers: so many odd numbers of each of them; a lost digit shows in several columns.
    """

    names: int
    players: int
    numbers: int


TERMINAL: Final = Length(names=5, players=5, numbers=3)
CHAT: Final = Length(names=3, players=3, numbers=1)
"""Discord takes 2,000 characters, and the board must have room too."""


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


def paragraphs(
    happened: Happened, length: Length = TERMINAL, shown: Callable[[str], str] = str
) -> list[Part]:
    """The paragraphs, none of which is empty: who came and went, what is odd, who gained.

    Args:
        happened: what happened.
        length: how much is told.
        shown: makes a player's name harmless.
    """
    parts = (
        _came_and_went(happened, length, shown),
        _odd(happened, length, shown),
        _gained(happened, shown),
    )
    return [part for part in parts if part]


def _came_and_went(happened: Happened, length: Length, shown: Callable[[str], str]) -> Part:
    summary, returned = happened.summary, happened.returned
    older = summary.older.snapshot.snapshot_date
    days = (summary.newer.snapshot.snapshot_date - older).days
    ago = f"{days} {'day' if days == 1 else 'days'} before"
    joined: Sequence[Person] = summary.arrived
    back: Sequence[Person] = ()
    if returned is not None:
        joined = [one for one in summary.arrived if one.id not in returned]
        back = [one for one in summary.arrived if one.id in returned]
    what = "joined" if returned is not None else "joined or came back"
    lines = [
        *_listed(joined, what, length, shown),
        *_listed(back, "came back", length, shown),
        *_unseen(summary.came_into_view, "came into view: the scan before did not go so deep"),
        *_listed(summary.left, "left", length, shown),
        *_unseen(summary.below_cut, "below the cut: this scan does not go so deep"),
    ]
    if not (summary.records.added or summary.records.removed or summary.records.changed):
        lines = [f"- {_SAME}"]
    return [f"Since the scan of {older}, {ago}:", *(lines or ["- nobody joined or left"])]


def _listed(
    persons: Sequence[Person], what: str, length: Length, shown: Callable[[str], str]
) -> Part:
    if not persons:
        return []
    names = [_name(one.id, one.name, shown) for one in persons[: length.names]]
    left = len(persons) - len(names)
    more = f" and {left:,} more" if left else ""
    return [f"- {len(persons):,} {what}: {', '.join(names)}{more}"]


def _unseen(persons: Sequence[Person], what: str) -> Part:
    return [f"- {len(persons):,} {what}"] if persons else []


def _name(player: int, name: str | None, shown: Callable[[str], str]) -> str:
    return shown(name) if name else f"player {player}"


def _odd(happened: Happened, length: Length, shown: Callable[[str], str]) -> Part:
    summary = happened.summary
    days = summary.older.snapshot.snapshot_date, summary.newer.snapshot.snapshot_date
    columns = [f"- {unreliable(one)}" for one in summary.findings.unreliable]
    players = by_player(summary.findings.reliable())
    told = [
        f"- {sentence(found, _name(found[0].id, found[0].name, shown), days, length.numbers)}"
        for found in players[: length.players]
    ]
    if not players:
        return ["Likely wrong:", *columns] if columns else []
    count = f"{len(players):,} {'player' if len(players) == 1 else 'players'}"
    some = f", the first {len(told)}" if len(told) < len(players) else ""
    return [f"Likely wrong, the numbers of {count}{some}:", *told, _ADVICE, *columns]


def _gained(happened: Happened, shown: Callable[[str], str]) -> Part:
    if happened.metric is None or happened.gains is None:
        return []
    # A list of zeros and losses tells nobody anything.
    entries = [entry for entry in happened.gains.entries if entry["value"] > 0]
    total = happened.gains.total
    if not entries:
        return [f"{happened.metric.label}: nobody gained any."] if total else []
    odd = happened.gains.findings.by_player([entry["id"] for entry in entries])
    label = happened.metric.label
    title = f"{label} gained, the first {len(entries)} of {total:,}:"
    if len(entries) < len(happened.gains.entries):
        title = f"{label} gained by {len(entries)} of {total:,} players:"
    return [title, *(_gain(entry, odd.get(entry["id"], ()), shown) for entry in entries)]


def _gain(entry: Gain, odd: Sequence[Suspect], shown: Callable[[str], str]) -> str:
    name = _name(entry["id"], entry["name"], shown)
    return f"{entry['rank']:,}. {name}: {entry['value']:+,}{careful(odd)}"
