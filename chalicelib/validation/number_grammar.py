"""The number grammar (contract, section 4), for its two readers.

`number_columns.read_column` reads whole columns; `number_cells.read_cell` reads one cell and
explains why it is no number. A property test checks that the two agree.
"""

from typing import Final

# "Not known": scanners and people write these; the negatives are a scanner's own codes.
UNKNOWN_WORDS: Final = ("", "-", "unknown", "skipped", "n/a")
UNKNOWN_CODES: Final = (-1, -2, -3)
# A column of floats has these codes with decimals, like all its numbers.
UNKNOWN_NUMBERS: Final = {
    f"{code}{decimals}": code for code in UNKNOWN_CODES for decimals in ("", ".0", ".00")
}
UNKNOWN_TOKENS: Final = (*UNKNOWN_WORDS, *UNKNOWN_NUMBERS)

# Spaces that group digits: the plain space and the no-break spaces that spreadsheets write.
_SPACES: Final = " \u00a0\u202f"
GRAMMAR: Final = (
    r"^(?:"
    r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:[SPACES][0-9]{3})+)(?:\.00?)?"
    r"|[0-9]{1,3}(?:\.[0-9]{3}){2,}"
    r")$"
).replace("SPACES", _SPACES)
# Decimals of a whole number, and separators.
NO_DIGITS: Final = rf"\.00?$|[,.{_SPACES}]"
