"""A lake in memory with a table beside it, and what a stranger finds in the table."""

from copy import copy
from datetime import date, datetime, timedelta
from typing import Final

from chalicelib.errors import StoreUnavailableError
from chalicelib.items.keys import BUCKETS, kingdom_key, players_key
from chalicelib.items.kingdom import KingdomItem, decode_kingdom, named_parts
from chalicelib.items.parts import faults
from chalicelib.items.roster_items import roster_id
from chalicelib.items.store import LakeWithTable
from chalicelib.lake.dynamodb.table import Item, ItemKey
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import roster_key, snapshots_key
from chalicelib.views.items.items_view import ItemsView, items_target
from chalicelib.views.items.part_items import part_items
from tests.ingest.support import MOMENT, csv_of, ingest
from tests.items.memory_table import Call, MemoryTable
from tests.torture.memory_store import MemoryStore

WRITES: Final = ("put_many", "delete_many", "create", "replace")


class FailingTable(MemoryTable):
    """A table of which one write fails: before it took effect, or after.

    Attributes:
        fail_at: the number of the write, from 1; 0 for none.
        late: whether it takes effect.
        writes: how many there were.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fail_at = 0
        self.late = False
        self.writes = 0

    def put_many(self, items: object) -> None:
        super().put_many(items)  # type: ignore[arg-type]
        self._lose()

    def create(self, item: Item) -> None:
        super().create(item)
        self._lose()

    def replace(self, item: Item, revision: str) -> None:
        super().replace(item, revision)
        self._lose()

    def _called(self, call: Call) -> None:
        super()._called(call)
        if call.name in WRITES:
            self.writes += 1
            if self.writes == self.fail_at and not self.late:
                self.fail_at = 0
                raise StoreUnavailableError("throttled")

    def _lose(self) -> None:
        if self.late and self.fail_at and self.writes >= self.fail_at:
            self.fail_at = 0
            raise StoreUnavailableError("the answer was lost")


class ItemsLake:
    """A lake with a table.

    Attributes:
        lake: the lake alone.
        table: the table alone.
        store: both.
        last: the key of the last upload.
    """

    def __init__(self, table: FailingTable | None = None) -> None:
        self._minutes = 0
        self.last = ""
        self.now = MOMENT
        self.lake = MemoryStore(lambda: self.now)
        self.table = table or FailingTable()
        self.store = LakeWithTable(self.lake, self.table)

    def copy(self) -> "ItemsLake":
        """The same lake and table, to be changed without these."""
        other = ItemsLake()
        other._minutes, other.now, other.last = self._minutes, self.now, self.last
        for name in ("_objects", "_order"):
            setattr(other.lake, name, copy(vars(self.lake)[name]))
        for item in self.table.items.values():
            other.table.set(item)
        other.table.writes = self.table.writes
        return other

    def put(self, day: int, *powers: int, kingdom: int = 51) -> str:
        """Put a scan of so many players into the inbox, a minute after the last; its key."""
        rows = [[number, f"P{number}", power] for number, power in enumerate(powers, 1)]
        return self._lay(day, "a.csv", csv_of(["ID", "Name", "Power"], rows), kingdom)

    def upload(self, day: int, *powers: int, kingdom: int = 51) -> None:
        """Ingest a scan."""
        ingest(self.store, self.put(day, *powers, kingdom=kingdom))

    def withdraw(self, day: int, kingdom: int = 51) -> None:
        """Withdraw a date."""
        ingest(self.store, self._lay(day, "withdraw.txt", b"", kingdom))

    def said(self, kingdom: int = 51) -> KingdomItem:
        """What a kingdom's item says."""
        return decode_kingdom(self.table.items[kingdom_key(kingdom)].body, kingdom)

    def shown(self, kingdom: int = 51) -> dict[date, str]:
        """The version of each snapshot that readers see; nothing without an item."""
        if kingdom_key(kingdom) not in self.table.items:
            return {}
        return dict(self.said(kingdom).document.listing().versions)

    def expected(self, kingdom: int = 51) -> tuple[bytes, str | None]:
        """The lines of `snapshots.json`, and the id of the roster."""
        files = self.lake.contents()
        roster = files.get(roster_key(kingdom))
        lines = files[snapshots_key(kingdom)].partition(b'], "sources"')[0]
        return lines, None if roster is None else roster_id(roster)

    def is_right(self, kingdom: int = 51) -> bool:
        """Whether the item says what the lake does."""
        said = self.said(kingdom)
        lines = said.snapshots.partition(b'], "sources"')[0]
        return (lines, said.roster) == self.expected(kingdom)

    def lacking(self, kingdom: int = 51) -> list[ItemKey]:
        """The items of named parts that are not there: all pages of a board, and every bucket."""
        there = self.table.items
        if kingdom_key(kingdom) not in there:
            return []
        found = []
        for part in named_parts(self.said(kingdom)):
            groups = {key.group for key in there}
            buckets = [players_key(kingdom, bucket, part) for bucket in range(BUCKETS)]
            found += [key for key in buckets if key not in there]
            group = f"{kingdom}#{part}"
            found += [] if group in groups else [ItemKey(group, "*")]
        return found

    def wrong(self, kingdom: int = 51) -> list[str]:
        """The named parts that are not what curated files and the roster make."""
        view, target = ItemsView(self.table), items_target(kingdom)
        said, sources = self.said(kingdom), view.look(self.store, target)
        return [
            part
            for part in named_parts(said)
            if any(faults(self.table, part_items(self.store, said, sources, part)))
        ]

    def _lay(self, day: int, name: str, body: bytes, kingdom: int) -> str:
        self._minutes += 1
        self.now = MOMENT + timedelta(minutes=self._minutes)
        key = f"inbox/{Partition(kingdom, date(2026, 1, day)).path}/{name}"
        self.lake.put(key, body)
        self.last = key
        return key


def at(moment: datetime) -> str:
    """A moment as marks have it."""
    return moment.isoformat(timespec="microseconds")
