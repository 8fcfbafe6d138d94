"""Parts that nothing names any more are deleted after a grace, and nothing else ever is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import StoreError, StoreUnavailableError
from chalicelib.ingest.sweeping.parts import GRACE, PartsSweep
from chalicelib.items.keys import kingdom_key
from chalicelib.items.kingdom import kingdom_item, named_parts
from chalicelib.items.parts import mark
from chalicelib.lake.dynamodb.table import Item
from tests.items.memory_table import Call
from tests.views.items_lake import FailingTable, ItemsLake, at

A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def lake() -> ItemsLake:
    """Two dates, of which the older one was corrected: its first version is superseded."""
    lake = ItemsLake()
    lake.upload(5, 1)
    lake.upload(5, 2)
    lake.upload(12, 3)
    return lake


def later(by: timedelta = GRACE + A_MOMENT) -> Callable[[], datetime]:
    """A clock that is ahead."""
    return lambda: datetime.now(UTC) + by


def swept(lake: ItemsLake, by: timedelta = GRACE + A_MOMENT) -> int:
    sweep = PartsSweep(lake.table, now=later(by))
    sweep.run()
    return sweep.dropped


def parts_there(lake: ItemsLake) -> set[str]:
    """The parts of which any item or mark is there."""
    found = set()
    for key in lake.table.items:
        if "#" in key.group:
            rest = key.group.partition("#")[2]
            found.add(key.name if rest.startswith(("players#", "written")) else rest)
    return found


def test_what_is_superseded_stays_for_the_grace_and_then_goes_whole(lake: ItemsLake) -> None:
    said, before = lake.said(), lake.table.items
    assert len(said.superseded) == 3
    assert swept(lake, GRACE - timedelta(minutes=1)) == 0
    assert lake.table.items == before
    assert swept(lake) == 3
    assert parts_there(lake) == named_parts(said)
    assert lake.lacking() == []
    assert lake.wrong() == []
    assert (lake.said().superseded, lake.said().dropping) == ({}, {})
    assert lake.said().snapshots == said.snapshots
    assert swept(lake, 3 * GRACE) == 0


def test_what_was_written_and_never_named_goes_with_the_rest(lake: ItemsLake) -> None:
    lake.table.set(mark(51, "roster#0123456789abcdef", at(datetime.now(UTC))))
    assert swept(lake) == 4
    assert parts_there(lake) == named_parts(lake.said())


def test_what_was_begun_anew_within_the_grace_stays(lake: ItemsLake) -> None:
    part, *_ = lake.said().superseded
    lake.table.set(mark(51, part, at(datetime.now(UTC) + GRACE)))
    assert swept(lake) == 2
    assert part in parts_there(lake)


def test_a_sweep_without_anything_to_do_reads_all_kingdoms_by_one_query() -> None:
    lake = ItemsLake()
    lake.upload(5, 1)
    lake.upload(5, 1, kingdom=52)
    lake.table.calls.clear()
    assert swept(lake) == 0
    assert lake.table.counted() == ["query"]


def test_without_time_it_begins_nothing(lake: ItemsLake) -> None:
    sweep = PartsSweep(lake.table, lambda: 10.0, later())
    sweep.run()
    assert sweep.dropped == 0
    assert lake.said().superseded


def test_a_damaged_item_stops_no_other_kingdom_and_is_told(lake: ItemsLake) -> None:
    lake.upload(5, 1, kingdom=7)
    key = kingdom_key(7)
    lake.table.set(Item(key, b"damaged", lake.table.items[key].facts))
    sweep = PartsSweep(lake.table, now=later())
    with pytest.raises(StoreError, match="kingdom 7 is damaged"):
        sweep.run()
    assert sweep.dropped == 3


@pytest.mark.slow
def test_a_sweep_that_died_is_completed_by_another_after_the_grace() -> None:
    lake = ItemsLake()
    lake.upload(5, 1)
    lake.withdraw(5)
    before = lake.table.items
    for write in range(1, 50):
        lake.table = table = FailingTable()
        for item in before.values():
            table.set(item)
        table.late, table.fail_at = False, table.writes + write
        try:
            swept(lake)
        except StoreUnavailableError:
            assert lake.lacking() == []
            # One that took the parts away holds them until the grace is over.
            assert swept(lake, GRACE + timedelta(minutes=10)) in (0, 2)
            swept(lake, 2 * GRACE + timedelta(minutes=20))
        assert parts_there(lake) == named_parts(lake.said())
        assert lake.said().dropping == {}
        if table.fail_at:
            break
    assert 8 < write < 49


def test_one_that_slept_while_it_deleted_deletes_no_more(lake: ItemsLake) -> None:
    clock = [datetime.now(UTC) + 2 * GRACE]

    class Sleepy(FailingTable):
        def _called(self, call: Call) -> None:
            super()._called(call)
            if call.name == "delete_many":
                clock[0] += GRACE

    table = Sleepy()
    for item in lake.table.items.values():
        table.set(item)
    with pytest.raises(StoreUnavailableError, match="held too long"):
        PartsSweep(table, now=lambda: clock[0]).run()
    assert sum(call.name == "delete_many" for call in table.calls) < 15


def test_a_swap_whose_answer_is_lost_is_found_to_be_its_own(lake: ItemsLake) -> None:
    from chalicelib.errors import PreconditionFailedError

    class Losing(FailingTable):
        lost = 0

        def replace(self, item: Item, revision: str) -> None:
            super().replace(item, revision)
            self.lost += 1
            raise PreconditionFailedError("it is another by now")

    table = Losing()
    for item in lake.table.items.values():
        table.set(item)
    sweep = PartsSweep(table, now=later())
    sweep.run()
    assert (sweep.dropped, table.lost) == (3, 2)


def test_where_another_writer_wins_the_parts_are_left_to_the_next_sweep(lake: ItemsLake) -> None:
    class Beaten(FailingTable):
        def replace(self, item: Item, revision: str) -> None:
            said = lake.said()
            self.set(kingdom_item(said, "another"))
            super().replace(item, revision)

    table = Beaten()
    for item in lake.table.items.values():
        table.set(item)
    before = {key: table.items[key] for key in table.items if key != kingdom_key(51)}
    sweep = PartsSweep(table, now=later())
    sweep.run()
    assert sweep.dropped == 0
    assert {key: table.items[key] for key in before} == before


def test_a_table_that_is_dropped_while_it_is_swept_is_no_failure(lake: ItemsLake) -> None:
    """Nothing is left to be deleted; an alarm would tell nobody what to do."""

    class Dropped(FailingTable):
        left = 0

        def _called(self, call: Call) -> None:
            super()._called(call)
            self.left -= 1
            if not self.left:
                for key in self.items:
                    self.remove(key)

    for left in range(1, 100):
        table = Dropped()
        for item in lake.table.items.values():
            table.set(item)
        table.left = left
        PartsSweep(table, now=later()).run()
        if table.left > 0:
            break
        assert table.items == {}
    assert left > 8
