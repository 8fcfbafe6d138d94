"""What a player looks like in bytes: the id and names in each form and encoding of an upload."""

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

LONGEST: Final = 4096
"""More bytes than any match takes, with the character before and after it."""

# What may stand between groups of three digits (contract, section 4), and what people write too.
_SEPARATORS: Final = (",", ".", " ", "\u00a0", "\u202f", "'", "\u2019", "_")
_ESCAPED: Final = (r"\u00a0", r"\u202f", r"\u2019")


class Needle(NamedTuple):
    """One thing to look for, in one encoding.

    Attributes:
        what: `id`, or a name.
        pattern: its expression over bytes.
    """

    what: str
    pattern: re.Pattern[bytes]


class _Encoding(NamedTuple):
    """An encoding, and what in it is a part of the same number or word."""

    name: str
    before: str
    after: str


_DIGIT: Final = (
    _Encoding("utf-8", r"(?<![0-9])", r"(?![0-9])"),
    _Encoding("cp1252", r"(?<![0-9])", r"(?![0-9])"),
    _Encoding("utf-16-le", r"(?<![0-9]\x00)", r"(?![0-9]\x00)"),
    _Encoding("utf-16-be", r"(?<!\x00[0-9])", r"(?!\x00[0-9])"),
)
_LETTER: Final = (
    _Encoding("utf-8", r"(?<![0-9A-Za-z\x80-\xff])", r"(?![0-9A-Za-z\x80-\xff])"),
    _Encoding("cp1252", r"(?<![0-9A-Za-z\x80-\xff])", r"(?![0-9A-Za-z\x80-\xff])"),
    _Encoding("utf-16-le", r"(?<![0-9A-Za-z]\x00)", r"(?![0-9A-Za-z]\x00)"),
    _Encoding("utf-16-be", r"(?<!\x00[0-9A-Za-z])", r"(?!\x00[0-9A-Za-z])"),
)


def needles(player: int, names: Iterable[str]) -> list[Needle]:
    """What to look for.

    Args:
        player: the player's id.
        names: the names that they had.
    """
    return [*_id_needles(player), *(one for name in names for one in _name_needles(name))]


def _id_needles(player: int) -> Iterator[Needle]:
    """The whole number, in groups of three or not, with zeros before it or not."""
    digits = str(player)
    head = len(digits) % 3 or 3
    groups = [digits[:head], *(digits[at : at + 3] for at in range(head, len(digits), 3))]
    for encoding in _DIGIT:
        between = _any_of((*_SEPARATORS, *_ESCAPED), encoding.name)
        zeros = b"(?:" + re.escape("0".encode(encoding.name)) + b")*"
        body = (b"(?:" + between + b")?").join(
            re.escape(group.encode(encoding.name)) for group in groups
        )
        yield Needle("id", _compiled(encoding, zeros + body))


def _name_needles(name: str) -> Iterator[Needle]:
    """A name as a whole word, as it stands in text, in JSON, in a quoted cell and in XML."""
    composed = {unicodedata.normalize(form, name) for form in ("NFC", "NFD")} | {name}
    forms = {
        form
        for text in composed
        for form in (
            text,
            text.replace('"', '""'),
            html.escape(text, quote=False),
            html.escape(text),
            json.dumps(text, ensure_ascii=False)[1:-1],
            json.dumps(text)[1:-1],
            re.sub(r"(?<=\\u)[0-9a-f]{4}", lambda found: found[0].upper(), json.dumps(text)[1:-1]),
        )
    }
    for encoding in _LETTER:
        yield Needle(name, _compiled(encoding, _any_of(sorted(forms), encoding.name)))


def _compiled(encoding: _Encoding, body: bytes) -> re.Pattern[bytes]:
    before, after = (part.encode("ascii") for part in (encoding.before, encoding.after))
    return re.compile(before + b"(?:" + body + b")" + after)


def _any_of(texts: Iterable[str], encoding: str) -> bytes:
    return b"|".join(re.escape(found) for text in texts if (found := _encoded(text, encoding)))


def _encoded(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None
