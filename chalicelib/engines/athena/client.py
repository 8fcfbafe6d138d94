"""The Athena client: start a query, wait for it within a deadline, fetch its typed rows.

boto3 is imported by the first query. Queries run in a workgroup that enforces its configuration,
which sets the location of results and the limit of scanned bytes.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from chalicelib.engines.athena.errors import (
    AnswerMismatchError,
    QueryTimeoutError,
    query_error,
    translate_errors,
)
from chalicelib.errors import EngineBusyError, EngineFailedError, EngineTimeoutError
from chalicelib.lake.aws import LazyClient
from chalicelib.logs import log_event
from chalicelib.threads.deadline import Deadline, run_with_timeout

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient as BotoClient
    from mypy_boto3_athena.type_defs import (
        QueryExecutionTypeDef,
        ResultReuseByAgeConfigurationTypeDef,
        ResultSetTypeDef,
    )

_log = logging.getLogger(__name__)

_Result = TypeVar("_Result")

Row = tuple[Any, ...]
"""Values of a result's row: `int` for a whole number, `str` for a text, None for NULL."""

REUSE_MINUTES: Final = 60
"""The maximum age of a result that Athena reuses, free of charge, for the same query."""

FIRST_WAIT: Final = 0.1
LONGEST_WAIT: Final = 1.0
_WAIT_FACTOR: Final = 1.5

CONNECT_TIMEOUT: Final = 1.0
READ_TIMEOUT: Final = 3.0
ATTEMPTS: Final = 2
"""Seconds and tries of one call. They make a call fail early; the deadline bounds it."""

LAST_CALL_SECONDS: Final = 1.5
"""The minimum timeout of a call, so that a call at the deadline can still return a result."""
STOP_SECONDS: Final = 2.0
"""The timeout for stopping an abandoned query."""

_TYPES: Final[Mapping[str, Callable[[str], Any]]] = {
    # Decimals of our queries have no fraction; another one is refused.
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint", "decimal"), int),
    **dict.fromkeys(("varchar", "char"), str),
}


class AthenaClient:
    """Runs queries in one database and workgroup. Thread-safe."""

    def __init__(self, database: str, workgroup: str, client: "BotoClient | None" = None) -> None:
        """Set database and workgroup; no request is made yet.

        Args:
            database: the setting `ATHENA_DATABASE`.
            workgroup: the setting `ATHENA_WORKGROUP`.
            client: a boto3 client to use; by default one is made from the environment's settings.
        """
        self._database = database
        self._workgroup = workgroup
        self._boto = LazyClient(
            "athena",
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            attempts=ATTEMPTS,
            client=client,
        )

    @property
    def boto(self) -> "BotoClient":
        """The boto3 client, made on first use.

        Raises:
            EngineFailedError: the environment's AWS settings are wrong.
        """
        with translate_errors("make a client"):
            client: BotoClient = self._boto.get()
        return client

    def run(self, text: str, deadline: Deadline, reuse_minutes: int = REUSE_MINUTES) -> list[Row]:
        """Run a query and return its rows.

        Args:
            text: the SQL; request values in it must be validated.
            deadline: when it passes, the query is stopped.
            reuse_minutes: the maximum age of a result that Athena may reuse; 0 for none.

        Raises:
            EngineBusyError: Athena is throttled, cannot be reached, or failed in a way that a
                retry may fix; `QueryCancelledError` when somebody else stopped the query.
            EngineTimeoutError: the deadline has passed.
            EngineFailedError: Athena refused the query, failed it, or its result is invalid;
                `AnswerMismatchError` when the result cannot be that of any of our queries.
        """
        started = self._start(text, deadline, reuse_minutes)
        try:
            execution = self._wait(started, deadline)
        except (EngineBusyError, EngineFailedError, EngineTimeoutError):
            self._stop(started)
            raise
        _log_query(execution)
        if execution.get("Status", {}).get("State") != "SUCCEEDED":
            raise query_error(execution)
        return list(self._rows(started, deadline))

    def _start(self, text: str, deadline: Deadline, reuse_minutes: int) -> str:
        reuse: ResultReuseByAgeConfigurationTypeDef = {"Enabled": reuse_minutes > 0}
        if reuse_minutes:
            reuse["MaxAgeInMinutes"] = reuse_minutes
        return _call(
            "start a query",
            deadline,
            lambda: self.boto.start_query_execution(
                QueryString=text,
                QueryExecutionContext={"Database": self._database},
                WorkGroup=self._workgroup,
                ResultReuseConfiguration={"ResultReuseByAgeConfiguration": reuse},
                # The same in every try of this call, so that a retry starts no second query.
                ClientRequestToken=str(uuid.uuid4()),
            ),
        )["QueryExecutionId"]

    def _wait(self, started: str, deadline: Deadline) -> "QueryExecutionTypeDef":
        """Poll until the query has ended, with success or not."""
        wait = FIRST_WAIT
        while True:
            execution = _call(
                "ask for a query's state",
                deadline,
                lambda: self.boto.get_query_execution(QueryExecutionId=started),
            )["QueryExecution"]
            state = execution.get("Status", {}).get("State")
            if state not in ("QUEUED", "RUNNING"):
                return execution
            if deadline.left() <= 0:
                raise QueryTimeoutError(f"query {started} is still {state} at the deadline")
            time.sleep(max(0.0, min(wait, deadline.left())))
            wait = min(wait * _WAIT_FACTOR, LONGEST_WAIT)

    def _rows(self, started: str, deadline: Deadline) -> Iterator[Row]:
        token: dict[str, Any] = {}
        header = True
        while True:
            page = _call(
                "fetch a query's rows",
                deadline,
                partial(self.boto.get_query_results, QueryExecutionId=started, **token),
            )
            yield from typed_rows(page["ResultSet"], header=header)
            if not page.get("NextToken"):
                return
            if deadline.left() <= 0:
                raise QueryTimeoutError(f"the rows of query {started} are not all there yet")
            token, header = {"NextToken": page["NextToken"]}, False

    def _stop(self, started: str) -> None:
        """Cancel an abandoned query; if that fails, it ends by itself."""
        try:
            with translate_errors("stop a query"):
                run_with_timeout(
                    STOP_SECONDS,
                    "Athena, stop a query",
                    lambda: self.boto.stop_query_execution(QueryExecutionId=started),
                )
        except (EngineBusyError, EngineFailedError, EngineTimeoutError) as error:
            log_event(_log, "query_not_stopped", {"query": started, "message": str(error)})


