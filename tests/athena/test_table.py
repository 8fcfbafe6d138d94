"""What `make deploy` would deploy is what the tests query."""

from typing import Any

from chalicelib.engines.athena import tables as glue
from chalicelib.lake.s3.store import S3Store
from tests.athena.fixtures import Athena
from tests.athena.support import WHERE, query
from tests.athena.table import deploy_table
from tests.ingest.support import KEY, SCAN, ingest, put


def test_the_table_is_the_one_of_the_player_schema(athena: Athena) -> None:
    table: Any = athena.glue.get_table(DatabaseName=athena.database, Name=athena.table)["Table"]
    location = glue.PLAYERS.location(athena.bucket)
    assert table["StorageDescriptor"]["Location"] == location
    assert table["Parameters"].items() >= glue.projection(location).items()
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
    lake = S3Store(athena.bucket, prefix="lakes/one/", client=athena.store._client)
    put(lake, KEY, SCAN, moment=None)
    ingest(lake)
    suffix = f"{athena.database}_prefixed"
    made = deploy_table(athena.glue, athena.client, athena.bucket, suffix, "lakes/one/")
    sql = f"SELECT name FROM {made.database}.rok_players {WHERE} ORDER BY id"
    assert query(athena, sql).rows == [["Ana"], ["Bo"]]


def test_moto_is_as_it_was_outside_the_fixture(athena_clients: Any) -> None:
    from moto.athena.responses import AthenaResponse

    assert AthenaResponse.start_query_execution.__module__ == "moto.athena.responses"
