"""What Trino answers, as Athena would say it."""

from typing import Any

import pytest
from trino.exceptions import TrinoExternalError, TrinoQueryError, TrinoUserError

from tests.athena.engine import SYSTEM, USER, SqlError
from tests.athena.trino_engine import athena_text, athena_type, translated


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("bigint", "bigint"),
        ("integer", "integer"),
        ("varchar", "varchar"),
        ("varchar(3)", "varchar"),
        ("timestamp(3)", "timestamp"),
        ("date", "date"),
        ("unknown", "unknown"),
    ],
)
def test_a_type_loses_its_length(kind: str, expected: str) -> None:
    assert athena_type(kind) == expected


@pytest.mark.parametrize("kind", ["timestamp(3) with time zone", "array(bigint)", "json"])
def test_a_type_that_no_statement_of_ours_has_is_refused(kind: str) -> None:
    with pytest.raises(SqlError, match="NOT_SUPPORTED"):
        athena_type(kind)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, "varchar", None),
        ("", "varchar", ""),
        (9007199254740991, "bigint", "9007199254740991"),
        (True, "boolean", "true"),
        (1.5, "double", "1.5"),
        (1e7, "double", "1.0E7"),
        ("2026-01-26", "date", "2026-01-26"),
        ("2026-01-26 15:30:12.345678", "timestamp", "2026-01-26 15:30:12.345"),
        ("2026-01-26 15:30:12", "timestamp", "2026-01-26 15:30:12.000"),
    ],
)
def test_a_value_is_the_text_that_athena_writes(value: Any, kind: str, expected: Any) -> None:
    assert athena_text(value, kind) == expected


def failure(of: type[TrinoQueryError], name: str, kind: str) -> TrinoQueryError:
    return of({"errorName": name, "errorType": kind, "message": "line 1:8: it\n is  wrong"})


def test_a_wrong_statement_is_the_users_and_stays_wrong() -> None:
    error = translated(failure(TrinoUserError, "SYNTAX_ERROR", "USER_ERROR"))
    assert error.reason == "SYNTAX_ERROR: line 1:8: it is wrong"
    assert (error.category, error.type, error.retryable) == (USER, 1006, False)


def test_bad_data_is_the_users_to_athena_and_external_to_trino() -> None:
    error = translated(failure(TrinoExternalError, "HIVE_BAD_DATA", "EXTERNAL"))
    assert (error.category, error.type, error.retryable) == (USER, 1001, False)


def test_what_trino_itself_runs_out_of_may_be_tried_again() -> None:
    error = translated(
        failure(TrinoQueryError, "EXCEEDED_LOCAL_MEMORY_LIMIT", "INSUFFICIENT_RESOURCES")
    )
    assert (error.category, error.retryable) == (SYSTEM, True)
