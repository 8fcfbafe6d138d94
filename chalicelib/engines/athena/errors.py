"""What Athena and boto3 report, as the query engine's errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from chalicelib.errors import EngineBusyError, EngineFailedError, EngineTimeoutError
from chalicelib.lake.aws import is_setup_fault, one_line

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef


class QueryThrottledError(EngineBusyError):
    """Raised when Athena takes no more calls for the moment."""


class QueryTimeoutError(EngineTimeoutError):
    """Raised when a query's deadline has passed."""


class QueryFailedError(EngineFailedError):
    """Raised when Athena refuses a query, fails it for good, or its answer makes no sense."""


class QueryExhaustedError(EngineBusyError):
    """Raised when a query failed for want of Athena's own resources; the next one may succeed."""


class QueryCancelledError(EngineBusyError):
    """Raised when somebody else stopped a query."""


_THROTTLES: Final = frozenset(
    ("ThrottlingException", "TooManyRequestsException", "Throttling", "RequestLimitExceeded")
)
# https://docs.aws.amazon.com/athena/latest/ug/error-reference.html: 1 is system, 2 user, 3 other.
_SYSTEM: Final = 1
_CUTOFF: Final = "bytes scanned limit"
_EXHAUSTED: Final = "exhausted resources"


@contextmanager
def translate_errors(what: str) -> Iterator[None]:
    """Raise the engine's errors for what boto3 raises in the block.

    Args:
        what: what Athena is asked to do, such as `start a query`.
    """
    try:
        yield
    except Exception as error:
        known = _engine_error(error, what)
        if known is None:
            raise
        raise known from error


def ended(execution: "QueryExecutionTypeDef") -> EngineBusyError | EngineFailedError:
    """The error for a query that ended without success."""
    status = execution.get("Status", {})
    fault = status.get("AthenaError", {})
    reason = one_line(status.get("StateChangeReason") or fault.get("ErrorMessage") or "no reason")
    text = f"query {execution.get('QueryExecutionId')} is {status.get('State')}: {reason}"
    if status.get("State") == "CANCELLED":
        # The workgroup's cutoff cancels too; the same query would meet it again.
        return (QueryFailedError if _CUTOFF in reason.casefold() else QueryCancelledError)(text)
    if (
        fault.get("Retryable")
        or fault.get("ErrorCategory") == _SYSTEM
        or _EXHAUSTED in reason.casefold()
    ):
        return QueryExhaustedError(text)
    return QueryFailedError(text)


def _engine_error(error: Exception, what: str) -> EngineBusyError | EngineFailedError | None:
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    if isinstance(error, ClientError):
        return _answered(error, what)
    if not isinstance(error, BotoCoreError | HTTPError | OSError):
        return None
    kind = QueryFailedError if is_setup_fault(error) else EngineBusyError
    return kind(f"Athena, {what}: {one_line(str(error) or type(error).__name__)}")


def _answered(error: "ClientError", what: str) -> EngineBusyError | EngineFailedError:
    """The error for an answer that Athena gave."""
    fault = error.response.get("Error", {})
    code = fault.get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    text = (
        f"Athena, {what}: {one_line(fault.get('Message', '')) or 'no message'} ({code or status})"
    )
    if code in _THROTTLES or status == 429:
        return QueryThrottledError(text)
    return EngineBusyError(text) if status >= 500 else QueryFailedError(text)
