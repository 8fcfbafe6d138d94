"""A view is one module and one line: all that the house does for views it does for a new one."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from chalicelib.ingest.rebuild import rebuild
from chalicelib.ingest.verify import verify
from chalicelib.lake.keys import Partition
from chalicelib.lake.open import open_store
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import curated_key
from tests.ingest.support import MOMENT, SETTINGS, contents, csv_of, ingest, put
from tests.torture.history import play
from tests.torture.order import play_orders
from tests.views.toy_view import TOYS, toy_key, toy_of, with_toys

DAYS = [date(2026, 1, day) for day in (5, 12, 19, 26)]
MINUTES = count()
HISTORIES = range(5000, 5036)


@pytest.fixture(autouse=True)
def toys() -> Iterator[None]:
    with with_toys():
        yield


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file:{tmp_path}/lake")


def upload(store: Store, day: date, power: int, name: str = "a", kingdom: int = 51) -> None:
    """Put a scan into the inbox, and ingest it."""
    key = f"inbox/{Partition(kingdom, day).path}/{name}.csv"
    moment = MOMENT + timedelta(minutes=next(MINUTES))
    put(store, key, csv_of(["ID", "Name", "Power"], [[1, "Ana", power]]), moment)
    ingest(store, key)


def expected(store: Store, kingdom: int = 51) -> dict[str, bytes]:
    """The toys that a kingdom's players make."""
    found = contents(store, f"curated/source=rok_players/kingdom={kingdom}/")
    days = [day for day in DAYS if curated_key(Partition(kingdom, day)) in found]
    bodies = [found[curated_key(Partition(kingdom, day))] for day in days]
    return {
        toy_key(Partition(kingdom, day)): toy_of(bodies[max(at - 1, 0) : at + 1])
        for at, day in enumerate(days)
    }


def problems(store: Store) -> list[str]:
    return [problem for result in verify(store, SETTINGS) for problem in result.problems]


def writes(store: Store, day: date | None = None) -> list[str]:
    """What a rebuilding writes."""
    results = rebuild(store, SETTINGS, None, day)
    return [key for one in results if one.status == "written" for key in one.keys]


def test_publishing_makes_the_toy_of_a_date(store: Store) -> None:
    upload(store, DAYS[0], 1)
    upload(store, DAYS[1], 2)
    assert contents(store, TOYS) == expected(store)
    assert len(expected(store)) == 2
    assert problems(store) == []


def test_a_late_upload_makes_the_toy_of_the_date_after_it_anew(store: Store) -> None:
    upload(store, DAYS[0], 1)
    upload(store, DAYS[2], 3)
    before = contents(store, toy_key(Partition(51, DAYS[2])))
    upload(store, DAYS[1], 2)
    assert contents(store, TOYS) == expected(store)
    assert contents(store, toy_key(Partition(51, DAYS[2]))) != before
    assert problems(store) == []


def test_a_corrected_upload_makes_both_toys_anew(store: Store) -> None:
    for number, day in enumerate(DAYS):
        upload(store, day, number)
    before = contents(store, TOYS)
    upload(store, DAYS[1], 9, "b")
    after = contents(store, TOYS)
    assert after == expected(store)
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {toy_key(Partition(51, day)) for day in DAYS[1:3]}
    assert problems(store) == []


def test_another_kingdom_has_its_own(store: Store) -> None:
    upload(store, DAYS[0], 1)
    upload(store, DAYS[1], 2, kingdom=52)
    assert contents(store, TOYS) == expected(store) | expected(store, 52)


def test_a_rebuilding_brings_deleted_toys_back_and_writes_nothing_else(
    store: Store, tmp_path: Path
) -> None:
    for number, day in enumerate(DAYS):
        upload(store, day, number)
    assert writes(store) == []
    for key in expected(store):
        (tmp_path / "lake" / key).unlink()
    assert problems(store) == [f"{key} is missing" for key in expected(store)]
    assert writes(store) == [*expected(store)]
    assert contents(store, TOYS) == expected(store)
    assert problems(store) == []


def test_a_rebuilding_from_raw_alone_makes_all_views_in_one_go(
    store: Store, tmp_path: Path
) -> None:
    for number, day in enumerate(DAYS):
        upload(store, day, number)
    before = contents(store, "curated/", "boards/", "catalog/", TOYS)
    for key in before:
        (tmp_path / "lake" / key).unlink()
    assert sorted(writes(store)) == sorted(before)
    assert contents(store, TOYS) == expected(store)
    assert problems(store) == []


def test_a_rebuilding_of_one_date_makes_what_depends_on_it_too(
    store: Store, tmp_path: Path
) -> None:
    for number, day in enumerate(DAYS):
        upload(store, day, number)
    for key in expected(store):
        (tmp_path / "lake" / key).unlink()
    wanted = [toy_key(Partition(51, day)) for day in DAYS[1:3]]
    assert writes(store, DAYS[1]) == wanted
    assert [*contents(store, TOYS)] == wanted


def test_verifying_names_a_toy_that_is_damaged_and_one_that_is_a_stray(
    store: Store, tmp_path: Path
) -> None:
    for number, day in enumerate(DAYS[:3]):
        upload(store, day, number)
    damaged, *_ = expected(store)
    (tmp_path / "lake" / damaged).write_bytes(b"damaged")
    stray = toy_key(Partition(51, DAYS[3]))
    store.create(stray, b"{}")
    beside = f"{TOYS}{Partition(51, DAYS[0]).path}/other.json"
    store.create(beside, b"{}")
    nowhere = f"{TOYS}notes.txt"
    store.create(nowhere, b"")
    assert sorted(problems(store)) == sorted(
        [
            f"{damaged} differs",
            f"{stray} is not made of any upload",
            f"{beside} is not made of any upload",
            f"{nowhere} is in no snapshot's folder",
        ]
    )
    assert [len(one.problems) for one in verify(store, SETTINGS, 51, DAYS[1])] == [0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, marks=[pytest.mark.long] * (seed % 3 > 0)) for seed in HISTORIES],
)
def test_the_torture_covers_it(seed: int) -> None:
    assert play(seed).problems == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_toys_do_not_depend_on_the_order_of_uploads(seed: int) -> None:
    assert play_orders(seed) == []
