"""What every engine keeps to, and that they answer alike."""

import itertools
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import config
from chalicelib.boards import parquet
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.athena.engine import AthenaEngine
from chalicelib.engines.boards import BoardsEngine
from chalicelib.engines.engine import Engine, open_engine
from chalicelib.errors import EngineBusyError, NotFoundError
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition, boards_key, curated_key
from chalicelib.lake.store import ObjectReader, Store
from tests.athena.fixtures import ON_TRINO, Athena
from tests.engines.support import (
    DAY,
    athena_engine,
    kingdoms_of_players,
    player,
    publish,
    put,
    ranked,
)

_runs = itertools.count(1)
ENGINES: dict[str, Callable[[Store], Engine]] = {"arrow": ArrowEngine, "boards": BoardsEngine}


CASES = ["arrow-directory", "arrow-s3", "boards-directory", "boards-s3", "athena-s3"]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, str]:
    name, kind = str(request.param).split("-")
    return name, kind


@pytest.fixture
def store(request: pytest.FixtureRequest, case: tuple[str, str]) -> Store:
    made: Store = request.getfixturevalue(f"{case[1]}_store")
    return made


@pytest.fixture
def engine(request: pytest.FixtureRequest, case: tuple[str, str], store: Store) -> Engine:
    if case[0] == "athena":
        return athena_engine(request.getfixturevalue("athena"))
    return ENGINES[case[0]](store)


