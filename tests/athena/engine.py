"""What runs a statement: the interface that DuckDB and Trino both stand behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

SYSTEM: Final = 1
USER: Final = 2
OTHER: Final = 3
"""Who is to blame for a failure: Athena's `ErrorCategory`."""

ERROR_TYPES: Final = {
    "SYNTAX_ERROR": 1006,
    "COLUMN_NOT_FOUND": 1006,
    "TYPE_MISMATCH": 1006,
    "FUNCTION_NOT_FOUND": 1006,
    "TABLE_NOT_FOUND": 1301,
    "SCHEMA_NOT_FOUND": 1301,
    "HIVE_BAD_DATA": 1001,
}
"""Athena's `ErrorType` for the word that a reason starts with; 1000 (the user's) for any other.

The words are Trino's, the numbers a guess within the ranges that AWS documents: nothing may depend
on the exact one.
"""


@dataclass(frozen=True)
class Result:
    """The rows of one statement, all in text as Athena writes it.

    Attributes:
        columns: name and Athena type (`bigint`, `integer`, `varchar`, `date`, `timestamp`, …).
        rows: one cell a column; `None` is NULL.
        scanned_bytes: what was read of the table's files, as billing counts it.
    """

    columns: list[tuple[str, str]]
    rows: list[list[str | None]]
    scanned_bytes: int


class SqlError(Exception):
    """The statement failed, and this is what Athena would say."""

    def __init__(
        self,
        reason: str,
        *,
        category: int = USER,
        type: int | None = None,  # noqa: A002 - Athena's own name of the field
        retryable: bool = False,
    ) -> None:
        """Say why.

        Args:
            reason: as in `StateChangeReason`, such as `HIVE_BAD_DATA: Malformed Parquet file.`
            category: `SYSTEM`, `USER` or `OTHER`.
            type: Athena's `ErrorType`; without it, what the first word of the reason stands for.
            retryable: whether Athena would say that the same statement may succeed later.
        """
        super().__init__(reason)
        self.reason = reason
        self.category = category
        self.type = ERROR_TYPES.get(reason.partition(":")[0], 1000) if type is None else type
        self.retryable = retryable


class SqlEngine(Protocol):
    """Runs statements over the tables of one Glue catalog."""

    def execute(self, sql: str, parameters: Sequence[str], database: str) -> Result:
        """Run one statement.

        Args:
            sql: in Athena's dialect; a `?` stands for a parameter.
            parameters: the source text of each in order, such as `'O''Brien'` or `51`.
            database: where tables without one are looked up.

        Raises:
            SqlError: the statement is wrong, or its data is.
        """
        ...
