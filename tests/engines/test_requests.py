"""Whatever a board is asked for, every engine answers what is worked out player by player."""

import itertools
import json
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.boards import document
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.engines.engine import Engine, Standings
from chalicelib.errors import BadParameterError, NotFoundError, QueryError
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.store import Store
from chalicelib.threads.deadline import Deadline
from tests.athena.fixtures import ON_TRINO, Athena
from tests.boards.test_parquet import CountingStore
from tests.engines import expected
from tests.engines.cases import ENGINES, EveryEngine
from tests.engines.support import athena_engine, player, publish
from tests.engines.tables import LakeAndTable, as_store, dynamo_engine, few_in_an_item
from tests.ingest.support import contents

_runs = itertools.count(1)
BIG = 2**53 - 1

# More than the boards object has, with ties everywhere, also at its end.
PLAYERS = [
    player(
        number,
        kills=number // 3,
        deaths=None if number % 4 == 0 else number % 5,
        t4_kills=number % 7,
        t5_kills=None if number % 11 == 0 else number % 3,
        acclaim=BIG if number % 2 else BIG - 1,
    )
    for number in range(1, 1104)
]
OF_KILLS = [one["id"] for one in sorted(PLAYERS, key=lambda one: (-one["kills"], one["id"]))]
ALLIANCE = "[A1] Ünïon"


def board(engine: Engine, snapshot: Snapshot, request: BoardRequest) -> BoardPage:
    return engine.board(snapshot, request, Deadline.after(600))


def standings(
    engine: Engine, snapshot: Snapshot, request: BoardRequest, ids: Collection[int]
) -> Standings:
    return engine.standings(snapshot, request, ids, Deadline.after(600))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, dict[str, bytes]]:
    """A snapshot, and the objects of a lake that has it."""
    lake = DirectoryStore(str(tmp_path_factory.mktemp("made") / "lake"))
    return publish(lake, PLAYERS, run=next(_runs)), contents(lake)


