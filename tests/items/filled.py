"""A table filled from a lake without the view that does it, for tests of what reads the table."""

from chalicelib.items.kingdom import KingdomItem, kingdom_item
from chalicelib.items.roster_items import roster_id, roster_items
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import roster_key, snapshots_key
from tests.items.memory_table import MemoryTable


def fill(table: MemoryTable, store: Store, *kingdoms: int) -> None:
    """Put the items of kingdoms there: their own and their rosters', not their snapshots' parts."""
    for kingdom in kingdoms:
        roster = None
        if store.head(roster_key(kingdom)) is not None:
            body = _read(store, roster_key(kingdom))
            roster = roster_id(body)
            for item in roster_items(kingdom, roster, body):
                table.set(item)
        said = KingdomItem(kingdom, roster, _read(store, snapshots_key(kingdom)))
        table.set(kingdom_item(said, f"revision of {kingdom}"))


def _read(store: Store, key: str) -> bytes:
    with store.open(key) as reader:
        return reader.read()
