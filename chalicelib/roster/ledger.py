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
from chalicelib.roster.columns import Columns, keep, pick, put, stack, type_of
from chalicelib.roster.former import FORMER, append_spans, no_former
from chalicelib.roster.gaps import NEAR, NO_GAPS, Gaps, Packed, pack
from chalicelib.roster.marks import DAY, with_letter
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
    at = kernels.index_in(ledger.columns["id"], value_set=scan["id"])
    seen = kernels.is_valid(at)
    now = pick(scan, kernels.drop_null(at))
    columns, gaps = _update(ledger, day, now, seen)
    if len(now["id"]) < len(scan["id"]):
        newcomers = pick(scan, new_rows(ledger.columns["id"], scan["id"]))
        players = len(newcomers["id"])
        below = _first(len(ledger.days), day, newcomers)
        columns = stack([(len(at), columns), (players, below)])
        if len(ledger.days) > NEAR:
            gaps.append(Gaps(newcomers["id"], {}, _counters(newcomers)))
    packed = pack(gaps) if gaps else NO_GAPS
    return Ledger((*ledger.days, day), without_unknown(columns), (*ledger.gaps, packed))


def new_rows(known: pa.Array, ids: pa.Array) -> pa.Array:
    """The numbers of those rows whose ids are not known, in the order of their ids."""
    rows = kernels.indices_nonzero(kernels.invert(kernels.is_in(ids, value_set=known)))
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


def _update(
    ledger: Ledger, day: date, now: Columns, seen: pa.Array
) -> tuple[dict[str, pa.Array], list[Gaps]]:
    """The columns of those who were known before; and the long gaps that end.

    Args:
        ledger: what was before.
        day: the snapshot's date.
        now: the snapshot's values of those whom it has, in the ledger's order.
        seen: whom the snapshot has.
    """
    players, last = ledger.columns, len(ledger.days)
    of = [name for name in (*LAST_VALUES, "marks") if name in players]
    old = keep({name: players[name] for name in of}, seen)
    grown = grown_from(old, now, len(now["id"]))
    absent = kernels.subtract(pa.scalar(last, pa.int32()), kernels.binary_length(old["marks"]))
    marks = with_letter(old["marks"], absent, grown, kernels.is_null(now["name"]), last)
    today = day_scalar(day)
    changed = _of_all(seen, grown)
    columns = {
        **players,
        **_names(players, day, now["name"], seen),
        "last_seen": kernels.if_else(seen, today, players["last_seen"]),
        "last_changed": kernels.if_else(changed, today, players["last_changed"]),
    }
    columns |= put(
        {name: players[name] for name in of},
        seen,
        {**{name: now[name] for name in LAST_VALUES if name in now}, "marks": marks},
    )
    far = kernels.greater(absent, pa.scalar(NEAR, pa.int32()))
    if not len(kernels.indices_nonzero(far)):
        return columns, []
    left = keep({name: old[name] for name in LAST_VALUES if name in old}, far)
    return columns, [Gaps(kernels.filter_by(now["id"], far), left, keep(_counters(now), far))]


def _names(players: Columns, day: date, name: pa.Array, seen: pa.Array) -> dict[str, pa.Array]:
    """The columns about names. A name that is not known changes nothing."""
    before = kernels.filter_by(players["name"], seen)
    differs = kernels.fill_null(kernels.not_equal(name, before), value=True)
    other = kernels.and_(kernels.is_valid(name), differs)
    fresh = kernels.filter_by(name, other)
    if not len(fresh):
        return {}
    mask = _of_all(seen, other)
    old = keep({name: players[name] for name in ("name", "folded", "name_since")}, mask)
    renamed = kernels.and_(mask, kernels.is_valid(players["name"]))
    ended = [kernels.drop_null(old[key]) for key in ("name", "name_since")]
    folded = folded_with(old["folded"], fold_names(fresh))
    return {
        "name": kernels.replace_with_mask(players["name"], mask, fresh),
        "folded": kernels.replace_with_mask(players["folded"], mask, folded),
        "name_since": kernels.if_else(mask, day_scalar(day), players["name_since"]),
        "former": append_spans(players["former"], renamed, ended),
    }


def _first(absent: int, day: date, scan: Columns) -> dict[str, pa.Array]:
    """The columns of players who are seen for the first time, after `absent` snapshots."""
    players = len(scan["id"])
    today = pa.repeat(day_scalar(day), players)
    unnamed = kernels.is_null(scan["name"])
    never = pa.repeat("", players)
    before = pa.repeat(pa.scalar(absent, pa.int32()), players)
    grown = pa.repeat(pa.scalar(value=False), players)
    return {
        **scan,
        "folded": folded_with(pa.nulls(players, pa.string()), fold_names(scan["name"])),
        "first_seen": today,
        "last_seen": today,
        "last_changed": pa.nulls(players, DAY),
        "name_since": kernels.if_else(unnamed, day_scalar(None), today),
        "former": no_former(players),
        "marks": with_letter(never, before, grown, unnamed, absent),
    }


def _of_all(seen: pa.Array, mask: pa.Array) -> pa.Array:
    """A mask of all rows, of that of those who are seen."""
    nobody = pa.repeat(pa.scalar(value=False), len(seen))
    return kernels.replace_with_mask(nobody, seen, mask)


def _counters(columns: Columns) -> dict[str, pa.Array]:
    return {name: columns[name] for name in COUNTERS if name in columns}