class TestPages(EveryEngine):
    @pytest.fixture
    def snapshot(
        self, case: tuple[str, str], store: Store, made: tuple[Snapshot, dict[str, bytes]]
    ) -> Snapshot:
        # Athena keeps what it answered of a run; the table must have the items.
        if case[0] in ("athena", "dynamodb"):
            return publish(store, PLAYERS, run=next(_runs))
        snapshot, objects = made
        for key, body in objects.items():
            store.create(key, body)
        return snapshot

    @pytest.mark.parametrize("at", [0, 3, 50, 995, 1000, 1102])
    def test_around_a_player_is_the_page_with_that_player_in_its_middle(
        self, engine: Engine, snapshot: Snapshot, at: int
    ) -> None:
        request = BoardRequest("kills", 11, around=OF_KILLS[at], me=OF_KILLS[at])
        found = board(engine, snapshot, request)
        assert found.snapshot == snapshot
        assert found.board._asdict() == expected.board(PLAYERS, request)
        assert OF_KILLS[at] in [one["id"] for one in found.board.entries]

    @pytest.mark.parametrize("me", [OF_KILLS[0], OF_KILLS[1], OF_KILLS[999], OF_KILLS[1000], 9999])
    def test_my_entry_and_the_one_above_are_there_wherever_they_are(
        self, engine: Engine, snapshot: Snapshot, me: int
    ) -> None:
        request = BoardRequest("kills", 2, 7, me=me, values=("power", "deaths"))
        found = board(engine, snapshot, request).board
        assert found._asdict() == expected.board(PLAYERS, request)

    def test_within_an_alliance_ranks_stay_the_kingdoms(
        self, engine: Engine, snapshot: Snapshot
    ) -> None:
        request = BoardRequest("kills", 5, 300, alliance=ALLIANCE, me=4)
        found = board(engine, snapshot, request).board
        assert found._asdict() == expected.board(PLAYERS, request)
        assert found.entries[0]["rank"] > found.entries[0]["position"]

    @pytest.mark.parametrize("alliance", ["[A1]", "' OR '1'='1", "[A1] Ünïon ", "\\", "", "\x00"])
    def test_an_alliance_is_just_this_text(
        self, engine: Engine, snapshot: Snapshot, alliance: str
    ) -> None:
        found = board(engine, snapshot, BoardRequest("kills", 5, alliance=alliance, me=4)).board
        assert found == (0, [], 0, None)

    @pytest.mark.parametrize(
        ("around", "alliance"), [(9999, None), (4, None), (9999, ALLIANCE), (2, ALLIANCE)]
    )
    def test_there_is_no_page_around_a_player_who_is_not_ranked(
        self, engine: Engine, snapshot: Snapshot, around: int, alliance: str | None
    ) -> None:
        """4 has no deaths, 2 is of another alliance."""
        request = BoardRequest("deaths", 5, around=around, alliance=alliance)
        with pytest.raises(NotFoundError, match=f"player {around} is not ranked by deaths"):
            board(engine, snapshot, request)

    def test_values_stand_in_the_order_asked_for(self, engine: Engine, snapshot: Snapshot) -> None:
        request = BoardRequest("kills", 20, values=("deaths", "dkp", "kills"))
        found = board(engine, snapshot, request).board
        assert found.entries == expected.board(PLAYERS, request)["entries"]
        assert [*found.entries[0].get("values", {})] == ["deaths", "dkp", "kills"]

    def test_a_formula_is_exact_beyond_64_bits_and_needs_all_its_counters(
        self, engine: Engine, snapshot: Snapshot
    ) -> None:
        weights = {"acclaim": 1_000_000, "t5_kills": 3, "t4_kills": 0}
        request = BoardRequest("dkp", 9, 495, me=3, values=("dkp",), weights=weights)
        found = board(engine, snapshot, request).board
        assert found._asdict() == expected.board(PLAYERS, request)
        assert found.entries[0]["value"] > 2**64
        assert found.total == sum(one["t5_kills"] is not None for one in PLAYERS)
        assert all(type(one["value"]) is int for one in found.entries)

    def test_a_counter_that_is_known_of_nobody_is_named(
        self, engine: Engine, snapshot: Snapshot
    ) -> None:
        request = BoardRequest("dkp", 9, weights={"kills": 1, "t1_deaths": 2}, around=9999)
        with pytest.raises(BadParameterError, match=r"t1_deaths.*2026-01-26"):
            board(engine, snapshot, request)
        with pytest.raises(BadParameterError, match=r"t1_deaths.*2026-01-26"):
            standings(engine, snapshot, request, [1])

    @pytest.mark.parametrize("weights", [None, {"t5_kills": 7, "acclaim": 1_000_000}])
    def test_standings_are_those_of_the_whole_board(
        self, engine: Engine, snapshot: Snapshot, weights: dict[str, int] | None
    ) -> None:
        metric = "dkp" if weights else "deaths"
        request = BoardRequest(metric, 1, alliance="of no account", weights=weights)
        for ids in ([1, 2, 4, 11, 1103, 9999], [1103], [1]):
            found = standings(engine, snapshot, request, ids)
            assert found.snapshot == snapshot
            assert dict(found.of) == expected.standings(PLAYERS, request, ids)

    def test_standings_are_told_of_nobody_of_some_twice_and_of_a_page_and_one_more(
        self, engine: Engine, snapshot: Snapshot
    ) -> None:
        request = BoardRequest("kills", 1000)
        for ids in ([], [7, 7, 9999], [*range(1, 1001), 2**53 - 1]):
            found = standings(engine, snapshot, request, ids)
            assert dict(found.of) == expected.standings(PLAYERS, request, ids)

    def test_of_a_withdrawn_snapshot_everything_is_empty(
        self, engine: Engine, store: Store
    ) -> None:
        snapshot = publish(store, [], run=next(_runs))
        weights = {"t1_deaths": 1}
        for request in (
            BoardRequest("kills", 5, around=1, me=2, alliance="A", values=("power",)),
            BoardRequest("kills", 5, around=1),
            BoardRequest("dkp", 5, me=2, weights=weights),
        ):
            assert board(engine, snapshot, request) == (snapshot, (0, [], 0, None))
            assert standings(engine, snapshot, request, [1, 2]) == (snapshot, {})


def board_of(engine: Engine, snapshot: Snapshot, request: BoardRequest) -> list[Any]:
    found = board(engine, snapshot, request)
    assert found.snapshot == snapshot
    return [*found.board]


def standings_of(
    engine: Engine, snapshot: Snapshot, request: BoardRequest, ids: Collection[int]
) -> dict[int, Any]:
    found = standings(engine, snapshot, request, ids)
    assert found.snapshot == snapshot
    return {one: found.of[one] for one in ids if one in found.of}


