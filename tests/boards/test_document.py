import hashlib
import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.boards.document import BOARD_SIZE, HEAD_BYTES, decode, decode_head
from chalicelib.boards.encode import cell_texts, encode
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.ranking import Boards, Ranked
from chalicelib.boards.snapshot import Snapshot
from chalicelib.config import WEIGHABLE
from chalicelib.errors import StoreError
from tests.engines.support import DAY, boards_bytes, facts, kingdoms_of_players, player, ranked


@pytest.mark.slow
@given(kingdoms_of_players(), st.sampled_from(METRIC_NAMES), st.integers(1, 50), st.integers(0, 50))
def test_the_object_is_json_and_its_pages_are_what_was_ranked(
    players: list[dict[str, Any]], metric: str, limit: int, offset: int
) -> None:
    snapshot = facts(len(players))
    body = boards_bytes(snapshot, players)
    expected = ranked(players, metric)
    whole = json.loads(body)
    assert whole["snapshot"] == snapshot.as_json()
    assert whole["known"][metric] == len(expected)
    order = whole["boards"][metric]["order"]
    at = whole["columns"].index(metric)
    assert [[whole["players"][index][one] for one in (0, 1, 2, at)] for index in order] == [
        [entry["id"], entry["name"], entry["alliance"], entry["value"]] for entry in expected
    ]
    assert whole["sha256"] == hashlib.sha256(body.partition(b"\n")[2]).hexdigest()
    document = decode(body, 51, DAY)
    assert document.snapshot == snapshot
    assert document.total(metric) == len(expected)
    assert document.entries(metric, limit, offset) == expected[offset : offset + limit]


@pytest.mark.slow
@given(kingdoms_of_players())
def test_every_player_is_there_once_on_a_line_as_json_dumps_writes_it(
    players: list[dict[str, Any]],
) -> None:
    body = boards_bytes(facts(len(players)), players)
    lines = body.decode().split("\n")
    first = lines.index('}, "players": [') + 1
    held = {
        one["id"]: one for one in players if any(one[name] is not None for name in METRIC_NAMES)
    }
    found = [json.loads(line.removesuffix(","))[0] for line in lines[first:-2]]
    assert sorted(found) == sorted(held)
    assert [line.removesuffix(",") for line in lines[first:-2]] == [
        json.dumps(
            [held[one][name] for name in ("id", "name", "alliance", *METRIC_NAMES)],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for one in found
    ]


def test_a_kingdom_of_a_thousand_takes_less_than_200_kb() -> None:
    def counters(number: int) -> dict[str, int]:
        return {name: 10**9 + 7919 * number * at for at, name in enumerate(METRIC_NAMES, 1)}

    players = [
        player(number, **counters(number)) | {"id": 10**8 + number} for number in range(1, 1001)
    ]
    assert len(boards_bytes(facts(1000), players)) < 200_000


def test_ties_are_told_by_their_rank_and_how_many_share_it() -> None:
    players = [player(number, dkp=value) for number, value in enumerate((9, 7, 7, 7, 5, 1, 1), 1)]
    board = json.loads(boards_bytes(facts(7), players))["boards"]["dkp"]
    assert board["ties"] == [[2, 3], [6, 2]]


@given(
    st.lists(
        st.tuples(st.none() | st.text(max_size=5), st.none() | st.integers(0, 2**53 - 1)),
        max_size=5,
    )
)
@example([('"\\', 0), ("\x00\x1f\x7f\n\u2028", None), (None, 7)])
@example([("Ana", 1)])
def test_cells_are_written_as_json_writes_them(rows: list[tuple[str | None, int | None]]) -> None:
    texts, numbers = ([row[at] for row in rows] for at in range(2))
    columns = [pa.array(texts, pa.string()), pa.array(numbers, pa.int64())]
    whole = pa.concat_arrays([pa.array(["before"]), columns[0], pa.array(["after"])])
    sliced = [whole.slice(1, len(rows)), *columns[1:], columns[1]]
    for given_, values in ((columns, (texts, numbers)), (sliced, (texts, numbers, numbers))):
        expected = [[json.dumps(one, ensure_ascii=False) for one in column] for column in values]
        assert [column.to_pylist() for column in cell_texts(given_)] == expected


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
    columns = {name: pa.repeat(2**53 - 1, BOARD_SIZE) for name in ("id", *METRIC_NAMES)}
    texts = dict.fromkeys(("name", "alliance"), pa.repeat("x", BOARD_SIZE))
    names = ("id", "name", "alliance", *METRIC_NAMES)
    players = pa.table({name: (columns | texts)[name] for name in names})
    order = pa.array(range(BOARD_SIZE), pa.uint64())
    ranked_ = Ranked(2**53 - 1, order, pa.array([1] * BOARD_SIZE, pa.uint64()))
    body = encode(snapshot, Boards(players, dict.fromkeys(METRIC_NAMES, ranked_)))
    assert decode_head(body[:HEAD_BYTES], 99_999, DAY).snapshot == snapshot
    assert body.index(b"\n") < HEAD_BYTES / 2


@pytest.mark.parametrize("body", [b"", b"{}\n", b"PAR1\n\n", b'{"snapshot": {}, "known": {},\n'])
def test_other_bytes_are_told_apart_from_a_boards_object(body: bytes) -> None:
    with pytest.raises(StoreError, match="kingdom 51, 2026-01-26"):
        decode(body, 51, DAY)
    with pytest.raises(StoreError, match="kingdom 51, 2026-01-26"):
        decode_head(body, 51, DAY)
