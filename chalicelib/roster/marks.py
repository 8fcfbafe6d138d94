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


def with_letter(
    marks: pa.Array, absent: pa.Array, grown: pa.Array, unnamed: pa.Array, most: int
) -> pa.Array:
    """Marks with one letter more.

    Args:
        marks: of some players; empty for who was never seen.
        absent: how many snapshots lie between the last mark and the new one; null where there is
            no new one, whose marks stay.
        grown: who has grown.
        unnamed: of whom the scan does not know the name.
        most: the highest number in `absent`.
    """
    texts = pa.array([ABSENT * count + one for count in range(most + 1) for one in _LETTERS])
    numbers = kernels.add(kernels.multiply(kernels.cast(absent, pa.int64()), 4), _code(grown, 1))
    suffix = kernels.take(texts, kernels.add(numbers, _code(unnamed, 2)))
    return kernels.join_rows([marks, suffix], "")


def letters(grown: pa.Array, unnamed: pa.Array) -> pa.Array:
    """The letters of players who are in a snapshot."""
    return kernels.take(pa.array(_LETTERS), kernels.add(_code(grown, 1), _code(unnamed, 2)))


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


def _code(mask: pa.Array, worth: int) -> pa.Array:
    return kernels.if_else(mask, pa.scalar(worth, pa.int64()), pa.scalar(0, pa.int64()))
