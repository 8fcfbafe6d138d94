"""What the lint refuses, each with its reason, and what it must let through."""

import pytest

from chalicelib.engines.athena import tables as glue
from tests.athena.catalog import Catalog, Table
from tests.athena.engine import SqlError
from tests.athena.lint import Checked, check
from tests.athena.lint_nodes import RESERVED
from tests.athena.support import BOARD, WHERE

KEYS = "kingdom = 51 AND dt = '2026-01-26'"
PARAMETERS = ["51", "'2026-01-26'", "'a run'", "1", "100"]


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
    of("id, name"),
    of("*"),
    of("count(*)"),
    of("id", rest="ORDER BY power DESC NULLS LAST OFFSET 5 LIMIT 5"),
    of("id AS v", rest="ORDER BY v"),
    of("DISTINCT id, power AS v", rest="ORDER BY v, id, 1"),
    of('"id", "NAME"'),
    of("p.id").replace("rok_players", "rok_players AS p"),
    of("id").replace("rok_players", '"rok"."rok_players"'),
    of("id").replace("rok_players", "awsdatacatalog.rok.rok_players"),
    of("id", "'2026-01-26' = dt AND (51 = kingdom) AND (power > 5 OR power IS NULL)"),
    of("id", KEYS + " AND name LIKE 'O''B\\_%' ESCAPE '\\'"),
    of("id", KEYS + " AND id IN (1, 2) AND NOT name = 'x' AND power BETWEEN 1 AND 5"),
    of("id", KEYS + " AND snapshot_date = DATE '2026-01-26'"),
    of("id", KEYS + " AND ingested_at >= TIMESTAMP '2026-01-26 00:00:00'"),
    of("id", KEYS + " AND name = '' -- a comment; with a semicolon ?"),
    of("coalesce(alliance, '') || name"),
    of("CASE WHEN power > 5 THEN 'a' ELSE name END, power / 2, power % NULLIF(kills, 0)"),
    of("alliance, count(DISTINCT name)", rest="GROUP BY alliance HAVING count(*) > 1"),
    of("count(*) FILTER (WHERE power > 5), CAST(sum(power) AS varchar), avg(power)"),
    of("CAST(NULL AS varchar), CAST(NULL AS bigint)"),
    f"WITH board (a, b) AS ({of('id, power')}) SELECT a FROM board WHERE b > 5",
    f"{of('id')} UNION ALL {of('power')}",
    f"SELECT a.id FROM ({of('id')}) a LEFT JOIN ({of('id')}) b ON a.id = b.id",
    of("id", KEYS + f" AND id IN ({of('id')})"),
    "SELECT 1",
]


@pytest.mark.parametrize("sql", TAKEN)
def test_what_both_engines_take(sql: str) -> None:
    checked(sql)


def test_the_statement_of_the_product() -> None:
    (read,) = checked(BOARD, *PARAMETERS).reads
    assert read.values == {"kingdom": "51", "dt": "2026-01-26"}
    assert read.needed == {"id", "name", "alliance", "dkp", "run_id"}


