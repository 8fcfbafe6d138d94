"""The statement makes the very table that `make deploy` makes."""

import re

import pytest
import sqlglot
from sqlglot import exp

from chalicelib.engines.athena import tables as glue
from chalicelib.engines.athena.ddl import create_table
from chalicelib.views.registry import VIEWS

LOCATION = glue.PLAYERS.location("the-lake", "p/")


def statement(location: str = LOCATION, table: glue.GlueTable = glue.PLAYERS) -> str:
    return create_table(table, "rok", "rok_players", location)


@pytest.mark.parametrize("of", glue.TABLES)
def test_it_parses_as_athena_s_own_create_table(of: str) -> None:
    tree = sqlglot.parse_one(statement(table=glue.TABLES[of]), dialect="athena")
    assert isinstance(tree, exp.Create)
    table = tree.find(exp.Table)
    assert table is not None
    assert (table.db, table.name) == ("rok", "rok_players")
    assert sqlglot.parse_one(tree.sql(dialect="athena"), dialect="athena") == tree


@pytest.mark.parametrize("of", glue.TABLES)
def test_columns_and_partition_keys_are_the_table_s_own(of: str) -> None:
    body, _, rest = statement(table=glue.TABLES[of]).partition("PARTITIONED BY (")
    columns = re.findall(r"^    `(\w+)` (\w+)", body, re.MULTILINE)
    keys = re.findall(r"^    `(\w+)` (\w+)", rest, re.MULTILINE)
    assert tuple(columns) == glue.TABLES[of].columns
    assert tuple(keys) == glue.TABLES[of].partition_keys


def test_the_tables_are_those_of_the_views() -> None:
    of_views = {view.table.label: view.table for view in VIEWS if view.table is not None}
    assert [*glue.TABLES.items()] == [*of_views.items()]


def test_properties_are_the_projection_of_the_deployed_table() -> None:
    _, _, properties = statement().partition("TBLPROPERTIES (")
    found = dict(re.findall(r"'([^']+)' = '([^']+)'", properties))
    assert found == {"classification": "parquet", **glue.PLAYERS.projection(LOCATION)}
    assert f"LOCATION '{LOCATION}'" in statement()


@pytest.mark.parametrize(("raw", "escaped"), [("it's", r"it\'s"), ("a\\b", r"a\\b")])
def test_a_prefix_cannot_end_its_text(raw: str, escaped: str) -> None:
    assert f"LOCATION 's3://b/{escaped}/'" in statement(f"s3://b/{raw}/")
