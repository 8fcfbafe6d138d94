"""The records of a snapshot's players in a bucket: one item, so that one read finds a player.

    {"of":{"dkp":1241,…},"columns":["id","name","alliance","record_hash","power",…],"players":[
    [38232075,"…","…","…",288650963,…,[701,1523],[12,0,3,0],null,[1,0,0,0],[2,97],"…"],
    …
    ]}

packed. `of` is how many players each metric's board has. A player's values are followed by the
places on these boards, in that order; null: not on it. A place is the rank, and how much more the
one above has; then, where they are not 0 and 1, how many of the same rank are before the player,
and how many ranks better the one above is. The first has nobody above.

If the players of a bucket are more than an item holds, which only made-up ids and names are, there
is no `players`: they are in `curated/` only.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.past import Appearance, RankOf
from chalicelib.boards.snapshot import Above, Entry, Me
from chalicelib.items.packing import damaged, pack, unpack
from chalicelib.lake.dynamodb.table import Item
from chalicelib.players.schema import COUNTERS

COLUMNS: Final = ("id", "name", "alliance", "record_hash", *COUNTERS)
"""The columns of today's records; those of an item that is read are named in it."""

MOST_BYTES: Final = 380 * 1024
"""Of a body: so much is surely less than DynamoDB's limit with the item's key."""

_START: Final = b'"players":[\n'


class Place(NamedTuple):
    """Where a player is on a board.

    Attributes:
        rank: competition rank.
        position: from 1, unique.
        above: the entry one position above; None of the first.
    """

    rank: int
    position: int
    above: Above | None


class Record(NamedTuple):
    """A player in a snapshot.

    Attributes:
        id: the player's.
        appearance: name, values, ranks.
        places: each metric; None where the player is not ranked.
    """

    id: int
    appearance: Appearance
    places: Mapping[str, Place | None]

    def me(self, metric: str, values: Sequence[str]) -> Me | None:
        """The player's own entry; None who is not ranked.

        Args:
            metric: the board's.
            values: metrics that the entry carries too.
        """
        place = self.places[metric]
        value = self.appearance.values[metric]
        if place is None or value is None:
            return None
        entry: Entry = {
            "rank": place.rank,
            "position": place.position,
            "id": self.id,
            "name": self.appearance.name,
            "alliance": self.appearance.alliance,
            "value": value,
        }
        if values:
            entry["values"] = {name: self.appearance.values[name] for name in values}
        return {"entry": entry, "above": place.above}


def encode_records(of: Mapping[str, int], players: Sequence[str]) -> bytes:
    """An item's body.

    Args:
        of: how many players each metric's board has.
        players: the JSON of each player's row.
    """
    head = json.dumps({"of": of, "columns": COLUMNS}, separators=(",", ":"))
    rows = ",\n".join(players)
    body = pack(f'{head[:-1]},"players":[\n{rows}\n]}}'.encode())
    return body if len(body) <= MOST_BYTES else pack(head.encode())


class Records:
    """An item's records; only those asked for are parsed.

    Attributes:
        of: how many players each metric's board has.
        whole: whether its players are in the item; else they are in `curated/` only.
    """

    def __init__(self, item: Item) -> None:
        """Read what they have in common.

        Raises:
            StoreError: the item is damaged.
        """
        self._item = item
        head, found, self._players = unpack(item).partition(_START)
        self.whole = bool(found)
        try:
            said = json.loads(head[:-1] + b"}" if found else head)
            self.of: Mapping[str, int] = {name: said["of"][name] for name in METRIC_NAMES}
            self._boards: Sequence[str] = [*said["of"]]
            self._columns: Sequence[str] = said["columns"]
        except (ValueError, LookupError, TypeError):
            raise damaged(item) from None

    def find(self, player: int) -> Record | None:
        """A player; None who is not in the snapshot.

        Raises:
            StoreError: the item is damaged.
        """
        start = b"[%d," % player
        # A text has no line end in it.
        at = 0 if self._players.startswith(start) else self._players.find(b"\n" + start) + 1
        if not at and not self._players.startswith(start):
            return None
        line = self._players[at : self._players.find(b"\n", at)]
        try:
            return self._record(json.loads(line.removesuffix(b",")))
        except (ValueError, LookupError, TypeError):
            raise damaged(self._item) from None

    def _record(self, row: Sequence[Any]) -> Record:
        known = dict(zip(self._columns, row, strict=False))
        values = {name: known.get(name) for name in COUNTERS}
        told = dict(zip(self._boards, row[len(self._columns) :], strict=True))
        places = {name: _place(told[name], values[name]) for name in METRIC_NAMES}
        ranks = {
            name: None if place is None else RankOf(place.rank, self.of[name])
            for name, place in places.items()
        }
        appearance = Appearance(
            known["name"], known["alliance"], known["record_hash"], values, ranks
        )
        return Record(known["id"], appearance, places)


def _place(told: Sequence[int] | None, value: int | None) -> Place | None:
    if told is None or value is None:
        return None
    rank, more, before, better = told if len(told) > 2 else (*told, 0, 1)
    position = rank + before
    above: Above | None = None
    if position > 1:
        above = {"rank": rank - better, "value": value + more}
    return Place(rank, position, above)
