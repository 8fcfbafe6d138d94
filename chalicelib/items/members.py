"""What the roster says of the players of a bucket: one item, so that one read finds a player.

    {"days":["2026-01-05",7,7],"players":[
    [123,"雪 Yuki","ABC",0,2,1,[["雪 Yuki",1,2],["Yuki",0,0]],[0,2]],
    …

packed (`chalicelib.items.packing`). `days` are the roster's snapshots: the oldest, then how many
days later each next one is; all other dates are their numbers. A player: id, name, alliance, first
and last seen, last changed, names, and from which to which snapshot in a row the player was seen.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from chalicelib.items.keys import BUCKETS, bucket_of, players_key, roster_part
from chalicelib.items.packing import damaged, pack, unpack
from chalicelib.lake.dynamodb.table import Item
from chalicelib.roster.answers import Member, NameSpan
from chalicelib.roster.roster import roster_of

_DAYS: Final = "days"
_PLAYERS: Final = "players"


def member_items(kingdom: int, roster: str, body: bytes) -> Iterator[Item]:
    """An item of every bucket, also of those with nobody in them.

    Args:
        kingdom: the roster's kingdom.
        roster: its id.
        body: the roster object's bytes.

    Raises:
        StoreError: it is damaged.
        RosterMissingError: another version of this software made it.
    """
    whole = roster_of(body, f"the roster of kingdom {kingdom}")
    days = whole.days
    numbers = {day: number for number, day in enumerate(days)}
    buckets: list[list[Sequence[Any]]] = [[] for _ in range(BUCKETS)]
    for member in whole.members():
        buckets[bucket_of(member.id)].append(_row(member, numbers))
    steps = [(after - before).days for before, after in pairwise(days)]
    told = [days[0].isoformat(), *steps] if days else []
    for bucket, rows in enumerate(buckets):
        said = {_DAYS: told, _PLAYERS: sorted(rows, key=lambda row: row[0])}
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        key = players_key(kingdom, bucket, roster_part(roster))
        yield Item(key, pack(text))


def read_member(item: Item, player: int) -> Member | None:
    """A player in the item of the player's bucket; None who is not in the roster.

    Raises:
        StoreError: the item is damaged.
    """
    said: Any = json.loads(unpack(item))
    try:
        days = _days(said[_DAYS])
        return next((_member(row, days) for row in said[_PLAYERS] if row[0] == player), None)
    except (ValueError, LookupError, TypeError):
        raise damaged(item) from None


def _days(told: Sequence[Any]) -> list[date]:
    days: list[date] = []
    for one in told:
        days.append(days[-1] + timedelta(one) if days else date.fromisoformat(one))
    return days


def _row(member: Member, numbers: Mapping[date, int]) -> list[Any]:
    changed = member.last_changed
    return [
        member.id,
        member.name,
        member.alliance,
        numbers[member.first_seen],
        numbers[member.last_seen],
        None if changed is None else numbers[changed],
        [[one.name, numbers[one.first], numbers[one.last]] for one in member.names],
        _runs([numbers[day] for day in member.seen]),
    ]


def _member(row: Sequence[Any], days: Sequence[date]) -> Member:
    player, name, alliance, first, last, changed, names, runs = row
    pairs = zip(runs[::2], runs[1::2], strict=True)
    return Member(
        player,
        name,
        alliance,
        days[first],
        days[last],
        None if changed is None else days[changed],
        [NameSpan(one, days[start], days[end]) for one, start, end in names],
        [day for start, end in pairs for day in days[start : end + 1]],
    )


def _runs(numbers: Sequence[int]) -> list[int]:
    """The first and the last of each run of numbers that follow one another."""
    runs: list[int] = []
    for number in numbers:
        if runs and number == runs[-1] + 1:
            runs[-1] = number
        else:
            runs += (number, number)
    return runs
