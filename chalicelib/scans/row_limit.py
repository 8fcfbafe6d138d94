"""How many rows a file may have: what bounds the time that an upload takes.

A wrong row costs some ten microseconds, and the shortest has two bytes. Without a bound the largest
upload of such rows would take longer than a function may run, and stand in the way of every sweep.
"""

from typing import Final

from chalicelib.scans.text_stream import unreadable

MAX_ROWS: Final = 5_000_000


def has_too_many(rows: int) -> bool:
    """Whether so many rows are more than a file may have."""
    return rows > MAX_ROWS


def check_rows(rows: int) -> None:
    """Refuse a file that has so many rows.

    Raises:
        UnreadableError: they are too many.
    """
    if has_too_many(rows):
        raise unreadable(
            "too_large",
            f"The file has more than {MAX_ROWS:,} rows.",
            "Check what is in it: a whole kingdom has some ten thousand players.",
        )
