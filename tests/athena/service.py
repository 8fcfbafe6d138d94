"""Makes moto's Athena, which never runs SQL, run it: behind boto3, over HTTP.

Four calls are replaced for as long as a context lasts. All else (workgroups, catalogs) is moto's.
"""

import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from tests.athena.engine import Result, SqlEngine, SqlError
from tests.athena.execution import CUT_OFF, STOPPED, Execution, Outcome, bad_database
from tests.athena.script import (
    OPERATIONS,
    AthenaError,
    Call,
    Operation,
    Reuse,
    Script,
    invalid,
    refusal,
)

_MAX_QUERY_BYTES: Final = 262_144
_METHODS: Final[Mapping[Operation, str]] = {
    "StartQueryExecution": "start_query_execution",
    "GetQueryExecution": "get_query_execution",
    "GetQueryResults": "get_query_results",
    "StopQueryExecution": "stop_query_execution",
}
_LITERAL: Final = re.compile(r"'(?:[^']|'')*'|\b[0-9]+(?:\.[0-9]+)?\b")
_NO_OUTPUT: Final = (
    "No output location provided. An output location is required either through the Workgroup "
    "result configuration setting or as an API input."
)


class AthenaService:
    """What answers for Athena: an engine, a script of misfortunes and a log of calls.

    Attributes:
        calls: every call so far.
    """

    def __init__(self, engine: SqlEngine) -> None:
        """Run statements on `engine`, promptly and without trouble until told otherwise."""
        self.calls: list[Call] = []
        self._engine = engine
        self._script = Script()
        self._refusals: dict[Operation, list[AthenaError]] = {name: [] for name in OPERATIONS}
        self._executions: dict[str, Execution] = {}
        self._tokens: dict[str, tuple[str, str]] = {}
        self._seconds_ahead = 0.0
        self._lock = threading.Lock()

    def script(self, **changes: Any) -> None:
        """Change how the queries go that start from now on; see `Script` for what there is."""
        self._script = replace(self._script, **changes)

    def refuse(self, operation: Operation, code: str, times: int = 1) -> None:
        """Answer the next calls of an operation with an error.

        Args:
            operation: such as `GetQueryExecution`.
            code: such as `ThrottlingException`, `TooManyRequestsException`,
                `AccessDeniedException` or `InternalServerException`.
            times: how many calls.
        """
        self._refusals[operation] += [refusal(operation, code)] * times

    def pass_time(self, minutes: float) -> None:
        """Let the service's clock go ahead: results of earlier queries become older."""
        self._seconds_ahead += minutes * 60

    def asked(self, operation: Operation) -> list[Mapping[str, Any]]:
        """The parameters of all calls of an operation, in order."""
        return [call.parameters for call in self.calls if call.operation == operation]

    def scanned(self) -> list[int]:
        """The bytes that each query so far has read of files, in order."""
        return [execution.scanned_bytes for execution in self._executions.values()]

    def answer(
        self, operation: Operation, request: Mapping[str, Any], backend: Any
    ) -> dict[str, Any]:
        """Answer one call.

        Args:
            operation: which.
            request: its parameters.
            backend: moto's, of the caller's account and region.

        Raises:
            AthenaError: the call is refused.
        """
        with self._lock:
            self.calls.append(Call(operation, request))
            if self._refusals[operation]:
                raise self._refusals[operation].pop(0)
        if operation == "StartQueryExecution":
            return {"QueryExecutionId": self._start(request, backend)}
        execution = self._executions.get(request["QueryExecutionId"])
        if execution is None:
            raise invalid(f"QueryExecution {request['QueryExecutionId']} was not found")
        if operation == "GetQueryResults":
            return execution.page(request)
        with self._lock:
            if operation == "StopQueryExecution":
                execution.stopped = execution.stopped or not execution.finished
                return {}
            execution.polls += 1
            return {"QueryExecution": execution.described()}

    def _start(self, request: Mapping[str, Any], backend: Any) -> str:
        parameters = {
            name: value for name, value in request.items() if name != "ClientRequestToken"
        }
        fingerprint = json.dumps(parameters, sort_keys=True)
        token = request["ClientRequestToken"]
        if token in self._tokens:
            known, execution_id = self._tokens[token]
            if known != fingerprint:
                raise invalid("Idempotent parameters do not match")
            return execution_id
        if len(request["QueryString"].encode()) > _MAX_QUERY_BYTES:
            raise invalid(f"QueryString is longer than {_MAX_QUERY_BYTES} bytes")
        configuration, output = _workgroup(request, backend)
        execution = Execution(
            id=str(uuid.uuid4()),
            request=parameters,
            workgroup=request.get("WorkGroup", "primary"),
            output=output,
            script=self._script,
            outcome=STOPPED,
            submitted=time.time() + self._seconds_ahead,
        )
        self._run(execution, backend)
        _cut_off(execution, configuration.get("BytesScannedCutoffPerQuery"))
        with self._lock:
            self._executions[execution.id] = execution
            self._tokens[token] = (fingerprint, execution.id)
        return execution.id

    def _run(self, execution: Execution, backend: Any) -> None:
        """Find out what a query comes to; at once, so that tests do not depend on threads."""
        earlier = self._reusable(execution)
        if earlier is not None:
            execution.outcome, execution.reused = earlier.outcome, True
            return
        before = time.perf_counter()
        execution.outcome = self._outcome(execution, backend)
        execution.engine_milliseconds = round((time.perf_counter() - before) * 1000)
        if isinstance(execution.outcome, Result):
            scripted = execution.script.scanned_bytes
            execution.scanned_bytes = (
                execution.outcome.scanned_bytes if scripted is None else scripted
            )

    def _outcome(self, execution: Execution, backend: Any) -> Outcome:
        script, request = execution.script, execution.request
        if script.failed is not None:
            return script.failed
        if script.cancelled is not None:
            return script.cancelled
        database = request.get("QueryExecutionContext", {}).get("Database", "default")
        if database.lower() not in _glue(backend).databases:
            return bad_database(database)
        parameters = request.get("ExecutionParameters", [])
        try:
            return self._engine.execute(request["QueryString"], parameters, database)
        except SqlError as error:
            return error

    def _reusable(self, execution: Execution) -> Execution | None:
        """An earlier query whose rows the request would take."""
        reuse = execution.request.get("ResultReuseConfiguration", {})
        by_age = reuse.get("ResultReuseByAgeConfiguration", {})
        if not (by_age.get("Enabled") or execution.script.reuse_unasked):
            return None
        how = execution.script.reuse
        oldest = execution.submitted - 60 * by_age.get("MaxAgeInMinutes", 60)
        for earlier in reversed(self._executions.values()):
            if (
                earlier.state == "SUCCEEDED"
                and not earlier.reused
                and earlier.submitted >= oldest
                and _asks(earlier, how) == _asks(execution, how)
            ):
                return earlier
        return None


