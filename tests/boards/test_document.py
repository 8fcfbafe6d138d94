import hashlib
import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.boards.document import BOARD_SIZE, HEAD_BYTES, decode, decode_snapshot
from chalicelib.boards.encode import encode
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.ranking import Ranked
from chalicelib.boards.snapshot import Snapshot
from chalicelib.config import WEIGHABLE
from chalicelib.errors import StoreError
from tests.engines.support import DAY, boards_bytes, facts, kingdoms_of_players, player, ranked


@given(kingdoms_of_players(), st.sampled_from(METRIC_NAMES), st.integers(1, 50), st.integers(0, 50))
def test_the_object_is_json_and_its_pages_are_what_was_ranked(
    players: list[dict[str, Any]], metric: str, limit: int, offset: int
) -> None:
    snapshot = facts(len(players))
    body = boards_bytes(snapshot, players)
    expected = ranked(players, metric)
    whole = json.loads(body)
    assert whole["snapshot"] == snapshot.as_json()
    assert whole["entries"][metric] == expected
    assert whole["sha256"] == hashlib.sha256(body.partition(b"\n")[2]).hexdigest()
    document = decode(body, 51, DAY)
    assert document.snapshot == snapshot
    assert document.total(metric) == len(expected)
    assert document.entries(metric, limit, offset) == expected[offset : offset + limit]


@given(kingdoms_of_players(), st.sampled_from(METRIC_NAMES))
def test_every_entry_is_a_line_as_json_dumps_writes_it(
    players: list[dict[str, Any]], metric: str
) -> None:
    body = boards_bytes(facts(len(players)), players)
    place = json.loads(body)["boards"][metric]
    lines = body.decode().split("\n")[place["first"] : place["first"] + place["lines"]]
    assert [line.removesuffix(",") for line in lines] == [
        json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        for entry in ranked(players, metric)
    ]


def test_the_index_names_the_lines_of_every_metric() -> None:
    body = boards_bytes(facts(3), [player(1), player(2, kills=None), player(3)])
    lines = body.decode().split("\n")
    index = json.loads(body)["boards"]
    for metric, place in index.items():
        for line in lines[place["first"] : place["first"] + place["lines"]]:
            assert json.loads(line.rstrip(","))["value"] >= 1, metric
    assert index["kills"] == {"total": 2, "first": 6, "lines": 2}


def test_the_same_boards_give_the_same_bytes_and_names_stay_readable() -> None:
    players = [player(number) for number in range(1, 20)]
    body = boards_bytes(facts(19), players)
    assert body == boards_bytes(facts(19), reversed(players))
    assert "雪 Yuki" in body.decode()
    assert body.endswith(b"\n")


def test_a_page_beyond_what_the_object_holds_is_known_not_to_be_there() -> None:
    players = [player(number) for number in range(1, BOARD_SIZE + 11)]
    players[0] = player(1, power=None)
    document = decode(boards_bytes(facts(len(players)), players), 51, DAY)
    assert document.total("dkp") == BOARD_SIZE + 10
    assert document.holds("dkp", 1000, 0)
    assert document.holds("dkp", 1, 999)
    assert not document.holds("dkp", 2, 999)
    assert not document.holds("dkp", 1, 1009)
    assert document.holds("dkp", 1, 1010)
    assert document.entries("dkp", 1, 1010) == []


def test_a_board_that_is_held_whole_has_every_page() -> None:
    document = decode(boards_bytes(facts(1), [player(1)]), 51, DAY)
    assert document.holds("dkp", 1000, 500)
    assert document.entries("dkp", 1000, 500) == []


def test_the_facts_are_in_the_first_bytes_however_long_they_are() -> None:
    weights = dict.fromkeys(WEIGHABLE, 1_000_000)
    usual = facts(2**53 - 1, kingdom=99_999)
    snapshot = Snapshot(
        usual.run_id,
        usual.run_ts,
        99_999,
        DAY,
        usual.ingested_at,
        usual.players,
        {"basis": "formula", "weights": weights},
    )
    names = ("rank", "position", "id", "name", "alliance", "value")
    page = pa.table({name: pa.repeat(2**53 - 1, BOARD_SIZE) for name in names})
    texts = pa.repeat("x", BOARD_SIZE)
    page = page.set_column(3, "name", texts).set_column(4, "alliance", texts)
    boards = dict.fromkeys(METRIC_NAMES, Ranked(2**53 - 1, page))
    body = encode(snapshot, boards)
    assert decode_snapshot(body[:HEAD_BYTES], 99_999, DAY) == snapshot
    assert body.index(b"\n") < HEAD_BYTES / 2


@pytest.mark.parametrize("body", [b"", b"{}\n", b"PAR1\n\n", b'{"snapshot": {}, "boards": {},\n'])
def test_other_bytes_are_told_apart_from_a_boards_object(body: bytes) -> None:
    with pytest.raises(StoreError, match="kingdom 51, 2026-01-26"):
        decode(body, 51, DAY)
    with pytest.raises(StoreError, match="kingdom 51, 2026-01-26"):
        decode_snapshot(body, 51, DAY)
