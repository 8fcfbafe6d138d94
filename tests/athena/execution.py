"""One query of a fake Athena: what was asked, what became of it, and how that is told."""

import base64
import binascii
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tests.athena.engine import USER, Result, SqlError
from tests.athena.script import MAX_PAGE_ROWS, Script, invalid

State = Literal["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]
Outcome = Result | SqlError | str
"""Rows, a failure, or the reason of a cancellation."""

CUT_OFF: Final = "Bytes scanned limit was exceeded"
STOPPED: Final = "Query cancelled by user"

_MILLISECONDS_A_POLL: Final = 100
# Precision and scale of `ColumnInfo`.
_PRECISIONS: Final = {
    "bigint": (19, 0),
    "integer": (10, 0),
    "varchar": (2**31 - 1, 0),
    "timestamp": (3, 0),
    "double": (17, 0),
}


@dataclass
class Execution:
    """A query, from its start on.

    Attributes:
        id: its `QueryExecutionId`.
        request: the parameters of its start.
        workgroup: the name of its workgroup.
        output: where its workgroup or its request put the rows.
        script: how it goes.
        outcome: what it comes to, unless it is stopped before.
        submitted: when it started, in seconds since 1970.
        engine_milliseconds: how long the engine took.
        scanned_bytes: of files; 0 for rows of an earlier query.
        reused: whether the rows are those of an earlier query.
        polls: how often its state was asked for.
        stopped: whether it was stopped in time.
    """

    id: str
    request: Mapping[str, Any]
    workgroup: str
    output: str
    script: Script
    outcome: Outcome
    submitted: float = field(default_factory=time.time)
    engine_milliseconds: int = 0
    scanned_bytes: int = 0
    reused: bool = False
    polls: int = 0
    stopped: bool = False

    @property
    def state(self) -> State:
        """As the last poll saw it; one that was never polled is where the first would see it."""
        if self.stopped:
            return "CANCELLED"
        poll = max(self.polls, 1)
        if poll <= self.script.queued:
            return "QUEUED"
        if poll <= self.script.queued + self.script.running:
            return "RUNNING"
        if isinstance(self.outcome, str):
            return "CANCELLED"
        return "FAILED" if isinstance(self.outcome, SqlError) else "SUCCEEDED"

    @property
    def finished(self) -> bool:
        """Whether its state can change no more."""
        return self.state not in ("QUEUED", "RUNNING")

    def described(self) -> dict[str, Any]:
        """The `QueryExecution` of an answer."""
        request = self.request
        described = {
            "QueryExecutionId": self.id,
            "Query": request["QueryString"],
            "StatementType": "DML",
            "SubstatementType": "SELECT",
            "ResultConfiguration": {"OutputLocation": f"{self.output.rstrip('/')}/{self.id}.csv"},
            "ResultReuseConfiguration": request.get(
                "ResultReuseConfiguration", {"ResultReuseByAgeConfiguration": {"Enabled": False}}
            ),
            "QueryExecutionContext": request.get("QueryExecutionContext", {}),
            "Status": self._status(),
            "Statistics": self._statistics(),
            "WorkGroup": self.workgroup,
            "EngineVersion": {
                "SelectedEngineVersion": "Athena engine version 3",
                "EffectiveEngineVersion": "Athena engine version 3",
            },
        }
        if "ExecutionParameters" in request:
            described["ExecutionParameters"] = request["ExecutionParameters"]
        return described

    def _status(self) -> dict[str, Any]:
        status: dict[str, Any] = {"State": self.state, "SubmissionDateTime": self.submitted}
        if self.finished:
            status["CompletionDateTime"] = self.submitted + self._milliseconds()["Total"] / 1000
        if self.stopped:
            status["StateChangeReason"] = STOPPED
        elif self.finished and isinstance(self.outcome, str):
            status["StateChangeReason"] = self.outcome
        elif self.finished and isinstance(self.outcome, SqlError):
            status["StateChangeReason"] = self.outcome.reason
            status["AthenaError"] = {
                "ErrorCategory": self.outcome.category,
                "ErrorType": self.outcome.type,
                "Retryable": self.outcome.retryable,
                "ErrorMessage": self.outcome.reason,
            }
        return status

    def _milliseconds(self) -> dict[str, int]:
        queue = min(self.polls, self.script.queued) * _MILLISECONDS_A_POLL
        running = max(self.polls - self.script.queued, 0)
        engine = min(running, self.script.running) * _MILLISECONDS_A_POLL
        engine += self.engine_milliseconds if self.finished else 0
        return {"Queue": queue, "Engine": engine, "Total": queue + engine}

    def _statistics(self) -> dict[str, Any]:
        milliseconds = self._milliseconds()
        return {
            "EngineExecutionTimeInMillis": milliseconds["Engine"],
            "QueryQueueTimeInMillis": milliseconds["Queue"],
            "TotalExecutionTimeInMillis": milliseconds["Total"],
            "DataScannedInBytes": self.scanned_bytes if self.finished else 0,
            "ResultReuseInformation": {"ReusedPreviousResult": self.reused},
        }

    def page(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of `GetQueryResults`.

        Raises:
            AthenaError: there are no rows (yet), or the page is none.
        """
        if not self.finished:
            raise invalid(f"Query has not yet finished. Current state: {self.state}")
        if self.stopped or not isinstance(self.outcome, Result):
            raise invalid(
                f"Query did not finish successfully. Final query state: {self.state}",
                "INVALID_QUERY_EXECUTION_STATE",
            )
        size = int(request.get("MaxResults", MAX_PAGE_ROWS))
        if size > MAX_PAGE_ROWS:
            raise invalid(f"MaxResults is more than maximum allowed length {MAX_PAGE_ROWS}.")
        start = self._start(request.get("NextToken"))
        rows = self._rows(self.outcome)
        end = start + min(size, self.script.page_rows)
        answer: dict[str, Any] = {
            "UpdateCount": 0,
            "ResultSet": {
                "Rows": [{"Data": [_cell(text) for text in row]} for row in rows[start:end]],
                "ResultSetMetadata": {"ColumnInfo": self._columns(self.outcome)},
            },
        }
        if end < len(rows):
            token = json.dumps([self.id, end]).encode()
            answer["NextToken"] = base64.b64encode(token).decode()
        return answer

    def _rows(self, result: Result) -> list[list[str | None]]:
        """Rows as they are counted for pages: the first one has the columns' names."""
        header: list[list[str | None]] = [[name for name, _ in result.columns]]
        rows = result.rows[: len(result.rows) - self.script.missing_rows]
        return [*(header if self.script.header else []), *rows]

    def _columns(self, result: Result) -> list[dict[str, Any]]:
        described = []
        for name, kind in result.columns:
            told = self.script.types.get(name, kind)
            precision, scale = _PRECISIONS.get(told, (0, 0))
            described.append(
                {
                    "CatalogName": "hive",
                    "SchemaName": "",
                    "TableName": "",
                    "Name": name,
                    "Label": name,
                    "Type": told,
                    "Precision": precision,
                    "Scale": scale,
                    "Nullable": "UNKNOWN",
                    "CaseSensitive": told == "varchar",
                }
            )
        return described

    def _start(self, token: str | None) -> int:
        if token is None:
            return 0
        try:
            execution, start = json.loads(base64.b64decode(token, validate=True))
        except (binascii.Error, ValueError, TypeError):
            execution, start = None, 0
        if execution != self.id:
            raise invalid("Invalid NextToken")
        return int(start)


def _cell(text: str | None) -> dict[str, str]:
    """NULL is the lack of a value; an empty string is one."""
    return {} if text is None else {"VarCharValue": text}


def bad_database(name: str) -> SqlError:
    """What a query comes to whose context names a database that is not there."""
    return SqlError(f"SCHEMA_NOT_FOUND: Schema '{name}' does not exist", category=USER)
