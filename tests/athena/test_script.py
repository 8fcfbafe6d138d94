"""Misfortunes on order, through boto3 over HTTP; and the log of calls."""

import subprocess
import sys
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.athena.engine import SYSTEM, SqlError
from tests.athena.fixtures import Athena
from tests.athena.script import OPERATIONS, Operation
from tests.athena.support import finish, poll, query, start

pytestmark = pytest.mark.slow

ONE = "SELECT 1 AS one"
CODES = [
    "ThrottlingException",
    "TooManyRequestsException",
    "AccessDeniedException",
    "InternalServerException",
]


def test_a_query_waits_and_runs_for_as_many_polls_as_are_asked(athena: Athena) -> None:
    athena.service.script(queued=2, running=1)
    execution_id = start(athena, ONE)
    polls = [poll(athena, execution_id) for _ in range(4)]
    states = [told["Status"]["State"] for told in polls]
    assert states == ["QUEUED", "QUEUED", "RUNNING", "SUCCEEDED"]
    assert ["CompletionDateTime" in told["Status"] for told in polls] == [False] * 3 + [True]
    queue = [told["Statistics"]["QueryQueueTimeInMillis"] for told in polls]
    assert queue == [100, 200, 200, 200]
    total = [told["Statistics"]["TotalExecutionTimeInMillis"] for told in polls]
    assert total[:3] == [100, 200, 300]
    assert total[3] >= 300
    athena.service.script(queued=0, running=0)
    assert poll(athena, start(athena, ONE))["Status"]["State"] == "SUCCEEDED"


def test_a_failure_with_everything_that_is_told_of_it(athena: Athena) -> None:
    reason = "Query exhausted resources at this scale factor"
    athena.service.script(failed=SqlError(reason, category=SYSTEM, type=1, retryable=True))
    answer = query(athena, ONE)
    assert (answer.state, answer.reason) == ("FAILED", reason)
    assert answer.execution["Status"]["AthenaError"] == {
        "ErrorCategory": 1,
        "ErrorType": 1,
        "Retryable": True,
        "ErrorMessage": reason,
    }
    athena.service.script(failed=None)
    assert query(athena, ONE).rows == [["1"]]


def test_somebody_else_cancels(athena: Athena) -> None:
    athena.service.script(running=1, cancelled="Query cancelled by user")
    execution_id = start(athena, ONE)
    assert poll(athena, execution_id)["Status"]["State"] == "RUNNING"
    answer = finish(athena, execution_id)
    assert (answer.state, answer.reason) == ("CANCELLED", "Query cancelled by user")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_next_calls_of_an_operation_are_refused(athena: Athena, operation: Operation) -> None:
    def call() -> object:
        if operation == "StartQueryExecution":
            return start(athena, ONE)
        if operation == "GetQueryExecution":
            return poll(athena, execution_id)
        if operation == "GetQueryResults":
            return athena.client.get_query_results(QueryExecutionId=execution_id)
        return athena.client.stop_query_execution(QueryExecutionId=execution_id)

    execution_id = start(athena, ONE)
    for code in CODES:
        athena.service.refuse(operation, code, times=2)
    for code in sorted(CODES * 2, key=CODES.index):
        with pytest.raises(ClientError) as caught:
            call()
        response = caught.value.response
        assert response["Error"]["Code"] == code
        assert response["Error"]["Message"]
        status = response["ResponseMetadata"]["HTTPStatusCode"]
        assert status == (500 if code == "InternalServerException" else 400)
        assert caught.value.operation_name == operation
    assert call()


def test_a_refused_start_starts_nothing_and_its_token_is_free(athena: Athena) -> None:
    token = "a-token-of-at-least-32-characters"
    athena.service.refuse("StartQueryExecution", "TooManyRequestsException")
    with pytest.raises(athena.client.exceptions.TooManyRequestsException) as caught:
        start(athena, ONE, ClientRequestToken=token)
    response: Any = caught.value.response
    assert response["Reason"] == "CONCURRENT_QUERY_LIMIT_EXCEEDED"
    assert finish(athena, start(athena, ONE, ClientRequestToken=token)).rows == [["1"]]


TWO = "SELECT 1 AS one UNION ALL SELECT 2 ORDER BY one"


def test_two_rows_a_page(athena: Athena) -> None:
    athena.service.script(page_rows=2)
    assert query(athena, TWO).rows == [["1"], ["2"]]
    assert len(athena.service.asked("GetQueryResults")) == 2


def test_an_answer_that_lies(athena: Athena) -> None:
    athena.service.script(header=False)
    assert query(athena, TWO).rows == [["2"]]
    athena.service.script(header=True, missing_rows=1)
    assert query(athena, TWO).rows == [["1"]]
    athena.service.script(missing_rows=0, types={"one": "varchar"})
    assert query(athena, TWO).columns == [("one", "varchar")]


def test_an_unknown_change_is_refused(athena: Athena) -> None:
    with pytest.raises(TypeError):
        athena.service.script(qeued=1)


def test_every_call_is_in_the_log_with_its_parameters(athena: Athena) -> None:
    execution_id = start(athena, ONE)
    finish(athena, execution_id)
    asked = [call.operation for call in athena.service.calls]
    assert asked == ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"]
    (first,) = athena.service.asked("StartQueryExecution")
    assert (first["QueryString"], first["WorkGroup"]) == (ONE, athena.workgroup)
    assert athena.service.asked("GetQueryExecution") == [{"QueryExecutionId": execution_id}]
    athena.service.refuse("StopQueryExecution", "ThrottlingException")
    with pytest.raises(ClientError):
        athena.client.stop_query_execution(QueryExecutionId=execution_id)
    assert len(athena.service.asked("StopQueryExecution")) == 1


_ELSEWHERE = """
import sys
import boto3
client = boto3.client("athena")
started = client.start_query_execution(
    QueryString="SELECT 1",
    WorkGroup=sys.argv[1],
    QueryExecutionContext={"Database": sys.argv[2]},
)
told = client.get_query_execution(QueryExecutionId=started["QueryExecutionId"])
print(told["QueryExecution"]["Status"]["StateChangeReason"])
"""


def test_another_process_is_in_the_same_play(athena: Athena) -> None:
    athena.service.script(failed=SqlError("HIVE_BAD_DATA: scripted"))
    done = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE, athena.workgroup, athena.database],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "HIVE_BAD_DATA: scripted"
    assert len(athena.service.calls) == 2


def test_queries_at_the_same_time(athena: Athena) -> None:
    answers: dict[int, list[list[str | None]]] = {}

    def ask(number: int) -> None:
        answers[number] = query(athena, f"SELECT {number} AS n").rows

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: [[str(number)]] for number in range(8)}
