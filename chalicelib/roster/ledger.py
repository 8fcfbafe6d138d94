"""What a roster is made of: columns that one more snapshot is added to.

A ledger is a function of its snapshots alone. It keeps what the next one is compared with, so that
no older file is read again ([0027](docs/adr/0027-the-roster-remembers.md));
`chalicelib.roster.splice` puts a date between others, or takes one out.
"""

from datetime import date
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.changes.growing import GROWING
from chalicelib.roster.columns import Columns, keep, pick, put, row_numbers, type_of
from chalicelib.roster.former import FORMER, append_spans
from chalicelib.roster.gaps import NEAR, NO_GAPS, Gaps, Packed, pack
from chalicelib.roster.marks import DAY, letters, with_letters
from chalicelib.roster.names import fold_names, folded_with

FIELDS: Final = (
    pa.field("id", pa.int64()),
    pa.field("name", pa.string()),
    pa.field("folded", pa.string()),
    pa.field("alliance", pa.string()),
    pa.field("power", pa.int64()),
    pa.field("first_seen", DAY),
    pa.field("last_seen", DAY),
    pa.field("last_changed", DAY),
    pa.field("name_since", DAY),
    pa.field("former", FORMER),
    pa.field("marks", pa.string()),
)
"""The columns of every roster; after them come the counters that are known of anybody."""

COUNTERS: Final = GROWING
LAST_VALUES: Final = ("alliance", "power", *COUNTERS)
"""The columns with a player's values in the newest snapshot that has the player."""

SCAN_COLUMNS: Final = {
    name: type_of(name) for name in ("id", "name", "alliance", "power", *COUNTERS)
}
"""What is read of a curated file."""


class Ledger(NamedTuple):
    """Everybody ever seen in some snapshots.

    Attributes:
        days: the snapshots' dates, oldest first.
        columns: `FIELDS`, and those of `COUNTERS` that are known of anybody; a row a player, by
            `first_seen`, then `id`.
        gaps: the long gaps that end at each of the snapshots.
    """

    days: tuple[date, ...]
    columns: Columns
    gaps: tuple[Packed, ...] = ()

    @property
    def players(self) -> int:
        """How many players there are."""
        return len(self.columns["id"])


EMPTY: Final = Ledger((), {field.name: pa.array([], field.type) for field in FIELDS})


def append(ledger: Ledger, day: date, scan: Columns) -> Ledger:
    """The ledger with one more snapshot, which is newer than all in it.

    On columns: nothing here is done player by player, but folding names that are new.

    Args:
        ledger: what was before.
        day: the snapshot's date.
        scan: its players, by the names of `SCAN_COLUMNS`; counters may be missing.
    """
    assert not ledger.days or day > ledger.days[-1]
    old, scan, last = ledger.columns, without_unknown(scan), len(ledger.days)
    rows = _match(old["id"], scan["id"])
    # A column at a time, so that what each takes for a moment is taken again by the next: memory
    # that is touched for the first time costs as much as the work in it.
    values = {name: rows.of(old, scan, name) for name in LAST_VALUES if name in old or name in scan}
    names = rows.of(old, scan, "name")
    was = {name: old[name] for name in LAST_VALUES if name in old}
    known = {name: of[: rows.known] for name, of in values.items()}
    grown = rows.extended(grown_from(was, known, rows.known), default=False)
    marks = rows.extended(old["marks"], default="")
    absent = kernels.subtract(pa.scalar(last, pa.int32()), kernels.binary_length(marks))
    today = day_scalar(day)
    dates = {name: rows.extended(old[name]) for name in ("last_seen", "last_changed")}
    columns = {
        **values,
        **_names(old, day, names, rows),
        "id": pa.concat_arrays([old["id"], kernels.take(scan["id"], rows.fresh)]),
        "first_seen": rows.extended(old["first_seen"], default=day),
        "last_seen": kernels.if_else(rows.seen, today, dates["last_seen"]),
        "last_changed": kernels.if_else(grown, today, dates["last_changed"]),
        "marks": with_letters(marks, rows.seen, last, letters(grown, kernels.is_null(names))),
    }
    far = kernels.and_(rows.seen, kernels.greater(absent, pa.scalar(NEAR, pa.int32())))
    gaps = NO_GAPS
    if far.true_count:
        back = _by_id(columns["id"], far)
        # Newcomers have nothing before their gap.
        nobody = pa.scalar(None, back.type)
        before = kernels.if_else(kernels.less(back, rows.known), back, nobody)
        ids = kernels.take(columns["id"], back)
        gaps = pack(Gaps(ids, pick(was, before), pick(_counters(values), back)))
    return Ledger((*ledger.days, day), without_unknown(columns), (*ledger.gaps, gaps))


