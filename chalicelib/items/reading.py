"""Read the items of a snapshot for one answer: what is needed, once, and again if it is missing.

An item that was written just now may not be seen by a read that is not consistent, which costs
half. So what is missing is asked for once more, consistently; what is then missing is lost.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from chalicelib.boards.snapshot import Snapshot
from chalicelib.errors import StoreError
from chalicelib.items.keys import (
    MOST_PLAYERS,
    PAGE,
    bucket_of,
    page_key,
    players_key,
    snapshot_part,
)
from chalicelib.items.pages import Page, read_page
from chalicelib.items.records import Records
from chalicelib.items.remedy import REBUILD
from chalicelib.lake.dynamodb.table import Item, ItemKey, Table


def has_items(snapshot: Snapshot) -> bool:
    """Whether a snapshot is in the table: not withdrawn, and not too large."""
    return 0 < snapshot.players <= MOST_PLAYERS


class SnapshotReading:
    """Items of one snapshot that has some; each is read once.

    Every method that reads raises `StoreError` for an item that is damaged or missing.
    """

    def __init__(self, table: Table, snapshot: Snapshot) -> None:
        """Read a snapshot; nothing is read yet."""
        self._table = table
        self._snapshot = snapshot
        self._items: dict[ItemKey, Item] = {}
        self._records: dict[ItemKey, Records] = {}

    def fetch(
        self, players: Iterable[int] = (), metric: str = "", numbers: Iterable[int] = ()
    ) -> None:
        """Read records and pages, as far as they are not read yet, in one call.

        Args:
            players: whose records.
            metric: of which board.
            numbers: its pages, from 0.
        """
        records = [records_key(self._snapshot, player) for player in players]
        pages = [self._page_key(metric, number) for number in numbers]
        keys = [key for key in dict.fromkeys([*pages, *records]) if key not in self._items]
        self._items |= _read(self._table, keys)

    def records(self, player: int) -> Records:
        """The records of a player's bucket."""
        key = records_key(self._snapshot, player)
        if key not in self._records:
            _complete(self._table, self._items, [key])
            self._records[key] = Records(self._items[key])
        return self._records[key]

    def pages(self, metric: str, numbers: Collection[int], values: Sequence[str]) -> list[Page]:
        """Those of these pages that the board has; the first page if it has none of them.

        Args:
            metric: the board's.
            numbers: the pages', from 0, in order.
            values: metrics that each entry carries too.
        """
        found = self._present(metric, numbers, values)
        if not found:
            # They are beyond the board's end, or not seen: what the first page says tells.
            numbers = [*dict.fromkeys([0, *numbers])]
            self._again(self._page_key(metric, number) for number in numbers)
            found = self._present(metric, numbers, values)
        total = next((page.total for page in found.values()), 0)
        lacking = [
            self._page_key(metric, number)
            for number in numbers
            if number not in found and number * PAGE <= max(0, total - 1)
        ]
        if lacking:
            _complete(self._table, self._items, lacking)
            found = self._present(metric, numbers, values)
        return [found[number] for number in numbers if number in found]

    def _present(
        self, metric: str, numbers: Iterable[int], values: Sequence[str]
    ) -> dict[int, Page]:
        items = {number: self._items.get(self._page_key(metric, number)) for number in numbers}
        return {
            number: read_page(item, metric, number, values)
            for number, item in items.items()
            if item is not None
        }

    def _again(self, keys: Iterable[ItemKey]) -> None:
        self._items |= self._table.get_many([*keys], consistent=True)

    def _page_key(self, metric: str, number: int) -> ItemKey:
        of = self._snapshot
        return page_key(of.kingdom, of.snapshot_date, of.version, metric, number)


def past_records(table: Table, player: int, snapshots: Sequence[Snapshot]) -> list[Records]:
    """The records of a player's bucket in these snapshots, in their order; one query.

    Args:
        table: the table.
        player: the player's id.
        snapshots: of one kingdom; they have items.

    Raises:
        StoreError: an item is damaged or missing.
    """
    if not snapshots:
        return []
    keys = [records_key(one, player) for one in snapshots]
    names = sorted(key.name for key in keys)
    # Between the oldest and the newest are few other items, and to read 50 items in a row costs a
    # fifth of reading each by its key.
    items = table.query(keys[0].group, first=names[0], last=names[-1])
    found = {item.key: item for item in items}
    _complete(table, found, keys)
    return [Records(found[key]) for key in keys]


def records_key(snapshot: Snapshot, player: int) -> ItemKey:
    """The key of the item that has a player's record, if the player is in the snapshot."""
    part = snapshot_part(snapshot.snapshot_date, snapshot.version)
    return players_key(snapshot.kingdom, bucket_of(player), part)


def _read(table: Table, keys: Sequence[ItemKey]) -> Mapping[ItemKey, Item]:
    if len(keys) > 1:
        return table.get_many(keys)
    found = [table.get(key) for key in keys]
    return {item.key: item for item in found if item is not None}


def _complete(table: Table, found: dict[ItemKey, Item], keys: Sequence[ItemKey]) -> None:
    """Add what is missing of these items.

    Raises:
        StoreError: one is not in the table.
    """
    lacking = [key for key in keys if key not in found]
    if lacking:
        found |= table.get_many(lacking, consistent=True)
    for key in lacking:
        if key not in found:
            raise StoreError(
                f"the table's item {key.group} {key.name} is missing: rebuild it ({REBUILD})"
            )