class TestEngine:
    """The contract: every test runs for each engine over each store."""

    def test_an_empty_lake_has_no_kingdoms(self, engine: Engine) -> None:
        assert engine.kingdoms() == {}
        assert engine.latest(51) is None
        assert engine.snapshots(51) == []

    def test_kingdoms_come_in_order_of_their_numbers_with_their_newest_date(
        self, engine: Engine, store: Store
    ) -> None:
        for kingdom, day in [(1024, 3), (51, 5), (51, 12), (9, 1)]:
            publish(store, [player(1)], kingdom=kingdom, day=date(2026, 1, day))
        assert list(engine.kingdoms().items()) == [
            (9, date(2026, 1, 1)),
            (51, date(2026, 1, 12)),
            (1024, date(2026, 1, 3)),
        ]

    def test_dates_and_snapshots_come_newest_first(self, engine: Engine, store: Store) -> None:
        days = [date(2026, 1, 26), date(2025, 12, 31), date(2026, 2, 2)]
        made = {day: publish(store, [player(1)] * 0, day=day, run=day.day) for day in days}
        made[days[0]] = publish(store, [player(1), player(2)], day=days[0], run=9)
        newest_first = sorted(days, reverse=True)
        assert engine.latest(51) == newest_first[0]
        assert engine.snapshots(51) == [made[day] for day in newest_first]

    def test_what_else_lies_in_a_view_is_not_seen(self, engine: Engine, store: Store) -> None:
        publish(store, [player(1)])
        for view in ("curated", "boards"):
            root = f"{view}/source=rok_players"
            for key in (
                f"{root}/kingdom=051/dt=2026-01-27/players.parquet",
                f"{root}/kingdom=51/dt=2026-02-30/leaderboards.json",
                f"{root}/kingdom=51/dt=2026-01-27/_SUCCESS",
                f"{root}/kingdom=52/notes.txt",
            ):
                store.create(key, b"x")
        assert engine.kingdoms() == {51: DAY}
        assert engine.latest(51) == DAY
        assert len(engine.snapshots(51)) == 1

    def test_a_page_has_the_facts_and_the_entries_of_its_run(
        self, engine: Engine, store: Store
    ) -> None:
        players = [player(number, dkp=number // 2) for number in range(1, 30)]
        snapshot = publish(store, players, run=7)
        page = engine.board(51, DAY, "dkp", 10, 5)
        assert page.snapshot == snapshot
        assert page.board.total == 29
        assert page.board.entries == ranked(players, "dkp")[5:15]

    def test_a_snapshot_without_players_has_empty_boards(
        self, engine: Engine, store: Store
    ) -> None:
        snapshot = publish(store, [])
        for metric in METRIC_NAMES:
            assert engine.board(51, DAY, metric, 100, 0)[:2] == (snapshot, (0, []))

    def test_a_metric_that_nobody_has_is_an_empty_board(self, engine: Engine, store: Store) -> None:
        publish(store, [player(number, deaths=None) for number in range(1, 4)])
        assert engine.board(51, DAY, "deaths", 100, 0).board == (0, [])

    @pytest.mark.parametrize("offset", [0, 995, 999, 1000, 1001, 1199, 1200, 2**53 - 1])
    def test_pages_go_on_beyond_what_is_precomputed(
        self, engine: Engine, store: Store, offset: int
    ) -> None:
        players = [player(number, kills=number // 3) for number in range(1, 1201)]
        publish(store, players)
        page = engine.board(51, DAY, "kills", 10, offset)
        assert page.board.total == 1200
        expected = sorted(players, key=lambda one: (-one["kills"], one["id"]))
        assert [one["id"] for one in page.board.entries] == [
            one["id"] for one in expected[offset : offset + 10]
        ]
        ranks = [(one["position"], one["rank"]) for one in page.board.entries]
        assert ranks == [
            (at, 1 + sum(other["kills"] > expected[at - 1]["kills"] for other in players))
            for at in range(offset + 1, min(offset + 10, 1200) + 1)
        ]

    def test_a_snapshot_that_is_not_there_is_told_with_what_there_is(
        self, engine: Engine, store: Store
    ) -> None:
        with pytest.raises(NotFoundError, match="there is no kingdom 51"):
            engine.board(51, DAY, "dkp", 100, 0)
        publish(store, [player(1)], day=date(2026, 1, 5))
        publish(store, [player(1)], day=date(2026, 1, 19))
        with pytest.raises(
            NotFoundError, match=r"kingdom 51 has no snapshot of 2026-01-26; .* 2026-01-19"
        ):
            engine.board(51, DAY, "dkp", 100, 0)

    def test_a_newer_run_is_seen_at_once(self, engine: Engine, store: Store) -> None:
        publish(store, [player(1)])
        assert engine.board(51, DAY, "dkp", 100, 0).board.total == 1
        newer = publish(store, [player(1), player(2)], run=2)
        assert engine.board(51, DAY, "dkp", 100, 0).snapshot == newer
        assert engine.snapshots(51) == [newer]

    def test_a_version_is_that_of_the_page_and_changes_with_the_object(
        self, engine: Engine, store: Store, case: tuple[str, str]
    ) -> None:
        assert engine.version(51, DAY) is None
        seen = []
        for dkp in (5, 6, 7):  # one run: what it is made into may change with the code
            publish(store, [player(1, dkp=dkp)])
            seen.append(engine.version(51, DAY))
            assert engine.board(51, DAY, "dkp", 1, 0).version == seen[-1]
        if case[0] == "boards":
            assert len({version and version.etag for version in seen} - {None}) == 3
        else:
            assert seen == [None] * 3

    @pytest.mark.not_on_trino  # sends no SQL
    def test_a_hundred_dates_are_listed_with_their_facts(
        self, engine: Engine, store: Store
    ) -> None:
        days = [date.fromordinal(DAY.toordinal() - back) for back in range(100)]
        made = [publish(store, [player(1)], day=day) for day in days]
        assert engine.snapshots(51) == made


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=20 if ON_TRINO else 60,
)
@given(
    players=kingdoms_of_players(),
    metric=st.sampled_from(METRIC_NAMES),
    limit=st.integers(1, 20),
    offset=st.integers(0, 45),
)
def test_all_engines_give_the_same_page_byte_for_byte(
    athena: Athena,
    players: list[dict[str, Any]],
    metric: str,
    limit: int,
    offset: int,
) -> None:
    publish(athena.store, players, run=next(_runs))
    engines = [athena_engine(athena), *(make(athena.store) for make in ENGINES.values())]
    pages = [engine.board(51, DAY, metric, limit, offset) for engine in engines]
    texts = {json.dumps([page.snapshot.as_json(), page.board]) for page in pages}
    assert len(texts) == 1
    assert pages[0].board.entries == ranked(players, metric)[offset : offset + limit]


class MovingStore:
    """A store in which a file is replaced, `times` times, right after it was first looked into."""

    def __init__(self, store: Store, times: int) -> None:
        self._store = store
        self._times = times
        self.run = 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> AbstractContextManager[ObjectReader]:
        if etag is not None and self.run <= self._times:
            self.run += 1
            publish(self._store, [player(one) for one in range(1, 5000 + self.run)], run=self.run)
        return self._store.open(key, start=start, length=length, etag=etag)


def test_a_large_file_that_is_replaced_while_it_is_read_is_read_again(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "SMALL_BYTES", 1000)
    monkeypatch.setattr(parquet, "_TAIL_BYTES", 3000)
    publish(directory_store, [player(one) for one in range(1, 5000)])
    page = ArrowEngine(MovingStore(directory_store, 2)).board(51, DAY, "dkp", 1, 0)
    assert page.board.total == page.snapshot.players == 5002
    assert page.snapshot.run_id.endswith("3")
    with pytest.raises(EngineBusyError):
        ArrowEngine(MovingStore(directory_store, 100)).board(51, DAY, "dkp", 1, 0)


def test_facts_of_a_file_that_was_replaced_after_the_listing_are_the_new_ones(
    directory_store: DirectoryStore,
) -> None:
    publish(directory_store, [player(1)])
    moving = MovingStore(directory_store, 1)
    assert [one.players for one in ArrowEngine(moving).snapshots(51)] == [5001]


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_facts_and_entries_belong_together_while_runs_follow_each_other(
    directory_store: DirectoryStore, name: str
) -> None:
    def publish_runs() -> None:
        for run in range(2, 30):
            publish(directory_store, [player(one) for one in range(1, run + 1)], run=run)

    publish(directory_store, [player(1)], run=1)
    engine = ENGINES[name](directory_store)
    writer = Thread(target=publish_runs)
    writer.start()
    while writer.is_alive():
        page = engine.board(51, DAY, "power", 5, 0)
        run = int(page.snapshot.run_id.rpartition("-")[2], 16)
        assert page.board.total == run == page.board.entries[0]["value"]
    writer.join()


def test_boards_come_from_one_object_and_curated_only_when_that_is_not_enough(
    directory_store: DirectoryStore,
) -> None:
    publish(directory_store, [player(one) for one in range(1, 1003)], views=["boards"])
    engine = BoardsEngine(directory_store)
    assert engine.board(51, DAY, "dkp", 1000, 0).board.total == 1002
    with pytest.raises(NotFoundError):
        engine.board(51, DAY, "dkp", 1000, 3)
    publish(directory_store, [player(one) for one in range(1, 1003)], views=["curated"])
    assert engine.board(51, DAY, "dkp", 1000, 3).version is None


def test_each_engine_sees_its_own_view(directory_store: DirectoryStore) -> None:
    publish(directory_store, [player(1)], views=["curated"])
    assert ArrowEngine(directory_store).kingdoms() == {51: DAY}
    assert BoardsEngine(directory_store).kingdoms() == {}


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_a_snapshot_that_is_taken_away_after_the_listing_is_left_out(
    directory_store: DirectoryStore, tmp_path: Path, name: str
) -> None:
    publish(directory_store, [player(1)])
    engine = ENGINES[name](directory_store)
    listed = engine._catalog.objects(51)  # type: ignore[attr-defined]
    engine._catalog.objects = lambda _: listed  # type: ignore[attr-defined]
    for key in (boards_key(Partition(51, DAY)), curated_key(Partition(51, DAY))):
        (tmp_path / "lake" / key).unlink()
    assert engine.snapshots(51) == []


@pytest.mark.parametrize(("name", "kind"), [("arrow", ArrowEngine), ("boards", BoardsEngine)])
def test_the_setting_names_the_engine(tmp_path: Path, name: str, kind: type) -> None:
    env = {"QUERY_ENGINE": name, "LAKE_URI": f"file:{tmp_path}"}
    assert isinstance(open_engine(config.load(env)), kind)


def test_the_setting_names_athena_too() -> None:
    env = {"QUERY_ENGINE": "athena", "LAKE_URI": "s3://lake"}
    assert isinstance(open_engine(config.load(env)), AthenaEngine)


def test_a_broken_boards_object_is_an_error_of_the_store(directory_store: DirectoryStore) -> None:
    from chalicelib.errors import StoreError

    put(directory_store, boards_key(Partition(51, DAY)), b"{}")
    with pytest.raises(StoreError):
        BoardsEngine(directory_store).board(51, DAY, "dkp", 1, 0)
