"""A snapshot's items: what they hold, how large they are, and that they follow from the players."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.errors import StoreError
from chalicelib.items import reading, records, snapshot_items
from chalicelib.items.keys import BUCKETS, bucket_of, page_key, players_key, snapshot_part
from chalicelib.items.packing import pack, unpack
from chalicelib.items.pages import read_page
from chalicelib.items.records import Place, Records
from chalicelib.lake.dynamodb.table import Item, ItemKey
from tests.engines.support import DAY, facts, kingdoms_of_players, player, ranked, rows_of
from tests.engines.tables import few_in_an_item, items_of

FACTS = facts(3)
SOME = [player(1, name='雪\n"x"'), player(2, kills=1), player(300, power=None, kills=1)]


def by_key(items: Iterable[Item]) -> dict[ItemKey, Item]:
    return {item.key: item for item in items}


def records_of(items: Iterable[Item], asked: int) -> Records:
    key = players_key(51, bucket_of(asked), snapshot_part(DAY, FACTS.version))
    return Records(by_key(items)[key])


def test_the_keys_are_those_of_every_page_and_every_bucket() -> None:
    players = [player(number, deaths=None) for number in range(1, 202)]
    snapshot = facts(201)
    found = [item.key for item in items_of(snapshot, players)]
    pages = [
        page_key(51, DAY, snapshot.version, metric, number)
        for metric in METRIC_NAMES
        for number in range(1 if metric == "deaths" else 3)
    ]
    part = snapshot_part(DAY, snapshot.version)
    assert found == [*pages, *(players_key(51, bucket, part) for bucket in range(BUCKETS))]


@settings(max_examples=15, deadline=None)
@given(players=kingdoms_of_players())
def test_the_same_players_give_the_same_items_whatever_their_order_and_batches(
    players: list[dict[str, Any]],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        few_in_an_item(patch, 4)
        snapshot = facts(len(players))
        items = items_of(snapshot, players)
        rows = rows_of(snapshot, players[::-1])
        cut = pa.concat_tables([rows.slice(0, 1), rows.slice(1)])
        assert [*snapshot_items.snapshot_items(snapshot, cut)] == items


@settings(max_examples=15, deadline=None)
@given(players=kingdoms_of_players())
def test_pages_are_the_board_and_a_record_has_the_players_places(
    players: list[dict[str, Any]],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        few_in_an_item(patch, 3)
        snapshot = facts(len(players))
        items = by_key(items_of(snapshot, players))
        for metric in METRIC_NAMES:
            board = ranked(players, metric)
            for number in range(max(1, -(-len(board) // 3))):
                item = items[page_key(51, DAY, snapshot.version, metric, number)]
                page = read_page(item, metric, number)
                assert page.total == len(board)
                assert page.entries == board[number * 3 : number * 3 + 3]
            places = {one["id"]: one for one in board}
            for one in players:
                record = records_of(items.values(), one["id"]).find(one["id"])
                assert record is not None
                entry = places.get(one["id"])
                above: Any = None
                if entry and entry["position"] > 1:
                    before = board[entry["position"] - 2]
                    above = {"rank": before["rank"], "value": before["value"]}
                wanted = entry and Place(entry["rank"], entry["position"], above)
                assert record.places[metric] == wanted


def test_a_name_cannot_be_taken_for_another_players_record() -> None:
    names = ["[2,", "\n[2,", ',\n[2,"x"]', "]}", '"players":[\n']
    players = [player(BUCKETS * at + 1, name=name) for at, name in enumerate(names)]
    items = items_of(facts(len(names)), players)
    for at, name in enumerate(names):
        record = records_of(items, BUCKETS * at + 1).find(BUCKETS * at + 1)
        assert record is not None
        assert record.appearance.name == name
    assert records_of(items, 1).find(2) is None
    assert records_of(items, 1).find(BUCKETS * 10 + 1) is None
    assert records_of(items, 1).find(-1) is None


def test_a_withdrawn_or_too_large_snapshot_has_no_items(monkeypatch: pytest.MonkeyPatch) -> None:
    assert items_of(facts(0), []) == []
    monkeypatch.setattr(reading, "MOST_PLAYERS", 2)
    assert items_of(FACTS, SOME) == []
    assert items_of(facts(2), SOME[:2])


def test_a_bucket_that_no_item_can_hold_has_no_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST_BYTES", 90)
    items = items_of(FACTS, SOME)
    assert not records_of(items, 1).whole
    assert records_of(items, 1).of["power"] == 2
    assert records_of(items, 3).whole  # nobody is in it


def test_an_item_of_before_a_counter_was_there_knows_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    older = tuple(one for one in records.COLUMNS if one != "t1_deaths")
    with monkeypatch.context() as patch:
        for module in (records, snapshot_items):
            patch.setattr(module, "COLUMNS", older)
        patch.setattr(records, "COUNTERS", older[4:])
        items = items_of(FACTS, [player(1, t1_deaths=5), *SOME[1:]])
    record = records_of(items, 1).find(1)
    assert record is not None
    assert record.appearance.values["t1_deaths"] is None
    assert record.appearance.values["dkp"] == 1
    assert record.places["dkp"] is not None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"total":1}',
        b'{"total":1,"rank":1,"columns":["id"],"players":[[1]]}',
        b'{"total":1,"rank":1,"columns":["id","name","alliance","dkp"],"players":[[1],[],[],[7]]}',
        b'{"total":1,"rank":1,"columns":["id","name","alliance","dkp"],"players":[[1],[""],[""]]}',
        b'{"total":1,"rank":1,"columns":["id","name","alliance","dkp"],"players":[1,2,3,4]}',
        b'{"total":2,"rank":1,"columns":["id","name","alliance","dkp"],"players":['
        b'[1,2],["",""],["",""],[7,null]]}',
        b'{"total":1,"rank":1,"columns":["id","dkp"],"players":[[1]]}',
        b'{"total":1,"rank":1,"columns":["id","dkp"],"players":7}',
    ],
)
def test_a_page_that_does_not_fit_is_told(content: bytes) -> None:
    key = page_key(51, DAY, FACTS.version, "dkp", 0)
    with pytest.raises(StoreError, match=r"51#2026-01-26#.* dkp#0000 is damaged"):
        read_page(Item(key, pack(content)), "dkp", 0)


def test_records_that_do_not_fit_are_told() -> None:
    (item,) = (one for one in items_of(FACTS, SOME) if one.key.group == "51#players#001")
    content = unpack(item)
    for other in (
        b"",
        b"null",
        content.replace(b'"dkp":3', b'"dkq":3'),
        content.replace(b'"columns"', b'"column"'),
        content.replace(b"[1,", b"[1,}"),
        content.replace(b"[1,", b"[1,[],"),
        content.replace(b"]\n]}", b",null]\n]}"),
    ):
        assert other != content
        with pytest.raises(StoreError, match=r"51#players#001 2026-01-26#.* is damaged"):
            Records(item._replace(body=pack(other))).find(1)


def test_items_are_small() -> None:
    """The ADR's figures: 100 entries are about 4 KB, a player's record about 200 bytes."""
    players = [
        player(
            10_000_000 + 7919 * number,
            name=f"Player {number * 7919 % 1000}",
            **{
                name: number * at * 9_176_543 % 10**9
                for at, name in enumerate(records.COLUMNS[4:], 1)
            },
        )
        for number in range(1000)
    ]
    items = items_of(facts(1000), players)
    pages = [len(item.body) for item in items if "#players#" not in item.key.group]
    parts = [len(item.body) for item in items if "#players#" in item.key.group]
    assert max(pages) < 4096
    assert sum(parts) / 1000 < 300
    assert len(records.encode_records({"dkp": 1}, [])) < 60
