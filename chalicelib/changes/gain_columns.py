"""The gains of all players of a pair, as columns (contract, section 9: "A gain")."""

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.formula import check_known, weigh
from chalicelib.changes.findings import Findings
from chalicelib.changes.formula import Measure
from chalicelib.changes.pair import Pair, Scan, column_of


class GainColumns(NamedTuple):
    """The gains of one measure, by the rows of the newer scan.

    Attributes:
        gain: int64 or decimal128; null for who is not ranked.
        older: the values that the gains start from, of the same type.
        newer: the values that they end at.
        unknown: how many players of both scans are not known in one of them.
    """

    gain: pa.Array
    older: pa.Array
    newer: pa.Array
    unknown: int


def gain_columns(pair: Pair, measure: Measure | None) -> GainColumns:
    """The gains of a measure.

    Args:
        pair: the two scans, with the measure's columns.
        measure: see `chalicelib.changes.formula`; None: nobody's gain is known.
    """
    if measure is None:
        nothing = pa.nulls(len(pair.rows), pa.int64())
        return GainColumns(nothing, nothing, nothing, pair.both)
    if measure.weights is None:
        (column,) = measure.columns
        older, newer = pair.was(column), pair.now(column)
    else:
        older, newer = (
            weigh(pa.table({name: side(name) for name in measure.columns}), measure.weights)
            for side in (pair.was, pair.now)
        )
    gain = kernels.subtract(newer, older)
    unknown = pair.both - (len(gain) - gain.null_count)
    nobody = pa.scalar(None, gain.type)
    for out in _not_ranked(pair, measure):
        gain = kernels.if_else(out, nobody, gain)
    return GainColumns(gain, older, newer, unknown)


def _not_ranked(pair: Pair, measure: Measure) -> list[pa.Array]:
    """Masks of the players who are not ranked although their values are known."""
    masks = [mask for mask in pair.zeros if mask.true_count] if measure.never_zeroed else []
    for column in measure.growing:
        fell = kernels.less(pair.gain(column), 0)
        if fell.true_count:
            masks.append(kernels.fill_null(fell, False))
    return masks


def check_weights(older: Scan, newer: Scan, weights: Mapping[str, int]) -> None:
    """Refuse a reader's formula with a counter that one of the two scans does not know.

    Raises:
        BadParameterError: nobody is known of a counter.
    """
    for scan in (older, newer):
        players = pa.table({name: column_of(scan.players, name) for name in weights})
        check_known(players, weights, scan.snapshot.snapshot_date)


def flagged(findings: Findings, measure: Measure | None) -> frozenset[int]:
    """The ids of players whose gain of a measure is suspected.

    Those with a reliable suspect in one of its columns, and, where who is all-zero is not ranked,
    those zeroed or back from zero.
    """
    if measure is None:
        return frozenset()
    columns = {*measure.columns, *([None] if measure.never_zeroed else [])}
    return frozenset(one.id for one in findings.reliable() if one.column in columns)