def _call(what: str, deadline: Deadline, call: Callable[[], _Result]) -> _Result:
    """Make one call to Athena within the deadline."""
    try:
        with translate_errors(what):
            return run_with_timeout(
                max(deadline.left(), LAST_CALL_SECONDS), f"Athena, {what}", call
            )
    except EngineTimeoutError as error:
        raise QueryTimeoutError(str(error)) from None


def typed_rows(results: "ResultSetTypeDef", *, header: bool) -> Iterator[Row]:
    """The rows of a page, with each value converted to its column's type.

    Args:
        results: a page of `GetQueryResults`. A NULL has no `VarCharValue`; an empty text has one.
        header: whether the first row has the columns' names, as in the first page.

    Raises:
        AnswerMismatchError: the page is not as Athena documents it, or has a type of column that
            none of our queries has.
    """
    try:
        columns = results["ResultSetMetadata"]["ColumnInfo"]
        rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in results["Rows"]]
        if header and rows.pop(0) != [column["Name"] for column in columns]:
            raise AnswerMismatchError("the first row of the result is not its header")
        types = [_TYPES[column["Type"]] for column in columns]
        for row in rows:
            yield tuple(
                None if text is None else of(text) for of, text in zip(types, row, strict=True)
            )
    except (KeyError, IndexError, ValueError) as error:
        raise AnswerMismatchError(f"the result cannot be read: {error!r}") from None


def _log_query(execution: "QueryExecutionTypeDef") -> None:
    """Log a query's state and cost."""
    status, cost = execution.get("Status", {}), execution.get("Statistics", {})
    reused = cost.get("ResultReuseInformation", {}).get("ReusedPreviousResult", False)
    fields = {
        "query": execution.get("QueryExecutionId"),
        "state": status.get("State"),
        "scanned_bytes": cost.get("DataScannedInBytes"),
        "queued_ms": cost.get("QueryQueueTimeInMillis"),
        "total_ms": cost.get("TotalExecutionTimeInMillis"),
        "reused": reused,
    }
    log_event(_log, "athena_query", fields)
