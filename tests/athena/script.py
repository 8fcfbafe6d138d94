"""How a fake Athena is to behave: what tests change, and what it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tests.athena.engine import SqlError

Operation = Literal[
    "StartQueryExecution", "GetQueryExecution", "GetQueryResults", "StopQueryExecution"
]
OPERATIONS: Final[tuple[Operation, ...]] = (
    "StartQueryExecution",
    "GetQueryExecution",
    "GetQueryResults",
    "StopQueryExecution",
)
MAX_PAGE_ROWS: Final = 1000

Reuse = Literal["text", "meaning", "chance"]
"""Which earlier rows a fake gives again: of the same text, of a text that differs in case, spaces,
literals and parameters only, or of any query at all. AWS does not say what it compares."""


@dataclass(frozen=True)
class Script:
    """How queries go that start from now on.

    Attributes:
        queued: how many polls say QUEUED first.
        running: how many polls then say RUNNING, before the outcome.
        failed: the outcome, whatever the statement is; the engine is not asked.
        cancelled: the reason for which somebody else cancels the query.
        scanned_bytes: what the query is said to have read.
        page_rows: the most rows of a page, its header included.
        header: whether the first row has the columns' names. It always has at AWS.
        types: wrong types of columns, by name.
        missing_rows: how many rows the answer lacks at its end.
        reuse: which earlier rows are given to whoever takes such.
        reuse_unasked: whether they are given to everybody.
    """

    queued: int = 0
    running: int = 0
    failed: SqlError | None = None
    cancelled: str | None = None
    scanned_bytes: int | None = None
    page_rows: int = MAX_PAGE_ROWS
    header: bool = True
    types: Mapping[str, str] = field(default_factory=dict)
    missing_rows: int = 0
    reuse: Reuse = "text"
    reuse_unasked: bool = False


@dataclass(frozen=True)
class Call:
    """One request, answered or refused."""

    operation: Operation
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class AthenaError(Exception):
    """An error that a call itself is answered with.

    Attributes:
        code: such as `ThrottlingException`.
        message: for people.
        members: further members of the answer.
    """

    code: str
    message: str
    members: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return 500 if self.code.startswith("Internal") else 400


def invalid(message: str, code: str = "INVALID_INPUT") -> AthenaError:
    """The request cannot be what the caller meant."""
    return AthenaError("InvalidRequestException", message, {"AthenaErrorCode": code})


def refusal(operation: Operation, code: str) -> AthenaError:
    """What AWS says with a code that has nothing to do with the request."""
    if code == "ThrottlingException":
        return AthenaError(code, "Rate exceeded")
    if code == "TooManyRequestsException":
        return AthenaError(
            code,
            "You have exceeded the limit for the number of queries you can run concurrently.",
            {"Reason": "CONCURRENT_QUERY_LIMIT_EXCEEDED"},
        )
    if code == "AccessDeniedException":
        return AthenaError(
            code,
            "User: arn:aws:sts::123456789012:assumed-role/api/api is not authorized to perform: "
            f"athena:{operation} on resource: arn:aws:athena:eu-central-1:123456789012:workgroup/x",
        )
    return AthenaError(code, "An internal error occurred")
