"""A header that takes two rows: under "Kills", in merged cells, stand "T4" and "T5".

Its second row would be read as a player without an id. Whoever deletes it, as such a row's hint
says, makes a file in which "Kills" are the T4 kills alone.
"""

from collections.abc import Iterable
from typing import Final

from chalicelib.scans.blank_rows import is_blank

SECOND_ROW_MESSAGE: Final = "This row has no player: it looks like the header's second row."
SECOND_ROW_HINT: Final = (
    'Write each column\'s whole name into the header\'s first row ("T4 Kills", not "Kills" above '
    '"T4"), then delete this row.'
)


def is_second_row(row: int, player: Iterable[object], others: Iterable[object]) -> bool:
    """Whether a row is the first below the header and has nothing but names of columns.

    Args:
        row: its number, from 1.
        player: its cells of id and name; None is an empty one.
        others: its other cells.
    """
    if row != 1 or any(_has_value(cell) for cell in player):
        return False
    found = [cell for cell in others if _has_value(cell)]
    return bool(found) and all(
        isinstance(cell, str) and any(map(str.isalpha, cell)) for cell in found
    )


def _has_value(cell: object) -> bool:
    return cell is not None and not (isinstance(cell, str) and is_blank(cell))
