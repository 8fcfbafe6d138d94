"""`record_hash` (contract, section 4) against a plain calculation by hashlib."""

import hashlib
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.limits import MAX_INTEGER
from chalicelib.players.schema import COLUMN_NAMES, TEXT_COLUMNS
from chalicelib.views.making import record_hash as hashing
from chalicelib.views.making.record_hash import DIGEST, hash_texts, record_digests
from tests.ingest.support import SLOW

texts = st.none() | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\x1f"), min_size=1, max_size=9
)
counters = st.none() | st.integers(0, 9) | st.integers(0, MAX_INTEGER)
players = st.fixed_dictionaries(
    {"id": st.integers(1, MAX_INTEGER)},
    optional={
        name: texts if name in TEXT_COLUMNS else counters for name in COLUMN_NAMES if name != "id"
    },
)


def plainly(player: Mapping[str, Any], names: tuple[str, ...] = COLUMN_NAMES) -> str:
    values = [player.get(name) for name in names]
    text = "\x1f".join("" if value is None else str(value) for value in values).rstrip("\x1f")
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def columns_of(rows: list[dict[str, Any]]) -> dict[str, pa.Array]:
    present = {name for row in rows for name in row}
    return {
        name: pa.array(
            [row.get(name) for row in rows], pa.string() if name in TEXT_COLUMNS else pa.int64()
        )
        for name in present
    }


def record_hashes(columns: Mapping[str, pa.Array], length: int) -> pa.Array:
    digests = record_digests(columns, length)
    assert digests.type == DIGEST
    return hash_texts(digests)


@pytest.mark.slow
@SLOW
@given(st.lists(players, min_size=1, max_size=8))
def test_it_is_the_sha256_of_the_joined_values(rows: list[dict[str, Any]]) -> None:
    hashes = record_hashes(columns_of(rows), len(rows))
    assert hashes.type == pa.string()
    assert hashes.to_pylist() == [plainly(row) for row in rows]


@given(players, st.randoms(use_true_random=False))
def test_the_order_of_the_file_s_columns_does_not_matter(row: dict[str, Any], chance: Any) -> None:
    columns = list(columns_of([row]).items())
    chance.shuffle(columns)
    assert record_hashes(dict(columns), 1)[0].as_py() == plainly(row)


@given(players)
def test_absent_columns_and_nulls_at_the_end_are_the_same(row: dict[str, Any]) -> None:
    whole = {name: row.get(name) for name in COLUMN_NAMES}
    assert record_hashes(columns_of([whole]), 1) == record_hashes(columns_of([row]), 1)


@pytest.mark.parametrize(
    ("row", "digits"),
    [
        ({"id": 38232075}, "6c8b7ba73c299a77c2c7df03e70f82aa"),
        ({"id": 51000001, "name": "Ada", "power": 90}, "b644804a46817a5f10aa2a252f165c06"),
        (
            {"id": 7, "name": "강 é", "alliance": "<AZ>", "highest_acclaim": 9},
            "3459cc5f57960075edf6d8ff6909792d",
        ),
        (
            {"id": MAX_INTEGER, "name": None, "deaths": 15, "dkp": 0},
            "85705aedb64866160ead13fd969066d8",
        ),
    ],
)
@pytest.mark.parametrize("later", [{}, {"t1_deaths": None, "t5_deaths": None}], ids=["", "null"])
def test_a_record_without_deaths_by_tier_has_the_hash_that_it_had_before_they_were_columns(
    row: dict[str, Any], later: dict[str, Any], digits: str
) -> None:
    assert record_hashes(columns_of([{**row, **later}]), 1)[0].as_py() == digits
    assert record_hashes(columns_of([{**row, **later, "t4_deaths": 0}]), 1)[0].as_py() != digits


@given(players)
def test_a_column_that_is_appended_later_changes_no_hash(row: dict[str, Any]) -> None:
    before = record_hashes(columns_of([row]), 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "COLUMN_NAMES", (*COLUMN_NAMES, "merits"))
        assert record_hashes(columns_of([row]), 1) == before
        filled = record_hashes({**columns_of([row]), "merits": pa.array([5], pa.int64())}, 1)
    assert filled[0].as_py() == plainly({**row, "merits": 5}, (*COLUMN_NAMES, "merits"))


def test_a_null_is_nothing_and_zero_is_a_value() -> None:
    rows: list[dict[str, Any]] = [
        {"id": 1, "power": None},
        {"id": 1, "power": 0},
        {"id": 1, "highest_power": 0},
    ]
    assert len({record_hashes(columns_of([row]), 1)[0].as_py() for row in rows}) == 3


def test_it_can_be_recomputed_by_hand() -> None:
    row = {"id": 38232075, "name": "雪 Yuki", "alliance": None, "power": 7}
    wanted = hashlib.sha256("38232075\x1f雪 Yuki\x1f\x1f7".encode()).hexdigest()[:32]
    assert record_hashes(columns_of([row]), 1).to_pylist() == [wanted]


def test_no_rows_have_no_hashes() -> None:
    assert len(record_hashes({"id": pa.array([], pa.int64())}, 0)) == 0
