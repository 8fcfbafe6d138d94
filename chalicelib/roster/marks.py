"""A player's marks: a letter a snapshot, oldest first, up to the last one that has the player."""

from datetime import date
from typing import Final

import pyarrow as pa

from chalicelib import kernels

ABSENT: Final = "."
SEEN: Final = "s"
GROWN: Final = "g"
SEEN_UNNAMED: Final = "n"
GROWN_UNNAMED: Final = "m"
"""A player's mark for a snapshot: not in it; in it; in it with a counter above the one before; the
same two where the scan does not know the name."""

UNNAMED: Final = ABSENT + SEEN_UNNAMED + GROWN_UNNAMED
UNGROWN: Final = ABSENT + SEEN + SEEN_UNNAMED
_LETTERS: Final = (SEEN, GROWN, SEEN_UNNAMED, GROWN_UNNAMED)

DAY: Final = pa.date32()


def with_letters(marks: pa.Array, seen: pa.Array, snapshots: int, letters: pa.Array) -> pa.Array:
    """Marks with one letter more.

    Args:
        marks: of some players; empty for who was never seen.
        seen: whose marks get one.
        snapshots: how many there were before.
        letters: of each player the letter.
    """
    marked = kernels.join_rows([kernels.ascii_rpad(marks, snapshots, ABSENT), letters], "")
    return kernels.if_else(seen, marked, marks)


def letters(grown: pa.Array, unnamed: pa.Array) -> pa.Array:
    """The letters of players who are in a snapshot."""
    return kernels.take(pa.array(_LETTERS), _code(grown, unnamed))


def dots(counts: pa.Array) -> pa.Array:
    """So many absences each."""
    most = kernels.min_max(counts)["max"].as_py() or 0
    return kernels.take(pa.array([ABSENT * count for count in range(most + 1)]), counts)


def last_marked(days: tuple[date, ...], marks: pa.Array, without: str) -> pa.Array:
    """The date of each row's last mark that is none of `without`; null if there is none."""
    dates = pa.array([None, *days], DAY)
    return kernels.take(dates, kernels.binary_length(kernels.ascii_rtrim(marks, without)))


def first_marked(days: tuple[date, ...], marks: pa.Array, without: str) -> pa.Array:
    """The date of each row's first mark that is none of `without`; null if there is none."""
    rest = kernels.binary_length(kernels.ascii_ltrim(marks, without))
    at = kernels.subtract(kernels.binary_length(marks), rest)
    none = pa.scalar(None, pa.int32())
    return kernels.take(pa.array(days, DAY), kernels.if_else(kernels.greater(rest, 0), at, none))


def _code(grown: pa.Array, unnamed: pa.Array) -> pa.Array:
    """The numbers of letters in `_LETTERS`."""
    return kernels.add(
        kernels.cast(grown, pa.int64()), kernels.multiply(kernels.cast(unnamed, pa.int64()), 2)
    )
