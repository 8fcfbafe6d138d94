"""An Athena table as a DDL statement, to make it by hand (contract, section 6: `ddl`).

`make deploy` makes the same tables by CloudFormation; both follow from
`chalicelib.engines.athena.tables`.
"""

from collections.abc import Iterable, Mapping

from chalicelib.engines.athena.tables import GlueTable


def create_table(table: GlueTable, database: str, name: str, location: str) -> str:
    """The `CREATE EXTERNAL TABLE` statement for Athena's query editor.

    https://docs.aws.amazon.com/athena/latest/ug/create-table.html

    Args:
        table: the table.
        database: the Glue database; it must exist already.
        name: the table's name in it.
        location: see `GlueTable.location`.
    """
    properties = _properties(table, location).items()
    lines = [
        f"CREATE EXTERNAL TABLE IF NOT EXISTS `{database}`.`{name}` (",
        _list(_column(column, kind, table.labels) for column, kind in table.columns),
        ")",
        f"COMMENT {_text(table.comment)}",
        "PARTITIONED BY (",
        _list(f"`{key}` {kind}" for key, kind in table.partition_keys),
        ")",
        "STORED AS PARQUET",
        f"LOCATION {_text(location)}",
        "TBLPROPERTIES (",
        _list(f"{_text(key)} = {_text(value)}" for key, value in properties),
        ")",
    ]
    return "\n".join(lines)


def _properties(table: GlueTable, location: str) -> Mapping[str, str]:
    return {"classification": "parquet", **table.projection(location)}


def _column(name: str, kind: str, labels: Mapping[str, str]) -> str:
    comment = f" COMMENT {_text(labels[name])}" if name in labels else ""
    return f"`{name}` {kind}{comment}"


def _list(items: Iterable[str]) -> str:
    return ",\n".join(f"    {item}" for item in items)


def _text(text: str) -> str:
    """A text as a Hive literal: quotes and backslashes are escaped with a backslash."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
