"""Put a date's snapshot between those of a ledger, in the place of another, or take it out.

Of each player it changes what the date says, and what follows from it: the next snapshot's mark,
the dates, the spans of names, the gaps around it, and the last values where it is the last one. So
it reads the files beside the date and no others, whatever came before and since.
"""

from bisect import bisect_left
from datetime import date
from typing import NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.roster.around import Around, joined, look_around, next_named
from chalicelib.roster.beside import Beside, NotInScanError, Players, ReadScan
from chalicelib.roster.columns import Columns, choose, keep, pick, put, stack
from chalicelib.roster.former import Named, no_former, spliced_names
from chalicelib.roster.gaps import NEAR, Gaps, Packed, pack, together, without
from chalicelib.roster.ledger import (
    COUNTERS,
    EMPTY,
    LAST_VALUES,
    Ledger,
    grown_from,
    new_rows,
    without_unknown,
)
from chalicelib.roster.marks import (
    ABSENT,
    DAY,
    GROWN_UNNAMED,
    SEEN_UNNAMED,
    UNGROWN,
    first_marked,
    last_marked,
    letters,
)

__all__ = ["NotInScanError", "ReadScan", "splice"]

_INT = pa.int32()


class _Concerned(NamedTuple):
    """The players whom a change of a date concerns; values are a row a player.

    Attributes:
        mask: which rows of the ledger they are.
        rows: their columns.
        around: what their marks say around the date.
        has: who is in the date's snapshot now.
        now: what it says of them; null of who is not in it.
        older: their last values before it.
        newer: their next counters after it.
    """

    mask: pa.Array
    rows: Columns
    around: Around
    has: pa.Array
    now: Columns
    older: Columns
    newer: Columns


def splice(ledger: Ledger, day: date, scan: Columns | None, read: ReadScan) -> Ledger:
    """The ledger with another snapshot of a date, with one more, or without that date's.

    Args:
        ledger: what was before.
        day: the date, whether the ledger has a snapshot of it or not.
        scan: its players, by the names of `SCAN_COLUMNS`; None if it has no snapshot.
        read: reads a snapshot that the ledger was made of: some of the two on each side.

    Raises:
        NotInScanError: what was read is not what the ledger was made of.
    """
    index = bisect_left(ledger.days, day)
    was, now = day in ledger.days, scan is not None
    if not (was or now):
        return ledger
    days = (*ledger.days[:index], *((day,) if now else ()), *ledger.days[index + was :])
    columns = _with_newcomers(ledger.columns, scan)
    around = look_around(columns["marks"], index, was=was)
    at = pa.nulls(len(columns["id"]), _INT)
    if scan is not None:
        at = kernels.index_in(columns["id"], value_set=scan["id"])
    mask = _concerned(around, kernels.is_valid(at), was=was, now=now)
    rows, at = keep(columns, mask), kernels.filter_by(at, mask)
    of_rows = Around(*keep(around._asdict(), mask).values())
    beside = Beside(ledger, slice(index, index + was), Players(rows, of_rows), read)
    values = {} if scan is None else pick(scan, at)
    sides = beside.older(), beside.newer()
    who = _Concerned(mask, rows, of_rows, kernels.is_valid(at), values, *sides)
    marks = _marks(who, around, now=now)
    next_day = kernels.add(next_named(of_rows.tail, of_rows.after), pa.scalar(index + now, _INT))
    columns = {
        **columns,
        **put(
            {name: columns[name] for name in ("name", "name_since", "folded", "former")},
            mask,
            _names(who, day, kernels.take(pa.array(days, DAY), next_day)),
        ),
        **_last_values(who, columns),
        "marks": marks,
        "first_seen": first_marked(days, marks, ABSENT),
        "last_seen": last_marked(days, marks, ABSENT),
        "last_changed": last_marked(days, marks, UNGROWN),
    }
    gaps = _gaps(ledger, who, beside, index, was=was, now=now)
    return Ledger(days, without_unknown(_in_order(columns)), gaps) if days else EMPTY


def _with_newcomers(columns: Columns, scan: Columns | None) -> Columns:
    """Rows of everybody; who was never seen has no marks."""
    new = None if scan is None else new_rows(columns["id"], scan["id"])
    if scan is None or new is None or not len(new):
        return columns
    ids = kernels.take(scan["id"], new)
    blank = {name: pa.nulls(len(ids), of.type) for name, of in columns.items()}
    blank |= {"id": ids, "marks": pa.repeat("", len(ids)), "former": no_former(len(ids))}
    return stack([(len(columns["id"]), columns), (len(ids), blank)])


