"""Find values that are likely wrong (docs/between.md: one rule)."""

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.changes.faults import Faults, Group, faults_of
from chalicelib.changes.findings import Findings, Kind, Suspect, UnreliableColumn
from chalicelib.changes.floor import value_at
from chalicelib.changes.growing import GROWING
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
    groups = [*_of_zero(pair), *_of_counters(pair), *_of_tiers(pair)]
    unreliable = [*_unreliable(pair, groups)]
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


def _of_counters(pair: Pair) -> Iterator[Group]:
    """Who fell and who jumped in a counter.

    All counters stand in one column for the kernels that see every player: a call takes longer
    than the values of 1,000 players, and one call a counter took 0.5 ms more, a tenth of their
    gains.
    """
    columns = [column for column in _COUNTERS if pair.knows(column)]
    if not columns:
        return
    gains = pa.concat_arrays([pair.gain(column) for column in columns])
    fell = kernels.less(gains, 0)
    rose = kernels.greater(gains, 0)
    # new >= 2 * old, written so that nothing overflows.
    old = pa.concat_arrays([pair.live(column) for column in columns])
    doubled = kernels.greater_equal(gains, old)
    suspected = kernels.and_(rose, doubled)
    steady = kernels.and_not(rose, doubled)
    players = len(pair.rows)
    for at, column in enumerate(columns):
        own = slice(at * players, (at + 1) * players)
        if fell[own].true_count:
            yield _group(pair, "fell", column, kernels.indices_nonzero(fell[own]))
        if not suspected[own].true_count:
            continue
        ref = _bar(kernels.filter_by(gains[own], steady[own]))
        jumped = kernels.and_(suspected[own], kernels.greater(gains[own], ref))
        if jumped.true_count:
            yield _group(pair, "jump", column, kernels.indices_nonzero(jumped), ref)


def _unreliable(pair: Pair, groups: Sequence[Group]) -> Iterator[UnreliableColumn]:
    for group in groups:
        if group.kind == "fell" and group.column is not None:
            gain = pair.gain(group.column)
            players = len(gain) - gain.null_count
            if is_unreliable(len(group.rows), players):
                yield UnreliableColumn(group.column, len(group.rows), players)


def _bar(gains: pa.Array) -> int:
    """What a jump must be above: the value at index ⌊0.9 · (n-1)⌋ of the ascending gains."""
    return value_at(gains, 90) or 0


def _group(pair: Pair, kind: Kind, column: str, rows: pa.Array, ref: int | None = None) -> Group:
    before, after = (kernels.take(values, rows) for values in (pair.live(column), pair.now(column)))
    return Group(kind, column, rows, before, after, ref)


def _of_tiers(pair: Pair) -> Iterator[Group]:
    """Players, new ones too, whose kill points are not what the game computes from the tiers."""
    now = pair.off_now
    off = kernels.or_(kernels.greater(now, 1), kernels.less(now, -1))
    if not off.true_count:
        return
    rows = kernels.indices_nonzero(off)
    was = kernels.take(pair.off_old, kernels.take(pair.rows, rows))
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
