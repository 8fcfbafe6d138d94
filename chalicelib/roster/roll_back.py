"""Take snapshots away from a ledger: what it was before a date.

What a snapshot replaced is not remembered; it follows from the marks, and from the values in the
last older snapshot of each player concerned, of whom most are in the one right before.
"""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date

import pyarrow as pa

from chalicelib import kernels
from chalicelib.roster.former import spans_before
from chalicelib.roster.ledger import (
    ABSENT,
    EMPTY,
    LAST_VALUES,
    SCAN_COLUMNS,
    UNGROWN,
    Columns,
    Ledger,
    day_scalar,
    last_marked,
    without_unknown,
)

ReadScan = Callable[[date], Columns]
"""Reads a snapshot's players, by the names of `SCAN_COLUMNS`."""


class NotInScanError(ValueError):
    """Raised when a snapshot has not the players that it had: the ledger was not made of it."""


def roll_back(ledger: Ledger, day: date, read: ReadScan) -> Ledger:
    """The ledger of those snapshots alone that are older than a date.

    Args:
        ledger: of older and newer ones.
        day: the date.
        read: called for each date that is some player's last before `day`, if that player was seen
            again later.

    Raises:
        NotInScanError: what was read is not what the ledger was made of.
    """
    days = ledger.days[: bisect_left(ledger.days, day)]
    if not days:
        return EMPTY
    if days == ledger.days:
        return ledger
    bound = day_scalar(day)
    kept = kernels.less(ledger.columns["first_seen"], bound)
    columns = {name: kernels.filter_by(of, kept) for name, of in ledger.columns.items()}
    columns["marks"] = marks = kernels.utf8_slice_codeunits(columns["marks"], 0, len(days))
    seen_again = kernels.greater_equal(columns["last_seen"], bound)
    columns["last_seen"] = last_marked(days, marks, ABSENT)
    columns["last_changed"] = last_marked(days, marks, UNGROWN)
    columns |= _names(columns, day)
    columns |= _values(columns, seen_again, read)
    return Ledger(days, without_unknown(columns))


def _names(columns: Columns, day: date) -> dict[str, pa.Array]:
    """The columns about names, as they were before a date."""
    later = kernels.greater_equal(columns["name_since"], day_scalar(day))
    stays = kernels.invert(kernels.fill_null(later, value=False))
    former, span = spans_before(columns["former"], day, stays)
    then = {"name": "name", "folded": "folded", "name_since": "since"}
    return {
        "former": former,
        **{
            name: kernels.if_else(stays, columns[name], span.field(field))
            for name, field in then.items()
        },
    }


def _values(columns: Columns, wanted: pa.Array, read: ReadScan) -> dict[str, pa.Array]:
    """The columns `LAST_VALUES`, of some players read from their last snapshots.

    Args:
        columns: the others are as they should be.
        wanted: of which players, as a mask.
        read: see `roll_back`.
    """
    ids = kernels.filter_by(columns["id"], wanted)
    dates = kernels.filter_by(columns["last_seen"], wanted)
    found: dict[str, list[pa.Array]] = {name: [] for name in LAST_VALUES}
    order = []
    for day in sorted(kernels.unique(dates).to_pylist()):
        of_day = kernels.filter_by(ids, kernels.equal(dates, day_scalar(day)))
        scan = read(day)
        at = kernels.index_in(of_day, value_set=scan["id"])
        if at.null_count:
            raise NotInScanError(f"{at.null_count} players are not in the snapshot of {day}")
        order.append(of_day)
        for name, parts in found.items():
            none = pa.nulls(len(of_day), SCAN_COLUMNS[name])
            parts.append(kernels.take(scan[name], at) if name in scan else none)
    if not order:
        return {}
    at = kernels.index_in(columns["id"], value_set=pa.concat_arrays(order))
    patched = {}
    for name, parts in found.items():
        old = columns.get(name, pa.nulls(len(at), SCAN_COLUMNS[name]))
        then = kernels.take(pa.concat_arrays(parts), at)
        patched[name] = kernels.if_else(kernels.is_valid(at), then, old)
    return patched
