"""Athena's calls, through boto3 over HTTP: what they take, refuse and answer."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.athena.fixtures import Athena
from tests.athena.support import WHERE, fill, finish, parquet, poll, query, start
from tests.ingest.support import CURATED, put

pytestmark = pytest.mark.slow

ONE = "SELECT 1 AS one"
AGES = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 10}}
TOKEN = "a-token-of-at-least-32-characters"


def refused(call: Callable[[], Any]) -> str:
    """The message of an invalid request."""
    with pytest.raises(ClientError) as caught:
        call()
    error: Any = caught.value.response
    assert error["Error"]["Code"] == "InvalidRequestException"
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    message: str = error["Error"]["Message"]
    return message


def test_what_a_finished_query_tells(athena: Athena) -> None:
    fill(athena)
    sql = f"SELECT name FROM rok_players {WHERE} AND name = ?"
    answer = query(athena, sql, ["'O''Brien'"])
    assert answer.rows == [["O'Brien"]]
    told: Any = answer.execution
    assert told["Query"] == sql
    assert told["ExecutionParameters"] == ["'O''Brien'"]
    assert told["QueryExecutionContext"] == {"Database": athena.database}
    assert told["WorkGroup"] == athena.workgroup
    assert told["StatementType"] == "DML"
    output = f"s3://{athena.bucket}/query-results/{told['QueryExecutionId']}.csv"
    assert told["ResultConfiguration"]["OutputLocation"] == output
    status = told["Status"]
    assert status["State"] == "SUCCEEDED"
    assert status["CompletionDateTime"] >= status["SubmissionDateTime"]
    assert not {"StateChangeReason", "AthenaError"} & status.keys()
    numbers = told["Statistics"]
    assert 0 < numbers["DataScannedInBytes"] < 1000
    assert numbers["TotalExecutionTimeInMillis"] == numbers["EngineExecutionTimeInMillis"] > 0
    assert numbers["QueryQueueTimeInMillis"] == 0
    assert numbers["ResultReuseInformation"] == {"ReusedPreviousResult": False}


FAILURES = [
    ("SELECT x FROM nowhere", 1301, "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog."),
    (f"SELECT x FROM rok_players {WHERE}", 1006, "COLUMN_NOT_FOUND: Column 'x'"),
    ("SELECT FROM", 1006, "SYNTAX_ERROR: "),
    ("SELECT id FROM rok_players", 1000, "UNBOUND_PARTITION: "),
]


@pytest.mark.parametrize(("sql", "kind", "reason"), FAILURES)
def test_a_failed_query_says_why(athena: Athena, sql: str, kind: int, reason: str) -> None:
    answer = query(athena, sql)
    assert answer.state == "FAILED"
    assert answer.reason.startswith(reason)
    assert answer.execution["Status"]["AthenaError"] == {
        "ErrorCategory": 2,
        "ErrorType": kind,
        "Retryable": False,
        "ErrorMessage": answer.reason,
    }
    assert answer.scanned_bytes == 0
    execution_id = answer.execution["QueryExecutionId"]
    message = refused(lambda: athena.client.get_query_results(QueryExecutionId=execution_id))
    assert message == "Query did not finish successfully. Final query state: FAILED"


class TestStart:
    """What a query needs to be started."""

    def test_the_workgroup_must_exist(self, athena: Athena) -> None:
        message = refused(lambda: start(athena, ONE, WorkGroup="nobodys"))
        assert message == "WorkGroup nobodys is not found."

    def test_the_database_must_exist(self, athena: Athena) -> None:
        answer = query(athena, ONE, QueryExecutionContext={"Database": "nowhere"})
        assert answer.reason == "SCHEMA_NOT_FOUND: Schema 'nowhere' does not exist"
        answer = query(athena, ONE, QueryExecutionContext={})
        assert answer.reason == "SCHEMA_NOT_FOUND: Schema 'default' does not exist"

    def test_rows_must_have_a_place(self, athena: Athena) -> None:
        message = refused(lambda: start(athena, ONE, WorkGroup="primary"))
        assert message.startswith("No output location provided.")
        place = {"OutputLocation": "s3://elsewhere/x"}
        answer = query(athena, ONE, WorkGroup="primary", ResultConfiguration=place)
        output = answer.execution["ResultConfiguration"]["OutputLocation"]
        assert output == f"s3://elsewhere/x/{answer.execution['QueryExecutionId']}.csv"

    def test_a_workgroup_that_enforces_its_place_refuses_no_other(self, athena: Athena) -> None:
        place = {"OutputLocation": "s3://elsewhere/x"}
        answer = query(athena, ONE, ResultConfiguration=place)
        output = answer.execution["ResultConfiguration"]["OutputLocation"]
        assert output.startswith(f"s3://{athena.bucket}/query-results/")

    def test_a_statement_has_a_longest_length(self, athena: Athena) -> None:
        assert "262144 bytes" in refused(lambda: start(athena, ONE + " " * 262_144))

    def test_a_wrong_number_of_parameters_fails(self, athena: Athena) -> None:
        answer = query(athena, ONE, ["1"])
        assert answer.reason.startswith("INVALID_PARAMETER_USAGE: ")

    def test_the_same_token_is_the_same_query(self, athena: Athena) -> None:
        first = start(athena, ONE, ClientRequestToken=TOKEN)
        assert start(athena, ONE, ClientRequestToken=TOKEN) == first
        assert start(athena, ONE) != first

    @pytest.mark.parametrize(
        "change", [{"QueryString": "SELECT 2"}, {"ExecutionParameters": ["1"]}, {"WorkGroup": "x"}]
    )
    def test_the_same_token_is_for_nothing_else(
        self, athena: Athena, change: dict[str, Any]
    ) -> None:
        start(athena, ONE, ClientRequestToken=TOKEN)
        request = {"QueryString": ONE, **change}
        sql = request.pop("QueryString")
        message = refused(lambda: start(athena, sql, ClientRequestToken=TOKEN, **request))
        assert message == "Idempotent parameters do not match"


class TestReuse:
    """Rows of an earlier query."""

    SQL = f"SELECT name FROM rok_players {WHERE} AND id = ?"

    @staticmethod
    def reused(answer: Any) -> bool:
        told = answer.execution["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]
        assert bool(answer.scanned_bytes) is not told
        return bool(told)

    def test_the_same_question_gets_the_old_rows(self, athena: Athena) -> None:
        fill(athena)
        first = query(athena, self.SQL, ["1000001"], ResultReuseConfiguration=AGES)
        renamed = parquet({"id": [1000001], "name": ["Renamed"]})
        put(athena.store, CURATED, renamed, moment=None)
        again = query(athena, self.SQL, ["1000001"], ResultReuseConfiguration=AGES)
        assert (self.reused(first), self.reused(again)) == (False, True)
        assert again.rows == first.rows == [["O'Brien"]]
        assert query(athena, self.SQL, ["1000001"]).rows == [["Renamed"]]

    def test_for_as_long_as_was_asked(self, athena: Athena) -> None:
        fill(athena)
        query(athena, self.SQL, ["1000001"])
        athena.service.pass_time(minutes=9)
        assert self.reused(query(athena, self.SQL, ["1000001"], ResultReuseConfiguration=AGES))
        # Reused rows are as old as the query that found them.
        athena.service.pass_time(minutes=2)
        late = query(athena, self.SQL, ["1000001"], ResultReuseConfiguration=AGES)
        assert not self.reused(late)

    def test_another_question_gets_its_own(self, athena: Athena) -> None:
        fill(athena)
        query(athena, self.SQL, ["1000001"])
        other = query(athena, self.SQL, ["1000002"], ResultReuseConfiguration=AGES)
        spaced = query(athena, self.SQL + " ", ["1000001"], ResultReuseConfiguration=AGES)
        off = {"ResultReuseByAgeConfiguration": {"Enabled": False}}
        unwanted = query(athena, self.SQL, ["1000001"], ResultReuseConfiguration=off)
        assert not any(self.reused(answer) for answer in (other, spaced, unwanted))

    def test_by_meaning_case_spaces_literals_and_parameters_are_nothing(
        self, athena: Athena
    ) -> None:
        fill(athena)
        first = query(athena, self.SQL, ["1000001"])
        athena.service.script(reuse="meaning")
        alike = self.SQL.lower().replace("51", "52").replace("'2026-01-26'", " 'O''Brien'  ")
        for sql, parameters in ((self.SQL, ["1000002"]), (alike, ["1"])):
            again = query(athena, sql, parameters, ResultReuseConfiguration=AGES)
            assert self.reused(again)
            assert again.rows == first.rows
        other = self.SQL.replace("name", "power")
        assert not self.reused(query(athena, other, ["1"], ResultReuseConfiguration=AGES))

    def test_by_chance_any_rows_are_given_and_if_told_so_to_everybody(self, athena: Athena) -> None:
        fill(athena)
        query(athena, ONE)
        athena.service.script(reuse="chance")
        assert query(athena, self.SQL, ["1"], ResultReuseConfiguration=AGES).rows == [["1"]]
        assert query(athena, self.SQL, ["1000001"]).rows == [["O'Brien"]]
        athena.service.script(reuse_unasked=True)
        assert self.reused(query(athena, "SELECT 2 AS two"))

    def test_a_failure_is_not_reused(self, athena: Athena) -> None:
        query(athena, "SELECT x FROM rok_players", ResultReuseConfiguration=AGES)
        again = query(athena, "SELECT x FROM rok_players", ResultReuseConfiguration=AGES)
        assert again.state == "FAILED"


class TestStop:
    """Cancelling a query."""

    def test_a_running_query_is_cancelled(self, athena: Athena) -> None:
        athena.service.script(running=5)
        execution_id = start(athena, ONE)
        assert poll(athena, execution_id)["Status"]["State"] == "RUNNING"
        athena.client.stop_query_execution(QueryExecutionId=execution_id)
        answer = finish(athena, execution_id)
        assert (answer.state, answer.reason) == ("CANCELLED", "Query cancelled by user")
        message = refused(lambda: athena.client.get_query_results(QueryExecutionId=execution_id))
        assert message == "Query did not finish successfully. Final query state: CANCELLED"

    def test_a_finished_query_stays_as_it_is(self, athena: Athena) -> None:
        execution_id = start(athena, ONE)
        assert finish(athena, execution_id).state == "SUCCEEDED"
        athena.client.stop_query_execution(QueryExecutionId=execution_id)
        assert finish(athena, execution_id).rows == [["1"]]


def test_a_query_that_nobody_started(athena: Athena) -> None:
    client = athena.client
    calls: tuple[Callable[..., Any], ...] = (
        client.get_query_execution,
        client.get_query_results,
        client.stop_query_execution,
    )
    for call in calls:
        message = refused(lambda call=call: call(QueryExecutionId="x"))  # type: ignore[misc]
        assert message == "QueryExecution x was not found"


def test_the_workgroups_cutoff_cancels(athena: Athena) -> None:
    athena.service.script(scanned_bytes=2**30)
    assert query(athena, ONE).state == "SUCCEEDED"
    athena.service.script(scanned_bytes=2**30 + 1)
    answer = query(athena, ONE)
    assert (answer.state, answer.reason) == ("CANCELLED", "Bytes scanned limit was exceeded")
    assert answer.scanned_bytes == 2**30
