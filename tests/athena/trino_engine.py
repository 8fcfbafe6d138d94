"""Statements in Athena's dialect, run by Trino, which Athena is made of."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

from trino.dbapi import Connection
from trino.exceptions import TrinoQueryError

from tests.athena.engine import SYSTEM, USER, Result, SqlError
from tests.athena.java_text import java_double
from tests.athena.trino_artefacts import fetch_trino
from tests.athena.trino_server import CATALOG, find_java_for_trino, running

# A server that says it has started may still have no worker, itself, for a catalog.
_STARTING: Final = {"SERVER_STARTING_UP", "NO_NODES_AVAILABLE"}
_START_SECONDS: Final = 60
_POLL_SECONDS: Final = 0.2
_STATEMENT: Final = "asked"
# To Trino a connector is outside, and so is what it reads. To Athena these are the user's doing.
_FAULTS_OF_DATA: Final = {
    "HIVE_BAD_DATA",
    "HIVE_INVALID_METADATA",
    "HIVE_INVALID_PARTITION_VALUE",
    "HIVE_PARTITION_SCHEMA_MISMATCH",
    "HIVE_UNSUPPORTED_FORMAT",
}
_SYSTEM_ERROR: Final = 1
_PLAIN_TYPES: Final = {"bigint", "integer", "boolean", "date", "unknown", "double", "decimal"}


class TrinoEngine:
    """See `tests.athena.engine.SqlEngine`; any number of threads may use one."""

    def __init__(self, port: int) -> None:
        """Ask the server that listens on a port of this machine."""
        self._port = port

    def execute(self, sql: str, parameters: Sequence[str], database: str) -> Result:
        """See `SqlEngine.execute`."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                return self._execute(sql, parameters, database)
            except TrinoQueryError as error:
                if error.error_name not in _STARTING or time.monotonic() >= deadline:
                    raise translated(error) from error
            time.sleep(_POLL_SECONDS)

    def _execute(self, sql: str, parameters: Sequence[str], database: str) -> Result:
        with closing(self._connect(database)) as connection:
            cursor: Any = connection.cursor()
            if parameters:
                cursor.execute(f"PREPARE {_STATEMENT} FROM {sql}").fetchall()
                # In brackets, so that a parameter with a comma in it is not taken for two.
                values = ", ".join(f"({parameter})" for parameter in parameters)
                sql = f"EXECUTE {_STATEMENT} USING {values}"
            cursor.execute(sql)
            rows = cursor.fetchall()
            columns = [(column[0], athena_type(column[1])) for column in cursor.description or []]
            return Result(
                columns,
                [
                    [athena_text(cell, kind) for cell, (_, kind) in zip(row, columns, strict=True)]
                    for row in rows
                ],
                # Only in the last answer it is the whole.
                cursor.stats["physicalInputBytes"],
            )

    def _connect(self, database: str) -> Any:
        # Without types of Python's: dates and timestamps stay the text that Trino sent.
        return Connection(
            host="127.0.0.1",
            port=self._port,
            user="tests",
            catalog=CATALOG,
            schema=database,
            timezone="UTC",
            legacy_primitive_types=True,
        )


@contextmanager
def running_engine(endpoint: str, region: str) -> Iterator[TrinoEngine]:
    """An engine with a server of its own over a moto server, downloaded if need be.

    Raises:
        NoJavaError: and see `fetch_trino` and `trino_server.running`.
    """
    with running(fetch_trino(), find_java_for_trino(), endpoint, region) as port:
        yield TrinoEngine(port)


def athena_type(kind: str) -> str:
    """The name that Athena has for a type of Trino's, which has its length or precision in it.

    Raises:
        SqlError: no statement of ours has such a type in its result.
    """
    name, _, more = kind.partition("(")
    plain = name in _PLAIN_TYPES or (name in ("varchar", "timestamp") and "with" not in more)
    if not plain:
        raise SqlError(f"NOT_SUPPORTED: a result of Trino's type {kind}")
    return name


def athena_text(value: Any, kind: str) -> str | None:
    """A value, as it came in JSON, in the text that Athena writes.

    Args:
        value: of the direct protocol, without types of Python's.
        kind: what `athena_type` says.
    """
    if value is None:
        return None
    if kind == "boolean":
        return str(value).lower()
    if kind == "double":
        return java_double(float(value))
    if kind == "timestamp":
        seconds, _, fraction = value.partition(".")
        return f"{seconds}.{fraction[:3]:0<3}"
    return str(value)


def translated(error: TrinoQueryError) -> SqlError:
    """What Athena would say of an error of Trino's."""
    name = error.error_name or "GENERIC_INTERNAL_ERROR"
    reason = f"{name}: {' '.join(error.message.split())}"
    if error.error_type == "USER_ERROR" or name in _FAULTS_OF_DATA:
        return SqlError(reason, category=USER)
    return SqlError(reason, category=SYSTEM, type=_SYSTEM_ERROR, retryable=True)
