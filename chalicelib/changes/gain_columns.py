"""The gains of all players of a pair, as columns (contract, section 9: "A gain")."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.changes.findings import Findings
from chalicelib.changes.formula import Measure, nobody_is_known
from chalicelib.changes.pair import Pair, Scan
from chalicelib.limits import MAX_INTEGER

_MOST: Final = 2**63 - 1
_WIDE: Final = pa.decimal128(38, 0)
_COUNTER: Final = pa.decimal128(19, 0)
_WEIGHT: Final = pa.decimal128(7, 0)
# 2^53 times a million has 22 digits, and there are fewer than a hundred counters.
_SUM: Final = pa.decimal128(24, 0)


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
        older, newer = _weighted(pair, measure.weights)
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


def _weighted(pair: Pair, weights: Mapping[str, int]) -> tuple[pa.Array, pa.Array]:
    """The weighted sums of the older and of the newer values, exactly."""
    sides = [
        [(side(column), weight) for column, weight in weights.items()]
        for side in (pair.was, pair.now)
    ]
    if all(_fits(side) for side in sides):
        older, newer = (_sum(side) for side in sides)
    else:
        older, newer = (_wide_sum(side) for side in sides)
    return older, newer


def _fits(factors: list[tuple[pa.Array, int]]) -> bool:
    """Whether no part of a weighted sum exceeds int64."""
    if sum(weight for _, weight in factors) * MAX_INTEGER <= _MOST:
        return True
    return sum((kernels.maximum(one).as_py() or 0) * weight for one, weight in factors) <= _MOST


def _sum(factors: list[tuple[pa.Array, int]]) -> pa.Array:
    total = None
    for values, weight in factors:
        product = kernels.multiply(values, weight)
        total = product if total is None else kernels.add(total, product)
    return total


def _wide_sum(factors: list[tuple[pa.Array, int]]) -> pa.Array:
    """As `_sum`, in decimals; slower."""
    total = None
    for values, weight in factors:
        factor = pa.scalar(Decimal(weight), _WEIGHT)
        product = kernels.cast(kernels.multiply(kernels.cast(values, _COUNTER), factor), _SUM)
        total = product if total is None else kernels.cast(kernels.add(total, product), _SUM)
    return total


def refuse_unknown(older: Scan, newer: Scan, weights: Mapping[str, int]) -> None:
    """Refuse a reader's formula with a counter that one of the two scans does not know.

    Raises:
        BadParameterError: nobody is known of a counter.
    """
    for scan in (older, newer):
        for counter in weights:
            at = scan.players.schema.get_field_index(counter)
            if at < 0 or scan.players.column(at).null_count == scan.players.num_rows:
                raise nobody_is_known(counter, scan.snapshot.snapshot_date)


def flagged(findings: Findings, measure: Measure | None) -> frozenset[int]:
    """The ids of players whose gain of a measure is suspected.

    Those with a reliable suspect in one of its columns, and, where who is all-zero is not ranked,
    those zeroed or back from zero.
    """
    if measure is None:
        return frozenset()
    columns = {*measure.columns, *([None] if measure.never_zeroed else [])}
    return frozenset(one.id for one in findings.reliable() if one.column in columns)