REFUSED = [
    # Partitions.
    ("SELECT id FROM rok_players", "UNBOUND_PARTITION: 'rok_players' is read without kingdom"),
    (of("id", "kingdom = 51"), "UNBOUND_PARTITION: 'rok_players' is read without dt"),
    (of("id", "kingdom = 51 OR dt = '2026-01-26'"), "UNBOUND_PARTITION"),
    (of("id", "kingdom = 51 AND dt >= '2026-01-26'"), "UNBOUND_PARTITION"),
    (of("id", "kingdom IN (51) AND dt = '2026-01-26'"), "UNBOUND_PARTITION"),
    (of("id", "kingdom = 51 AND NOT dt = '2026-01-26'"), "UNBOUND_PARTITION"),
    (of("id", "kingdom = 51 AND dt = name"), "UNBOUND_PARTITION"),
    (of("id", "kingdom = 51e0 AND dt = '2026-01-26'"), "UNBOUND_PARTITION"),
    (of("id", "kingdom = 50 + 1 AND dt = '2026-01-26'"), "UNBOUND_PARTITION"),
    (of("id", f"kingdom = 51 AND dt = (SELECT max(dt) FROM rok_players {WHERE})"), "UNBOUND"),
    (of("id", KEYS + " AND id IN (SELECT id FROM rok_players)"), "UNBOUND_PARTITION"),
    (of("a.id", KEYS).replace("rok_players", "rok_players a, rok_players b"), "COLUMN_NOT_FOUND"),
    (
        "SELECT a.id FROM rok_players a JOIN rok_players b ON a.id = b.id "
        "WHERE a.kingdom = 51 AND a.dt = '2026-01-26'",
        "UNBOUND_PARTITION: 'b'",
    ),
    # Implicit casts.
    (of("id", "kingdom = '51' AND dt = '2026-01-26'"), "TYPE_MISMATCH"),
    (of("id", "kingdom = 51 AND dt = 20260126"), "TYPE_MISMATCH"),
    (of("id", "kingdom = 51 AND dt = 2026-01-26"), "TYPE_MISMATCH"),
    (of("id", "kingdom = 51 AND dt = DATE '2026-01-26'"), "TYPE_MISMATCH"),
    (of("id", KEYS + " AND snapshot_date = '2026-01-26'"), "TYPE_MISMATCH"),
    (of("id", KEYS + " AND snapshot_date = 2026-01-26"), "TYPE_MISMATCH"),
    (of("id", KEYS + " AND name = 51"), "TYPE_MISMATCH"),
    (of("id", KEYS + " AND id IN ('1')"), "TYPE_MISMATCH"),
    (of("id", KEYS + f" AND id IN ({of('name')})"), "TYPE_MISMATCH"),
    (of("id", KEYS + " AND id BETWEEN '1' AND '2'"), "TYPE_MISMATCH"),
    (of("id", KEYS + " AND id LIKE '1'"), "TYPE_MISMATCH"),
    (of("id", KEYS + " AND power"), "TYPE_MISMATCH"),
    (of("id", KEYS + " AND NOT power"), "TYPE_MISMATCH"),
    (of("name + 1"), "TYPE_MISMATCH"),
    (of("snapshot_date + 1"), "TYPE_MISMATCH"),
    (of("sum(name)"), "TYPE_MISMATCH"),
    (of("length(id)"), "TYPE_MISMATCH"),
    (of("id || name"), "TYPE_MISMATCH"),
    (of("coalesce(alliance, 0)"), "TYPE_MISMATCH"),
    (of("CASE WHEN id = 1 THEN 'a' ELSE 0 END"), "TYPE_MISMATCH"),
    (of("CASE id WHEN '1' THEN 'a' END"), "TYPE_MISMATCH"),
    (f"{of('id')} UNION ALL {of('name')}", "TYPE_MISMATCH"),
    # Names.
    (of("dkp AS v", KEYS + " AND v > 5"), "COLUMN_NOT_FOUND: Column 'v' cannot be resolved"),
    (of("dkp AS v, v + 1"), "COLUMN_NOT_FOUND: Column 'v'"),
    (of("dkp AS v, rank() OVER (ORDER BY v)"), "COLUMN_NOT_FOUND: Column 'v'"),
    (of("power % 2 AS v, count(*)", rest="GROUP BY v"), "COLUMN_NOT_FOUND: Column 'v'"),
    (of("count(*) AS v", rest="HAVING v > 1"), "COLUMN_NOT_FOUND: Column 'v'"),
    (of("id", KEYS + ' AND name = "Ana"'), "COLUMN_NOT_FOUND: Column 'ana' cannot be resolved"),
    (of("helpers"), "COLUMN_NOT_FOUND: Column 'helpers' cannot be resolved"),
    (of("id").replace("rok_players", "nowhere"), "TABLE_NOT_FOUND: line 1:16: Table 'rok.nowhere'"),
    (of("id").replace("rok_players", "x.rok_players"), "TABLE_NOT_FOUND: line 1:16"),
    (of("id").replace("rok_players", "x.rok.rok_players"), "CATALOG_NOT_FOUND: Catalog 'x'"),
    # Grammar.
    (of("id", "kingdom == 51 AND dt = '2026-01-26'"), "mismatched input '=='"),
    (of("id", rest="LIMIT 5 OFFSET 5"), "mismatched input 'OFFSET'"),
    (of("id") + ";", "mismatched input ';'"),
    (of("id") + "; DROP TABLE rok_players", "mismatched input ';'"),
    (of("id::varchar"), "mismatched input '::'"),
    (of("id,"), "mismatched input 'FROM'"),
    (of("id AS 'x'"), "mismatched input ''x''"),
    (of("id 'x'"), "SYNTAX_ERROR"),
    (of("`id`"), "SYNTAX_ERROR"),
    (of("id", KEYS + " AND id IN (1,)"), "mismatched input ')'"),
    (f"FROM rok_players SELECT id {WHERE}", "only a query"),
    (f"SELECT id FROM (FROM rok_players {WHERE})", "mismatched input 'FROM'"),
    ("DROP TABLE rok_players", "only a query"),
    ("SELEC id", "only a query"),
    ("(1)", "only a query"),
    (of("'x'(1)"), "mismatched input '1'"),
    (f"SELECT 1 FROM ({of('id')}) a, ({of('id')}) a", "SYNTAX_ERROR: Alias already used"),
    ("", "only a query"),
    ("SELECT 'open", "SYNTAX_ERROR"),
    (of("id", KEYS + " AND"), "SYNTAX_ERROR"),
    (of("id", KEYS + " AND name ILIKE 'x'"), "NOT_SUPPORTED: ILike"),
    (of("id", KEYS + " AND (power > 5) IS TRUE"), "NOT_SUPPORTED: Is"),
    (of("id", KEYS + " AND name IN alliance"), "NOT_SUPPORTED: In"),
    (of("DISTINCT ON (alliance) id"), "NOT_SUPPORTED: Distinct"),
    (of("DISTINCT id", rest="ORDER BY name"), "NOT_SUPPORTED: Select"),
    (of("alliance, count(*)", rest="GROUP BY ALL"), "NOT_SUPPORTED: Group"),
    (of("id", rest="ORDER BY ALL"), "COLUMN_NOT_FOUND"),
    (f"SELECT a.id FROM ({of('id')}) a SEMI JOIN ({of('id')}) b ON a.id = b.id", "NOT_SUPPORTED"),
    (f"WITH RECURSIVE a AS ({of('id')}) SELECT id FROM a", "NOT_SUPPORTED: With"),
    (f"WITH a AS MATERIALIZED ({of('id')}) SELECT id FROM a", "FUNCTION_NOT_FOUND"),
    (of("kingdom").replace("rok_players", "rok_players AS a(kingdom, dt)"), "NOT_SUPPORTED: Table"),
    (of("count(DISTINCT (id, name))"), "NOT_SUPPORTED: Tuple"),
    (of("id", KEYS + " AND (id, kills) IN ((1, 2))"), "NOT_SUPPORTED: Tuple"),
    (of("id").replace("rok_players", "read_parquet('x')"), "FUNCTION_NOT_FOUND"),
    (of("id").replace("rok_players", "'x.parquet'"), "SYNTAX_ERROR"),
    (of("id").replace("rok_players", "rok_players TABLESAMPLE BERNOULLI (10)"), "FUNCTION_NOT"),
    (of("id", rest="LIMIT 1 + 1"), "NOT_SUPPORTED: Limit"),
    (f"{of('id')} UNION BY NAME {of('id')}", "NOT_SUPPORTED: Union"),
    (of("id", KEYS + " AND dt GLOB '*'"), "NOT_SUPPORTED: Glob"),
    (of("id", rest="LIMIT '5'"), "NOT_SUPPORTED: Limit"),
    (of("id", rest="LIMIT 1, 2"), "mismatched input ','"),
    (of("id", rest="LIMIT -1"), "NOT_SUPPORTED: Limit"),
    (of("id", rest="LIMIT 5.0"), "decimals"),
    (of("id", KEYS + " AND name ~~ 'x'"), "mismatched input '~~'"),
    (of("id", KEYS + " AND ! true"), "mismatched input '!'"),
    (of("id", KEYS + " AND id ^ 2 = 4"), "mismatched input '^'"),
    (of("id", KEYS + " AND $1 = 1"), "mismatched input '$1'"),
    (of("id", KEYS + " AND id = 1 = true"), "NOT_SUPPORTED: EQ"),
    (of("id", KEYS + " AND id BETWEEN SYMMETRIC 2 AND 1"), "NOT_SUPPORTED: Between"),
    (of("id ISNULL"), "mismatched input 'ISNULL'"),
    (of("[id]"), "mismatched input '['"),
    (of("id AS 雪"), "mismatched input '雪'"),
    (of("id.x"), "COLUMN_NOT_FOUND: Column"),
    (of("1_000"), "mismatched input '_000'"),
    (of("1x"), "mismatched input 'x'"),
    (of("* EXCLUDE (id)"), "FUNCTION_NOT_FOUND"),
    # Functions and numbers that differ.
    (of("min(id, 2)"), "NOT_SUPPORTED: Min"),
    (of("count(id, name)"), "NOT_SUPPORTED: Count"),
    (of("count()"), "NOT_SUPPORTED: Count"),
    (of("length(name, 1)"), "NOT_SUPPORTED: Length"),
    (of("rank(id) OVER (ORDER BY id)"), "NOT_SUPPORTED: Rank"),
    (of("coalesce(id)"), "NOT_SUPPORTED: Coalesce"),
    (of(".5"), "mismatched input '5'"),
    (of("1e400"), "Invalid numeric literal"),
    (of("len(name)"), "FUNCTION_NOT_FOUND: line 1:8: Function 'len' not registered"),
    (of("list_sort(name)"), "FUNCTION_NOT_FOUND"),
    (of("concat(name, alliance)"), "FUNCTION_NOT_FOUND"),
    (of('"len"(name)'), "FUNCTION_NOT_FOUND"),
    (of("id", KEYS + " AND ingested_at < now()"), "FUNCTION_NOT_FOUND"),
    (of("current_date"), "NOT_SUPPORTED: CurrentDate"),
    (of("power * 1.5"), "NOT_SUPPORTED: line 1:16: DuckDB counts decimals"),
    (of("power + 9223372036854775808"), "Invalid numeric literal"),
    (of("power / kills"), "NOT_SUPPORTED: a divisor that may be zero"),
    (of("power % 0"), "NOT_SUPPORTED: a divisor that may be zero"),
    (of("CAST(name AS bigint)"), "NOT_SUPPORTED: a cast"),
    (of("CAST(id AS text)"), "TYPE_NOT_FOUND: line 1:19: Unknown type: text"),
    (of("CAST(id AS varchar(3))"), "FUNCTION_NOT_FOUND"),
    (of("CAST(id AS decimal)"), "NOT_SUPPORTED: the type"),
    (of("CAST(NULL AS decimal)"), "NOT_SUPPORTED: the type"),
    (of("CAST(id AS hugeint)"), "NOT_SUPPORTED"),
    (of("try_cast(id AS integer)"), "FUNCTION_NOT_FOUND"),
    (of("CAST(ingested_at AS varchar)"), "NOT_SUPPORTED: a cast"),
    (of("snapshot_date + INTERVAL '1' DAY"), "NOT_SUPPORTED: Interval"),
]


