"""Every list as CSV: the rows of the JSON, formulas made harmless."""

import csv
import io
import json
from pathlib import Path
from shutil import copytree
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.table import Column, Table, as_csv, keys, keys_of, kinds
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.lake.directory.store import DirectoryStore
from tests.api.between_lake import OLDER, publish_all
from tests.api.support import Api
from tests.engines.support import DAY, player

BOARD: Final = "/v1/kingdoms/51/leaderboards/kills"
NAMES: Final = (
    '=HYPERLINK("x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "a,b",
    'say "hi"',
    "雪 ＝1",
    "'x",
    None,
)
OLD: Final = [player(number, kills=number, name=f"p{number}") for number in range(1, 9)]
NEW: Final = [
    player(number + 1, kills=100 * (number % 4) or None, name=name, alliance=name)
    for number, name in enumerate(NAMES)
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two snapshots with all views, made once."""
    folder = tmp_path_factory.mktemp("lake")
    publish_all(DirectoryStore(str(folder)), OLD, OLDER)
    publish_all(DirectoryStore(str(folder)), NEW, DAY, run=2)
    return folder


@pytest.fixture(autouse=True)
def lake(made: Path, tmp_path: Path) -> None:
    """A copy of it."""
    copytree(made, tmp_path / "lake", dirs_exist_ok=True)


def rows_of(text: str) -> list[list[str]]:
    """The records of an RFC 4180 file."""
    assert text.endswith("\r\n")
    return [*csv.reader(io.StringIO(text, newline=""), strict=True)]


def harmless(value: Any) -> str:
    """A cell as a spreadsheet may have it."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def plain(item: Any, *names: str) -> list[str]:
    return [harmless(item.get(name)) for name in names]


FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
ENTRY: Final = ("rank", "position", "id", "name", "alliance", "value")


@pytest.mark.usefixtures("engine_name")
@pytest.mark.parametrize("query", ["?limit=3&offset=1", "?with=power,dkp&since=previous", "?me=1"])
def test_a_board_has_the_entries_of_its_json(api: Api, query: str) -> None:
    response = api.get(f"{BOARD}.csv{query}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    header, *rows = rows_of(response.body.decode())
    columns, expected = [*ENTRY], []
    for entry in api.json(BOARD + query)["entries"]:
        row = plain(entry, *ENTRY)
        if "with" in query:
            row += plain(entry["values"], "power", "dkp")
        if "since" in query:
            since = entry["since"] or {}
            row += plain(since, "rank", "value") + plain(entry, "movement")
            row.append(" ".join(sorted({one["kind"] for one in entry["suspects"]})))
        expected.append(row)
    columns += ["power", "dkp"] if "with" in query else []
    columns += ["since_rank", "since_value", "movement", "suspects"] if "since" in query else []
    assert header == columns
    assert rows == expected
    assert rows


def test_gains_have_both_values_and_the_kinds_of_suspects(api: Api) -> None:
    path = "/v1/kingdoms/51/gains/kills"
    header, *rows = rows_of(api.get(f"{path}.csv?with=power").body.decode())
    assert header == [*ENTRY, "from", "to", "power", "suspects"]
    assert rows == [
        [
            *plain(entry, *ENTRY, "from", "to"),
            *plain(entry["values"], "power"),
            " ".join(sorted({one["kind"] for one in entry["suspects"]})),
        ]
        for entry in api.json(f"{path}?with=power")["entries"]
    ]
    assert any(row[-1] == "jump" for row in rows)


def test_lists_of_the_lake_are_tables_too(api: Api) -> None:
    metrics = rows_of(api.get("/v1/metrics.csv").body.decode())
    assert [row[0] for row in metrics] == ["metric", *METRIC_NAMES]
    kingdoms = rows_of(api.get("/v1/kingdoms.csv").body.decode())
    assert kingdoms == [["kingdom", "latest"], ["51", str(DAY)]]
    header, newest, _ = rows_of(api.get("/v1/kingdoms/51/snapshots.csv").body.decode())
    assert header[-len(METRIC_NAMES) :] == [f"known_{metric}" for metric in METRIC_NAMES]
    assert newest[:2] == [str(DAY), str(len(NEW))]


@pytest.mark.parametrize("suffix", [".csv", "%2Ecsv", "%2ecsv"])
def test_the_suffix_may_be_encoded(api: Api, suffix: str) -> None:
    assert api.get(BOARD + suffix).body == api.get(f"{BOARD}.csv").body


@pytest.mark.parametrize("path", [".CSV", ".csv.csv", "csv", ".tsv"])
def test_another_suffix_is_no_metric(api: Api, path: str) -> None:
    response = api.get(BOARD + path)
    assert (response.status_code, response.json_body["Code"]) == (404, "NotFoundError")


def test_it_is_cached_and_refused_as_the_json_is_under_a_tag_of_its_own(api: Api) -> None:
    fresh, of_json = api.get(f"{BOARD}.csv"), api.get(BOARD)
    assert fresh.headers["Cache-Control"] == of_json.headers["Cache-Control"]
    assert fresh.headers["ETag"] != of_json.headers["ETag"]
    assert api.get(f"{BOARD}.csv", if_none_match=of_json.headers["ETag"]).status_code == 200
    known = api.get(f"{BOARD}.csv", if_none_match=fresh.headers["ETag"])
    assert (known.status_code, known.body) == (304, b"")
    for query, status in (
        ("?limit=0", 400),
        ("?date=2020-01-01", 404),
        (f"?version={'0' * 16}", 409),
    ):
        refused, told = api.get(f"{BOARD}.csv{query}"), api.get(BOARD + query)
        assert (refused.status_code, refused.body) == (status, told.body)
        assert refused.headers["Content-Type"] == "application/json"


def test_a_board_without_entries_has_its_header(api: Api) -> None:
    body = api.get(f"{BOARD}.csv?offset=99&since=previous").body
    assert (
        body == b"rank,position,id,name,alliance,value,since_rank,since_value,movement,suspects\r\n"
    )


def test_several_lists_begin_with_the_list_s_name() -> None:
    table = Table(("joined", "left"), lambda _: keys("id"))
    text = as_csv(table, {"joined": [{"id": 1}], "left": [{"id": 2}, {"id": 3}]}, {})
    assert text == "list,id\r\njoined,1\r\nleft,2\r\nleft,3\r\n"


cells = st.none() | st.integers(-(2**80), 2**80) | st.text(max_size=8)


@pytest.mark.slow
@given(
    st.lists(
        st.fixed_dictionaries({"a": cells, "b": st.none() | st.fixed_dictionaries({"c": cells})})
    )
)
def test_any_cells_are_read_back_and_no_text_is_a_formula(items: list[dict[str, Any]]) -> None:
    def columns(_: Any) -> list[Column]:
        return [*keys("a"), *keys_of("b", ["c"], "b_"), kinds()]

    text = as_csv(Table(("items",), columns), {"items": items}, {})
    if any("\0" in json.dumps(item) for item in items):
        return
    header, *rows = rows_of(text)
    assert header == ["a", "b_c", "suspects"]
    assert rows == [
        [harmless(item["a"]), harmless((item["b"] or {}).get("c")), ""] for item in items
    ]
    for row, item in zip(rows, items, strict=True):
        assert not (
            isinstance(item["a"], str) and row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
        )
