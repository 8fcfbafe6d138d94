"""Statements in Athena's dialect, run by DuckDB over the objects of a Glue table."""

import itertools
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Self

import duckdb
from sqlglot import ErrorLevel, exp
from sqlglot.errors import UnsupportedError

from tests.athena.catalog import Catalog
from tests.athena.engine import Result, SqlError
from tests.athena.java_text import java_double
from tests.athena.lint import Checked, check
from tests.athena.parquet_scan import scan

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

# No time zone: timestamps come in UTC and without a zone, and the lint lets nothing in that asks
# what time it is.
_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "threads": "1",
    "integer_division": "true",
    "default_null_order": "nulls_last",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
}
# A sum of bigint is HUGEINT in DuckDB and bigint in Athena, which fails if it does not fit.
_TYPES: Final = {
    "HUGEINT": "bigint",
    "BIGINT": "bigint",
    "INTEGER": "integer",
    "VARCHAR": "varchar",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "DECIMAL": "decimal",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    '"NULL"': "unknown",
}
_MAX_BIGINT: Final = 2**63 - 1


class DuckDbEngine:
    """See `tests.athena.engine.SqlEngine`; any number of threads may use one."""

    def __init__(self, glue: "GlueClient", s3: "S3Client") -> None:
        """Read tables from `glue` and their objects from `s3`."""
        self._catalog = Catalog(glue)
        self._s3 = s3
        self._database = duckdb.connect(config=_SETTINGS)
        self._numbers = itertools.count()

    @classmethod
    def at(cls, endpoint: str, region: str) -> Self:
        """An engine over the moto server at a URL."""
        import boto3

        session = boto3.Session("testing", "testing", region_name=region)
        return cls(
            session.client("glue", endpoint_url=endpoint),
            session.client("s3", endpoint_url=endpoint),
        )

    def close(self) -> None:
        """Give the memory back."""
        self._database.close()

    def execute(self, sql: str, parameters: Sequence[str], database: str) -> Result:
        """See `SqlEngine.execute`."""
        checked = check(sql, parameters, database, self._catalog)
        cursor = self._database.cursor()
        views: list[str] = []
        try:
            scanned = self._make_views(cursor, checked, views)
            for division in checked.tree.find_all(exp.Div):
                # The database divides as Athena does; sqlglot would cast the result to bigint.
                division.set("typed", False)
            cursor.execute(checked.tree.sql("duckdb", unsupported_level=ErrorLevel.RAISE))
            columns = [(name, _type(kind)) for name, kind, *_ in cursor.description or []]
            rows = [[_text(cell) for cell in row] for row in cursor.fetchall()]
        except UnsupportedError as error:
            raise SqlError(f"NOT_SUPPORTED: {error}") from error
        except duckdb.Error as error:
            raise _translated(error) from error
        finally:
            for view in views:
                cursor.unregister(view)
            cursor.close()
        return Result(columns, rows, scanned)

    def _make_views(
        self, cursor: duckdb.DuckDBPyConnection, checked: Checked, views: list[str]
    ) -> int:
        """Put a view of its partition in the place of each table; the bytes read for them."""
        scanned = 0
        for read in checked.reads:
            found = scan(self._s3, read.table, read.values, read.needed)
            scanned += found.scanned_bytes
            views.append(f"scan_{next(self._numbers)}")
            cursor.register(views[-1], found.data)
            read.node.set("this", exp.to_identifier(views[-1], quoted=True))
            read.node.set("db", None)
        return scanned


def _type(kind: Any) -> str:
    # Without precision and scale, as Athena has it.
    found = _TYPES.get(str(kind).partition("(")[0])
    if found is None:
        raise SqlError(f"NOT_SUPPORTED: a result of DuckDB's type {kind}")
    return found


def _text(value: Any) -> str | None:
    """A value as Athena writes it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(" ", "milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and abs(value) > _MAX_BIGINT:
        raise SqlError(f"NUMERIC_VALUE_OUT_OF_RANGE: bigint addition overflow: {value}")
    if isinstance(value, float):
        return java_double(value)
    return str(value)


def _translated(error: duckdb.Error) -> SqlError:
    """DuckDB's error as the nearest one of Athena's."""
    text = str(error).splitlines()[0]
    if isinstance(error, duckdb.OutOfRangeException):
        return SqlError(f"NUMERIC_VALUE_OUT_OF_RANGE: {text}")
    if isinstance(error, (duckdb.BinderException, duckdb.ParserException)):
        return SqlError(f"SYNTAX_ERROR: {text}")
    return SqlError(f"GENERIC_USER_ERROR: {text}")
