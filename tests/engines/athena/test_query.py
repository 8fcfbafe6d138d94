"""What may get into SQL, and that nothing else can."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.engines.athena.query import BoardQuery

RUN = "20260126T153012Z-0123456789abcdef"


def query(**changes: Any) -> BoardQuery:
    parts: dict[str, Any] = {
        "table": "rok_players",
        "metric": "dkp",
        "kingdom": 51,
        "day": date(2026, 1, 26),
        "run_id": RUN,
        "version": "9f2c4d7b1a3e5f60",
        "file": "0c4e91b27d5f3a86",
        "first": 101,
        "last": 200,
    }
    return BoardQuery(**{**parts, **changes})


def test_all_that_varies_stands_in_the_text() -> None:
    text = query().text
    assert f"kingdom = 51 AND dt = '2026-01-26' AND run_id = '{RUN}'" in text
    assert "position BETWEEN 101 AND 200" in text
    assert "'9f2c4d7b1a3e5f60' AS version, '0c4e91b27d5f3a86' AS file, 'dkp' AS metric" in text
    assert "101 AS first_position, 200 AS last_position" in text
    assert "?" not in text


def test_a_table_may_be_called_by_a_reserved_word() -> None:
    assert 'FROM "select"\n' in query(table="select").text


@pytest.mark.parametrize("metric", METRIC_NAMES)
def test_both_partition_keys_are_bound_where_the_table_is_read(metric: str) -> None:
    tree = sqlglot.parse_one(query(metric=metric).text, dialect="athena")
    tables = list(tree.find_all(exp.Table))
    assert [table.name for table in tables] == ["rok_players"]
    select = tables[0].find_ancestor(exp.Select)
    assert select is not None
    conditions = [one.sql() for one in select.args["where"].this.flatten()]
    assert conditions == ["kingdom = 51", "dt = '2026-01-26'", f"run_id = '{RUN}'"]


@pytest.mark.parametrize(
    "change",
    [
        {"table": 'players" --'},
        {"table": "Players"},
        {"table": ""},
        {"metric": "dkp; DROP TABLE x"},
        {"metric": "helps"},
        {"kingdom": "51"},
        {"kingdom": 0},
        {"kingdom": 100_000},
        {"kingdom": True},
        {"kingdom": 51.0},
        {"kingdom": None},
        {"day": "2026-01-26"},
        {"day": datetime(2026, 1, 26, tzinfo=UTC)},
        {"day": None},
        {"run_id": "x' OR '1'='1"},
        {"run_id": RUN + "\n"},
        {"run_id": ""},
        {"version": "9F2C4D7B1A3E5F60"},
        {"version": "' OR '1'='1"},
        {"version": ""},
        {"file": "' OR '1'='1"},
        {"file": "0c4e91b27d5f3a86\n"},
        {"file": None},
        {"table": None},
        {"run_id": 7},
        {"metric": ["dkp"]},
        {"first": 0},
        {"first": "1"},
        {"last": -1},
        {"last": None},
    ],
)
def test_a_query_cannot_be_made_with_anything_unchecked(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not fit for a query"):
        query(**change)


@pytest.mark.parametrize("part", ["kingdom", "day", "run_id", "version", "file"])
def test_no_query_without_its_partition_can_be_made(part: str) -> None:
    parts = {
        "table": "rok_players",
        "metric": "dkp",
        "kingdom": 51,
        "day": date(2026, 1, 26),
        "run_id": RUN,
        "version": "9f2c4d7b1a3e5f60",
        "file": "0c4e91b27d5f3a86",
        "first": 1,
        "last": 2,
    }
    del parts[part]
    with pytest.raises(TypeError):
        BoardQuery(**parts)  # type: ignore[arg-type]


@given(
    st.sampled_from(METRIC_NAMES),
    st.integers(1, 99_999),
    st.dates(),
    st.integers(1, 2**53),
    st.integers(1, 2**53 + 1000),
)
def test_a_text_holds_only_digits_dates_and_ids_beside_what_is_fixed(
    metric: str, kingdom: int, day: date, first: int, last: int
) -> None:
    text = query(metric=metric, kingdom=kingdom, day=day, first=first, last=last).text
    literals = [one.this for one in sqlglot.parse_one(text, dialect="athena").find_all(exp.Literal)]
    numbers = ["1", str(kingdom), *(2 * [str(first), str(last)])]
    hexadecimal = ["9f2c4d7b1a3e5f60", "0c4e91b27d5f3a86"]
    assert sorted(literals) == sorted([*numbers, day.isoformat(), RUN, *hexadecimal, metric])
