"""The table is a view: what it says follows from the lake, and readers never see a mixture."""

import itertools
from collections.abc import Callable

import pytest

from chalicelib.catalog.snapshots_document import encode
from chalicelib.errors import PreconditionFailedError, StoreUnavailableError
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.rebuild import rebuild_table
from chalicelib.items.keys import kingdom_key, mark_key
from chalicelib.items.kingdom import KingdomItem, kingdom_item, named_parts
from chalicelib.lake.dynamodb.table import Item
from tests.ingest.support import SETTINGS, ingest
from tests.views.items_lake import FailingTable, ItemsLake, at

pytestmark = pytest.mark.slow

Change = Callable[[ItemsLake], None]

CHANGES: dict[str, tuple[list[Change], Change]] = {
    "the first": ([], lambda lake: lake.upload(12, 1, 2)),
    "a new one": ([lambda lake: lake.upload(12, 1, 2)], lambda lake: lake.upload(19, 3, 4, 5)),
    "a correction": ([lambda lake: lake.upload(12, 1, 2)], lambda lake: lake.upload(12, 8)),
    "a late one": ([lambda lake: lake.upload(12, 1, 2)], lambda lake: lake.upload(5, 7, 8)),
    "a withdrawal": (
        [lambda lake: lake.upload(12, 1, 2), lambda lake: lake.upload(19, 3)],
        lambda lake: lake.withdraw(12),
    ),
    "the only one is withdrawn": (
        [lambda lake: lake.upload(12, 1, 2)],
        lambda lake: lake.withdraw(12),
    ),
}
each_change = pytest.mark.parametrize("name", CHANGES)


def begun(name: str) -> ItemsLake:
    lake = ItemsLake()
    for change in CHANGES[name][0]:
        change(lake)
    return lake


@each_change
def test_the_item_says_what_the_lake_does_and_all_that_it_names_is_there(name: str) -> None:
    lake = begun(name)
    CHANGES[name][1](lake)
    assert lake.is_right()
    assert lake.lacking() == []
    assert lake.wrong() == []
    days = [*lake.shown()]
    latest = lake.table.items[kingdom_key(51)].facts["latest"]
    assert latest == (days[0].isoformat() if days else "")


@each_change
def test_what_is_named_no_more_stays_and_is_noted_with_its_time(name: str) -> None:
    lake = begun(name)
    before = named_parts(lake.said()) if CHANGES[name][0] else frozenset()
    there = {key for key in lake.table.items if key != kingdom_key(51)}
    CHANGES[name][1](lake)
    said = lake.said()
    assert before - named_parts(said) <= said.superseded.keys()
    assert not named_parts(said) & said.superseded.keys()
    assert there <= lake.table.items.keys()
    assert all(mark_key(51, part) in lake.table.items for part in named_parts(said))


KILLED = ("the first", "a correction", "a withdrawal")


@pytest.mark.parametrize(
    ("name", "every"),
    [
        *(pytest.param(name, False, id=name) for name in KILLED),
        *(pytest.param(name, True, marks=pytest.mark.long, id=f"{name}*") for name in CHANGES),
    ],
)
def test_killed_at_any_write_nothing_half_is_seen_and_the_same_call_completes_it(
    name: str, every: bool
) -> None:
    before, calm = begun(name), begun(name)
    CHANGES[name][1](calm)
    old = before.shown()
    writes = calm.table.writes - before.table.writes
    # The mark, items in batches of 25, which are alike, and the kingdom's item.
    chosen = range(1, writes + 1) if every else [1, writes - 1, writes]
    for write, late in itertools.product(chosen, (False, True)):
        lake = before.copy()
        lake.table.fail_at, lake.table.late = lake.table.writes + write, late
        with pytest.raises(StoreUnavailableError):
            CHANGES[name][1](lake)
        assert lake.shown() in (old, calm.shown())
        assert lake.lacking() == []
        ingest(lake.store, lake.last)
        assert lake.shown() == calm.shown()
        assert lake.lacking() == []
        assert lake.is_right()


class Losing(FailingTable):
    """A table in which somebody else writes a kingdom's item just before its next swap."""

    def __init__(self) -> None:
        super().__init__()
        self.other: Callable[[], None] | None = None
        self.loses_answer = False

    def replace(self, item: Item, revision: str) -> None:
        other, self.other = self.other, None
        if other is not None:
            other()
        super().replace(item, revision)
        if self.loses_answer:
            # What boto3's own retry of a write whose answer was lost comes back with.
            self.loses_answer = False
            raise PreconditionFailedError("it is another by now")


def test_a_writer_that_loses_the_swap_starts_again_and_both_are_shown() -> None:
    table = Losing()
    lake = ItemsLake(table)
    lake.upload(5, 1)
    table.other = lambda: lake.upload(12, 2)
    lake.upload(19, 3)
    assert [day.day for day in lake.shown()] == [19, 12, 5]
    assert lake.is_right()
    assert lake.wrong() == []


def test_a_swap_whose_answer_is_lost_is_found_to_be_its_own() -> None:
    table = Losing()
    lake = ItemsLake(table)
    lake.upload(5, 1)
    table.loses_answer = True
    lake.upload(12, 2)
    assert lake.is_right()
    assert lake.wrong() == []
    assert not any(part.startswith("2026") for part in lake.said().superseded)


def test_an_upload_has_no_report_and_is_retried_while_the_table_is_unavailable() -> None:
    lake = ItemsLake()
    key = lake.put(12, 1)
    for write in range(1, 4):
        lake.table.fail_at = lake.table.writes + write
        with pytest.raises(StoreUnavailableError):
            ingest_key(lake.store, key, SETTINGS)
        assert not [*lake.lake.list_objects("reports/")]
    ingested = ingest(lake.store, key)
    assert ingested.published
    assert not ingested.replayed
    assert lake.is_right()


def test_a_writer_leaves_a_part_alone_that_is_just_being_deleted() -> None:
    lake = ItemsLake()
    lake.upload(12, 1)
    (part,) = (one for one in named_parts(lake.said()) if one.startswith("2026"))
    nothing = KingdomItem(51, None, encode(51, {}), dropping={part: at(lake.now)})
    lake.table.set(kingdom_item(nothing, "another"))
    with pytest.raises(StoreUnavailableError, match="just being deleted"):
        [*rebuild_table(lake.store, SETTINGS)]
    assert lake.said() == nothing


def test_a_publish_touches_as_many_items_with_many_snapshots_as_with_few() -> None:
    lake = ItemsLake()
    touched = []
    for day in range(1, 13):
        lake.table.calls.clear()
        lake.upload(day, *range(30))
        keys = [key for call in lake.table.calls for key in call.keys]
        touched.append((len(lake.table.calls), len(keys)))
    assert touched[3] == touched[11]
    # 256 buckets of the snapshot and of the roster, a page of each of five boards, a piece of the
    # roster, two marks; the kingdom's item read twice and written.
    assert touched[11][1] == 2 * 256 + 5 + 1 + 2 + 3


def test_a_damaged_file_of_another_date_holds_up_nobody() -> None:
    lake = ItemsLake()
    lake.upload(5, 1)
    lake.upload(12, 2)
    damaged = next(i.key for i in lake.lake.list_objects("curated/") if "01-05" in i.key)
    lake.lake.put(damaged, b"damaged")
    lake.upload(19, 3)
    assert [day.day for day in lake.shown()] == [19, 12, 5]
    assert lake.lacking() == []
