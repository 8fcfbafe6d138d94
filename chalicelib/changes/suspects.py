"""Find values that are likely wrong (docs/between.md: one rule)."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.changes.faults import Faults, Group, faults_of
from chalicelib.changes.findings import Findings, Kind, Suspect, UnreliableColumn
from chalicelib.changes.floor import value_at
from chalicelib.changes.growing import GROWING
from chalicelib.changes.pair import Before, Pair, Scan

COLUMNS: Final = ("id", "name", "alliance", *GROWING)
"""The columns that suspects follow from."""


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
    counters = _counters_of(pair)
    groups = [*_of_zero(pair), *_fallen(counters), *_jumped(counters), *_of_tiers(pair)]
    unreliable = [*_unreliable(counters, groups)]
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


class _Counters(NamedTuple):
    """The counters that both scans know, of all players: one counter below the other.

    So one call of a kernel sees all of them: a call takes longer than the values of 1,000 players.

    Attributes:
        names: of the counters, in order.
        players: how many rows each has.
        old: the older values (`Pair.live`).
        now: the newer ones.
        gains: what they grew by.
    """

    names: Sequence[str]
    players: int
    old: pa.Array
    now: pa.Array
    gains: pa.Array

    def each(self, values: pa.Array) -> Iterator[pa.Array]:
        """Values or a mask, counter by counter."""
        return (values.slice(at * self.players, self.players) for at in range(len(self.names)))

    def groups(self, kind: Kind, places: pa.Array, bars: Sequence[int | None]) -> Iterator[Group]:
        """The suspects at some places of the columns, which are ascending.

        Args:
            kind: of all of them.
            places: where they are.
            bars: of each counter that of its jumps.
        """
        players = pa.scalar(self.players, places.type)
        which = kernels.divide(places, players)
        rows = kernels.subtract(places, kernels.multiply(which, players))
        old, now = kernels.take(self.old, places), kernels.take(self.now, places)
        start, counts = 0, kernels.value_counts(which).flatten()
        for at, count in zip(*(column.to_pylist() for column in counts), strict=True):
            own = slice(start, start + count)
            yield Group(kind, self.names[at], rows[own], old[own], now[own], bars[at])
            start += count


def _counters_of(pair: Pair) -> _Counters:
    names = [name for name in sorted(GROWING) if pair.knows(name)]
    nothing = pa.array([], pa.int64())
    old = pa.concat_arrays([nothing, *(pair.live(name) for name in names)])
    now = pa.concat_arrays([nothing, *(pair.now(name) for name in names)])
    return _Counters(names, len(pair.rows), old, now, kernels.subtract(now, old))


def _fallen(counters: _Counters) -> Iterator[Group]:
    """Who fell in a counter."""
    fell = kernels.less(counters.gains, 0)
    if fell.true_count:
        nothing = [None] * len(counters.names)
        yield from counters.groups("fell", kernels.indices_nonzero(fell), nothing)


def _jumped(counters: _Counters) -> Iterator[Group]:
    """Who jumped in a counter: to twice the value or more, and above the bar of the counter."""
    gains = counters.gains
    rose = kernels.greater(gains, 0)
    # new >= 2 * old, written so that nothing overflows.
    doubled = kernels.greater_equal(gains, counters.old)
    suspected = kernels.and_(rose, doubled)
    if not suspected.true_count:
        return
    steady = kernels.and_not(rose, doubled)
    bars = _bars(counters, suspected, steady)
    places = kernels.indices_nonzero(suspected)
    which = kernels.divide(places, pa.scalar(counters.players, places.type))
    bar = kernels.take(pa.array(bars, gains.type), which)
    jumped = kernels.filter_by(places, kernels.greater(kernels.take(gains, places), bar))
    if len(jumped):
        yield from counters.groups("jump", jumped, bars)


def _bars(counters: _Counters, suspected: pa.Array, steady: pa.Array) -> list[int]:
    """What a jump of each counter must be above; 0 of a counter that nobody is suspected in.

    That is the value at index ⌊0.9 · (n-1)⌋ of the ascending gains of those who rose steadily.
    """
    usual, start, bars = kernels.filter_by(counters.gains, steady), 0, []
    for some, others in zip(counters.each(suspected), counters.each(steady), strict=True):
        own = usual.slice(start, others.true_count)
        bars.append((value_at(own, 90) or 0) if some.true_count else 0)
        start += len(own)
    return bars


def _unreliable(counters: _Counters, groups: Sequence[Group]) -> Iterator[UnreliableColumn]:
    known = {
        name: counters.players - own.null_count
        for name, own in zip(counters.names, counters.each(counters.gains), strict=True)
    }
    for group in groups:
        if group.kind == "fell" and group.column is not None:
            players = known[group.column]
            if is_unreliable(len(group.rows), players):
                yield UnreliableColumn(group.column, len(group.rows), players)


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
