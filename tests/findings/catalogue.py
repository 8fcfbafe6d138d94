"""All examples in the order of the page, and the messages that no small file gives."""

from collections.abc import Mapping
from typing import Final

from tests.findings import of_files, of_headers, of_json, of_keys, of_numbers, of_rows, of_workbooks
from tests.findings.example import Section

SECTIONS: Final[tuple[Section, ...]] = (
    *of_keys.SECTIONS,
    *of_files.SECTIONS,
    *of_headers.SECTIONS,
    *of_rows.SECTIONS[:1],
    *of_numbers.SECTIONS,
    *of_rows.SECTIONS[1:],
    *of_workbooks.SECTIONS,
    *of_json.SECTIONS,
)

_LARGE: Final = "a file that is far larger than a scan"
NOT_SHOWN: Final[Mapping[str, str]] = {
    "The file has more than … rows.": _LARGE,
    "Check what is in it: a whole kingdom has some ten thousand players.": _LARGE,
    "more than … gzip files in a row": _LARGE,
    "Unpacked, the workbook has more than … bytes.": _LARGE,
    "The workbook has far more cells than any list of players.": _LARGE,
    "The workbook has far more parts than any other.": _LARGE,
    "The workbook has far more text than any list of players.": _LARGE,
    "The workbook has far more styles than any other.": _LARGE,
    "The workbook has more than … sheets.": _LARGE,
    "has a text that is longer than any cell": _LARGE,
    "Row … of the sheet is far longer than any player's.": _LARGE,
    "Check what is in it: a scan of a whole kingdom has some ten thousand rows. Copy the list of "
    "players into a new workbook and upload that.": _LARGE,
}
"""Messages without an example, as they stand in the code, and what gives them."""

NO_MESSAGES: Final[frozenset[str]] = frozenset(
    {
        # What a decoder of Python says, to be compared with.
        "unexpected end of data",
        # Said to commands: an upload's key is one in the inbox.
        "the key does not start with …",
    }
)
"""Texts in the code that look like messages and are none."""
