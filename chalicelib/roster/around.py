"""What the marks of all players say around one date: who is near it, and how near."""

from typing import NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.roster.marks import ABSENT, UNNAMED, dots

_INT: pa.DataType = pa.int32()


class Around(NamedTuple):
    """A row a player.

    Attributes:
        head: the marks before the date, up to the last one that has the player.
        tail: the marks after it, from the first one that has the player.
        had: whom the date's snapshot has, as it was.
        older: who is in a snapshot before it.
        newer: who is in a snapshot after it.
        before: how many snapshots right before it have not the player; all of them where none has.
        after: how many right after it have not the player.
    """

    head: pa.Array
    tail: pa.Array
    had: pa.Array
    older: pa.Array
    newer: pa.Array
    before: pa.Array
    after: pa.Array

    def gap(self, snapshots: int) -> pa.Array:
        """How long the gap is that the date falls into, for who is not in its snapshot.

        Args:
            snapshots: 1 if the date has a snapshot, else 0.
        """
        both = kernels.add(self.before, self.after)
        return kernels.add(both, pa.scalar(snapshots, _INT))


def look_around(marks: pa.Array, index: int, *, was: bool) -> Around:
    """What marks say around the date of a number.

    Args:
        marks: of each player.
        index: how many snapshots are older.
        was: whether the date is a snapshot that the marks have.
    """
    head = kernels.ascii_rtrim(kernels.utf8_slice_codeunits(marks, 0, index), ABSENT)
    rest = kernels.utf8_slice_codeunits(marks, index + was, None)
    tail = kernels.ascii_ltrim(rest, ABSENT)
    here = kernels.utf8_slice_codeunits(marks, index, index + was)
    had = kernels.not_equal(kernels.ascii_ltrim(here, ABSENT), "")
    older, newer = (kernels.not_equal(part, "") for part in (head, tail))
    before = kernels.subtract(pa.scalar(index, _INT), kernels.binary_length(head))
    after = kernels.subtract(kernels.binary_length(rest), kernels.binary_length(tail))
    return Around(head, tail, had, older, newer, before, after)


def next_named(rest: pa.Array, after: pa.Array) -> pa.Array:
    """How many snapshots lie between a date and the next one that has a player's name.

    Args:
        rest: `Around.tail`.
        after: `Around.after`.

    Returns:
        Null where there is none.
    """
    named = kernels.ascii_ltrim(rest, UNNAMED)
    skipped = kernels.subtract(kernels.binary_length(rest), kernels.binary_length(named))
    number = kernels.add(after, skipped)
    return kernels.if_else(kernels.not_equal(named, ""), number, pa.scalar(None, _INT))


def joined(around: Around, here: pa.Array, following: pa.Array, *, now: bool) -> pa.Array:
    """The marks with other letters for the date, and for the next snapshot of each player.

    Args:
        around: what they are around the date.
        here: the letters of the date; null for who is not in its snapshot.
        following: those of the next snapshots; empty where there is none.
        now: whether the date has a snapshot now.
    """
    has = kernels.is_valid(here)
    zero = pa.scalar(0, _INT)
    absent = kernels.add(around.before, kernels.cast(kernels.invert(has), _INT)) if now else None
    absent = around.before if absent is None else absent
    shown = kernels.or_(has, around.newer)
    first = dots(kernels.if_else(shown, absent, zero))
    second = dots(kernels.if_else(around.newer, around.after, zero))
    rest = kernels.utf8_slice_codeunits(around.tail, 1, None)
    return kernels.join_rows([around.head, first, here, second, following, rest], "")
