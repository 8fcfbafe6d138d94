"""The reader's own formula: `dkp` as a sum of counters times weights (contract, section 8)."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.refusals import known_of_nobody

_LARGEST: Final = 2**63 - 1
_SUM: Final = pa.decimal128(30, 0)
"""Holds the sum of all counters of any int64 times the largest weights (28 digits)."""
_COUNTER: Final = pa.decimal128(19, 0)
_WEIGHT: Final = pa.decimal128(7, 0)


def check_known(players: pa.Table, counters: Collection[str], day: date) -> None:
    """Check that a snapshot knows each of these counters of somebody; of no players, nothing is.

    Args:
        players: with these columns, null where the file lacks one.
        counters: the formula's.
        day: the snapshot's date.

    Raises:
        BadParameterError: it knows one of nobody.
    """
    for name in counters:
        if players.num_rows and players[name].null_count == players.num_rows:
            raise known_of_nobody(name, day)


def weigh(players: pa.Table, weights: Mapping[str, int]) -> Any:
    """The sum of each player's counters times their weights; null where one is not known.

    Exact: int64, or decimal128 where a sum might overflow.

    Args:
        players: with the columns of `weights` (int64); differences may be negative.
        weights: 0 to 1,000,000, at least one.
    """
    most = sum(weight * _size(players[name]) for name, weight in weights.items())
    if most > _LARGEST:
        return _weigh_decimals(players, weights)
    total = None
    for name, weight in weights.items():
        product = kernels.multiply(players[name], weight)
        total = product if total is None else kernels.add(total, product)
    return total


def _size(values: Any) -> int:
    """The largest absolute value; 0 if none is known."""
    ends: dict[str, int | None] = kernels.min_max(values).as_py()
    return max(abs(end or 0) for end in ends.values())


def _weigh_decimals(players: pa.Table, weights: Mapping[str, int]) -> Any:
    total = None
    for name, weight in weights.items():
        factor = pa.scalar(Decimal(weight), _WEIGHT)
        product = kernels.multiply(kernels.cast(players[name], _COUNTER), factor)
        # Each addition would widen the type by a digit, beyond what a decimal128 has.
        wide = kernels.cast(product, _SUM)
        total = wide if total is None else kernels.cast(kernels.add(total, wide), _SUM)
    return total
