"""Who deploys over a lake from before there was a catalog is told to rebuild it."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from chalicelib.config import Settings, load
from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.rebuild import rebuild
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.prefixes import BOARDS, CATALOG
from chalicelib.lake.store import ObjectInfo, ObjectReader, Store
from chalicelib.lake.view_keys import KINGDOMS_KEY, snapshots_key
from tools.deploy.lake import Unlisted, rebuild_advice, unlisted

pytestmark = pytest.mark.slow

SCAN = b"ID,Name,Power\n1,Ana,5\n2,Bo,7\n"
DATES = {51: ("2026-01-19", "2026-01-26"), 510: ("2026-01-26",), 7: ("2026-01-26",)}
NOTHING = Unlisted(0, 0)
ALL = Unlisted(4, 3)
OLD_BOARDS = b'{"kingdom": 51, "boards": {}}\n'


@pytest.fixture
def settings() -> Settings:
    """The default ones."""
    return load({})


def upload(store: Store, kingdom: int, day: str, settings: Settings) -> None:
    """Have a scan accepted."""
    key = f"inbox/source=rok_players/kingdom={kingdom}/dt={day}/players.csv"
    store.create(key, SCAN)
    assert ingest_key(store, key, settings) is not None


def objects(store: Store) -> dict[str, bytes]:
    """All that is in a lake."""
    found = {}
    for info in store.list_objects(""):
        with store.open(info.key) as reader:
            found[info.key] = reader.read()
    return found


def fill(store: Store, bodies: dict[str, bytes]) -> Store:
    """Give an empty lake these objects."""
    for key, body in bodies.items():
        store.create(key, body)
    return store


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A lake as it was before there was a catalog, its boards in a form that nobody reads."""
    made = DirectoryStore(str(tmp_path_factory.mktemp("made") / "lake"))
    for kingdom, days in DATES.items():
        for day in days:
            upload(made, kingdom, day, load({}))
    return {
        key: OLD_BOARDS if key.startswith(BOARDS) else body
        for key, body in objects(made).items()
        if not key.startswith(CATALOG)
    }


@pytest.fixture(scope="module")
def rebuilt(old: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same lake after it was rebuilt."""
    made = fill(DirectoryStore(str(tmp_path_factory.mktemp("rebuilt") / "lake")), old)
    assert all(result.ok for result in rebuild(made, load({})))
    return objects(made)


@pytest.fixture
def old_lake(store: Store, old: dict[str, bytes]) -> Store:
    return fill(store, old)


@pytest.fixture
def lake(store: Store, rebuilt: dict[str, bytes]) -> Store:
    return fill(store, rebuilt)


class Counted:
    """A store that counts what is asked of it, and does nothing but read and list."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()

    def open(self, key: str, **options: Any) -> AbstractContextManager[ObjectReader]:
        self.calls["open"] += 1
        return self._store.open(key, **options)

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        self.calls["list_objects"] += 1
        return self._store.list_objects(prefix, after=after)


def counted(store: Store) -> tuple[Unlisted, Counter[str]]:
    """What is not listed, and what it cost to know."""
    over: Any = Counted(store)
    return unlisted(over), over.calls


def test_an_empty_lake_needs_nothing(store: Store) -> None:
    assert counted(store) == (NOTHING, {"list_objects": 1})
    assert rebuild_advice(store, "s3://lake") is None


def test_a_lake_from_before_the_catalog_must_be_rebuilt(old_lake: Store) -> None:
    assert unlisted(old_lake) == ALL
    assert rebuild_advice(old_lake, "s3://lake/one") == (
        "Not in the lake's catalog, so not in the API: 4 snapshots of 3 kingdoms; to list them, "
        "run: LAKE_URI=s3://lake/one python -m chalicelib rebuild"
    )


def test_the_advice_is_right(old_lake: Store, settings: Settings) -> None:
    assert all(result.ok for result in rebuild(old_lake, settings))
    assert rebuild_advice(old_lake, "s3://lake") is None


def test_it_costs_one_listing_and_a_read_a_kingdom(lake: Store) -> None:
    assert counted(lake) == (NOTHING, {"list_objects": 1, "open": len(DATES) + 1})


def test_an_upload_over_old_boards_lists_itself_alone(old_lake: Store, settings: Settings) -> None:
    upload(old_lake, 51, "2026-02-02", settings)
    assert unlisted(old_lake) == ALL
    upload(old_lake, 52, "2026-02-02", settings)
    assert unlisted(old_lake) == ALL


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ((snapshots_key(51), lambda body: b"x" + body), Unlisted(2, 1)),
        ((snapshots_key(51), lambda body: body.replace(b"2026-01-19", b"2026-01-20")), (2, 1)),
        ((snapshots_key(7), lambda _: b""), Unlisted(1, 1)),
        ((KINGDOMS_KEY, lambda body: body.replace(b'"kingdom":7', b'"kingdom":8')), ALL),
    ],
)
def test_a_damaged_catalog_lists_nothing(
    lake: Store, damage: tuple[str, Callable[[bytes], bytes]], found: Unlisted
) -> None:
    key, change = damage
    with lake.open(key) as reader:
        body, etag = reader.read(), reader.info.etag
    lake.replace(key, change(body), etag)
    assert unlisted(lake) == found


def test_what_is_no_snapshot_is_not_missed(lake: Store) -> None:
    for name in (
        "curated/source=rok_players/kingdom=51/dt=2026-01-27/notes.txt",
        "curated/source=rok_players/kingdom=51/players.parquet",
        "curated/source=rok_players/kingdom=051/dt=2026-01-26/players.parquet",
        "curated/source=other/kingdom=51/dt=2026-01-27/players.parquet",
        "curated/source=rok_players/kingdom=51/dt=2026-13-01/players.parquet",
    ):
        lake.create(name, b"x")
    assert unlisted(lake) == NOTHING


def test_one_is_told_as_one(lake: Store) -> None:
    lake.create("curated/source=rok_players/kingdom=52/dt=2026-01-26/players.parquet", b"x")
    told = rebuild_advice(lake, "s3://lake")
    assert told is not None
    assert ": 1 snapshot of 1 kingdom; " in told


def test_a_lake_that_cannot_be_read_ends_no_deployment() -> None:
    class Away:
        def list_objects(self, _: str) -> Iterator[ObjectInfo]:
            raise StoreUnavailableError("S3 is\naway")

    away: Any = Away()
    told = rebuild_advice(away, "s3://lake")
    assert told == (
        "Note: whether the lake must be rebuilt is not known, it cannot be read: S3 is away"
    )
