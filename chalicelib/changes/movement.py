"""How an entry of a board moved since another snapshot (contract, section 8: `since`)."""

from collections.abc import Mapping
from typing import Any, Literal

from chalicelib.changes.formula import DKP

Movement = Literal["new", "unknown", "up", "down", "same"]


def movement(rank: int, seen: bool, before: int | None, comparable: bool) -> Movement:
    """How an entry moved.

    Args:
        rank: now.
        seen: whether the player is in the older snapshot.
        before: the rank in it; None if not ranked.
        comparable: whether the two boards rank by the same (see `is_comparable`).
    """
    if not seen:
        return "new"
    if before is None or not comparable:
        return "unknown"
    if rank == before:
        return "same"
    return "up" if rank < before else "down"


def is_comparable(
    metric: str,
    weights: Mapping[str, int] | None,
    older_dkp: Mapping[str, Any],
    newer_dkp: Mapping[str, Any],
) -> bool:
    """Whether two snapshots' boards of a metric rank by the same.

    Not so for a `dkp` of another basis or of other weights; a reader's own weights are those of
    both.

    Args:
        metric: a metric's name.
        weights: the reader's own formula.
        older_dkp: `Snapshot.dkp` of the older snapshot.
        newer_dkp: that of the newer one.
    """
    return metric != DKP or weights is not None or dict(older_dkp) == dict(newer_dkp)
