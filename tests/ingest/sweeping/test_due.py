"""What is due, joined from listings: what each upload alone would show, in little memory."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.processed import ProcessedUploads, report_of
from chalicelib.ingest.sweeping import due
from chalicelib.ingest.sweeping.due import find_due
from chalicelib.lake.store import ObjectInfo, Store
from tests.ingest.races import watched
from tests.ingest.support import MOMENT, SCAN, SETTINGS
from tests.torture.memory_store import MemoryStore

KINGDOMS = (1, 10, 100, 2, 51, 52)
NAMES = ("a.csv", "b.csv", "a~0123abcd.csv", "sub/a.csv", "c.zip")
ODD = (
    "inbox/notes.txt",
    "inbox/source=rok_players/kingdom=51/x.csv",
    "inbox/source=z/y/dt=1/x.csv",
)


def lake(seed: int) -> MemoryStore:
    """A lake in which some uploads are ingested, and some lost an object afterwards."""
    dice = random.Random(seed)
    now = MOMENT
    store = MemoryStore(lambda: now)
    keys = [
        f"inbox/source=rok_players/kingdom={kingdom}/dt=2026-01-{day:02}/{name}"
        for kingdom in dice.sample(KINGDOMS, 4)
        for day in dice.sample(range(1, 28), 2)
        for name in dice.sample(NAMES, 2)
    ]
    for key in (*keys, *dice.sample(ODD, 2)):
        for _ in range(dice.choice([1, 1, 2])):
            now += timedelta(seconds=dice.choice([0, 1]))
            store.put(key, SCAN + b"%d,Cy,9\n" % dice.randrange(3, 10**6))
            if dice.random() < 0.8:
                ingest_key(store, key, SETTINGS)
    for key in [*store.contents()]:
        if not key.startswith("inbox/") and dice.random() < 0.1:
            store.remove(key)
    return store


def found(store: Store, start: str = "") -> list[str]:
    folders = [*find_due(store, SETTINGS, start)]
    return [one.info.key for folder in folders for one in folder.due]


def expected(store: MemoryStore) -> list[str]:
    """The same by looking up each upload in listings of the whole lake."""
    processed = ProcessedUploads(store)
    uploads = [
        info.key
        for info in store.list_objects("inbox/")
        if not processed.has(info, report_of(info))
    ]
    return sorted([*uploads, *(info.key for info, _ in processed.unreported())])


@pytest.mark.parametrize(
    "seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 30))]
)
def test_it_is_what_each_upload_alone_would_show(seed: int) -> None:
    store = lake(seed)
    assert sorted(found(store)) == expected(store)


def test_from_a_folder_on_there_is_what_comes_after_it() -> None:
    store = lake(1)
    paths = [folder.path for folder in find_due(store, SETTINGS) if folder.path]
    assert paths == sorted(set(paths))
    for at in range(len(paths)):
        rest = [folder.path for folder in find_due(store, SETTINGS, paths[at]) if folder.path]
        assert rest == paths[at:]


def test_only_uploads_that_lie_elsewhere_cost_listings_of_their_own() -> None:
    store = lake(2)
    calls: Counter[str] = Counter()
    found(watched(store, lambda method, key: calls.update([method])))
    assert calls.keys() == {"list_objects"}
    # Inbox, reports and three archives; reports and rejected ones without kingdom and date.
    assert calls["list_objects"] <= 7


def test_a_listing_that_fails_is_an_error_and_stops_the_others() -> None:
    store = lake(3)

    def fail(method: str, key: str) -> None:
        if key.startswith("raw/source="):
            raise StoreUnavailableError("x")

    with pytest.raises(StoreUnavailableError):
        found(watched(store, fail))


def test_few_objects_are_in_memory_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    alive = 0
    most = 0

    class Counted(list[ObjectInfo]):
        def __del__(self) -> None:
            nonlocal alive
            alive -= len(self)

    def folders(objects: Iterator[ObjectInfo]) -> Iterator[tuple[str, list[ObjectInfo]]]:
        nonlocal alive, most
        for path, infos in real(objects):
            mine = Counted(infos)
            alive += len(mine)
            most = max(most, alive)
            yield path, mine

    real = vars(due)["_folders"]
    monkeypatch.setattr(due, "_folders", folders)
    store = MemoryStore()
    for kingdom in range(1, 300):
        path = f"source=rok_players/kingdom={kingdom}/dt=2026-01-26"
        store.put(f"inbox/{path}/a.csv", SCAN)
        store.put(f"raw/{path}/run_ts=20260126T153012Z/a.csv", SCAN)
        store.put(f"reports/{path}/run_ts=20260126T153012Z/a.csv.json", b"{}")
    assert len(found(store)) == 299  # the uploads are of another second
    assert most < 20
