"""What the lint refuses, each with its reason, and what it must let through."""

import pytest

from chalicelib.engines.athena import tables as glue
from tests.athena.catalog import Catalog, Table
from tests.athena.engine import SqlError
from tests.athena.lint import Checked, check
from tests.athena.support import BOARD, WHERE

KEYS = "kingdom = 51 AND dt = '2026-01-26'"


class OneTable(Catalog):
    """A catalog with the deployed table, without a server."""

    def __init__(self) -> None:
        pass

    def table(self, database: str, name: str, place: str) -> Table:
        if (database, name) != ("rok", "rok_players"):
            raise SqlError(f"TABLE_NOT_FOUND: {place}: Table '{database}.{name}' does not exist")
        athena = {"string": "varchar", "int": "integer"}
        columns = {name: athena.get(kind, kind) for name, kind in glue.PLAYERS.columns}
        return Table(columns, {"kingdom": "integer", "dt": "varchar"}, {})


def checked(sql: str, *parameters: str) -> Checked:
    return check(sql, parameters, "rok", OneTable())


def reason(sql: str, *parameters: str) -> str:
    with pytest.raises(SqlError) as caught:
        checked(sql, *parameters)
    assert caught.value.category == 2
    assert not caught.value.retryable
    return caught.value.reason


def of(columns: str, where: str = KEYS, rest: str = "") -> str:
    return f"SELECT {columns} FROM rok_players WHERE {where} {rest}"


TAKEN = [
    of("*"),
    of("id AS v", rest="ORDER BY v DESC NULLS LAST OFFSET 5 LIMIT 5"),
    of("p.id").replace("rok_players", "rok_players AS p"),
    of("id").replace("rok_players", "awsdatacatalog.rok.rok_players"),
    of("id", "'2026-01-26' = dt AND (51 = kingdom) AND (power > 5 OR power IS NULL)"),
    of("alliance, count(DISTINCT name)", rest="GROUP BY alliance HAVING count(*) > 1"),
    f"WITH board (a, b) AS ({of('id, power')}) SELECT a FROM board WHERE b > 5",
    f"SELECT a.id FROM ({of('id')}) a LEFT JOIN ({of('id')}) b ON a.id = b.id",
    of("id", KEYS + f" AND id IN ({of('id')})"),
    "SELECT 1",
]


@pytest.mark.parametrize("sql", TAKEN)
def test_what_both_engines_take(sql: str) -> None:
    checked(sql)


def test_the_statement_of_the_product() -> None:
    (read,) = checked(BOARD).reads
    assert read.values == {"kingdom": "51", "dt": "2026-01-26"}
    assert read.needed == {"id", "name", "alliance", "dkp", "run_id"}


UNBOUND = [
    "SELECT id FROM rok_players",
    of("id", "kingdom = 51"),
    of("id", "dt = '2026-01-26'"),
    of("id", "kingdom = 51 OR dt = '2026-01-26'"),
    of("id", "kingdom = 51 AND dt >= '2026-01-26'"),
    of("id", "kingdom IN (51) AND dt = '2026-01-26'"),
    of("id", "kingdom = 51 AND NOT dt = '2026-01-26'"),
    of("id", "kingdom = 51 AND dt = name"),
    of("id", "kingdom = 50 + 1 AND dt = '2026-01-26'"),
    of("id", f"kingdom = 51 AND dt = (SELECT max(dt) FROM rok_players {WHERE})"),
    of("id", KEYS + " AND id IN (SELECT id FROM rok_players)"),
    f"{of('id')} UNION ALL SELECT id FROM rok_players",
    "SELECT a.id FROM rok_players a JOIN rok_players b ON a.id = b.id "
    "WHERE a.kingdom = 51 AND a.dt = '2026-01-26'",
    # Of another type: DuckDB would cast it.
    of("id", "kingdom = '51' AND dt = '2026-01-26'"),
    of("id", "kingdom = 51e0 AND dt = '2026-01-26'"),
    of("id", "kingdom = 51 AND dt = 20260126"),
    of("id", "kingdom = 51 AND dt = 2026-01-26"),
    of("id", "kingdom = 51 AND dt = DATE '2026-01-26'"),
]


@pytest.mark.parametrize("sql", UNBOUND)
def test_every_read_binds_both_partition_keys_to_literals_of_their_types(sql: str) -> None:
    assert reason(sql).startswith("UNBOUND_PARTITION: ")


REFUSED = [
    ("DROP TABLE rok_players", "only a query"),
    (of("id") + "; DROP TABLE rok_players", "SYNTAX_ERROR"),
    ("", "SYNTAX_ERROR"),
    ("SELECT 'open", "SYNTAX_ERROR"),
    (of("id", KEYS + " AND"), "SYNTAX_ERROR"),
    (of("helpers"), "COLUMN_NOT_FOUND: Column 'helpers'"),
    (of("id").replace("rok_players", "nowhere"), "TABLE_NOT_FOUND: line 1:16: Table 'rok.nowhere'"),
    (of("id").replace("rok_players", "x.rok_players"), "TABLE_NOT_FOUND: line 1:16"),
    (of("id").replace("rok_players", "read_parquet('x')"), "FUNCTION_NOT_FOUND"),
    (of("list_sort(name)"), "FUNCTION_NOT_FOUND: not known to be Athena's: LIST_SORT(name)"),
    (of("id", KEYS + " AND ingested_at < now()"), "FUNCTION_NOT_FOUND"),
]


@pytest.mark.parametrize(("sql", "why"), REFUSED)
def test_what_is_no_query_over_known_tables_columns_and_functions(sql: str, why: str) -> None:
    assert why in reason(sql)


def test_a_kingdom_is_a_whole_number_however_it_is_written() -> None:
    (read,) = checked(of("id", "kingdom = 051 AND dt = '2026-01-26'")).reads
    assert read.values["kingdom"] == "51"


def test_a_column_without_a_name_is_called_after_its_position() -> None:
    assert checked(of("kingdom, *, 5, dt, count(*) OVER ()")).tree.named_selects[-3:] == [
        "_col32",
        "dt",
        "_col34",
    ]


def test_each_reference_of_a_table_has_its_own_partition() -> None:
    sql = f"{of('id')} UNION ALL " + of("power", "kingdom = 52 AND dt = '2026-01-27'")
    first, second = checked(sql).reads
    assert first.values == {"kingdom": "51", "dt": "2026-01-26"}
    assert first.needed == {"id"}
    assert second.values == {"kingdom": "52", "dt": "2026-01-27"}
    assert second.needed == {"power"}
