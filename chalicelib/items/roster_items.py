"""The items of a roster: its pieces, and what it says of the players of each bucket.

They follow from the roster's content, which its id names.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from chalicelib.items.members import member_items
from chalicelib.items.pieces import roster_pieces
from chalicelib.lake.dynamodb.table import Item
from chalicelib.roster.note import content_of

_DIGITS: Final = 16


def roster_id(body: bytes) -> str:
    """The id of a roster object: 16 hexadecimal digits of its content, whatever it was made of."""
    return hashlib.sha256(content_of(body)).hexdigest()[:_DIGITS]


def roster_items(kingdom: int, roster: str, body: bytes) -> Iterator[Item]:
    """All items of a roster object.

    Args:
        kingdom: its kingdom.
        roster: its id.
        body: its bytes.

    Raises:
        StoreError: it is damaged.
        RosterMissingError: another version of this software made it.
    """
    # First those whose error says how the roster of another version is made anew.
    yield from member_items(kingdom, roster, body)
    yield from roster_pieces(kingdom, roster, body)