def told(answer: Callable[[], Any]) -> str:
    """The bytes of an answer, or the kind of its error."""
    try:
        return json.dumps(answer())
    except QueryError as error:
        return type(error).__name__


def check(
    engines: list[Engine], snapshot: Snapshot, players: list[dict[str, Any]], request: BoardRequest
) -> None:
    """All answer as is worked out."""
    wanted = told(lambda: [*expected.board(players, request).values()])
    assert {told(partial(board_of, engine, snapshot, request)) for engine in engines} == {wanted}
    ids = {one for one in (request.around, request.me) if one is not None} or {1, 7}
    stand = told(lambda: expected.standings(players, request, ids))
    found = {told(partial(standings_of, engine, snapshot, request, ids)) for engine in engines}
    assert found == {stand}


@pytest.mark.slow
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(
    players=expected.players_with_ties(),
    size=st.integers(1, 12),
    metric=st.sampled_from(METRIC_NAMES),
    asked=st.lists(expected.requests(), min_size=4, max_size=4),
)
def test_however_little_the_boards_object_and_an_item_have_the_answer_is_the_same(
    directory_store: DirectoryStore,
    players: list[dict[str, Any]],
    size: int,
    metric: str,
    asked: list[BoardRequest],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "BOARD_SIZE", size)
        few_in_an_item(patch, size)
        lake = as_store(LakeAndTable(directory_store))
        snapshot = publish(lake, players, run=next(_runs), views=["curated", "boards"])
        engines = [*(make(directory_store) for make in ENGINES.values()), dynamo_engine(lake)]
        for request in asked:
            check(engines, snapshot, players, request)
        # Of each player who is, or may be, there: only some are in the object.
        for one in (*(each["id"] for each in players), 99):
            check(engines[1:], snapshot, players, BoardRequest(metric, 2, around=one))
            check(engines[1:], snapshot, players, BoardRequest(metric, 1, me=one))


@pytest.mark.slow
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=10 if ON_TRINO else 25,
)
@given(players=expected.players_with_ties(), request=expected.requests())
def test_every_engine_gives_the_same_answer_byte_for_byte(
    athena: Athena, players: list[dict[str, Any]], request: BoardRequest
) -> None:
    lake = as_store(LakeAndTable(athena.store))
    snapshot = publish(lake, players, run=next(_runs), views=["curated", "boards"])
    engines = [athena_engine(athena), *(make(athena.store) for make in ENGINES.values())]
    engines.append(dynamo_engine(lake))
    check(engines, snapshot, players, request)


@pytest.mark.parametrize(
    ("request_", "boards", "arrow"),
    [
        (BoardRequest("kills", 1000), ["leaderboards.json"], ["players.parquet"]),
        (
            BoardRequest("kills", 9, around=OF_KILLS[500], me=OF_KILLS[0], values=("power",)),
            ["leaderboards.json"],
            ["players.parquet"],
        ),
        (
            BoardRequest("kills", 9, me=OF_KILLS[1050]),
            ["leaderboards.json", "players.parquet"],
            ["players.parquet"],
        ),
        (BoardRequest("kills", 9, alliance=ALLIANCE), ["players.parquet"], ["players.parquet"]),
        (BoardRequest("dkp", 9, weights={"kills": 1}), ["players.parquet"], ["players.parquet"]),
    ],
    ids=["plain", "around", "beyond", "alliance", "weights"],
)
def test_a_board_costs_one_read_and_a_second_only_beyond_what_is_precomputed(
    directory_store: DirectoryStore, request_: BoardRequest, boards: list[str], arrow: list[str]
) -> None:
    snapshot = publish(directory_store, PLAYERS, views=["curated", "boards"])
    for name, reads in (("boards", boards), ("arrow", arrow)):
        reading = CountingStore(directory_store)
        board(ENGINES[name](reading), snapshot, request_)
        assert [key.rpartition("/")[2] for key in reading.keys] == reads


def test_standings_of_the_first_cost_one_read(directory_store: DirectoryStore) -> None:
    snapshot = publish(directory_store, PLAYERS, views=["curated", "boards"])
    for ids, reads in ((OF_KILLS[:100], 1), (OF_KILLS[:1001], 2), ([9999], 2)):
        reading = CountingStore(directory_store)
        engine = ENGINES["boards"](reading)
        found = standings(engine, snapshot, BoardRequest("kills", 1), ids)
        assert dict(found.of) == expected.standings(PLAYERS, BoardRequest("kills", 1), ids)
        assert len(reading.keys) == reads