def _asks(execution: Execution, reuse: Reuse) -> tuple[Any, ...]:
    """What must be the same for rows to be reused."""
    if reuse == "chance":
        return ()
    names = ("QueryString", "ExecutionParameters", "QueryExecutionContext")
    text, parameters, context = (execution.request.get(name) for name in names)
    if reuse == "meaning":
        text, parameters = _LITERAL.sub("?", " ".join(str(text).lower().split())), None
    return (execution.workgroup, text, parameters, context)


def _workgroup(request: Mapping[str, Any], backend: Any) -> tuple[Mapping[str, Any], str]:
    """The configuration of a request's workgroup, and where its rows are to be put."""
    name = request.get("WorkGroup", "primary")
    workgroup = backend.get_work_group(name)
    if workgroup is None:
        raise invalid(f"WorkGroup {name} is not found.")
    configuration: Mapping[str, Any] = workgroup["Configuration"]
    own = configuration.get("ResultConfiguration", {}).get("OutputLocation")
    asked = request.get("ResultConfiguration", {}).get("OutputLocation")
    output = own if configuration["EnforceWorkGroupConfiguration"] else asked or own
    if not output:
        raise invalid(_NO_OUTPUT)
    return configuration, output


def _cut_off(execution: Execution, limit: int | None) -> None:
    """Athena stops reading at the workgroup's limit, and the query is cancelled."""
    if limit is not None and execution.scanned_bytes > limit:
        execution.outcome, execution.scanned_bytes = CUT_OFF, limit


def _glue(backend: Any) -> Any:
    from moto.glue.models import glue_backends

    return glue_backends[backend.account_id][backend.region_name]


@contextmanager
def running(service: AthenaService) -> Iterator[None]:
    """Let a service answer for the Athena of every moto server in this process."""
    from moto.athena.responses import AthenaResponse

    responses: Any = AthenaResponse
    before = {name: getattr(responses, name) for name in _METHODS.values()}
    for operation, name in _METHODS.items():
        setattr(responses, name, _method(service, operation))
    try:
        yield
    finally:
        for name, method in before.items():
            setattr(responses, name, method)


def _method(service: AthenaService, operation: Operation) -> Callable[[Any], Any]:
    def method(self: Any) -> Any:
        try:
            return json.dumps(service.answer(operation, json.loads(self.body), self.athena_backend))
        except AthenaError as error:
            body = {"__type": error.code, "Message": error.message, **error.members}
            return json.dumps(body), {"status": error.status}

    return method