def _concerned(around: Around, has: pa.Array, *, was: bool, now: bool) -> pa.Array:
    """Who is in the date's snapshot, before or now; and whose gap there becomes long, or short."""
    touched = kernels.or_(around.had, has)
    near = pa.scalar(NEAR, _INT)
    long, longer = (kernels.greater(around.gap(one), near) for one in (int(was), int(now)))
    changes = kernels.and_(around.newer, kernels.not_equal(long, longer))
    return kernels.or_(touched, changes)


def _marks(who: _Concerned, around: Around, *, now: bool) -> pa.Array:
    """The marks of all players."""
    count = len(who.has)
    unnamed = kernels.is_null(who.now["name"]) if "name" in who.now else pa.nulls(count, pa.bool_())
    here = letters(grown_from(who.older, who.now, count), kernels.fill_null(unnamed, value=True))
    here = kernels.if_else(who.has, here, pa.scalar(None, pa.string()))
    first = kernels.utf8_slice_codeunits(who.around.tail, 0, 1)
    nameless = kernels.is_in(first, value_set=pa.array([SEEN_UNNAMED, GROWN_UNNAMED]))
    before = choose(who.has, who.now, who.older)
    following = letters(grown_from(before, who.newer, count), nameless)
    following = kernels.if_else(who.around.newer, following, pa.scalar(""))
    nothing = pa.nulls(len(who.mask), pa.string())
    others = kernels.utf8_slice_codeunits(around.tail, 0, 1)
    return joined(
        around,
        kernels.replace_with_mask(nothing, who.mask, here),
        kernels.replace_with_mask(others, who.mask, following),
        now=now,
    )


def _names(who: _Concerned, day: date, following: pa.Array) -> dict[str, pa.Array]:
    """The columns about names."""
    name = who.now.get("name", pa.nulls(len(who.has), pa.string()))
    return spliced_names(who.rows, Named(day, name, following))


def _last_values(who: _Concerned, columns: Columns) -> dict[str, pa.Array]:
    """`LAST_VALUES` of everybody: of who is in no newer snapshot they are the date's, or older."""
    then = choose(who.has, who.now, who.older)
    old = {name: columns[name] for name in LAST_VALUES if name in columns}
    mine: Columns = {name: who.rows[name] for name in old}
    new: Columns = {name: then[name] for name in LAST_VALUES if name in then}
    return put(old, who.mask, choose(who.around.newer, mine, new))


def _gaps(
    ledger: Ledger, who: _Concerned, beside: Beside, index: int, *, was: bool, now: bool
) -> tuple[Packed, ...]:
    """The long gaps that end at each snapshot."""
    around, near = who.around, pa.scalar(NEAR, _INT)
    gaps = [*ledger.gaps]
    # Everybody whose gap ends at the date is concerned.
    gaps[index : index + was] = []
    if now:
        ends = kernels.and_(who.has, kernels.greater(around.before, near))
        gaps.insert(index, pack(together([_gaps_of(who, ends, who.older, who.now)])))
    length = kernels.if_else(who.has, around.after, around.gap(int(now)))
    long = kernels.and_(around.newer, kernels.greater(length, near))
    left = choose(who.has, who.now, who.older)
    for after in kernels.unique(kernels.filter_by(around.after, around.newer)).to_pylist():
        here = kernels.and_(around.newer, kernels.equal(around.after, pa.scalar(after, _INT)))
        fresh = _gaps_of(who, kernels.and_(here, long), left, who.newer)
        others = beside.gaps(index + was + after)
        kept = without(others, kernels.filter_by(who.rows["id"], here))
        if len(fresh.ids) or len(kept.ids) < len(others.ids):
            gaps[index + now + after] = pack(together([kept, fresh]))
    return tuple(gaps)


def _gaps_of(who: _Concerned, mask: pa.Array, left: Columns, right: Columns) -> Gaps:
    """The gaps of some of those concerned."""
    return Gaps(
        kernels.filter_by(who.rows["id"], mask),
        keep({name: left[name] for name in LAST_VALUES if name in left}, mask),
        keep({name: right[name] for name in COUNTERS if name in right}, mask),
    )


def _in_order(columns: Columns) -> Columns:
    """Those who were ever seen, by first seen, then id."""
    columns = keep(columns, kernels.is_valid(columns["first_seen"]))
    keys = pa.table({name: columns[name] for name in ("first_seen", "id")})
    order = kernels.sort_indices(keys, [("first_seen", "ascending"), ("id", "ascending")])
    return pick(columns, order)
