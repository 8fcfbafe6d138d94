"""The keys of the table's items (docs/adr/0030).

| group | name | item |
|---|---|---|
| `kingdoms` | `00051` | a kingdom: which snapshots and which roster it has |
| `51#written` | `2026-01-26#VERSION`, `roster#ROSTER` | a mark: these parts may be there |
| `51#2026-01-26#VERSION` | `dkp#0000` | a page of a board: 100 entries |
| `51#players#BUCKET` | `2026-01-26#VERSION` | records of the players of a bucket |
| `51#players#BUCKET` | `roster#ROSTER` | what the roster says of these players |
| `51#roster#ROSTER` | `0000` | a piece of the roster |

Everything but the kingdom's item and the marks follows from what its key names, and never changes.
"""

from datetime import date
from typing import Final

from chalicelib.lake.dynamodb.table import ItemKey

KINGDOMS: Final = "kingdoms"
PAGE: Final = 100
"""Entries of one item of a board."""
BUCKETS: Final = 256
"""A kingdom's players are in so many groups, by their ids; a player's history is one query.

With 64 a year of 10,000 players would be read at 170 units and in two calls, with 256 at 45; 512
would be written at 520 units a snapshot of 1,000, with 256 it is 303."""
MOST_PLAYERS: Final = 100_000
"""A snapshot of more players, ten times the largest that is known, is not in the table: it is
answered from `curated/`. To make its items would take a function's memory and time."""
_ROSTER: Final = "roster#"


def kingdom_key(kingdom: int) -> ItemKey:
    """A kingdom's item: the only one that is replaced."""
    return ItemKey(KINGDOMS, f"{kingdom:05d}")


def snapshot_part(day: date, version: str) -> str:
    """The name of a snapshot's parts: of its mark, and of its records in each bucket."""
    return f"{day}#{version}"


def roster_part(roster: str) -> str:
    """The name of a roster's parts, likewise."""
    return f"{_ROSTER}{roster}"


def mark_key(kingdom: int, part: str) -> ItemKey:
    """The mark that parts are, or may be, in the table."""
    return ItemKey(f"{kingdom}#written", part)


def page_key(kingdom: int, day: date, version: str, metric: str, page: int) -> ItemKey:
    """A page of a board, counted from 0."""
    return ItemKey(f"{kingdom}#{day}#{version}", f"{metric}#{page:04d}")


def bucket_of(player: int) -> int:
    """The bucket of a player; ids end in any digits, so the buckets are of about equal size."""
    return player % BUCKETS


def players_group(kingdom: int, bucket: int) -> str:
    """The group of a bucket of players."""
    return f"{kingdom}#players#{bucket:03d}"


def players_key(kingdom: int, bucket: int, part: str) -> ItemKey:
    """The item of a bucket in a snapshot or a roster, named as its part."""
    return ItemKey(players_group(kingdom, bucket), part)


def piece_key(kingdom: int, roster: str, piece: int) -> ItemKey:
    """A piece of a roster, counted from 0."""
    return ItemKey(f"{kingdom}#roster#{roster}", f"{piece:04d}")
