"""Single players of a roster: who was seen when, under which names."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.roster.answers import Member, NameSpan
from chalicelib.roster.columns import row_numbers
from chalicelib.roster.file import RosterFile
from chalicelib.roster.marks import ABSENT, UNNAMED


def first_seen(file: RosterFile, ids: Collection[int]) -> Mapping[int, date]:
    """See `Roster.first_seen`; reads two columns."""
    if not ids:
        return {}
    known, first = file.read("id", "first_seen")
    wanted = kernels.is_in(known, value_set=pa.array(ids, pa.int64()))
    found = (kernels.filter_by(column, wanted).to_pylist() for column in (known, first))
    return dict(zip(*found, strict=True))


_MEMBER: Final = (
    *("id", "name", "alliance", "first_seen", "last_seen", "last_changed"),
    *("name_since", "former", "marks"),
)


def member(file: RosterFile, player: int) -> Member | None:
    """See `Roster.member`."""
    rows = kernels.indices_nonzero(kernels.equal(file.read("id")[0], player))
    return next(_members(file, rows), None)


def members(file: RosterFile) -> Iterator[Member]:
    """Everybody, by `first_seen`, then id."""
    return _members(file, row_numbers(file.players))


def _members(file: RosterFile, rows: pa.Array) -> Iterator[Member]:
    """Those of some rows."""
    columns = [kernels.take(column, rows).to_pylist() for column in file.read(*_MEMBER)]
    for values in zip(*columns, strict=True):
        found: dict[str, Any] = dict(zip(_MEMBER, values, strict=True))
        marks = [*zip(file.days, found["marks"], strict=False)]
        yield Member(
            found["id"],
            found["name"],
            found["alliance"],
            found["first_seen"],
            found["last_seen"],
            found["last_changed"],
            _names(found, [day for day, mark in marks if mark not in UNNAMED]),
            [day for day, mark in marks if mark != ABSENT],
        )


def _names(found: Mapping[str, Any], named: Sequence[date]) -> list[NameSpan]:
    """The names of a player, newest first.

    Args:
        found: the player's columns.
        named: the snapshots that know the player's name, oldest first.
    """
    if found["name"] is None:
        return []
    spans = [NameSpan(found["name"], found["name_since"], found["last_seen"])]
    for one in reversed(found["former"]):
        last = named[bisect_left(named, spans[-1].first) - 1]
        spans.append(NameSpan(one["name"], one["since"], last))
    return spans
