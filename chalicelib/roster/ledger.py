"""What a roster is made of: columns that one more snapshot is added to, or taken away from.

A ledger is a function of its snapshots alone: of the newest one it keeps what the next one is
compared with, so that no older file is read again ([0027](docs/adr/0027-the-roster-remembers.md)).
"""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.changes.growing import GROWING
from chalicelib.roster.former import FORMER, append_spans, no_former
from chalicelib.roster.names import fold_names

ABSENT: Final = "."
SEEN: Final = "s"
GROWN: Final = "g"
SEEN_UNNAMED: Final = "n"
GROWN_UNNAMED: Final = "m"
"""A player's mark for a snapshot: not in it; in it; in it with a counter above the one before; the
same two where the scan does not know the name."""

UNNAMED: Final = ABSENT + SEEN_UNNAMED + GROWN_UNNAMED
UNGROWN: Final = ABSENT + SEEN + SEEN_UNNAMED

DAY: Final = pa.date32()
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
    "id": pa.int64(),
    "name": pa.string(),
    "alliance": pa.string(),
    "power": pa.int64(),
    **dict.fromkeys(COUNTERS, pa.int64()),
}
"""What is read of a curated file."""

Columns = Mapping[str, pa.Array]


class Ledger(NamedTuple):
    """Everybody ever seen in some snapshots.

    Attributes:
        days: the snapshots' dates, oldest first.
        columns: `FIELDS`, and those of `COUNTERS` that are known of anybody; a row a player, by
            `first_seen`, then `id`.
    """

    days: tuple[date, ...]
    columns: Columns

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
    columns = _update(ledger, day, {name: kernels.take(scan[name], at) for name in scan}, at)
    if len(at) - at.null_count < len(scan["id"]):
        known = kernels.index_in(scan["id"], value_set=ledger.columns["id"])
        new = kernels.take(scan["id"], rows := kernels.indices_nonzero(kernels.is_null(known)))
        rows = kernels.take(rows, kernels.sort_indices(new, [("", "ascending")]))
        newcomers = _first(len(ledger.days), day, {n: kernels.take(scan[n], rows) for n in scan})
        columns = _stack(columns, newcomers)
    return Ledger((*ledger.days, day), without_unknown(columns))


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


def last_marked(days: tuple[date, ...], marks: pa.Array, without: str) -> pa.Array:
    """The date of each row's last mark that is none of `without`; null if there is none."""
    dates = pa.array([None, *days], DAY)
    return kernels.take(dates, kernels.binary_length(kernels.ascii_rtrim(marks, without)))


def _update(ledger: Ledger, day: date, now: Columns, at: pa.Array) -> dict[str, pa.Array]:
    """The columns of those who were known before.

    Args:
        ledger: what was before.
        day: the snapshot's date.
        now: the snapshot's values, a row each; null where it has not the player.
        at: null where the snapshot has not the player.
    """
    old = ledger.columns
    seen = kernels.is_valid(at)
    grown = _grown(old, now, len(at))
    today = day_scalar(day)
    columns = {
        **old,
        **_names(ledger, day, now["name"]),
        "last_seen": kernels.if_else(seen, today, old["last_seen"]),
        "last_changed": kernels.if_else(grown, today, old["last_changed"]),
        "marks": kernels.join_rows([old["marks"], _marks(seen, now["name"], grown)], ""),
    }
    for name in LAST_VALUES:
        if name in old or name in now:
            none = pa.nulls(len(at), SCAN_COLUMNS[name])
            columns[name] = kernels.if_else(seen, now.get(name, none), old.get(name, none))
    return columns


def _names(ledger: Ledger, day: date, name: pa.Array) -> dict[str, pa.Array]:
    """The columns about names. A name that is not known changes nothing."""
    old = ledger.columns
    known = kernels.is_valid(name)
    differs = kernels.not_equal(name, old["name"])
    renamed = kernels.fill_null(differs, value=False)
    other = kernels.or_(renamed, kernels.and_(known, kernels.is_null(old["name"])))
    fresh = kernels.filter_by(name, other)
    if not len(fresh):
        return {}
    former = old["former"]
    marks = kernels.filter_by(old["marks"], renamed)
    if len(marks):
        ended = [kernels.filter_by(old[key], renamed) for key in ("name", "folded", "name_since")]
        spans = [*ended, last_marked(ledger.days, marks, UNNAMED)]
        former = append_spans(former, renamed, spans)
    return {
        "name": kernels.if_else(other, name, old["name"]),
        "folded": kernels.replace_with_mask(old["folded"], other, fold_names(fresh)),
        "name_since": kernels.if_else(other, day_scalar(day), old["name_since"]),
        "former": former,
    }


def _grown(old: Columns, now: Columns, length: int) -> pa.Array:
    """Who has a counter above its value in the snapshot before that has the player.

    A value that is not known in either of the two is not above.
    """
    grown = pa.repeat(pa.scalar(value=False), length)
    for name in COUNTERS:
        if name in old and name in now:
            above = kernels.fill_null(kernels.greater(now[name], old[name]), value=False)
            grown = kernels.or_(grown, above)
    return grown


def _marks(seen: pa.Array, name: pa.Array, grown: pa.Array) -> pa.Array:
    named = kernels.if_else(grown, pa.scalar(GROWN), pa.scalar(SEEN))
    unnamed = kernels.if_else(grown, pa.scalar(GROWN_UNNAMED), pa.scalar(SEEN_UNNAMED))
    marks = kernels.if_else(kernels.is_valid(name), named, unnamed)
    return kernels.if_else(seen, marks, pa.scalar(ABSENT))


def _first(absent: int, day: date, scan: Columns) -> dict[str, pa.Array]:
    """The columns of players who are seen for the first time, after `absent` snapshots."""
    players = len(scan["id"])
    today = pa.repeat(day_scalar(day), players)
    named = kernels.is_valid(scan["name"])
    mark = kernels.if_else(named, pa.scalar(SEEN), pa.scalar(SEEN_UNNAMED))
    return {
        **scan,
        "folded": fold_names(scan["name"]),
        "first_seen": today,
        "last_seen": today,
        "last_changed": pa.nulls(players, DAY),
        "name_since": kernels.if_else(named, today, day_scalar(None)),
        "former": no_former(players),
        "marks": kernels.join_rows([pa.repeat(ABSENT * absent, players), mark], ""),
    }


def _stack(above: Columns, below: Columns) -> dict[str, pa.Array]:
    """Rows above other rows; a column that one of them has not is null there."""
    sizes = len(above["id"]), len(below["id"])
    stacked = {}
    for name in {**above, **below}:
        parts = [
            columns.get(name, pa.nulls(size, pa.int64()))
            for columns, size in zip((above, below), sizes, strict=True)
        ]
        stacked[name] = pa.concat_arrays(parts)
    return stacked
