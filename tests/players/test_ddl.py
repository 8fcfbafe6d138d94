"""The statement makes the very table that `make deploy` makes."""

import re

import pytest
import sqlglot
from sqlglot import exp

from chalicelib.players import glue
from chalicelib.players.ddl import create_table

LOCATION = glue.table_location("the-lake", "p/")


def statement(location: str = LOCATION) -> str:
    return create_table("rok", "rok_players", location)


def test_it_parses_as_athena_s_own_create_table() -> None:
    tree = sqlglot.parse_one(statement(), dialect="athena")
    assert isinstance(tree, exp.Create)
    table = tree.find(exp.Table)
    assert table is not None
    assert (table.db, table.name) == ("rok", "rok_players")
    assert sqlglot.parse_one(tree.sql(dialect="athena"), dialect="athena") == tree


def test_columns_and_partition_keys_are_the_table_s_own() -> None:
    body, _, rest = statement().partition("PARTITIONED BY (")
    columns = re.findall(r"^    `(\w+)` (\w+)", body, re.MULTILINE)
    keys = re.findall(r"^    `(\w+)` (\w+)", rest, re.MULTILINE)
    assert tuple(columns) == glue.TABLE_COLUMNS
    assert tuple(keys) == glue.PARTITION_KEYS


def test_properties_are_the_projection_of_the_deployed_table() -> None:
    _, _, properties = statement().partition("TBLPROPERTIES (")
    found = dict(re.findall(r"'([^']+)' = '([^']+)'", properties))
    assert found == {"classification": "parquet", **glue.projection(LOCATION)}
    assert f"LOCATION '{LOCATION}'" in statement()


@pytest.mark.parametrize(("raw", "escaped"), [("it's", r"it\'s"), ("a\\b", r"a\\b")])
def test_a_prefix_cannot_end_its_text(raw: str, escaped: str) -> None:
    assert f"LOCATION 's3://b/{escaped}/'" in statement(f"s3://b/{raw}/")
