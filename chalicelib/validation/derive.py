"""Derive columns that a file lacks from its other columns (contract, section 4).

`kills` and `deaths` are sums of their tiers. `dkp` is the sum of counters times the weights of
`DKP_WEIGHTS`. If an input value is not known, the derived value is not known.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.limits import MAX_INTEGER
from chalicelib.players.headers import HeaderMap
from chalicelib.players.schema import COLUMN_NAMES, SUMS

TIER_KILLS: Final = SUMS["kills"]
_NULL: Final = pa.scalar(None, pa.int64())


class Derivation(NamedTuple):
    """What is derived for one file.

    Attributes:
        sums: total to its parts.
        weights: the formula of `dkp`, or None when it is not derived.
        dkp_in_file: whether the file has a `dkp` column.
    """

    sums: Mapping[str, tuple[str, ...]]
    weights: Mapping[str, int] | None
    dkp_in_file: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The derived columns, in schema order."""
        derived = {*self.sums, *(("dkp",) if self.weights is not None else ())}
        return tuple(name for name in COLUMN_NAMES if name in derived)

    @property
    def dkp(self) -> dict[str, Any]:
        """Where `dkp` comes from, in the form that reports and boards have."""
        if self.dkp_in_file:
            return {"basis": "file"}
        if self.weights is None:
            return {"basis": "none"}
        return {"basis": "formula", "weights": dict(self.weights)}


def plan(headers: HeaderMap, weights: Mapping[str, int]) -> Derivation:
    """Decide what is derived for a file with these headers."""
    in_file = "dkp" in headers.present
    usable = not in_file and set(headers.counters).issuperset(weights)
    return Derivation(
        sums={total: SUMS[total] for total in headers.summed},
        weights=weights if usable else None,
        dkp_in_file=in_file,
    )


class Derived(NamedTuple):
    """A derived column.

    Attributes:
        values: int64, null where it is not known or out of range.
        excessive: boolean array of the values above 2^53-1; None when there are none.
    """

    values: pa.Array
    excessive: pa.Array | None


def derive(columns: Mapping[str, pa.Array], derivation: Derivation) -> dict[str, Derived]:
    """Derive a batch's missing columns.

    Args:
        columns: int64 arrays within 0 to 2^53-1, one for each counter that the file has.
        derivation: what to derive.
    """
    derived: dict[str, Derived] = {}
    for total, parts in derivation.sums.items():
        derived[total] = _sum([columns[part] for part in parts])
    if derivation.weights is not None:
        known = {**columns, **{name: found.values for name, found in derived.items()}}
        derived["dkp"] = _weighted_sum([(known[name], w) for name, w in derivation.weights.items()])
    return derived


def _sum(addends: list[pa.Array]) -> Derived:
    # A handful of addends below 2^53 cannot overflow int64.
    total = addends[0]
    for addend in addends[1:]:
        total = kernels.add(total, addend)
    return _bounded(total, [])


def _weighted_sum(factors: list[tuple[pa.Array, int]]) -> Derived:
    """The sum of columns times weights; values are capped so that no product overflows int64."""
    products = []
    beyond = []
    for values, weight in factors:
        limit = MAX_INTEGER // weight if weight else MAX_INTEGER
        largest = kernels.maximum(values).as_py()
        if largest is not None and largest > limit:
            beyond.append(kernels.fill_null(kernels.greater(values, limit), False))
            values = kernels.min_element_wise(values, limit, skip_nulls=False)  # noqa: PLW2901
        products.append(kernels.multiply(values, weight))
    total = products[0]
    for product in products[1:]:
        total = kernels.add(total, product)
    return _bounded(total, [kernels.and_(mask, kernels.is_valid(total)) for mask in beyond])


def _bounded(total: pa.Array, beyond: list[pa.Array]) -> Derived:
    largest = kernels.maximum(total).as_py()
    if not beyond and (largest is None or largest <= MAX_INTEGER):
        return Derived(total, None)
    excessive = kernels.fill_null(kernels.greater(total, MAX_INTEGER), False)
    for mask in beyond:
        excessive = kernels.or_(excessive, mask)
    return Derived(kernels.if_else(excessive, _NULL, total), excessive)


def kill_points_mismatch(columns: Mapping[str, pa.Array]) -> pa.Array | None:
    """The rows whose kill points are not what the game computes from the tiers (facts, inputs.md).

    Kill points are floor(t1/5) + 2 t2 + 4 t3 + 10 t4 + 20 t5.

    Returns:
        A boolean array, false where one of the six is not known; None when there is no mismatch
        or a column is missing.
    """
    if not columns.keys() >= {"kill_points", *TIER_KILLS}:
        return None
    t1, t2, t3, t4, t5 = (columns[name] for name in TIER_KILLS)
    expected = kernels.divide(t1, 5)
    for tier, points in ((t2, 2), (t3, 4), (t4, 10), (t5, 20)):
        expected = kernels.add(expected, kernels.multiply(tier, points))
    mismatch = kernels.fill_null(kernels.not_equal(columns["kill_points"], expected), False)
    return mismatch if mismatch.true_count else None
