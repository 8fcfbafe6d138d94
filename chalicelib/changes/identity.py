"""The identity between kill points and kills by tier (facts of the game, docs/between.md)."""

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.changes.growing import TIERS

IDENTITY: Final = ("kill_points", *TIERS)
"""The counters of which one follows from the others."""

_POINTS: Final = {"t2_kills": 2, "t3_kills": 4, "t4_kills": 10, "t5_kills": 20}


def differences(columns: Mapping[str, pa.Array]) -> pa.Array:
    """kill_points - (⌊t1/5⌋ + 2 t2 + 4 t3 + 10 t4 + 20 t5); null where one of them is not known.

    Counters up to 2^53-1 stay within int64.

    Args:
        columns: int64 arrays of `IDENTITY`.
    """
    found = kernels.subtract(columns["kill_points"], kernels.divide(columns["t1_kills"], 5))
    for tier, points in _POINTS.items():
        found = kernels.subtract(found, kernels.multiply(columns[tier], points))
    return found
