"""What the engine `dynamodb` has beyond the engines' contract: its calls, and what it does without
an item."""

import pickle
import subprocess
import sys
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest

from chalicelib.api.operation import Backend
from chalicelib.api.since import read_moved
from chalicelib.boards.past import Past
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Snapshot
from chalicelib.catalog.entries import Catalog
from chalicelib.changes.span import Span
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.dynamodb import DynamoEngine
from chalicelib.engines.engine import Engine
from chalicelib.errors import ConflictError, StoreError
from chalicelib.items import reading, records
from chalicelib.items.keys import page_key, players_key, roster_part, snapshot_part
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.dynamodb.table import Item
from chalicelib.lake.store import Store
from chalicelib.threads.deadline import Deadline
from tests.boards.test_parquet import CountingStore
from tests.engines import expected
from tests.engines.support import DAY, facts, player, publish
from tests.engines.tables import LakeAndTable, as_store, items_of
from tests.engines.test_requests import OF_KILLS, PLAYERS
from tests.items.memory_table import MemoryTable

ROOT = Path(__file__).parents[2]
WEEK = timedelta(weeks=1)
PLAIN = BoardRequest("kills", 100)
LOST = r"51#.* is missing: rebuild it \(python -m chalicelib rebuild --engine dynamodb\)"


class Lake(NamedTuple):
    """The engine, and what it reads.

    Attributes:
        engine: over these two.
        table: counts calls.
        files: notes the files that are read.
        both: takes what is published.
    """

    engine: Engine
    table: MemoryTable
    files: CountingStore
    both: Store

    def publish(self, players: list[dict[str, Any]], **how: Any) -> Snapshot:
        """Publish, and count from now on."""
        found = publish(self.both, players, **{"views": ["curated"], **how})
        self.table.counted()
        return found

    def board(self, snapshot: Snapshot, request: BoardRequest) -> dict[str, Any]:
        found = self.engine.board(snapshot, request, Deadline.after(600))
        assert found.snapshot == snapshot
        return found.board._asdict()

    def standings(self, snapshot: Snapshot, ids: Collection[int]) -> dict[int, Any]:
        found = self.engine.standings(snapshot, PLAIN, ids, Deadline.after(600))
        assert found.snapshot == snapshot
        return {**found.of}

    def history(self, player: int, snapshots: list[Snapshot]) -> list[Past]:
        return self.engine.history(player, snapshots, Deadline.after(600))


@pytest.fixture
def lake(directory_store: DirectoryStore) -> Lake:
    table, files = MemoryTable(), CountingStore(directory_store)
    both = as_store(LakeAndTable(directory_store, table))
    return Lake(DynamoEngine(table, cast("Store", files)), table, files, both)


@pytest.mark.parametrize(
    ("request_", "calls", "items"),
    [
        (PLAIN, ["get"], 1),
        (BoardRequest("kills", 100, 950), ["get_many"], 2),
        (BoardRequest("kills", 1000, 103), ["get_many"], 11),
        (BoardRequest("kills", 20, 1090), ["get_many"], 2),
        (BoardRequest("kills", 20, 1103), ["get"], 1),
        (BoardRequest("kills", 20, 2**53 - 1), ["get"], 1),
        (BoardRequest("kills", 100, me=4), ["get_many"], 2),
        (BoardRequest("kills", 11, around=OF_KILLS[750]), ["get", "get"], 2),
        (BoardRequest("kills", 11, around=OF_KILLS[750], me=OF_KILLS[750]), ["get", "get"], 2),
        (BoardRequest("kills", 11, around=OF_KILLS[700], me=4), ["get_many", "get_many"], 4),
    ],
    ids=str,
)
def test_a_board_is_one_call_and_around_a_second(
    lake: Lake, request_: BoardRequest, calls: list[str], items: int
) -> None:
    snapshot = lake.publish(PLAYERS)
    assert lake.board(snapshot, request_) == expected.board(PLAYERS, request_)
    assert sum(len(call.keys) for call in lake.table.calls) == items
    assert not any(call.consistent for call in lake.table.calls)
    assert lake.table.counted() == calls
    assert lake.files.keys == []


@pytest.mark.parametrize(
    "request_",
    [
        BoardRequest("kills", 9, alliance="[A1] Ünïon", me=4),
        BoardRequest("dkp", 9, weights={"kills": 1}),
    ],
    ids=["alliance", "weights"],
)
def test_what_the_items_do_not_tell_is_one_file(lake: Lake, request_: BoardRequest) -> None:
    snapshot = lake.publish(PLAYERS)
    assert lake.board(snapshot, request_) == expected.board(PLAYERS, request_)
    assert (lake.table.counted(), len(lake.files.keys)) == ([], 1)


