"""The number grammar (contract, section 4), for its two readers.

`number_columns.read_column` reads whole columns; `number_cells.read_cell` reads one cell and
explains why it is no number. Both bring a cell into plain form (no dress, ASCII digits, one kind
of space and of apostrophe) and then match the same patterns. A property test checks that the two
agree. All patterns mean the same to Arrow's RE2 and, by `for_re`, to `re`.

A lone group (one to three digits, a mark, three digits: `106.315`) may be thousands or a fraction.
How a file reads its lone groups is settled by its other cells (`evidence`).
"""

import re
from functools import cache
from typing import Final, Literal, NamedTuple

Mark = Literal[",", "."]


class LoneGroups(NamedTuple):
    """How lone groups are read in a file.

    Attributes:
        comma: why those with a comma are not clear; None where they are thousands.
        dot: likewise, with a dot.
    """

    comma: str | None
    dot: str | None

    def by_mark(self) -> tuple[tuple[Mark, str | None], ...]:
        """Each mark, and why its lone groups are not clear."""
        return ((",", self.comma), (".", self.dot))


THOUSANDS: Final = LoneGroups(None, None)
NOT_SHOWN: Final = "no other cell of the file shows which"
# Of a file in which nothing settles what a dot means, and whose delimiter is no semicolon.
USUAL: Final = LoneGroups(None, NOT_SHOWN)

# White space, and marks that cannot be seen and do not change how digits are read: people copy
# them with a number. (U+202E is not among them: it shows digits in reverse order.)
EDGE: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u2060\u2066\u2067\u2068\u2069\ufeff"
)
# What a spreadsheet dresses text in: a leading apostrophe, a formula that gives a text. For Arrow
# only (`number_cells.undressed`): `re` would need the square of the cell's length.
DRESS: Final = rf"(?s)\A'?[{EDGE}]*(?:=[{EDGE}]*\"[{EDGE}]*(.*?)[{EDGE}]*\"|(.*))$"
UNDRESSED: Final = r"\1\2"
PLUS: Final = r"\A\+([0-9])"
# Signs of other scripts, and what they are in ours. Arabic has a mark of its own for thousands.
SIGNS: Final = (
    ("[\u00a0\u2000-\u200a\u202f\u205f\u3000]", " "),
    ("[\u2019\uff07\u066c]", "'"),
    ("\uff0c", ","),
    ("\uff0e", "."),
    ("\uff0b", "+"),
)

_DASHES: Final = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
# "Not known": scanners and people write these; the negatives are a scanner's own codes.
UNKNOWN_WORDS: Final = (
    *("", "?", "/", "unknown", "skipped", "n/a", "nan", "none", "null"),
    *_DASHES,
    *(one + other for one in _DASHES for other in _DASHES),
)
UNKNOWN_CODES: Final = (-1, -2, -3)
# A column of floats has these codes with decimals, like all its numbers.
UNKNOWN_NUMBERS: Final = {
    f"{code}{decimals}": code
    for code in UNKNOWN_CODES
    for decimals in ("", ".0", ".00", ",0", ",00")
}
UNKNOWN_TOKENS: Final = (*UNKNOWN_WORDS, *UNKNOWN_NUMBERS)

_LAKHS: Final = "[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"
# By mark: cells that group with it, with a decimal mark after the groups or without one.
GROUPED: Final = {
    ",": r"(?:[0-9]{1,3}(?:,[0-9]{3})+\.0+|[0-9]{1,3}(?:,[0-9]{3}){2,}"
    rf"|{_LAKHS}(?:\.0+)?)",
    ".": r"(?:[0-9]{1,3}(?:\.[0-9]{3})+,0+|[0-9]{1,3}(?:\.[0-9]{3}){2,})",
}
# By mark: lone groups. Nobody writes thousands as 0.564, so that is a fraction.
LONE: Final = {
    mark: rf"(?:(?:[0-9]{{2,3}}|[1-9])[{mark}][0-9]{{3}}|0[{mark}]000)" for mark in (",", ".")
}
_OTHERS: Final = (
    "[0-9]+",
    "[0-9]{4,}[.,]0+",
    "[0-9]{1,3}[.,](?:00?|0000+)",
    "[0-9]{1,3}(?:(?: [0-9]{3})+|(?:'[0-9]{3})+)(?:[.,]0+)?",
    *GROUPED.values(),
)
# Numbers with decimals; what stands before these is one of the pattern's groups. Never a lone
# group: its last three zeros are no decimals. Only for cells that match the grammar.
DECIMALS: Final = (
    r"\A(?:([0-9]{4,})[.,]0+|([0-9]{1,3})[.,](?:00?|0000+)|([0-9]+(?:[ '][0-9]+)+)[.,]0+"
    r"|([0-9]+(?:,[0-9]+)+)\.0+|([0-9]+(?:\.[0-9]+)+),0+)$"
)
WITHOUT_DECIMALS: Final = r"\1\2\3\4\5"
SEPARATORS: Final = "[., ']"

_GROUPED_OTHERWISE: Final = {
    ",": r"(?: [0-9]{3})+|(?:'[0-9]{3})+|(?:\.[0-9]{3})+",
    ".": r"(?: [0-9]{3})+|(?:'[0-9]{3})+|(?:,[0-9]{3})+",
}
# By mark: what has it before another number of digits than three, or as a decimal mark before
# zeros. Only for cells that do not group with it.
AGAINST: Final = {
    mark: rf"(?:\A|[0-9])[{mark}](?:[0-9]{{1,2}}(?:[^0-9]|$)|[0-9]{{4,}})"
    rf"|\A(?:[0-9]{{4,}}|[0-9]{{1,3}}(?:{groups})|{_LAKHS})"
    rf"[{mark}]0+$"
    for mark, groups in _GROUPED_OTHERWISE.items()
}


@cache
def grammar(lone: LoneGroups) -> str:
    """The pattern of numbers in plain form, with lone groups as they are read in this file."""
    read = [LONE[mark] for mark, unclear in lone.by_mark() if unclear is None]
    return rf"\A(?:{'|'.join((*_OTHERS, *read))})$"


def ascii_digits(texts: list[str]) -> list[str]:
    """Texts with our digits instead of those of other scripts; a cell at a time, as few have any.

    Arrow has no kernel that knows what a digit is worth.
    """
    others = {one for one in set("".join(texts)) if one.isdecimal() and not one.isascii()}
    ours = {ord(one): str(int(one)) for one in others}
    return [text.translate(ours) for text in texts] if ours else texts


@cache
def for_re(pattern: str) -> re.Pattern[str]:
    """A pattern as `re` needs it: its `$` also matches before a newline at the end."""
    return re.compile(pattern.replace("$", r"\Z"))
