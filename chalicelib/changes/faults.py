"""Which of two scans is likely wrong about a suspect (docs/between.md, `fault`)."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.changes.findings import NO_SNAPSHOT, Fault, Kind
from chalicelib.changes.identity import IDENTITY, differences
from chalicelib.changes.pair import Before, Pair, column_of

Faults = list[Fault | None]

_DISPUTED: Final = ("fell", "jump")
_ALWAYS: Final[dict[Kind, Fault | None]] = {
    "back_from_zero": "from",
    "tiers": "to",
    "zeroed": None,
}


class Group(NamedTuple):
    """The suspects of one kind and column.

    Attributes:
        kind: of all of them.
        column: likewise.
        rows: of the newer scan.
        before: the older values; None: all null.
        after: the newer values; None: all null.
        ref: the bar of a jump.
    """

    kind: Kind
    column: str | None
    rows: pa.Array
    before: pa.Array | None = None
    after: pa.Array | None = None
    ref: int | None = None


class Settled(NamedTuple):
    """The faults of some suspects.

    Attributes:
        faults: of each group, those of its suspects.
        before: see `chalicelib.changes.findings.Findings`.
    """

    faults: list[Faults]
    before: str | None


def faults_of(pair: Pair, groups: Sequence[Group], before: Before) -> Settled:
    """The fault of each suspect of each group.

    Args:
        pair: the two scans.
        groups: the suspects.
        before: reads the snapshot before the older one.
    """
    faults = [
        _by_identity(pair, group)
        if group.kind in _DISPUTED
        else [_ALWAYS[group.kind]] * len(group.rows)
        for group in groups
    ]
    open_ones = {
        at: group.column
        for at, group in enumerate(groups)
        if group.kind in _DISPUTED and group.column and None in faults[at]
    }
    if not open_ones:
        return Settled(faults, None)
    third = before(sorted({*open_ones.values()}))
    if third is None:
        return Settled(faults, NO_SNAPSHOT)
    third_ids = column_of(third.players, "id")
    for at in open_ones:
        found = _by_older(pair, groups[at], third.players, third_ids)
        faults[at] = [known or new for known, new in zip(faults[at], found, strict=True)]
    return Settled(faults, third.snapshot.version)


def _by_identity(pair: Pair, group: Group) -> Faults:
    """Where the identity of kill points and tiers holds in exactly one scan, the other one."""
    if group.column not in IDENTITY:
        return [None] * len(group.rows)
    old = kernels.take(pair.rows, group.rows)
    was = differences({name: kernels.take(pair.old(name), old) for name in IDENTITY})
    now = differences({name: kernels.take(pair.now(name), group.rows) for name in IDENTITY})
    return [
        _other(abs(before) <= 1, abs(after) <= 1)
        if before is not None and after is not None
        else None
        for before, after in zip(was.to_pylist(), now.to_pylist(), strict=True)
    ]


def _other(from_holds: bool, to_holds: bool) -> Fault | None:
    if from_holds == to_holds:
        return None
    return "to" if from_holds else "from"


def _by_older(pair: Pair, group: Group, third: pa.Table, third_ids: pa.Array) -> Faults:
    """By the players' values in the snapshot right before the older one."""
    assert group.column is not None
    assert group.before is not None
    assert group.after is not None
    ids = kernels.take(pair.now("id"), group.rows)
    at = kernels.index_in(ids, third_ids)
    values = kernels.take(column_of(third, group.column), at).to_pylist()
    return [
        None if older is None else _judge(group.kind, older, old, new)
        for older, old, new in zip(
            values, group.before.to_pylist(), group.after.to_pylist(), strict=True
        )
    ]


def _judge(kind: Kind, older: int, old: int, new: int) -> Fault | None:
    if kind == "jump":
        return "from" if old < older <= new else None
    return "from" if older <= new else "to"