def test_where_a_few_stand_is_one_call_and_where_many_stand_one_file(lake: Lake) -> None:
    snapshot = lake.publish(PLAYERS)
    for ids, calls, files in (
        ([], [], 0),
        ([4], ["get"], 0),
        ([*range(1, 10), 9999], ["get_many"], 0),
        ([*range(1, 12)], [], 1),
    ):
        assert lake.standings(snapshot, ids) == expected.standings(PLAYERS, PLAIN, ids)
        assert (lake.table.counted(), len(lake.files.keys)) == (calls, files)


def weeks(lake: Lake, count: int) -> list[Snapshot]:
    """Snapshots, newest first, each with an older run that is still there."""
    made = []
    for week in range(count):
        day = DAY - week * WEEK
        for run, power in ((1, 7), (2, 100 + week)):
            snapshot = lake.publish([player(3, power=power), player(4)], day=day, run=run)
        made.append(snapshot)
    return made


def test_a_history_is_one_query_whatever_else_is_in_the_table(lake: Lake) -> None:
    snapshots = weeks(lake, 7)
    lake.publish([player(3)], kingdom=52)
    lake.table.set(Item(players_key(51, 3, roster_part("0" * 16)), b"of others"))
    found = lake.history(3, snapshots[1:6])
    assert [one.snapshot for one in found] == snapshots[1:6]
    assert [one.appearance and one.appearance.values["power"] for one in found] == [
        *range(101, 106)
    ]
    assert (lake.table.counted(), lake.files.keys) == (["query"], [])
    assert found == ArrowEngine(lake.both).history(3, snapshots[1:6], Deadline.after(600))


def test_what_is_superseded_is_answered_as_long_as_its_items_are_there(lake: Lake) -> None:
    older = lake.publish([player(1, kills=5)])
    lake.publish([player(1, kills=6), player(2)], run=2)
    assert lake.board(older, PLAIN) == expected.board([player(1, kills=5)], PLAIN)
    assert lake.standings(older, [1, 2]) == {1: (1, 5)}
    (past,) = lake.history(1, [older])
    assert past.appearance is not None
    assert past.appearance.values["kills"] == 5


def test_what_is_not_seen_yet_is_asked_for_once_more(lake: Lake) -> None:
    lake.table.lag = True
    snapshot = lake.publish(PLAYERS)
    for request, calls in (
        (PLAIN, ["get", "get_many"]),
        (BoardRequest("kills", 100, 950), ["get_many", "get_many"]),
        (BoardRequest("kills", 9, me=4), ["get_many", "get_many", "get_many"]),
        (BoardRequest("kills", 9, around=40, me=40), ["get", "get_many", "get", "get_many"]),
    ):
        assert lake.board(snapshot, request) == expected.board(PLAYERS, request)
        assert lake.table.counted() == calls
    assert lake.standings(snapshot, [4, 5]) == expected.standings(PLAYERS, PLAIN, [4, 5])
    assert lake.history(4, [snapshot])[0].appearance is not None
    assert lake.files.keys == []


@pytest.mark.parametrize("offset", [0, 50, 100, 1000, 1100, 1200])
def test_an_offset_among_players_who_are_not_ranked_is_beyond_the_end(
    lake: Lake, offset: int
) -> None:
    """How many are ranked is not known before a page is read."""
    few = [one if one["id"] < 9 else {**one, "kills": None} for one in PLAYERS]
    snapshot = lake.publish(few)
    request = BoardRequest("kills", 100, offset)
    assert lake.board(snapshot, request) == expected.board(few, request)
    assert len(lake.table.calls) <= 2


def test_what_is_lost_is_named_and_how_to_make_it_again(lake: Lake) -> None:
    snapshot = lake.publish(PLAYERS)
    there = lake.table.items
    part = snapshot_part(DAY, snapshot.version)
    pages = [page_key(51, DAY, snapshot.version, "kills", number) for number in range(12)]
    for key, request in (
        (pages[0], PLAIN),
        (pages[0], BoardRequest("kills", 100, 5000)),
        (pages[3], BoardRequest("kills", 100, 250)),
        (pages[11], BoardRequest("kills", 100, 1100)),
        (players_key(51, 4, part), BoardRequest("kills", 1, me=4)),
        (players_key(51, 4, part), BoardRequest("kills", 1, around=4)),
    ):
        lake.table.remove(key)
        with pytest.raises(StoreError, match=LOST):
            lake.board(snapshot, request)
        lake.table.set(there[key])
    lake.table.remove(players_key(51, 4, part))
    with pytest.raises(StoreError, match=LOST):
        lake.standings(snapshot, [3, 4])
    with pytest.raises(StoreError, match=LOST):
        lake.history(4, [snapshot])