class _Rows(NamedTuple):
    """Whom a ledger and a scan have: those whom the ledger knew, then newcomers.

    Attributes:
        known: how many the ledger knew.
        seen: whom the scan has, as a mask.
        fresh: which rows of the scan are newcomers', in the order of their ids.
        order: of each player the row of the values that count now, where the scan's rows come
            after the ledger's.
    """

    known: int
    seen: pa.Array
    fresh: pa.Array
    order: pa.Array

    def of(self, old: Columns, scan: Columns, name: str) -> pa.Array:
        """A column of values: the scan's of whom it has, else what they were."""
        kind = SCAN_COLUMNS[name]
        before = old[name] if name in old else pa.nulls(self.known, kind)
        now = scan[name] if name in scan else pa.nulls(len(scan["id"]), kind)
        return kernels.take(pa.concat_arrays([before, now]), self.order)

    def extended(self, column: pa.Array, default: date | bool | str | None = None) -> pa.Array:
        """A column of those whom the ledger knew, with one value for all newcomers."""
        if not len(self.fresh):
            return column
        value = pa.scalar(default, column.type)
        return pa.concat_arrays([column, pa.repeat(value, len(self.fresh))])


def _match(ids: pa.Array, scanned: pa.Array) -> _Rows:
    """Find a scan's players in a ledger."""
    at = kernels.index_in(ids, value_set=scanned)
    fresh = pa.array([], pa.int32())
    if len(at) - at.null_count < len(scanned):
        fresh = kernels.cast(_by_id(scanned, kernels.not_among(at, len(scanned))), pa.int32())
    known = pa.scalar(len(ids), pa.int32())
    seen = kernels.is_valid(at)
    order = kernels.coalesce(kernels.add(at, known), row_numbers(len(ids)))
    rows = _Rows(len(ids), seen, fresh, pa.concat_arrays([order, kernels.add(fresh, known)]))
    return rows._replace(seen=rows.extended(seen, default=True))


def new_rows(known: pa.Array, ids: pa.Array) -> pa.Array:
    """The numbers of those rows whose ids are not known, in the order of their ids."""
    return _by_id(ids, kernels.invert(kernels.is_in(ids, value_set=known)))


def _by_id(ids: pa.Array, mask: pa.Array) -> pa.Array:
    rows = kernels.indices_nonzero(mask)
    return kernels.take(rows, kernels.sort_indices(kernels.take(ids, rows), [("", "ascending")]))


def without_unknown(columns: Columns) -> Columns:
    """Columns less those counters that are known of nobody."""
    return {
        name: values
        for name, values in columns.items()
        if name not in COUNTERS or values.null_count < len(values)
    }


def day_scalar(day: date | None) -> pa.Scalar:
    """A date as Arrow has it."""
    return pa.scalar(day, DAY)


def grown_from(old: Columns, now: Columns, length: int) -> pa.Array:
    """Who has a counter above its value in the snapshot before that has the player.

    A value that is not known in either of the two is not above.
    """
    grown = pa.repeat(pa.scalar(value=False), length)
    for name in COUNTERS:
        if name in old and name in now:
            grown = kernels.or_kleene(grown, kernels.greater(now[name], old[name]))
    return kernels.fill_null(grown, value=False)


def _names(old: Columns, day: date, names: pa.Array, rows: _Rows) -> dict[str, pa.Array]:
    """The columns about names. A name that is not known changes nothing.

    Args:
        old: what was before.
        day: the snapshot's date.
        names: what the scan says of those whom it has, else what they were.
        rows: who there is.
    """
    before = rows.extended(old["name"])
    differs = kernels.fill_null(kernels.not_equal(names, before), value=True)
    other = kernels.and_(kernels.is_valid(names), differs)
    was = {name: rows.extended(old[name]) for name in ("folded", "name_since")}
    changed = keep({"name": before, **was}, other)
    renamed = kernels.and_(other, kernels.is_valid(before))
    ended = [kernels.drop_null(changed[name]) for name in ("name", "name_since")]
    folded = folded_with(changed["folded"], fold_names(kernels.filter_by(names, other)))
    return {
        "name": kernels.coalesce(names, before) if names.null_count else names,
        **put({"folded": was["folded"]}, other, {"folded": folded}),
        "name_since": kernels.if_else(other, day_scalar(day), was["name_since"]),
        "former": append_spans(old["former"], renamed, ended),
    }


def _counters(columns: Columns) -> dict[str, pa.Array]:
    return {name: columns[name] for name in COUNTERS if name in columns}
