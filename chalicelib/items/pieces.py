"""A roster in pieces, which one query reads: search and idle players are answered from all of it.

The pieces are those of the object for readers (`chalicelib.roster.document.encode_for_readers`).
Each has the facts `pieces`, how many there are, and `digest`, of the whole.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

from chalicelib.errors import StoreError
from chalicelib.items.keys import piece_key
from chalicelib.lake.dynamodb.table import Item

PIECE_BYTES: Final = 340 * 1024
"""Three of these and their keys are less than the megabyte that a call of a query returns."""

_PIECES: Final = "pieces"
_DIGEST: Final = "digest"
_DIGITS: Final = 16


class PiecesError(StoreError):
    """Raised when pieces are missing or damaged; the text says which, not of which roster."""


def roster_pieces(kingdom: int, roster: str, body: bytes) -> Iterator[Item]:
    """The pieces of a roster object, in order.

    Args:
        kingdom: its kingdom.
        roster: its id.
        body: the object's bytes.

    Raises:
        StoreError: it is damaged, or of another version of this software.
    """
    # Imported here: whoever joins pieces to read them needs no writer.
    from chalicelib.roster.document import encode_for_readers

    whole = memoryview(encode_for_readers(body))
    starts = range(0, len(whole), PIECE_BYTES)
    facts = {_PIECES: str(len(starts)), _DIGEST: _digest(whole)}
    for number, start in enumerate(starts):
        piece = bytes(whole[start : start + PIECE_BYTES])
        yield Item(piece_key(kingdom, roster, number), piece, facts)


def join_pieces(items: Iterable[Item]) -> bytes:
    """The object for readers, of its pieces in order.

    Raises:
        PiecesError: they are not all there, or damaged.
    """
    found = [*items]
    if not found:
        raise PiecesError("none of its pieces is there")
    for number, item in enumerate(found):
        if int(item.key.name) != number:
            raise PiecesError(f"piece {number} is missing")
    facts = found[0].facts
    if facts.get(_PIECES) != str(len(found)):
        raise PiecesError(f"there are {len(found)} of its {facts.get(_PIECES)} pieces")
    whole = b"".join(item.body for item in found)
    if any(item.facts != facts for item in found) or facts.get(_DIGEST) != _digest(whole):
        raise PiecesError("its bytes are not those that were written")
    return whole


def _digest(whole: bytes | memoryview) -> str:
    return hashlib.sha256(whole).hexdigest()[:_DIGITS]
