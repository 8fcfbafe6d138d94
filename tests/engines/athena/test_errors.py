"""Whatever Athena or boto3 reports, the API knows what to answer, and the log what happened."""

from typing import Any

import pytest
from botocore import exceptions as raised

from chalicelib.engines.athena.errors import (
    QueryCancelledError,
    QueryExhaustedError,
    QueryFailedError,
    QueryThrottledError,
    query_error,
    translate_errors,
)
from chalicelib.errors import EngineBusyError, EngineFailedError


def refused(code: str, status: int, message: str = "No.\n  Really.") -> raised.ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return raised.ClientError(response, "StartQueryExecution")


def execution(state: str, reason: str | None = None, **fault: Any) -> Any:
    status: dict[str, Any] = {"State": state}
    if reason is not None:
        status["StateChangeReason"] = reason
    if fault:
        status["AthenaError"] = fault
    return {"QueryExecutionId": "q-1", "Status": status}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused("ThrottlingException", 400), QueryThrottledError),
        (refused("TooManyRequestsException", 400), QueryThrottledError),
        (refused("RequestLimitExceeded", 503), QueryThrottledError),
        (refused("Whatever", 429), QueryThrottledError),
        (refused("InternalServerException", 500), EngineBusyError),
        (refused("ServiceUnavailable", 503), EngineBusyError),
        (refused("AccessDeniedException", 400), QueryFailedError),
        (refused("InvalidRequestException", 400), QueryFailedError),
        (refused("ExpiredTokenException", 403), QueryFailedError),
        (raised.EndpointConnectionError(endpoint_url="https://athena"), EngineBusyError),
        (raised.ReadTimeoutError(endpoint_url="https://athena"), EngineBusyError),
        (ConnectionResetError("reset"), EngineBusyError),
        (raised.NoCredentialsError(), QueryFailedError),
        (raised.NoRegionError(), QueryFailedError),
    ],
)
def test_a_call_that_fails_is_one_of_the_engine_s_errors(
    error: Exception, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught, translate_errors("start a query"):
        raise error
    assert type(caught.value) is kind
    assert caught.value.__cause__ is error
    assert str(caught.value).startswith("Athena, start a query: ")
    assert "\n" not in str(caught.value)


def test_a_bug_of_ours_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), translate_errors("start a query"):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        (execution("FAILED", "TABLE_NOT_FOUND: x", ErrorCategory=2), QueryFailedError),
        (execution("FAILED", "HIVE_BAD_DATA: x", ErrorCategory=2), QueryFailedError),
        (execution("FAILED", "Access Denied", ErrorCategory=2, Retryable=False), QueryFailedError),
        (execution("FAILED"), QueryFailedError),
        (execution("SUPERSEDED"), QueryFailedError),
        (execution("FAILED", "GENERIC_INTERNAL_ERROR", ErrorCategory=1), QueryExhaustedError),
        (execution("FAILED", "S3 is slow", Retryable=True), QueryExhaustedError),
        (
            execution("FAILED", "Query exhausted resources at this scale factor", ErrorCategory=2),
            QueryExhaustedError,
        ),
        (execution("CANCELLED", "Query cancelled by user"), QueryCancelledError),
        (execution("CANCELLED"), QueryCancelledError),
        (
            execution("CANCELLED", "Query cancelled! : Bytes scanned limit was exceeded"),
            QueryFailedError,
        ),
    ],
)
def test_a_query_that_ended_badly_is_an_error_with_its_reason(
    ending: Any, kind: type[Exception]
) -> None:
    error = query_error(ending)
    assert type(error) is kind
    status = ending["Status"]
    assert str(error) == (
        f"query q-1 is {status['State']}: {status.get('StateChangeReason', 'no reason')}"
    )


def test_a_reason_may_stand_in_the_error_alone() -> None:
    ending = execution("FAILED", ErrorMessage="SYNTAX_ERROR:\n line 1", ErrorCategory=2)
    assert str(query_error(ending)) == "query q-1 is FAILED: SYNTAX_ERROR: line 1"


def test_what_may_pass_is_busy_and_what_stays_is_failed() -> None:
    for kind in (QueryThrottledError, QueryExhaustedError, QueryCancelledError):
        assert issubclass(kind, EngineBusyError)
    assert issubclass(QueryFailedError, EngineFailedError)
