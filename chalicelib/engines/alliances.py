"""A kingdom's alliances: what their members have together, and gained since an older snapshot.

From the curated files: one for a snapshot, two for gains. An alliance is a text as it is scanned;
two spellings are two alliances.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.groups import Groups, Total
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.findings import Findings, UnreliableColumn
from chalicelib.changes.formula import Measure, value_measure
from chalicelib.changes.gain_columns import flagged, gain_columns
from chalicelib.changes.pair import Pair, Scan, column_of
from chalicelib.changes.span import Span
from chalicelib.changes.suspects import suspects_of
from chalicelib.engines.pair import gains_columns, read_pair
from chalicelib.engines.scans import read_scan
from chalicelib.lake.store import Store

_GAINS: Final = gains_columns(BoardRequest(METRIC_NAMES[0], 1, values=METRIC_NAMES))


class Gained(NamedTuple):
    """What the members of an alliance gained together.

    Attributes:
        total: of those who are ranked by gains.
        suspects: of how many members the gain is suspected, ranked or not.
    """

    total: Total
    suspects: int


class Alliance(NamedTuple):
    """An alliance in a snapshot.

    Attributes:
        name: None for the players without one.
        members: how many players.
        metrics: each metric's sum.
        gains: each metric's sum of gains; None where no older snapshot is asked for.
    """

    name: str | None
    members: int
    metrics: Mapping[str, Total]
    gains: Mapping[str, Gained] | None


class Alliances(NamedTuple):
    """All alliances of a snapshot.

    Attributes:
        newer: the facts of the file that was read.
        older: those of the older one; None where none is asked for.
        alliances: ordered by power's sum descending, unknown last, then by name, no name last.
        unreliable: the columns that are unreliable in this pair.
    """

    newer: Snapshot
    older: Snapshot | None
    alliances: Sequence[Alliance]
    unreliable: Sequence[UnreliableColumn]


def read_alliances(store: Store, snapshot: Snapshot) -> Alliances:
    """The alliances of a snapshot; one read.

    Raises:
        EngineBusyError: the file was replaced during every try.
        StoreError: it is missing or damaged.
    """
    scan = read_scan(store, snapshot, METRIC_NAMES)
    groups = Groups(column_of(scan.players, "alliance"))
    return Alliances(scan.snapshot, None, _ordered(groups, _sums(groups, scan), None), ())


def read_alliances_since(store: Store, span: Span) -> Alliances:
    """The alliances of the newer snapshot of a span, with their gains; two reads.

    Raises:
        EngineBusyError: a file was replaced during every try.
        StoreError: one is missing or damaged.
    """
    older, newer = read_pair(store, span, _GAINS)
    pair = Pair(older, newer)
    # No fault is shown, so that the snapshot before is not needed.
    findings = suspects_of(pair, lambda _: None)
    groups = Groups(pair.now("alliance"))
    gains = {metric: _gained(pair, groups, metric, findings) for metric in METRIC_NAMES}
    alliances = _ordered(groups, _sums(groups, newer), gains)
    return Alliances(newer.snapshot, older.snapshot, alliances, findings.unreliable)


def _sums(groups: Groups, scan: Scan) -> Mapping[str, list[Total]]:
    return {name: groups.totals(column_of(scan.players, name)) for name in METRIC_NAMES}


def _gained(pair: Pair, groups: Groups, metric: str, findings: Findings) -> list[Gained]:
    measure = value_measure(metric, pair.older.snapshot.dkp, pair.newer.snapshot.dkp)
    gains = gain_columns(pair, measure).gain
    wide = measure is not None and pa.types.is_decimal(gains.type)
    totals = _weighted(pair, groups, measure, gains) if wide and measure else groups.totals(gains)
    suspects = _members(pair, flagged(findings, measure))
    return [Gained(total, suspects[name]) for name, total in zip(groups.names, totals, strict=True)]


def _weighted(pair: Pair, groups: Groups, measure: Measure, gains: pa.Array) -> list[Total]:
    """The sums of gains that int64 may not hold: of each column by itself, then weighted."""
    weights = measure.weights or {}
    ranked, nobody = kernels.is_valid(gains), pa.scalar(None, pa.int64())
    columns = []
    for column in weights:
        gain = kernels.subtract(pair.now(column), pair.was(column))
        columns.append(groups.totals(kernels.if_else(ranked, gain, nobody)))
    return [
        Total(
            sum(one.sum * weight for one, weight in zip(row, weights.values(), strict=True))
            if row[0].known
            else None,
            row[0].known,
        )
        for row in zip(*columns, strict=True)
    ]


def _members(pair: Pair, ids: frozenset[int]) -> Counter[str | None]:
    """How many of these players of both snapshots are in which alliance."""
    if not ids:
        return Counter()
    asked = kernels.is_in(pair.now("id"), pa.array(sorted(ids), pa.int64()))
    rows = kernels.indices_nonzero(kernels.and_(asked, kernels.is_valid(pair.rows)))
    return Counter(kernels.take(pair.now("alliance"), rows).to_pylist())


def _ordered(
    groups: Groups,
    sums: Mapping[str, list[Total]],
    gains: Mapping[str, list[Gained]] | None,
) -> list[Alliance]:
    alliances = [
        Alliance(
            name,
            members,
            {metric: totals[at] for metric, totals in sums.items()},
            None if gains is None else {metric: gained[at] for metric, gained in gains.items()},
        )
        for at, (name, members) in enumerate(zip(groups.names, groups.sizes, strict=True))
    ]
    return sorted(alliances, key=_place)


def _place(alliance: Alliance) -> tuple[bool, int, bool, str]:
    power = alliance.metrics["power"].sum
    return power is None, -(power or 0), alliance.name is None, alliance.name or ""
