"""What a kingdom's roster must say, calculated a second time: plain Python, one player at a time.

From the contract alone (section 9); nothing of `chalicelib.roster` but the types of its answers.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from chalicelib.changes.growing import GROWING
from chalicelib.roster.roster import Found, Listed, Member, NameSpan

Rows = Mapping[int, Mapping[str, Any]]
"""A snapshot's players by id: name, alliance, power and counters; what is missing is null."""

Snapshots = Mapping[date, Rows]


class Known(NamedTuple):
    """A player, as answers show it."""

    member: Member
    power: int | None


def known_of(snapshots: Snapshots) -> dict[int, Known]:
    """Everybody who is in one of the snapshots."""
    days = sorted(day for day, rows in snapshots.items() if rows)
    ids = sorted({player for rows in snapshots.values() for player in rows})
    return {player: _known(player, days, snapshots) for player in ids}


def _known(player: int, days: list[date], snapshots: Snapshots) -> Known:
    seen = [day for day in days if player in snapshots[day]]
    rows = [snapshots[day][player] for day in seen]
    changed = None
    for before, after, day in zip(rows, rows[1:], seen[1:], strict=False):
        for counter in GROWING:
            old, new = before.get(counter), after.get(counter)
            if old is not None and new is not None and new > old:
                changed = day
    spans: list[NameSpan] = []
    for row, day in zip(rows, seen, strict=True):
        name = row.get("name")
        if name is None:
            continue
        if spans and spans[-1].name == name:
            spans[-1] = spans[-1]._replace(last=day)
        else:
            spans.append(NameSpan(name, day, day))
    if spans:
        spans[-1] = spans[-1]._replace(last=seen[-1])
    member = Member(
        player,
        spans[-1].name if spans else None,
        rows[-1].get("alliance"),
        seen[0],
        seen[-1],
        changed,
        spans[::-1],
        seen,
    )
    return Known(member, rows[-1].get("power"))


def folded(text: str) -> str:
    """NFKD, no marks, casefolded."""
    kept = [
        one for one in unicodedata.normalize("NFKD", text) if unicodedata.category(one)[0] != "M"
    ]
    return "".join(kept).casefold()


def sought(text: str) -> str:
    """Folded, any apostrophe as the plain one, and without what cannot be seen."""
    plain = "".join("'" if one in "‘’‛ʼ" else one for one in folded(text))
    unseen = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\ufeff"
    ranges = (("\u202a", "\u202e"), ("\u2060", "\u2064"), ("\u2066", "\u2069"))
    return "".join(
        one
        for one in plain
        if one not in unseen and not any(low <= one <= high for low, high in ranges)
    )


def search(
    players: Mapping[int, Known], text: str, alliance: str | None, limit: int, offset: int
) -> Found:
    """What a search must find."""
    part = sought(text)
    found = []
    for one in players.values():
        if alliance is not None and one.member.alliance != alliance:
            continue
        fitting = [span.name for span in one.member.names if part in sought(span.name)]
        if not fitting and str(one.member.id) != part:
            continue
        classes = [
            0 if sought(name) == part else 1 if sought(name).startswith(part) else 2
            for name in fitting
        ]
        matched = None
        if fitting and part not in sought(one.member.name or ""):
            matched = fitting[0]
        found.append((min(classes, default=2), *_order(one), _listed(one, matched)))
    found.sort(key=lambda line: line[:-1])
    return Found(len(found), [line[-1] for line in found[offset : offset + limit]])


def idle_since(
    players: Mapping[int, Known], day: date, alliance: str | None, limit: int, offset: int
) -> Found:
    """Who must be idle."""
    newest = max((one.member.last_seen for one in players.values()), default=None)
    idle = [
        one
        for one in players.values()
        if one.member.last_seen == newest
        and (one.member.last_changed or one.member.first_seen) <= day
        and (alliance is None or one.member.alliance == alliance)
    ]
    idle.sort(key=_order)
    return Found(len(idle), [_listed(one, None) for one in idle[offset : offset + limit]])


def _order(one: Known) -> tuple[bool, int, int]:
    return (one.power is None, -(one.power or 0), one.member.id)


def _listed(one: Known, matched: str | None) -> Listed:
    member = one.member
    return Listed(
        member.id,
        member.name,
        member.alliance,
        one.power,
        matched,
        member.first_seen,
        member.last_seen,
        member.last_changed,
    )
