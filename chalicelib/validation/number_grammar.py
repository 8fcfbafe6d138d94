"""The number grammar (contract, section 4), for its two readers.

`number_columns.read_column` judges whole columns; `number_cells.read_cell` says of a single cell
what it is and, if it is no number, why. A property test holds the two together.
"""

from typing import Final

# "Not known": scanners and people write these; the negatives are a scanner's own codes.
UNKNOWN_WORDS: Final = ("", "-", "unknown", "skipped", "n/a")
UNKNOWN_CODES: Final = (-1, -2, -3)
# A column that holds them as floats writes them with decimals, like all its numbers.
UNKNOWN_NUMBERS: Final = {
    f"{code}{decimals}": code for code in UNKNOWN_CODES for decimals in ("", ".0", ".00")
}
UNKNOWN_TOKENS: Final = (*UNKNOWN_WORDS, *UNKNOWN_NUMBERS)

# Spaces that group digits: the plain one, and the no-break ones that spreadsheets write.
_SPACES: Final = " \u00a0\u202f"
GRAMMAR: Final = (
    r"^(?:"
    r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:[SPACES][0-9]{3})+)(?:\.00?)?"
    r"|[0-9]{1,3}(?:\.[0-9]{3}){2,}"
    r")$"
).replace("SPACES", _SPACES)
# Decimals of a whole number, and separators.
NO_DIGITS: Final = rf"\.00?$|[,.{_SPACES}]"
