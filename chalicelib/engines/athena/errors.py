"""Translate errors of Athena and boto3 to the query engine's errors."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

from chalicelib.errors import EngineBusyError, EngineFailedError, EngineTimeoutError
from chalicelib.lake import aws
from chalicelib.lake.aws import AwsError, one_line

if TYPE_CHECKING:
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef


class QueryThrottledError(EngineBusyError):
    """Raised when Athena throttles calls."""


class QueryTimeoutError(EngineTimeoutError):
    """Raised when a query's deadline has passed."""


class QueryFailedError(EngineFailedError):
    """Raised when Athena refuses a query, fails it permanently, or its result is invalid."""


class AnswerMismatchError(QueryFailedError):
    """Raised when rows are not an answer to the query that was sent."""


class QueryExhaustedError(EngineBusyError):
    """Raised when a query failed because Athena lacks resources; a retry may succeed."""


class QueryCancelledError(EngineBusyError):
    """Raised when somebody else stopped a query."""


_THROTTLES: Final = frozenset(
    ("ThrottlingException", "TooManyRequestsException", "Throttling", "RequestLimitExceeded")
)
# https://docs.aws.amazon.com/athena/latest/ug/error-reference.html: 1 is system, 2 user, 3 other.
_SYSTEM: Final = 1
_CUTOFF: Final = "bytes scanned limit"
_EXHAUSTED: Final = "exhausted resources"


def translate_errors(what: str) -> AbstractContextManager[None]:
    """Translate boto3's errors in the block to the engine's errors.

    Args:
        what: the call, such as `start a query`.
    """
    return aws.translate_errors(f"Athena, {what}", _engine_error)


def query_error(execution: "QueryExecutionTypeDef") -> EngineBusyError | EngineFailedError:
    """The error for a query that ended without success."""
    status = execution.get("Status", {})
    athena_error = status.get("AthenaError", {})
    reason = one_line(
        status.get("StateChangeReason") or athena_error.get("ErrorMessage") or "no reason"
    )
    text = f"query {execution.get('QueryExecutionId')} is {status.get('State')}: {reason}"
    if status.get("State") == "CANCELLED":
        # The workgroup's scan limit cancels too; the same query would exceed it again.
        return (QueryFailedError if _CUTOFF in reason.casefold() else QueryCancelledError)(text)
    if (
        athena_error.get("Retryable")
        or athena_error.get("ErrorCategory") == _SYSTEM
        or _EXHAUSTED in reason.casefold()
    ):
        return QueryExhaustedError(text)
    return QueryFailedError(text)


def _engine_error(error: AwsError) -> EngineBusyError | EngineFailedError:
    if error.status is None:
        return (QueryFailedError if error.needs_setup else EngineBusyError)(error.text)
    if error.code in _THROTTLES or error.status == 429:
        return QueryThrottledError(error.text)
    return (EngineBusyError if error.status >= 500 else QueryFailedError)(error.text)
