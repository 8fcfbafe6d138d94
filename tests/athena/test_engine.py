"""Which objects a statement reads, as which types, and what is bad data."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.athena.engine import Result, SqlEngine, SqlError
from tests.athena.fixtures import Athena
from tests.athena.support import WHERE, fill, parquet
from tests.ingest.support import CURATED, put

pytestmark = pytest.mark.slow

FOLDER = CURATED.rpartition("/")[0]
MOMENT = datetime(2026, 1, 26, 15, 30, 12, 345000, UTC)


def place(athena: Athena, name: str, body: bytes) -> None:
    put(athena.store, f"{FOLDER}/{name}", body, moment=None)


@pytest.fixture
def run(athena: Athena, sql_engine: SqlEngine) -> Any:
    """Run a statement on the engine itself."""

    def run(sql: str, *parameters: str) -> Result:
        return sql_engine.execute(sql, parameters, athena.database)

    return run


def reason(run: Any, sql: str) -> str:
    with pytest.raises(SqlError) as caught:
        run(sql)
    assert (caught.value.category, caught.value.retryable) == (2, False)
    return caught.value.reason


def test_every_column_of_a_curated_file_as_athena_writes_it(athena: Athena, run: Any) -> None:
    run_id = fill(athena)
    result = run(f"SELECT * FROM rok_players {WHERE} AND id = 1000001")
    with athena.store.open(CURATED) as reader:
        (player,) = pq.read_table(
            io.BytesIO(reader.read()), filters=[("id", "=", 1000001)]
        ).to_pylist()
    types = dict(result.columns)
    cells = dict(zip(types, result.rows[0], strict=True))
    assert types["kingdom"] == "integer"
    assert {types[name] for name in ("name", "dt", "run_id")} == {"varchar"}
    assert (types["snapshot_date"], types["ingested_at"]) == ("date", "timestamp")
    assert {types[name] for name in ("id", "power", "dkp", "helps")} == {"bigint"}
    assert cells.pop("dt") == "2026-01-26"
    ingested_at = player.pop("ingested_at").replace(tzinfo=None)
    assert cells.pop("ingested_at") == ingested_at.isoformat(" ", "milliseconds")
    assert cells == {key: None if cell is None else str(cell) for key, cell in player.items()}
    assert (cells["run_id"], cells["kingdom"]) == (run_id, "51")


def test_a_partition_without_objects_is_empty(run: Any) -> None:
    assert run(f"SELECT id, name FROM rok_players {WHERE}") == Result(
        [("id", "bigint"), ("name", "varchar")], [], 0
    )


@pytest.mark.parametrize(
    "where",
    [
        "kingdom = 0 AND dt = '2026-01-26'",
        "kingdom = 100000 AND dt = '2026-01-26'",
        "kingdom = 51 AND dt = '2018-08-31'",
        "kingdom = 51 AND dt = '2999-01-01'",
        "kingdom = 51 AND dt = 'today'",
        "kingdom = 51 AND dt = '2026-02-30'",
    ],
)
def test_outside_the_projection_there_are_no_rows(athena: Athena, run: Any, where: str) -> None:
    kingdom, dt = where.removeprefix("kingdom = ").removesuffix("'").split(" AND dt = '")
    key = f"curated/source=rok_players/kingdom={kingdom}/dt={dt}/players.parquet"
    put(athena.store, key, parquet({"id": [1]}), moment=None)
    assert run(f"SELECT id FROM rok_players WHERE {where}").rows == []


def test_all_files_of_a_partition_count_and_of_no_other(athena: Athena, run: Any) -> None:
    place(athena, "a.parquet", parquet({"id": [1]}))
    place(athena, "deep/b.parquet", parquet({"id": [2]}))
    place(athena, "_hidden", b"no Parquet")
    place(athena, ".hidden", b"no Parquet")
    place(athena, "_deep/c.parquet", parquet({"id": [3]}))
    place(athena, "empty", b"")
    put(athena.store, f"{FOLDER}0/d.parquet", parquet({"id": [4]}), moment=None)
    assert run(f"SELECT id FROM rok_players {WHERE} ORDER BY id").rows == [["1"], ["2"]]


@pytest.mark.parametrize("body", [b"{}", b"PAR1 and no more PAR1", b"PAR1"])
def test_an_object_that_is_not_parquet_is_bad_data(athena: Athena, run: Any, body: bytes) -> None:
    fill(athena)
    place(athena, "manifest.json", body)
    found = reason(run, f"SELECT id FROM rok_players {WHERE}")
    assert found.startswith("HIVE_BAD_DATA: ")
    assert f"s3://{athena.bucket}/{FOLDER}/manifest.json" in found


def test_columns_may_be_missing_and_stand_in_any_order(athena: Athena, run: Any) -> None:
    place(athena, "a.parquet", parquet({"name": ["Ana"], "ID": [1], "kingdom": [7], "x": [b""]}))
    sql = f"SELECT id, name, alliance, power, kingdom, snapshot_date FROM rok_players {WHERE}"
    assert run(sql).rows == [["1", "Ana", None, None, "51", None]]


READABLE = [
    ("id", pa.array([1], pa.int32()), "1"),
    ("id", pa.array([1], pa.int8()), "1"),
    ("name", pa.array(["x"], pa.large_string()), "x"),
    ("snapshot_date", pa.array([date(2026, 1, 26)]), "2026-01-26"),
    ("ingested_at", pa.array([MOMENT], pa.timestamp("us")), "2026-01-26 15:30:12.345"),
    ("ingested_at", pa.array([MOMENT], pa.timestamp("ms", "UTC")), "2026-01-26 15:30:12.345"),
]


@pytest.mark.parametrize(("column", "values", "expected"), READABLE)
def test_a_type_that_athena_reads(
    athena: Athena, run: Any, column: str, values: Any, expected: str
) -> None:
    place(athena, "a.parquet", parquet({column: values}))
    assert run(f"SELECT {column} FROM rok_players {WHERE}").rows == [[expected]]


UNREADABLE = [
    ("id", pa.array(["1"])),
    ("id", pa.array([1.0])),
    ("snapshot_date", pa.array(["2026-01-26"])),
    ("snapshot_date", pa.array([MOMENT], pa.timestamp("ms"))),
    ("ingested_at", pa.array(["2026-01-26"])),
]
# Trino is newer than Athena and reads these, or words them as a fault of its own.
UNREADABLE_TO_ATHENA = [
    ("id", pa.array([1], pa.uint32())),
    ("id", pa.array([[1]])),
    ("name", pa.array([1])),
    ("name", pa.array([b"x"])),
    ("ingested_at", pa.array([MOMENT], pa.timestamp("ns"))),
]


@pytest.mark.parametrize(("column", "values"), UNREADABLE)
def test_a_type_that_no_engine_reads_as_declared(
    athena: Athena, run: Any, column: str, values: Any
) -> None:
    place(athena, "a.parquet", parquet({column: values, "power": pa.array([5])}))
    found = reason(run, f"SELECT {column} FROM rok_players {WHERE}")
    assert found.startswith(("HIVE_BAD_DATA: ", "NOT_SUPPORTED: "))
    assert column in found


@pytest.mark.not_on_trino
@pytest.mark.parametrize(("column", "values"), [*UNREADABLE, *UNREADABLE_TO_ATHENA])
def test_a_type_that_athena_cannot_read_as_declared(
    athena: Athena, run: Any, column: str, values: Any
) -> None:
    place(athena, "a.parquet", parquet({column: values, "power": pa.array([5])}))
    found = reason(run, f"SELECT {column} FROM rok_players {WHERE}")
    assert found.startswith("HIVE_BAD_DATA: ")
    assert f"Field {column}" in found
    # What is not asked for is not read.
    assert run(f"SELECT power FROM rok_players {WHERE}").rows == [["5"]]


@pytest.mark.not_on_trino  # Trino counts the footer
def test_the_bytes_of_a_count_are_none(athena: Athena, run: Any) -> None:
    fill(athena)
    result = run(f"SELECT count(*) AS players FROM rok_players {WHERE}")
    assert result == Result([("players", "bigint")], [["4"]], 0)


def test_unknown_tables_and_databases(athena: Athena, run: Any) -> None:
    found = reason(run, "SELECT id FROM nowhere")
    table = f"awsdatacatalog.{athena.database}.nowhere"
    assert found == f"TABLE_NOT_FOUND: line 1:16: Table '{table}' does not exist"
    found = reason(run, f"SELECT id FROM nowhere.rok_players {WHERE}")
    assert found == "SCHEMA_NOT_FOUND: line 1:16: Schema 'nowhere' does not exist"


def test_a_table_is_found_in_its_database_from_another(
    athena: Athena, sql_engine: SqlEngine
) -> None:
    fill(athena)
    athena.glue.create_database(DatabaseInput={"Name": f"{athena.database}_other"})
    sql = f"SELECT count(*) FROM {athena.database}.rok_players {WHERE}"
    assert sql_engine.execute(sql, [], f"{athena.database}_other").rows == [["4"]]


@pytest.mark.not_on_trino  # Athena and Trino find no rows: refused, so that nobody is misled
def test_a_table_that_does_not_project_its_partitions(athena: Athena, run: Any) -> None:
    change_table(athena, lambda table: table["Parameters"].clear())
    assert "does not project its partitions" in reason(run, f"SELECT id FROM rok_players {WHERE}")


def test_a_key_that_is_also_a_column(athena: Athena, run: Any) -> None:
    twice = {"Name": "kingdom", "Type": "int"}
    change_table(athena, lambda table: table["StorageDescriptor"]["Columns"].append(twice))
    assert "HIVE_INVALID_METADATA" in reason(run, f"SELECT id FROM rok_players {WHERE}")


@pytest.mark.not_on_trino
def test_a_projection_that_is_not_known(athena: Athena, run: Any) -> None:
    other = {"projection.dt.type": "injected"}
    change_table(athena, lambda table: table["Parameters"].update(other))
    found = reason(run, f"SELECT id FROM rok_players {WHERE}")
    assert found == "INVALID_TABLE_PROPERTY: projection of dt is unknown here: injected"


@pytest.mark.not_on_trino
def test_a_declared_type_that_is_not_known(athena: Athena, run: Any) -> None:
    column = {"Name": "names", "Type": "array<string>"}
    change_table(athena, lambda table: table["StorageDescriptor"]["Columns"].append(column))
    assert "NOT_SUPPORTED" in reason(run, f"SELECT id FROM rok_players {WHERE}")


def change_table(athena: Athena, change: Any) -> None:
    table: Any = athena.glue.get_table(DatabaseName=athena.database, Name=athena.table)["Table"]
    names = ("Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
    changed: Any = {name: table[name] for name in names}
    change(changed)
    athena.glue.update_table(DatabaseName=athena.database, TableInput=changed)


VALUES = [
    ("1", "integer", "1"),
    ("2147483648", "bigint", "2147483648"),
    ("'a''b'", "varchar", "a'b"),
    ("''", "varchar", ""),
    ("NULL", "unknown", None),
    ("true", "boolean", "true"),
    ("7 / 2", "integer", "3"),
    ("-7 / 2", "integer", "-3"),
    ("-7 % 2", "integer", "-1"),
    ("1e0", "double", "1.0"),
    ("1.5e0", "double", "1.5"),
    ("1e7", "double", "1.0E7"),
    ("-12345678e0", "double", "-1.2345678E7"),
    ("1e-4", "double", "1.0E-4"),
    ("0e0", "double", "0.0"),
    ("DATE '2026-01-26'", "date", "2026-01-26"),
    ("TIMESTAMP '2026-01-26 00:00:00'", "timestamp", "2026-01-26 00:00:00.000"),
    ("length('雪 👑')", "bigint", "3"),
    ("CAST(5 AS varchar)", "varchar", "5"),
    ("coalesce(NULL, 'x')", "varchar", "x"),
]


@pytest.mark.parametrize(("sql", "kind", "text"), VALUES)
def test_a_value_as_athena_writes_it(
    sql_engine: SqlEngine, sql: str, kind: str, text: str | None
) -> None:
    assert sql_engine.execute(f"SELECT {sql} AS v", [], "rok") == Result([("v", kind)], [[text]], 0)


ORDERS = [
    ("power", ["5", "7", None]),
    ("power DESC", ["7", "5", None]),
    ("power NULLS FIRST", [None, "5", "7"]),
    ("power DESC NULLS FIRST", [None, "7", "5"]),
]


@pytest.mark.parametrize(("order", "expected"), ORDERS)
def test_nulls_are_last_unless_said(
    athena: Athena, run: Any, order: str, expected: list[str | None]
) -> None:
    place(athena, "a.parquet", parquet({"power": [7, None, 5]}))
    rows = run(f"SELECT power FROM rok_players {WHERE} ORDER BY {order}").rows
    assert [row[0] for row in rows] == expected


def test_text_is_ordered_by_its_bytes(athena: Athena, run: Any) -> None:
    place(athena, "a.parquet", parquet({"name": ["a", "Z", "é", "雪", "👑", ""]}))
    rows = run(f"SELECT name FROM rok_players {WHERE} ORDER BY name").rows
    assert [row[0] for row in rows] == ["", "Z", "a", "é", "雪", "👑"]


def test_a_sum_that_is_no_bigint_fails(athena: Athena, run: Any) -> None:
    place(athena, "a.parquet", parquet({"power": [2**63 - 1, 1]}))
    assert run(f"SELECT sum(power) FROM rok_players {WHERE} AND power = 1").rows == [["1"]]
    for sql in ("sum(power)", "max(power) + 1"):
        found = reason(run, f"SELECT {sql} FROM rok_players {WHERE}")
        assert found.startswith("NUMERIC_VALUE_OUT_OF_RANGE: ")


@pytest.mark.not_on_trino
def test_what_duckdb_itself_refuses_is_the_statements_fault(athena: Athena, run: Any) -> None:
    found = reason(run, f"SELECT name, count(*) FROM rok_players {WHERE}")
    assert found.startswith("SYNTAX_ERROR: ")
    assert reason(run, "SELECT DATE '2026-02-30'").startswith("GENERIC_USER_ERROR: ")
