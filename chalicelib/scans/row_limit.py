"""The limit of rows per file, which bounds the time of an upload.

A wrong row costs some ten microseconds, and the shortest has two bytes. Without a limit the largest
upload of such rows would exceed the function's timeout, and block every sweep.
"""

from typing import Final

from chalicelib.scans.text_stream import unreadable

MAX_ROWS: Final = 5_000_000


def has_too_many(rows: int) -> bool:
    """Whether a number of rows exceeds the limit."""
    return rows > MAX_ROWS


def check_rows(rows: int) -> None:
    """Refuse a file with too many rows.

    Raises:
        UnreadableError: the number of rows exceeds the limit.
    """
    if has_too_many(rows):
        raise unreadable(
            "too_large",
            f"The file has more than {MAX_ROWS:,} rows.",
            "Check what is in it: a whole kingdom has some ten thousand players.",
        )
