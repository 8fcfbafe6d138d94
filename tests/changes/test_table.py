"""`changes.parquet` holds all that a summary is made of, and the records that changed."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings

from chalicelib.changes.compare import compare
from chalicelib.changes.table import CHANGES_SCHEMA, Changes, no_changes, summary_of
from chalicelib.errors import StoreError
from tests.changes.scans import (
    DAYS,
    History,
    Row,
    before_of,
    changes_between,
    histories,
    nothing_before,
    record_hash,
    row,
    scan,
)


def changed(older: Sequence[Row], newer: Sequence[Row], days: Any = DAYS[1:]) -> Changes:
    return changes_between(scan(older, days[0]), scan(newer, days[1]), nothing_before)


@settings(max_examples=15)
@given(histories())
def test_the_summary_comes_back_from_the_table(history: History) -> None:
    before, older, newer = history.scans
    pair = scan(older, DAYS[1]), scan(newer, DAYS[2], pieces=2)
    made = changes_between(*pair, before_of(before))
    assert made.rows.schema == CHANGES_SCHEMA
    assert summary_of(made, 51, DAYS[2]) == compare(*pair, before_of(before))


def replayed(hashes: dict[int, str], changes: Changes) -> dict[int, str]:
    """The records of a snapshot, made of those before and what changed."""
    found = dict(hashes)
    for one in changes.rows.to_pylist():
        if one["kind"] in ("removed", "changed"):
            assert found.pop(one["id"]) == one["hash_before"]
        if one["kind"] in ("added", "changed"):
            assert found.setdefault(one["id"], one["hash_after"]) == one["hash_after"]
    return found


@settings(max_examples=15)
@given(histories())
def test_what_changed_from_a_to_b_and_from_b_to_c_is_what_changed_from_a_to_c(
    history: History,
) -> None:
    a, b, c = history.scans
    hashes = [{one["id"]: record_hash(one) for one in rows} for rows in (a, b, c)]
    assert replayed(hashes[0], changed(a, b)) == hashes[1]
    assert replayed(replayed(hashes[0], changed(a, b)), changed(b, c)) == hashes[2]
    assert replayed(hashes[0], changed(a, c)) == hashes[2]


def test_a_change_is_a_row_that_says_between_which_snapshots() -> None:
    old = [row(1, deaths=10), row(2, alliance="BB"), row(3)]
    new = [row(1, deaths=100), row(2, alliance=None), row(4, power=5)]
    rows = changed(old, new).rows.to_pylist()
    assert [(one["kind"], one["id"]) for one in rows] == [
        *(("added", 4), ("removed", 3), ("changed", 1), ("changed", 2)),
        *(("came_into_view", 4), ("left", 3), ("changed_alliance", 2), ("jump", 1)),
    ]
    assert {one["from_date"] for one in rows} == {DAYS[1]}
    assert {(one["snapshot_date"], one["kingdom"]) for one in rows} == {(DAYS[2], 51)}
    assert all(one["run_id"] != one["from_run_id"] for one in rows)
    jump = {name: value for name, value in rows[-1].items() if value is not None}
    assert (
        jump.items()
        >= {
            "name": "P1",
            "alliance": "AA",
            "column": "deaths",
            "from_value": 10,
            "to_value": 100,
            "ref": 0,
        }.items()
    )
    assert jump.keys().isdisjoint({"power", "before", "fault", "hash_before"})
    assert rows[-2]["before"] == "BB"


def test_an_unreliable_column_is_a_row_of_no_player() -> None:
    old = [row(at, helps=5, kills=1) for at in range(1, 7)]
    new = [row(at, helps=4, kills=1) for at in range(1, 7)]
    (last,) = changed(old, new).rows.to_pylist()[-1:]
    assert (last["kind"], last["column"], last["from_value"], last["to_value"]) == (
        *("unreliable", "helps", 6, 6),
    )
    assert last["id"] is None


def test_rows_of_records_are_by_id_whatever_the_order_of_the_scans() -> None:
    old, new = [row(9), row(4), row(6)], [row(3), row(8), row(6, kills=1), row(5)]
    expected = changed(old, new)
    assert changed(old[::-1], new[::-1]).rows.equals(expected.rows)
    kinds = [(one["kind"], one["id"]) for one in expected.rows.to_pylist()]
    assert kinds[:6] == [
        *(("added", 3), ("added", 5), ("added", 8)),
        *(("removed", 4), ("removed", 9), ("changed", 6)),
    ]


def test_a_date_without_a_snapshot_before_it_has_no_rows_and_no_summary() -> None:
    for head in (None, scan([row(1)], DAYS[2]).head):
        made = no_changes(head)
        assert made.rows.num_rows == 0
        assert made.rows.schema == CHANGES_SCHEMA
        assert summary_of(made, 51, DAYS[2]) is None
    assert json.loads(made.heads)["to"]["snapshot_date"] == "2026-01-26"
    assert json.loads(made.heads)["from"] is None


def test_two_equal_scans_have_a_summary_of_nothing() -> None:
    found = summary_of(changed([row(1)], [row(1)]), 51, DAYS[2])
    assert found is not None
    assert found.records == (0, 0, 0, 1)
    assert not found.arrived


@pytest.mark.parametrize(
    ("heads", "day"),
    [
        ("", DAYS[2]),
        ("[]", DAYS[2]),
        ("{}", DAYS[2]),
        ('{"from":{"floor":1},"to":{},"records":[]}', DAYS[2]),
        (None, DAYS[1]),
    ],
    ids=["nothing", "a list", "no heads", "no facts", "another date"],
)
def test_damaged_heads_are_named(heads: str | None, day: date) -> None:
    made = changed([row(1)], [row(2)])
    with pytest.raises(StoreError, match=r"kingdom 51, 2026-01-.*changes.*rebuild"):
        summary_of(Changes(made.rows, made.heads if heads is None else heads), 51, day)


def test_rows_that_lack_a_column_are_damage() -> None:
    made = changed([row(1)], [row(2)])
    with pytest.raises(StoreError, match="rebuild"):
        summary_of(Changes(made.rows.drop_columns(["fault"]), made.heads), 51, DAYS[2])
    texts = pa.table({name: pa.array(["1"]) for name in CHANGES_SCHEMA.names})
    with pytest.raises(StoreError, match="rebuild"):
        summary_of(Changes(texts, made.heads), 51, DAYS[2])
