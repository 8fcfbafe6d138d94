"""The table says of every player what the roster does, and its pieces are the roster."""

import random
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import RosterMissingError, StoreError
from chalicelib.items import pieces
from chalicelib.items.keys import bucket_of, players_key, roster_part
from chalicelib.items.members import member_items, read_member
from chalicelib.items.packing import pack
from chalicelib.items.pieces import join_pieces, roster_pieces
from chalicelib.items.roster_items import roster_id, roster_items
from chalicelib.lake.dynamodb.table import MAX_ITEM_BYTES, Item
from chalicelib.roster.answers import Member
from chalicelib.roster.document import encode
from chalicelib.roster.ledger import EMPTY, Ledger, append
from chalicelib.roster.roster import Roster, roster_of
from tests.items.memory_table import MemoryTable
from tests.roster.lake import day
from tests.roster.oracle import Snapshots, known_of
from tests.roster.test_search import large_roster
from tests.roster.test_splice import made_anew, random_rows

ROSTER = "0123456789abcdef"


def roster(body: bytes) -> Roster:
    return roster_of(body, "it")


def in_table(items: Iterable[Item], player: int) -> Member | None:
    by_key = {item.key: item for item in items}
    return read_member(by_key[players_key(51, bucket_of(player), roster_part(ROSTER))], player)


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_member_in_the_table_is_what_the_roster_says(dice: random.Random) -> None:
    dates = dice.sample(range(30), dice.randint(0, 12))
    snapshots: Snapshots = {day(one): random_rows(dice) for one in sorted(dates)}
    body = encode(made_anew(snapshots), {})
    items = [*member_items(51, ROSTER, body)]
    for player, known in known_of(snapshots).items():
        assert in_table(items, player) == roster(body).member(player) == known.member
    assert in_table(items, 5) is None
    # 257 is in the bucket of 1.
    assert in_table(items, 257) is None


def test_everybody_of_a_large_roster_is_in_the_table() -> None:
    body = large_roster(2_000, 3).body()
    table = MemoryTable()
    table.put_many(member_items(51, ROSTER, body))
    assert len(table.items) == 256
    found = [in_table(table.items.values(), one.id) for one in [*roster(body).members()][::19]]
    assert found == [*roster(body).members()][::19]


def test_items_follow_from_the_content_whatever_the_roster_was_made_of() -> None:
    ledger = long_gaps()
    bodies = [
        encode(ledger, {}),
        encode(ledger, {day(0): "etag"}),
        encode(ledger, dict.fromkeys(ledger.days, "x")),
    ]
    assert len({*bodies}) == 3
    assert len({roster_id(body) for body in bodies}) == 1
    made = [[*roster_items(51, ROSTER, body)] for body in bodies]
    assert made[0] == made[1] == made[2]
    assert len({item.key for item in made[0]}) == len(made[0]) == 257


def long_gaps() -> Ledger:
    """A roster that remembers something beside its columns."""
    ledger = EMPTY
    for number in range(12):
        ids = [1] if 0 < number < 11 else [1, 2]
        names, alliances = pa.array(["A", "B"][: len(ids)]), pa.nulls(len(ids), pa.string())
        columns = {"id": pa.array(ids), "name": names, "alliance": alliances}
        ledger = append(ledger, day(number), columns)
    return ledger


@pytest.mark.parametrize("size", [100, 333, 10**6])
def test_pieces_in_order_are_the_roster_for_readers(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", size)
    body = encode(long_gaps(), {day(0): "etag"})
    made = [*roster_pieces(51, ROSTER, body)]
    joined = join_pieces(made)
    assert all(len(item.body) <= size for item in made)
    assert len(joined) < len(body)
    ours, theirs = roster(joined), roster(body)
    assert ours.version == theirs.version
    assert [*ours.members()] == [*theirs.members()]
    assert ours.versions_before(date.max) == theirs.versions_before(date.max)
    assert ours.first_seen([1, 2, 3]) == theirs.first_seen([1, 2, 3])
    assert ours.search("a", None, 9, 0) == theirs.search("a", None, 9, 0)
    assert ours.idle_since(day(11), None, 9, 0) == theirs.idle_since(day(11), None, 9, 0)


def test_a_roster_of_another_version_says_how_it_is_made_anew() -> None:
    body = (Path(__file__).parents[1] / "roster" / "first_shape.parquet").read_bytes()
    with pytest.raises(RosterMissingError, match="next upload makes the list anew"):
        [*roster_items(51, roster_id(body), body)]


def test_a_piece_that_is_not_there_or_another_s_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 500)
    made = [*roster_pieces(51, ROSTER, large_roster(100, 2).body())]
    other = [*roster_pieces(51, ROSTER, large_roster(100, 3).body())]
    assert len(made) > 3
    damaged: list[list[Item]] = [
        [],
        made[1:],
        made[:-1],
        [*made[:1], *made[2:]],
        [*made[:1], *other[1:2], *made[2:]],
        [made[0]._replace(body=b"x" + made[0].body[1:]), *made[1:]],
        [one._replace(facts={}) for one in made],
    ]
    for items in damaged:
        with pytest.raises(StoreError):
            join_pieces(items)


@pytest.mark.parametrize(
    "body",
    [b"", b"not packed", pack(b'{"days":[7],"players":[[7]]}'), pack(b'{"days":[]}')],
    ids=["empty", "not-packed", "no-date", "no-players"],
)
def test_a_damaged_bucket_is_told(body: bytes) -> None:
    key = players_key(51, 7, roster_part(ROSTER))
    with pytest.raises(StoreError, match=r"51#players#007 roster#.* --engine dynamodb"):
        read_member(Item(key, body), 7)


def test_a_bucket_that_nobody_wrote_is_told() -> None:
    (item, *_) = member_items(51, ROSTER, encode(long_gaps(), {}))
    for at in range(0, len(item.body), 3):
        damaged = item.body[:at] + bytes([item.body[at] ^ 4]) + item.body[at + 1 :]
        with pytest.raises(StoreError):
            read_member(item._replace(body=damaged), 1)


@pytest.mark.slow
def test_ten_thousand_players_fit_into_pieces_and_small_buckets() -> None:
    body = large_roster(10_000, 10).body()
    items: list[Any] = [*roster_items(51, ROSTER, body)]
    assert sum(len(item.body) for item in items[256:]) < len(body)
    assert max(len(item.body) for item in items) < MAX_ITEM_BYTES
    assert max(len(item.body) for item in items[:256]) < 8_000