def test_a_damaged_item_is_named(lake: Lake) -> None:
    snapshot = lake.publish(PLAYERS)
    for key, item in lake.table.items.items():
        lake.table.set(item._replace(body=item.body[:-1] + bytes([item.body[-1] ^ 1])))
        assert key.group.startswith("51#")
    for request in (PLAIN, BoardRequest("kills", 1, around=4)):
        with pytest.raises(StoreError, match=r"51#.*2026-01-26#.* is damaged: rebuild it"):
            lake.board(snapshot, request)
    with pytest.raises(StoreError, match=r"51#players#004 2026-01-26#.* is damaged"):
        lake.history(4, [snapshot])


@pytest.mark.parametrize(
    "too_large", [(records, "MOST_BYTES", 90), (reading, "MOST_PLAYERS", 1000)]
)
def test_what_is_too_large_for_items_comes_from_the_file(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, too_large: tuple[Any, str, int]
) -> None:
    module, name, most = too_large
    monkeypatch.setattr(module, name, most)
    snapshot = lake.publish(PLAYERS)
    plain = [PLAIN] if module is reading else []
    for request in (*plain, PLAIN._replace(me=4), PLAIN._replace(around=4, limit=3)):
        assert lake.board(snapshot, request) == expected.board(PLAYERS, request)
    assert lake.standings(snapshot, [4, 5]) == expected.standings(PLAYERS, PLAIN, [4, 5])
    (past,) = lake.history(4, [snapshot])
    assert past.appearance is not None
    assert past.appearance.values["kills"] == 1
    assert len(lake.files.keys) == 4 + len(plain)


@pytest.mark.slow
def test_in_dynamodb_the_answers_are_the_same(
    directory_store: DirectoryStore, table: DynamoTable
) -> None:
    both = as_store(LakeAndTable(directory_store, table))
    engine = DynamoEngine(table, both)
    snapshots = [publish(both, PLAYERS, day=DAY - week * WEEK) for week in (0, 1)]
    for request in (PLAIN, PLAIN._replace(offset=950, me=4), BoardRequest("deaths", 9, around=5)):
        found = engine.board(snapshots[0], request, Deadline.after(600))
        assert found.board._asdict() == expected.board(PLAYERS, request)
    past = engine.history(4, snapshots, Deadline.after(600))
    assert past == ArrowEngine(both).history(4, snapshots, Deadline.after(600))


_CHILD = """
import pickle, sys
from chalicelib.boards.request import BoardRequest
from chalicelib.engines.dynamodb import DynamoEngine
from chalicelib.threads.deadline import Deadline
from tests.items.memory_table import MemoryTable
snapshot, items = pickle.load(open(sys.argv[1], "rb"))
table, soon = MemoryTable(), Deadline.after(60)
table.put_many(items)
engine = DynamoEngine(table, None)
engine.board(snapshot, BoardRequest("kills", 100, around=1, me=2, values=("power",)), soon)
engine.standings(snapshot, BoardRequest("kills", 1), [1, 2], soon)
engine.history(1, [snapshot], soon)
print({"pyarrow", "boto3", "chalicelib.changes"} & {*sys.modules})
"""


def test_what_the_items_tell_is_told_without_pyarrow(tmp_path: Path) -> None:
    players = [player(1), player(2)]
    snapshot = facts(2)
    file = tmp_path / "items"
    file.write_bytes(pickle.dumps((snapshot, items_of(snapshot, players))))
    command = [sys.executable, "-c", _CHILD, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\n"


def test_a_board_with_since_is_of_the_files_while_the_table_is_behind_them(
    directory_store: DirectoryStore,
) -> None:
    """Suspects are those of the files: an answer is of one run, the listed one or a newer one."""
    lake = LakeAndTable(directory_store)
    both = as_store(lake)
    older = publish(both, [player(1, kills=1)], day=DAY - WEEK, views=["curated"])
    listed = publish(both, [player(1, kills=5)], views=["curated"])
    newer = publish(directory_store, [player(1, kills=6)], run=2, views=["curated"])
    engine = DynamoEngine(lake.table, both)
    backend = Backend("dynamodb", _none, lambda: engine, Deadline.after(60), lambda: both)
    moved = read_moved(backend, Span(older, listed, None, adjacent=True), PLAIN, None, None)
    assert moved.page.snapshot == newer
    assert moved.page.board.entries[0]["value"] == 6
    with pytest.raises(ConflictError):
        read_moved(backend, Span(older, listed, None, adjacent=True), PLAIN, listed.version, None)


def _none() -> Catalog:
    raise AssertionError
