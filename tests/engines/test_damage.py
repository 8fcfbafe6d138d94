"""A damaged object is an error of the store that names it."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.boards.document import decode, decode_head
from chalicelib.boards.snapshot import BoardPage
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.boards import BoardsEngine
from chalicelib.engines.curated import curated_state
from chalicelib.errors import StoreError
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import boards_key, curated_key
from tests.engines.support import (
    DAY,
    boards_bytes,
    curated_bytes,
    facts,
    page,
    player,
    put,
    table,
)

NAMED = r"kingdom[ =]51\b.*2026-01-26"
PLAYERS = [player(number, name=f"Player {number}") for number in range(1, 400)]
FACTS = facts(len(PLAYERS))
BOARDS = boards_bytes(FACTS, PLAYERS)
CURATED = curated_bytes(FACTS, PLAYERS, write_page_checksum=True, use_dictionary=False)
FACTS_TEXT = json.dumps(FACTS.as_json(), separators=(",", ":")).encode()
CHECKED, _, REST = BOARDS.partition(b"\n")
# Without its check, as older software wrote it: the facts themselves must fit.
HEAD = CHECKED.partition(b', "check": ')[0] + b","

Rewrite = Callable[[dict[str, Any]], object]


def from_boards(store: DirectoryStore, body: bytes, metric: str = "dkp") -> BoardPage:
    put(store, boards_key(Partition(51, DAY)), body)
    return page(BoardsEngine(store), FACTS, metric, 100, 50)


def from_curated(store: DirectoryStore, body: bytes) -> BoardPage:
    put(store, curated_key(Partition(51, DAY)), body)
    return page(ArrowEngine(store), FACTS, "dkp", 100, 50)


def unless_told(read: Callable[[], BoardPage]) -> BoardPage | None:
    """The page, or None when the damage is told as it should be; any other error is raised."""
    told = ""
    try:
        return read()
    except StoreError as error:
        told = str(error)
    assert re.search(NAMED, told)
    assert "\n" not in told
    return None


def parquet_of(players: pa.Table, text: bytes = FACTS_TEXT, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(players.replace_schema_metadata({"rok": text}), sink, **options)
    return sink.getvalue()


class TestBoards:
    @pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
    def test_an_object_that_was_cut_short_is_told(
        self, directory_store: DirectoryStore, share: float
    ) -> None:
        with pytest.raises(StoreError, match=f"{NAMED}.*cut short"):
            from_boards(directory_store, BOARDS[: int(len(BOARDS) * share)])

    @given(at=st.integers(0, len(REST) - 1), bit=st.integers(0, 7))
    def test_a_flipped_bit_after_the_first_line_is_told(self, at: int, bit: int) -> None:
        body = bytearray(REST)
        body[at] ^= 1 << bit
        with pytest.raises(StoreError, match=NAMED):
            decode(HEAD + b"\n" + body, 51, DAY)

    @given(at=st.integers(0, len(CHECKED)), bit=st.integers(0, 7))
    # A comma that becomes white space.
    @example(at=len(CHECKED) - 1, bit=5)
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_a_flipped_bit_in_the_first_line_is_told(
        self, directory_store: DirectoryStore, at: int, bit: int
    ) -> None:
        body = bytearray(BOARDS)
        body[at] ^= 1 << bit
        assert unless_told(lambda: from_boards(directory_store, bytes(body))) is None
        with pytest.raises(StoreError, match=NAMED):
            decode_head(bytes(body), 51, DAY)

    def test_an_object_of_before_has_no_check(self, directory_store: DirectoryStore) -> None:
        assert from_boards(directory_store, HEAD + b"\n" + REST).board.entries

    @pytest.mark.parametrize(
        "line",
        [
            b"",
            b"[1],",
            b"null,",
            b"\xff\xfe{,",
            b"[" * 100_000,
            HEAD.replace(b'"snapshot": {', b'"snapshot": 7, "x": {'),
            HEAD.replace(b'"sha256"', b'"sha1"'),
        ],
    )
    def test_a_first_line_that_is_none_is_told(self, line: bytes) -> None:
        with pytest.raises(StoreError, match=NAMED):
            decode(line + b"\n" + REST, 51, DAY)
        with pytest.raises(StoreError, match=NAMED):
            decode_head(line + b"\n", 51, DAY)

    @pytest.mark.parametrize(
        "known",
        [None, ["dkp"], {}, {"dkp": "399"}, {"dkp": None}, {"dkp": 2.5}, {"dkp": [1]}],
    )
    def test_counts_that_are_none_are_told(
        self, directory_store: DirectoryStore, known: Any
    ) -> None:
        head = json.loads(HEAD.removesuffix(b",") + b"}") | {"known": known}
        line = json.dumps(head).encode().removesuffix(b"}") + b",\n"
        with pytest.raises(StoreError, match=NAMED):
            from_boards(directory_store, line + REST)

    @pytest.mark.parametrize(
        "rewrite",
        [
            lambda board: board.pop("order"),
            lambda board: board.update(order=None),
            lambda board: board.update(order=["0"] * 399),
            lambda board: board.update(order=[-1] * 399),
            lambda board: board.update(order=[399] * 399),
            lambda board: board.update(order=[10**30] * 399),
            lambda board: board.update(order={"0": 1}),
            lambda board: board.pop("ties"),
            lambda board: board.update(ties=7),
            lambda board: board.update(ties=[7]),
            lambda board: board.update(ties=[[1]]),
            lambda board: board.update(ties=[["1", "2"]]),
        ],
    )
    def test_a_board_that_does_not_fit_is_told(
        self, directory_store: DirectoryStore, rewrite: Rewrite
    ) -> None:
        """Written by software with a fault: its digest is right."""
        title = b'"dkp": '
        line = next(one for one in REST.split(b"\n") if one.startswith(title))
        board = json.loads(line.removeprefix(title).removesuffix(b","))
        rewrite(board)
        rest = REST.replace(line, title + json.dumps(board).encode() + b",")
        old, new = (hashlib.sha256(one).hexdigest().encode() for one in (REST, rest))
        with pytest.raises(StoreError, match=f"{NAMED}.*board of dkp"):
            from_boards(directory_store, HEAD.replace(old, new) + b"\n" + rest)


FACTS_THAT_ARE_NONE: list[Any] = [
    None,
    "text",
    [],
    {},
    FACTS.as_json() | {"run_id": 7},
    FACTS.as_json() | {"run_ts": None},
    FACTS.as_json() | {"ingested_at": ["x"]},
    FACTS.as_json() | {"dkp": ["basis"]},
    FACTS.as_json() | {"dkp": None},
]


@pytest.mark.parametrize("broken", [*FACTS_THAT_ARE_NONE, FACTS.as_json() | {"players": "399"}])
def test_facts_of_the_boards_object_that_are_none_are_told(broken: Any) -> None:
    line = HEAD.replace(FACTS_TEXT, json.dumps(broken).encode())
    assert line != HEAD
    with pytest.raises(StoreError, match=f"{NAMED}.*boards object"):
        decode_head(line + b"\n", 51, DAY)


class TestCurated:
    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"{",
            b"\xff\xfe\xfd",
            b"[" * 100_000,
            *(json.dumps(one).encode() for one in FACTS_THAT_ARE_NONE),
        ],
    )
    def test_facts_that_are_none_are_told(
        self, directory_store: DirectoryStore, text: bytes
    ) -> None:
        with pytest.raises(StoreError, match=f"{NAMED}.*curated file"):
            from_curated(directory_store, parquet_of(table(PLAYERS), text))
        with pytest.raises(StoreError, match=f"{NAMED}.*curated file"):
            curated_state(directory_store, 51, DAY)

    @pytest.mark.parametrize("name", ["id", "name", "alliance", "dkp"])
    def test_a_missing_or_doubled_column_is_told(
        self, directory_store: DirectoryStore, name: str
    ) -> None:
        players = table(PLAYERS)
        for one in (players.drop_columns(name), players.append_column(name, players[name])):
            with pytest.raises(StoreError, match=f"{NAMED}.*{name}"):
                from_curated(directory_store, parquet_of(one))

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("id", pa.string()),
            ("id", pa.int32()),
            ("dkp", pa.string()),
            ("dkp", pa.float64()),
            ("name", pa.binary()),
        ],
    )
    def test_a_column_of_another_type_is_told(
        self, directory_store: DirectoryStore, name: str, kind: pa.DataType
    ) -> None:
        players = table(PLAYERS)
        at = players.schema.get_field_index(name)
        other = players.set_column(at, name, players[name].cast(kind))
        with pytest.raises(StoreError, match=f"{NAMED}.*{name}"):
            from_curated(directory_store, parquet_of(other))

    def test_a_name_that_is_not_utf_8_is_told(self, directory_store: DirectoryStore) -> None:
        body = parquet_of(table(PLAYERS), compression="none")
        with pytest.raises(StoreError, match=NAMED):
            from_curated(directory_store, body.replace(b"Player", b"Pl\xffyer"))

    def test_a_flipped_byte_in_a_page_is_told(self, directory_store: DirectoryStore) -> None:
        body = parquet_of(
            table(PLAYERS), compression="none", use_dictionary=False, write_page_checksum=True
        )
        assert from_curated(directory_store, body).board.total == len(PLAYERS)
        assert b"Player 300" in body
        with pytest.raises(StoreError, match=f"{NAMED}.*CRC"):
            from_curated(directory_store, body.replace(b"Player 300", b"Player 800", 1))

    @given(at=st.integers(0, len(CURATED) - 1), to=st.integers(0, 255))
    @example(at=len(CURATED) - 6, to=0xFF)
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_a_changed_byte_breaks_nothing_else(
        self, directory_store: DirectoryStore, at: int, to: int
    ) -> None:
        body = bytearray(CURATED)
        body[at] = to
        unless_told(lambda: from_curated(directory_store, bytes(body)))

    @given(size=st.integers(0, len(CURATED) - 1))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_a_file_that_was_cut_short_is_told(
        self, directory_store: DirectoryStore, size: int
    ) -> None:
        with pytest.raises(StoreError, match=NAMED):
            from_curated(directory_store, CURATED[:size])
