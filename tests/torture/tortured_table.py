"""A table that pauses before every call and lets it fail in the way that it is told.

Batches are of a few items, and a query's pages too, so that most writes and queries are several
calls. A read that need not be consistent may be of a while ago.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple, Protocol, TypeVar

from chalicelib.lake.dynamodb.table import Item, ItemKey
from tests.items.memory_table import Call as TableCall
from tests.items.memory_table import MemoryTable
from tests.torture.faults import Counts, Fault
from tests.torture.tortured_store import TorturedStore

BATCH: Final = 8
"""Items of one call that writes: few, so that most parts take more than one."""
PAGE: Final = 4
"""Items of one call of a query, likewise."""
LAG: Final = timedelta(minutes=1)
"""How long a read that need not be consistent may be behind: far longer than it is, to be met."""

_One = TypeVar("_One")


class TableWatch(Protocol):
    """Is told of every write by a function, when it has taken effect."""

    def wrote(self, item: Item) -> None:
        """An item was written, whatever was there before."""
        ...

    def deleted(self, key: ItemKey) -> None:
        """An item was deleted that was there."""
        ...


class PlainTable(MemoryTable):
    """A table in memory that keeps no list of its calls: a history has thousands."""

    def _called(self, call: TableCall) -> None:
        """Nobody asks."""


class TorturedTable:
    """A table (`chalicelib.lake.dynamodb.table.Table`) over another one, for workers.

    Called by nobody's worker, it only passes on.

    Attributes:
        watch: is told of every write.
        writes: how many calls wrote or deleted anything that was not so before.
    """

    def __init__(
        self,
        table: PlainTable,
        lake: TorturedStore,
        clock: Callable[[], datetime],
        counts: Counts,
    ) -> None:
        """Torture the users of `table` as those of `lake`; `counts` is told of lagging reads."""
        self._table = table
        self._lake = lake
        self._clock = clock
        self._counts = counts
        self._before: dict[ItemKey, _Before] = {}
        self.watch: TableWatch | None = None
        self.writes = 0

    def get(self, key: ItemKey, *, consistent: bool = False) -> Item | None:
        """See `Table.get`."""
        fault = self._lake.pause("get", _told(key))
        found = self._table.get(key)
        if fault is Fault.LAGGED and not consistent:
            return self._lagging({key: found})[key]
        return found

    def get_many(
        self, keys: Sequence[ItemKey], *, consistent: bool = False
    ) -> Mapping[ItemKey, Item]:
        """See `Table.get_many`; of a few keys at once, each as at its call."""
        found: dict[ItemKey, Item | None] = {}
        for some in _batches(keys, BATCH):
            fault = self._lake.pause("get_many", _told(some[0]))
            read = self._table.get_many(some)
            answer = {key: read.get(key) for key in some}
            lags = fault is Fault.LAGGED and not consistent
            found |= self._lagging(answer) if lags else answer
        return {key: item for key, item in found.items() if item is not None}

    def query(
        self,
        group: str,
        *,
        first: str | None = None,
        last: str | None = None,
        consistent: bool = False,
        facts: bool = False,
    ) -> Iterator[Item]:
        """See `Table.query`; each page is of the moment it is asked for."""
        behind: str | None = None
        while True:
            fault = self._lake.pause("query", group)
            start = first if behind is None else behind
            found = self._table.query(group, first=start, last=last, facts=facts)
            page = [*islice((one for one in found if one.key.name != behind), PAGE)]
            if len(page) == PAGE:
                behind = page[-1].key.name
            is_last = len(page) < PAGE
            if fault is Fault.LAGGED and not consistent:
                seen = self._lagging({one.key: one for one in page}).values()
                page = [one for one in seen if one is not None]
            if fault is Fault.BROKEN:
                yield from page[: len(page) // 2]
                self._lake.fail(fault)
            yield from page
            if is_last:
                return

    def put_many(self, items: Iterable[Item]) -> None:
        """See `Table.put_many`."""
        for some in _batches(items, BATCH):
            fault = self._lake.pause("put_many", _told(some[0].key))
            for item in _processed(some, fault):
                self._write(item)
            self._after_batch(fault)

    def delete_many(self, keys: Iterable[ItemKey]) -> None:
        """See `Table.delete_many`."""
        for some in _batches(keys, BATCH):
            fault = self._lake.pause("delete_many", _told(some[0]))
            for key in _processed(some, fault):
                self._delete(key)
            self._after_batch(fault)

    def create(self, item: Item) -> None:
        """See `Table.create`."""
        fault = self._lake.pause("create", _told(item.key))
        self._table.create(item)
        self._wrote(item, None)
        self._lake.after_write(fault)

    def replace(self, item: Item, revision: str) -> None:
        """See `Table.replace`."""
        fault = self._lake.pause("replace", _told(item.key))
        before = self._table.get(item.key)
        self._table.replace(item, revision)
        self._wrote(item, before)
        self._lake.after_write(fault)

    def forget(self) -> None:
        """Another table has its name: nothing lags behind what was in the old one."""
        self._before.clear()

    def _write(self, item: Item) -> None:
        before = self._table.get(item.key)
        self._table.put_many([item])
        if before is None or (before.body, before.facts) != (item.body, item.facts):
            self._wrote(item, before)

    def _wrote(self, item: Item, before: Item | None) -> None:
        self.writes += 1
        self._before[item.key] = _Before(self._clock(), before)
        if self.watch is not None:
            self.watch.wrote(item)

    def _delete(self, key: ItemKey) -> None:
        before = self._table.get(key)
        if before is None:
            return
        self.writes += 1
        self._table.delete_many([key])
        self._before[key] = _Before(self._clock(), before)
        if self.watch is not None:
            self.watch.deleted(key)

    def _after_batch(self, fault: Fault) -> None:
        if fault is Fault.HALF:
            self._lake.fail(fault)
        if fault is Fault.KILLED_HALF:
            self._lake.kill(fault)
        self._lake.after_write(fault)

    def _lagging(self, found: Mapping[ItemKey, Item | None]) -> dict[ItemKey, Item | None]:
        """What a replica says that has not seen the last writes."""
        earliest = self._clock() - LAG
        seen = {
            key: before.item
            if (before := self._before.get(key)) is not None and before.until >= earliest
            else item
            for key, item in found.items()
        }
        if seen != found:
            self._counts[Fault.LAGGED.value] += 1
        return seen


class _Before(NamedTuple):
    """What an item was until it was written; None where there was none."""

    until: datetime
    item: Item | None


def _processed(batch: Sequence[_One], fault: Fault) -> Sequence[_One]:
    """What a batch gets done of what it is given."""
    return batch[::2] if fault in (Fault.HALF, Fault.KILLED_HALF) else batch


def _told(key: ItemKey) -> str:
    return f"{key.group} {key.name}"


def _batches(some: Iterable[_One], size: int) -> Iterator[tuple[_One, ...]]:
    rest = iter(some)
    while batch := (*islice(rest, size),):
        yield batch
