"""Find values that are likely wrong (docs/between.md: one rule)."""

from collections.abc import Iterator
from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.changes.faults import Faults, Group, faults_of
from chalicelib.changes.findings import Findings, Kind, Suspect, UnreliableColumn
from chalicelib.changes.floor import value_at
from chalicelib.changes.growing import GROWING
from chalicelib.changes.identity import IDENTITY, differences
from chalicelib.changes.pair import Before, Pair, Scan

COLUMNS: Final = ("id", "name", "alliance", *GROWING)
"""The columns that suspects follow from."""

_COUNTERS: Final = sorted(GROWING)


def find_suspects(older: Scan, newer: Scan, before: Before) -> Findings:
    """The suspects and unreliable columns of a pair.

    Args:
        older: the snapshot `from`, with the columns `COLUMNS`.
        newer: the snapshot `to`, likewise.
        before: reads the snapshot before the older one.

    Raises:
        TooManyChangesError: there are more than can be listed.
    """
    return suspects_of(Pair(older, newer), before)


def suspects_of(pair: Pair, before: Before) -> Findings:
    """As `find_suspects`, of two scans that are joined already."""
    groups = [*_of_zero(pair)]
    unreliable = []
    for column in _COUNTERS:
        if not pair.knows(column):
            continue
        gain = pair.gain(column)
        players = len(gain) - gain.null_count
        for group in _of_column(pair, column, gain):
            groups.append(group)
            fell = len(group.rows)
            if group.kind == "fell" and is_unreliable(fell, players):
                unreliable.append(UnreliableColumn(column, fell, players))
    groups.extend(_of_tiers(pair))
    pair.check_listed(sum(len(group.rows) for group in groups))
    faults, settled_by = faults_of(pair, groups, before)
    return Findings(_suspects(pair, groups, faults), unreliable, settled_by)


def is_unreliable(fell: int, players: int) -> bool:
    """Whether a column fell too often: for more than 5%, and at least 5, of its players."""
    return fell >= 5 and fell * 20 > players


def _of_zero(pair: Pair) -> Iterator[Group]:
    old, new = pair.zeros
    kinds: tuple[tuple[Kind, pa.Array], ...] = (
        ("back_from_zero", kernels.and_not(old, new)),
        ("zeroed", kernels.and_not(new, old)),
    )
    for kind, mask in kinds:
        if mask.true_count:
            yield Group(kind, None, kernels.indices_nonzero(mask))


def _of_column(pair: Pair, column: str, gain: pa.Array) -> Iterator[Group]:
    """Who fell and who jumped in a counter."""
    fell = kernels.less(gain, 0)
    if fell.true_count:
        yield _group(pair, "fell", column, kernels.indices_nonzero(fell))
    rose = kernels.greater(gain, 0)
    # new >= 2 * old, written so that nothing overflows.
    doubled = kernels.greater_equal(gain, pair.live(column))
    suspected = kernels.and_(rose, doubled)
    if not suspected.true_count:
        return
    ref = _bar(kernels.filter_by(gain, kernels.and_not(rose, doubled)))
    jumped = kernels.and_(suspected, kernels.greater(gain, ref))
    if jumped.true_count:
        yield _group(pair, "jump", column, kernels.indices_nonzero(jumped), ref)


def _bar(gains: pa.Array) -> int:
    """What a jump must be above: the value at index ⌊0.9 · (n-1)⌋ of the ascending gains."""
    return value_at(gains, 90) or 0


def _group(pair: Pair, kind: Kind, column: str, rows: pa.Array, ref: int | None = None) -> Group:
    before, after = (kernels.take(values, rows) for values in (pair.live(column), pair.now(column)))
    return Group(kind, column, rows, before, after, ref)


def _of_tiers(pair: Pair) -> Iterator[Group]:
    """Players, new ones too, whose kill points are not what the game computes from the tiers."""
    now = differences({name: pair.now(name) for name in IDENTITY})
    off = kernels.or_(kernels.greater(now, 1), kernels.less(now, -1))
    if not off.true_count:
        return
    rows = kernels.indices_nonzero(off)
    old = kernels.take(pair.rows, rows)
    was = differences({name: kernels.take(pair.old(name), old) for name in IDENTITY})
    now = kernels.take(now, rows)
    # Who had the same difference before was told of it then.
    news = kernels.fill_null(kernels.not_equal(now, was), True)
    if news.true_count:
        rows, was, now = (kernels.filter_by(values, news) for values in (rows, was, now))
        yield Group("tiers", "kill_points", rows, was, now)


def _suspects(pair: Pair, groups: list[Group], faults: list[Faults]) -> list[Suspect]:
    if not groups:
        return []
    rows = pa.concat_arrays([group.rows for group in groups])
    columns = (pair.now(name) for name in ("id", "name", "alliance"))
    ids, names, alliances = (kernels.take(column, rows).to_pylist() for column in columns)
    found = []
    at = 0
    for group, wrong in zip(groups, faults, strict=True):
        count = len(group.rows)
        values = [
            [None] * count if one is None else one.to_pylist()
            for one in (group.before, group.after)
        ]
        own = slice(at, at + count)
        found += [
            Suspect(player, name, alliance, group.kind, group.column, old, new, group.ref, fault)
            for player, name, alliance, old, new, fault in zip(
                ids[own], names[own], alliances[own], *values, wrong, strict=True
            )
        ]
        at += count
    return sorted(found, key=lambda one: (one.kind, one.column or "", one.id))
