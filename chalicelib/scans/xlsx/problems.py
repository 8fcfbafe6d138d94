"""The error of a workbook that cannot be read: what is wrong, and what to do in a spreadsheet."""

from typing import Final

from chalicelib.scans.unreadable import UnreadableError, unreadable

SAVE_AGAIN: Final = (
    'Open the workbook in Excel or LibreOffice, save it there as "Excel Workbook (.xlsx)", and '
    "upload that file."
)
_WHAT_IS_IN_IT: Final = (
    "Check what is in it: a scan of a whole kingdom has some ten thousand rows. Copy the list of "
    "players into a new workbook and upload that."
)


def bad_workbook(message: str, hint: str = SAVE_AGAIN, **where: object) -> UnreadableError:
    """The error of a file that is no workbook, or whose parts contradict each other."""
    return unreadable("bad_workbook", message, hint, **where)


def damaged_part(part: str, reason: str) -> UnreadableError:
    """The error of a workbook with a part that cannot be read.

    Args:
        part: its name in the workbook.
        reason: why, to follow the name.
    """
    return bad_workbook(f"The workbook is damaged: its part {part[:100]} {reason}.")


def too_large_inside(message: str) -> UnreadableError:
    """The error of a workbook that is small and holds far too much."""
    return unreadable("too_large", message, _WHAT_IS_IN_IT)
