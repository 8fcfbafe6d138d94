"""A page of a board: `PAGE` entries in one item.

    {"total":1241,"rank":701,"columns":["id","name","alliance","dkp",…],"players":[
    [38232075,"…","…",288650963,…],
    …
    ]}

packed. `total` is the whole board's, `rank` the first entry's; equal values share a rank, so that
the others follow. A board has at least one page, which may have no players.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.snapshot import Entry
from chalicelib.items.keys import PAGE
from chalicelib.items.packing import damaged, pack, unpack
from chalicelib.lake.dynamodb.table import Item

COLUMNS: Final = ("id", "name", "alliance", *METRIC_NAMES)
"""The columns of today's pages; those of a page that is read are named in it."""


class Page(NamedTuple):
    """A page that was read.

    Attributes:
        total: how many players are on the whole board.
        entries: those of this page.
    """

    total: int
    entries: list[Entry]


def encode_page(total: int, rank: int, players: str) -> bytes:
    """An item's body.

    Args:
        total: how many players are on the whole board.
        rank: the first entry's; 1 if there is none.
        players: the JSON of each player's row, separated by commas and line ends.
    """
    head = json.dumps({"total": total, "rank": rank, "columns": COLUMNS}, separators=(",", ":"))
    return pack(f'{head[:-1]},"players":[\n{players}\n]}}'.encode())


def read_page(item: Item, metric: str, number: int, values: Sequence[str] = ()) -> Page:
    """Read a page.

    Args:
        item: its item.
        metric: the board's.
        number: the page's, from 0.
        values: metrics that each entry carries too.

    Raises:
        StoreError: the item is damaged.
    """
    content = unpack(item)
    try:
        return _page(json.loads(content), metric, number * PAGE, values)
    except (ValueError, LookupError, TypeError):
        raise damaged(item) from None


def _page(said: Any, metric: str, before: int, values: Sequence[str]) -> Page:
    columns, players = said["columns"], said["players"]
    at = columns.index(metric)
    others = [(name, columns.index(name)) for name in values]
    entries: list[Entry] = []
    rank, last = said["rank"], players[0][at] if players else None
    for position, player in enumerate(players, before + 1):
        value = player[at]
        if value != last:
            rank, last = position, value
        entry: Entry = {
            "rank": rank,
            "position": position,
            "id": player[0],
            "name": player[1],
            "alliance": player[2],
            "value": value,
        }
        if others:
            entry["values"] = {name: player[column] for name, column in others}
        entries.append(entry)
    return Page(said["total"], entries)
