"""What `make deploy` would deploy is what the tests query."""

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from chalicelib.engines.athena import tables as glue
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.view_keys import dates_prefix
from tests.athena.fixtures import Athena
from tests.athena.support import WHERE, parquet, query
from tests.athena.table import deploy_table
from tests.ingest.support import KEY, SCAN, ingest, put
from tests.roster.lake import TARGET, Lake, day

pytestmark = pytest.mark.slow


def test_the_table_is_the_one_of_the_player_schema(athena: Athena) -> None:
    table: Any = athena.glue.get_table(DatabaseName=athena.database, Name=athena.table)["Table"]
    location = glue.PLAYERS.location(athena.bucket)
    assert table["StorageDescriptor"]["Location"] == location
    assert table["Parameters"].items() >= glue.PLAYERS.projection(location).items()
    columns = table["StorageDescriptor"]["Columns"]
    assert tuple((one["Name"], one["Type"]) for one in columns) == glue.PLAYERS.columns


def test_the_workgroup_enforces_its_configuration(athena: Athena) -> None:
    workgroup = athena.client.get_work_group(WorkGroup=athena.workgroup)["WorkGroup"]
    configuration = workgroup["Configuration"]
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["BytesScannedCutoffPerQuery"] == 2**30
    output = configuration["ResultConfiguration"]["OutputLocation"]
    assert output == f"s3://{athena.bucket}/query-results/"


def test_a_lake_below_a_prefix(athena: Athena) -> None:
    lake = S3Store(athena.bucket, prefix="lakes/one/", client=athena.store.client)
    put(lake, KEY, SCAN, moment=None)
    ingest(lake)
    suffix = f"{athena.database}_prefixed"
    made = deploy_table(athena.glue, athena.client, athena.bucket, suffix, "lakes/one/")
    sql = f"SELECT name FROM {made.database}.rok_players {WHERE} ORDER BY id"
    assert query(athena, sql).rows == [["Ana"], ["Bo"]]


VALUES: dict[str, tuple[pa.DataType, Any, str]] = {
    "bigint": (pa.int64(), 7, "7"),
    "string": (pa.string(), "x", "x"),
    "date": (pa.date32(), date(2026, 1, 26), "2026-01-26"),
    "timestamp": (
        pa.timestamp("ms"),
        datetime(2026, 1, 26, 15, 30, 12, tzinfo=UTC),
        "2026-01-26 15:30:12.000",
    ),
}
"""Of each Athena type the column that a file has, a value, and what Athena shows."""


@pytest.mark.parametrize("label", glue.TABLES)
def test_a_view_s_table_is_empty_until_files_of_its_columns_are_there(
    athena: Athena, label: str
) -> None:
    table = glue.TABLES[label]
    where = WHERE if table.dated else "WHERE kingdom = 51"
    sql = f"SELECT * FROM {table.name('rok_players')} {where}"
    assert query(athena, sql).rows == []
    columns = {name: pa.array([VALUES[of][1]], VALUES[of][0]) for name, of in table.columns}
    folder = f"{'dt=2026-01-26' if table.dated else ''}{table.below}".lstrip("/")
    key = f"{dates_prefix(table.folder, 51)}{folder}/rows.parquet".replace("//", "/")
    put(athena.store, key, parquet(columns), moment=None)
    answer = query(athena, sql)
    row = dict(zip((name for name, _ in answer.columns), answer.rows[0], strict=True))
    assert {name: row[name] for name, _ in table.columns} == {
        name: VALUES[of][2] for name, of in table.columns
    }


def test_a_roster_s_own_file_is_read_whatever_lists_and_notes_are_in_it(athena: Athena) -> None:
    lake = Lake()
    lake.publish({day(0): {1: {"name": "Ada"}, 2: {"name": "Bo"}}, day(1): {1: {"name": "Ann"}}})
    put(athena.store, TARGET.key, lake.body(), moment=None)
    name = glue.TABLES["roster"].name("rok_players")
    sql = f"SELECT name, first_seen, marks FROM {name} WHERE kingdom = 51 ORDER BY id"
    assert query(athena, sql).rows == [
        ["Ann", str(day(0)), "ss"],
        ["Bo", str(day(0)), "s"],
    ]


def test_moto_is_as_it_was_outside_the_fixture(athena_clients: Any) -> None:
    from moto.athena.responses import AthenaResponse

    assert AthenaResponse.start_query_execution.__module__ == "moto.athena.responses"