@pytest.mark.parametrize(("sql", "why"), REFUSED)
def test_what_athena_would_refuse_or_answer_otherwise(sql: str, why: str) -> None:
    assert why in reason(sql)


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_reserved_word_is_no_name_without_quotes(word: str) -> None:
    assert reason(of(f"id AS {word.lower()}"))
    checked(of(f'id AS "{word.lower()}"'))


def test_a_kingdom_is_a_whole_number_however_it_is_written() -> None:
    (read,) = checked(of("id", "kingdom = 051 AND dt = '2026-01-26'")).reads
    assert read.values["kingdom"] == "51"


def test_a_column_without_a_name_is_called_after_its_position() -> None:
    assert checked(of("kingdom, *, 5, dt, count(*) OVER ()")).tree.named_selects[-3:] == [
        "_col27",
        "dt",
        "_col29",
    ]


def test_columns_that_only_an_unused_alias_needs_are_not_read() -> None:
    (read,) = checked(f"SELECT id FROM ({of('id, name, rank() OVER (ORDER BY dkp) AS r')})").reads
    assert read.needed == {"id"}


def test_each_reference_of_a_table_has_its_own_partition() -> None:
    sql = f"{of('id')} UNION ALL " + of("power", "kingdom = 52 AND dt = '2026-01-27'")
    first, second = checked(sql).reads
    assert first.values == {"kingdom": "51", "dt": "2026-01-26"}
    assert first.needed == {"id"}
    assert second.values == {"kingdom": "52", "dt": "2026-01-27"}
    assert second.needed == {"power"}
