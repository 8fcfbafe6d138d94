"""Former names: a column of lists, each player's earlier names, oldest first.

A name's last date is not among them: it follows from the marks. Each column of a list takes 1 ms of
a publish of 10,000 players.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.roster.columns import Columns, keep, pick, row_numbers
from chalicelib.roster.names import BEFORE_EACH, fold_names

SPAN: Final = pa.struct([("name", pa.string()), ("since", pa.date32())])
"""A name, and the first snapshot in a row that has it."""

FORMER: Final = pa.list_(pa.field("element", SPAN))

_DAY: Final = pa.date32()


def no_former(players: int) -> pa.Array:
    """The column of so many players who had no other name."""
    return pa.ListArray.from_arrays(
        pa.repeat(pa.scalar(0, pa.int32()), players + 1), pa.array([], SPAN), type=FORMER
    )


def append_spans(former: pa.Array, rows: pa.Array, spans: Sequence[pa.Array]) -> pa.Array:
    """The column with one more span at the end of some rows' lists.

    Args:
        former: the column.
        rows: which rows, as a mask; rows beyond the column's have no list yet.
        spans: the fields of `SPAN`, a value for each of these rows.
    """
    values, counts = kernels.list_flatten(former), kernels.list_value_length(former)
    if len(rows) > len(former):
        more = pa.repeat(pa.scalar(0, pa.int32()), len(rows) - len(former))
        counts = pa.concat_arrays([counts, more])
    if len(spans[0]):
        counts = kernels.add(counts, kernels.cast(rows, pa.int32()))
        added = pa.StructArray.from_arrays(list(spans), fields=list(SPAN))
        at = kernels.cast(kernels.indices_nonzero(rows), pa.int64())
        of = pa.concat_arrays([kernels.list_parent_indices(former), at])
        # The sort is stable: what is new comes after all that its row had.
        order = kernels.sort_indices(of, [("", "ascending")])
        values = kernels.take(pa.concat_arrays([values, added]), order)
    return pa.ListArray.from_arrays(_offsets(counts), values, type=FORMER)


class Named(NamedTuple):
    """What a date's snapshot says of some players' names.

    Attributes:
        day: the date.
        name: each player's name on it; null where it is not known, or the player is not in it.
        next_named: the first date after it on which the player's name is known; null for none.
    """

    day: date
    name: pa.Array
    next_named: pa.Array


def spliced_names(columns: Columns, named: Named) -> dict[str, pa.Array]:
    """The columns about names, with what a date says in the place of what it said before.

    Args:
        columns: `name`, `name_since` and `former` of some players.
        named: what the date says of them.
    """
    spans = _runs(_pieces(columns, named))
    row = spans["row"]
    rows = len(named.name)
    counts = _counts(row, rows)
    ends = _offsets(counts)[1:]
    last = kernels.subtract(ends, pa.scalar(1, pa.int32()))
    has = kernels.greater(counts, 0)
    last = kernels.if_else(has, last, pa.scalar(None, pa.int32()))
    older = kernels.not_among(last, len(row))
    fields = [kernels.filter_by(spans[name], older) for name in ("name", "since")]
    former = pa.StructArray.from_arrays(fields, fields=list(SPAN))
    lengths = kernels.subtract(counts, kernels.cast(has, pa.int32()))
    return {
        "name": kernels.take(spans["name"], last),
        "name_since": kernels.take(spans["since"], last),
        "folded": _folded(spans, counts),
        "former": pa.ListArray.from_arrays(_offsets(lengths), former, type=FORMER),
    }


def _pieces(columns: Columns, named: Named) -> dict[str, pa.Array]:
    """Names and the dates from which they are had, in order; two in a row may be the same."""
    spans = _spans(columns)
    row, since, following = spans["row"], spans["since"], spans.pop("following")
    day = pa.scalar(named.day, _DAY)
    apart = keep(spans, kernels.not_equal(since, day))
    # The span that the date falls into goes on after it, if the name is known there at all.
    goes_on = kernels.take(named.next_named, row)
    ends_later = kernels.fill_null(kernels.greater(following, goes_on), value=True)
    into = kernels.and_(kernels.less_equal(since, day), kernels.is_valid(goes_on))
    into = kernels.and_(into, ends_later)
    resumed = {**keep(spans, into), "since": kernels.filter_by(goes_on, into)}
    known = kernels.is_valid(named.name)
    at = kernels.cast(kernels.indices_nonzero(known), pa.int64())
    of_day = {
        "row": at,
        "name": kernels.filter_by(named.name, known),
        "since": pa.repeat(day, len(at)),
    }
    parts = (apart, resumed, of_day)
    pieces = {name: pa.concat_arrays([part[name] for part in parts]) for name in apart}
    keys = pa.table({name: pieces[name] for name in ("row", "since")})
    order = kernels.sort_indices(keys, [("row", "ascending"), ("since", "ascending")])
    return pick(pieces, order)


def _spans(columns: Columns) -> dict[str, pa.Array]:
    """All names of some players with the dates from which they were had, a row a name.

    `following` is the date of the same player's next name; null for the newest.
    """
    former, name = columns["former"], columns["name"]
    older = kernels.list_flatten(former)
    known = kernels.is_valid(name)
    current = kernels.cast(kernels.indices_nonzero(known), pa.int64())
    row = pa.concat_arrays([kernels.list_parent_indices(former), current])
    order = kernels.sort_indices(row, [("", "ascending")])
    since = kernels.filter_by(columns["name_since"], known)
    spans = {
        "row": row,
        "name": pa.concat_arrays([older.field("name"), kernels.filter_by(name, known)]),
        "since": pa.concat_arrays([older.field("since"), since]),
    }
    spans = pick(spans, order)
    following = pa.concat_arrays([spans["since"][1:], pa.nulls(min(len(row), 1), _DAY)])
    same = _is_followed(spans["row"])
    none = pa.scalar(None, _DAY)
    return {**spans, "following": kernels.if_else(same, following, none)}


def _runs(pieces: Columns) -> dict[str, pa.Array]:
    """Pieces, of which those that follow one of the same player and name are left out."""
    name, row = pieces["name"], pieces["row"]
    if not len(row):
        return {**pieces}
    same = kernels.and_(kernels.equal(row[1:], row[:-1]), kernels.equal(name[1:], name[:-1]))
    first = pa.array([True])
    return keep(pieces, pa.concat_arrays([first, kernels.invert(same)]))


def _is_followed(row: pa.Array) -> pa.Array:
    """Which rows are followed by one of the same player."""
    if not len(row):
        return pa.array([], pa.bool_())
    return pa.concat_arrays([kernels.equal(row[1:], row[:-1]), pa.array([False])])


def _folded(spans: Columns, counts: pa.Array) -> pa.Array:
    """The searched text of each player, of all names in order; null where there is none."""
    numbers = pa.table({"row": spans["row"], "since": spans["since"]})
    order = kernels.sort_indices(numbers, [("row", "ascending"), ("since", "descending")])
    folded = kernels.take(fold_names(spans["name"]), order)
    texts = kernels.binary_join(pa.ListArray.from_arrays(_offsets(counts), folded), BEFORE_EACH)
    texts = kernels.join_rows([BEFORE_EACH, texts, BEFORE_EACH], "")
    return kernels.if_else(kernels.greater(counts, 0), texts, pa.scalar(None, pa.string()))


def _counts(rows: pa.Array, length: int) -> pa.Array:
    """How often each number up to a length is among the numbers of rows, which are in order."""
    found = kernels.value_counts(rows)
    numbers = kernels.cast(row_numbers(length), pa.int64())
    at = kernels.index_in(numbers, value_set=found.field("values"))
    counts = kernels.cast(kernels.take(found.field("counts"), at), pa.int32())
    return kernels.fill_null(counts, value=0)


def _offsets(counts: pa.Array) -> pa.Array:
    """Where each list begins, and where the last one ends."""
    start = pa.array([0], pa.int32())
    return pa.concat_arrays([start, kernels.cast(kernels.cumulative_sum(counts), pa.int32())])
