"""The Athena table as a statement, for whoever makes it by hand (contract, section 6: `ddl`).

`make deploy` makes the same table by CloudFormation; both follow from `chalicelib.players.glue`.
"""

from collections.abc import Iterable, Mapping

from chalicelib.players import glue
from chalicelib.players.schema import COLUMNS


def create_table(database: str, table: str, location: str) -> str:
    """The `CREATE EXTERNAL TABLE` statement, as Athena's query editor takes it.

    https://docs.aws.amazon.com/athena/latest/ug/create-table.html

    Args:
        database: the Glue database; it must be there already.
        table: the table's name.
        location: see `glue.table_location`.
    """
    comments = {column.name: column.label for column in COLUMNS}
    lines = [
        f"CREATE EXTERNAL TABLE IF NOT EXISTS `{database}`.`{table}` (",
        _list(_column(name, kind, comments) for name, kind in glue.TABLE_COLUMNS),
        ")",
        f"COMMENT {_text(glue.COMMENT)}",
        "PARTITIONED BY (",
        _list(f"`{name}` {kind}" for name, kind in glue.PARTITION_KEYS),
        ")",
        "STORED AS PARQUET",
        f"LOCATION {_text(location)}",
        "TBLPROPERTIES (",
        _list(f"{_text(name)} = {_text(value)}" for name, value in _properties(location).items()),
        ")",
    ]
    return "\n".join(lines)


def _properties(location: str) -> Mapping[str, str]:
    return {"classification": "parquet", **glue.projection(location)}


def _column(name: str, kind: str, comments: Mapping[str, str]) -> str:
    comment = f" COMMENT {_text(comments[name])}" if name in comments else ""
    return f"`{name}` {kind}{comment}"


def _list(items: Iterable[str]) -> str:
    return ",\n".join(f"    {item}" for item in items)


def _text(text: str) -> str:
    """A text as Hive reads it: with a backslash before what would end it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
