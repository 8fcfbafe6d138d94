"""A table filled from a lake without the view that does it, for tests of what reads the table."""

from chalicelib.items.kingdom import KingdomItem, kingdom_item
from chalicelib.items.roster_items import roster_id, roster_items
from chalicelib.lake.dynamodb.table import Table
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import roster_key, snapshots_key


def fill(table: Table, store: Store, *kingdoms: int) -> None:
    """Put the items of kingdoms there: their own and their rosters', not their snapshots' parts."""
    for kingdom in kingdoms:
        roster = None
        if store.head(roster_key(kingdom)) is not None:
            body = _read(store, roster_key(kingdom))
            roster = roster_id(body)
            table.put_many(roster_items(kingdom, roster, body))
        said = KingdomItem(kingdom, roster, _read(store, snapshots_key(kingdom)))
        table.put_many([kingdom_item(said, f"revision of {kingdom}")])


def _read(store: Store, key: str) -> bytes:
    with store.open(key) as reader:
        return reader.read()
