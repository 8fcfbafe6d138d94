"""What a gain is made of: which counters, with which weights (contract, section 9).

Read without pyarrow: every engine, SQL too, follows it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from chalicelib.boards.request import BoardRequest
from chalicelib.changes.growing import GROWING
from chalicelib.errors import BadParameterError, NotFoundError

DKP: Final = "dkp"


class Measure(NamedTuple):
    """How a metric's gain is calculated.

    Attributes:
        columns: the counters whose values must be known in both snapshots.
        weights: the gain is the weights over the gains of the columns; None: the difference of
            the one column.
        never_zeroed: whether players who are all-zero in either snapshot are not ranked.
    """

    columns: tuple[str, ...]
    weights: Mapping[str, int] | None
    never_zeroed: bool

    @property
    def growing(self) -> tuple[str, ...]:
        """Those of the columns of which nobody may have fallen to be ranked."""
        return tuple(name for name in self.columns if name in GROWING)


def measure_of(
    metric: str,
    weights: Mapping[str, int] | None,
    older_dkp: Mapping[str, Any],
    newer_dkp: Mapping[str, Any],
    days: tuple[date, date] | None = None,
) -> Measure | None:
    """How the gain of a metric is calculated; None when nobody's is known.

    Args:
        metric: a metric's name.
        weights: the reader's own formula; None: the snapshots' dkp.
        older_dkp: `Snapshot.dkp` of the older snapshot.
        newer_dkp: that of the newer one, whose formula counts.
        days: the dates of the two, for what is said if they do not fit.

    Raises:
        BadParameterError: the two have a `dkp` of different bases.
    """
    if metric != DKP:
        return Measure((metric,), None, metric in GROWING)
    if weights is not None:
        return Measure(tuple(weights), weights, True)
    before, after = older_dkp["basis"], newer_dkp["basis"]
    if before != after:
        between = "" if days is None else f" from {days[0]} to {days[1]}"
        raise BadParameterError(
            f"the gains of dkp{between} cannot be told: dkp is {_WORDS[before]} in the older "
            f"snapshot and {_WORDS[after]} in the newer one; choose other dates or another "
            "metric, or give weights"
        )
    if after == "formula":
        return Measure(tuple(newer_dkp["weights"]), newer_dkp["weights"], True)
    return Measure((DKP,), None, True) if after == "file" else None


_WORDS: Final = {"file": "the scan's own", "formula": "calculated", "none": "not known"}


def value_measure(
    metric: str, older_dkp: Mapping[str, Any], newer_dkp: Mapping[str, Any]
) -> Measure | None:
    """As `measure_of` for what stands beside an entry; None also where the bases differ."""
    try:
        return measure_of(metric, None, older_dkp, newer_dkp)
    except BadParameterError:
        return None


def no_gain(request: BoardRequest, older: date, newer: date) -> NotFoundError:
    """The player of `around` has no place on the board of gains.

    Args:
        request: with `around`.
        older: the date of the snapshot `from`.
        newer: the date of the snapshot `to`.
    """
    board = f"player {request.around} has no gain of {request.metric} from {older} to {newer}"
    if request.alliance is not None:
        board = f"{board} within the alliance {request.alliance}"
    return NotFoundError(f"{board}; leave out around")
