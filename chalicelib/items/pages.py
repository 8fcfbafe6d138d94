"""A page of a board: `PAGE` entries in one item.

    {"total":1241,"rank":701,"columns":["id","name","alliance","dkp",…],"players":[
    [38232075,…],
    ["…",…],
    …
    ]}

packed: a list of each column's values. Those of the board's own metric are the first one, and how
much less each next entry has. `total` is the whole board's, `rank` the first entry's; equal values
share a rank, so that the others follow. A board has at least one page, which may have no players.

In this form a page has about 3.9 KB. As rows of whole values it had 4.2, and DynamoDB counts reads
by 4 KB: each page was read at twice the price.
"""

import json
from collections.abc import Sequence
from itertools import accumulate
from operator import sub
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


def encode_page(total: int, rank: int, columns: Sequence[str]) -> bytes:
    """An item's body.

    Args:
        total: how many players are on the whole board.
        rank: the first entry's; 1 if there is none.
        columns: the JSON of the values of each of `COLUMNS`, separated by commas.
    """
    head = json.dumps({"total": total, "rank": rank, "columns": COLUMNS}, separators=(",", ":"))
    lists = ",\n".join(f"[{values}]" for values in columns)
    return pack(f'{head[:-1]},"players":[\n{lists}\n]}}'.encode())


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
    columns = dict(zip(said["columns"], said["players"], strict=True))
    less = columns[metric]
    columns[metric] = [*accumulate(less, sub)]
    rank, others = said["rank"], [columns[name] for name in values]
    told = (less, *(columns[name] for name in ("id", "name", "alliance", metric)))
    entries: list[Entry] = []
    for position, (step, player, name, alliance, value) in enumerate(
        zip(*told, strict=True), before + 1
    ):
        if entries and step:
            rank = position
        entries.append(
            {
                "rank": rank,
                "position": position,
                "id": player,
                "name": name,
                "alliance": alliance,
                "value": value,
            }
        )
    if others:
        for entry, row in zip(entries, zip(*others, strict=True), strict=True):
            entry["values"] = dict(zip(values, row, strict=True))
    return Page(said["total"], entries)
