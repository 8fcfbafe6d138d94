"""The client against an Athena over HTTP: waiting, paging, types, and what is sent."""

import time
from itertools import chain, repeat
from threading import Event
from typing import Any

import pytest

from chalicelib.engines.athena import client as athena_client
from chalicelib.engines.athena.client import AthenaClient, typed_rows
from chalicelib.engines.athena.errors import (
    QueryCancelledError,
    QueryFailedError,
    QueryThrottledError,
    QueryTimeoutError,
)
from chalicelib.errors import EngineBusyError
from chalicelib.threads.deadline import Deadline
from tests.athena.fixtures import Athena
from tests.athena.script import Operation
from tests.athena.support import WHERE, fill
from tests.engines.support import player, publish

pytestmark = pytest.mark.slow

PLAYERS = f'SELECT id, name, alliance, dkp FROM "rok_players" {WHERE} ORDER BY id'
SOON = 10.0


@pytest.fixture
def client(athena: Athena) -> AthenaClient:
    return AthenaClient(athena.database, athena.workgroup, athena.client)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the client waited between its polls, without waiting."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def run(client: AthenaClient, text: str) -> list[Any]:
    return client.run(text, Deadline.after(SOON))


def test_rows_have_the_types_of_their_columns_and_null_is_no_empty_text(
    athena: Athena, client: AthenaClient
) -> None:
    fill(athena)
    assert run(client, PLAYERS) == [
        (1000001, "O'Brien", '[A] "q", x', 500),
        (1000002, "雪 👑", None, 900),
        (1000003, "Bo", "[B]", 500),
        (1000004, "Cy", "[B]", None),
    ]
    assert run(client, "SELECT '' AS empty, CAST(NULL AS varchar) AS nothing") == [("", None)]


def test_a_result_without_rows_is_empty(client: AthenaClient) -> None:
    assert run(client, f'SELECT id FROM "rok_players" {WHERE}') == []


@pytest.mark.parametrize("page_rows", [2, 3, 4, 5, 1000])
def test_pages_are_put_together_and_only_the_first_has_a_header(
    athena: Athena, client: AthenaClient, page_rows: int
) -> None:
    fill(athena)
    athena.service.script(page_rows=page_rows)
    assert [row[0] for row in run(client, PLAYERS)] == [1000001, 1000002, 1000003, 1000004]
    assert len(athena.service.asked("GetQueryResults")) == -(-5 // page_rows)


def test_polls_get_rarer_up_to_a_second(
    athena: Athena, client: AthenaClient, waits: list[float]
) -> None:
    athena.service.script(queued=4, running=5)
    run(client, "SELECT 1 AS one")
    assert waits == pytest.approx([0.1, 0.15, 0.225, 0.3375, 0.50625, 0.759375, 1, 1, 1])
    assert len(athena.service.asked("GetQueryExecution")) == 10


def test_at_the_deadline_the_query_is_stopped(athena: Athena, client: AthenaClient) -> None:
    athena.service.script(queued=1000)
    begin = time.monotonic()
    with pytest.raises(QueryTimeoutError, match="is still QUEUED at the deadline"):
        client.run("SELECT 1 AS one", Deadline.after(0.4))
    assert time.monotonic() - begin >= 0.4
    (stopped,) = athena.service.asked("StopQueryExecution")
    assert stopped == athena.service.asked("GetQueryExecution")[-1]


def test_an_answer_that_is_there_at_the_deadline_is_taken(
    athena: Athena, client: AthenaClient, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    athena.service.script(running=1)
    # For the start, the first poll, after it, and the wait; then nothing is left.
    left = chain([5.0, 5.0, 0.05, 0.05], repeat(0.0))
    monkeypatch.setattr(Deadline, "left", lambda _: next(left))
    assert run(client, "SELECT 1 AS one") == [(1,)]
    assert waits == [0.05]


def test_rows_that_come_after_the_deadline_are_not_waited_for(
    client: AthenaClient, athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(athena)
    athena.service.script(page_rows=2)
    left = chain([5.0] * 4, repeat(0.0))  # for the start, the poll, the first page and after it
    monkeypatch.setattr(Deadline, "left", lambda _: next(left))
    with pytest.raises(QueryTimeoutError, match="not all there"):
        run(client, PLAYERS)
    assert len(athena.service.asked("GetQueryResults")) == 2


def test_a_deadline_that_cannot_stop_the_query_is_still_a_deadline(
    athena: Athena, client: AthenaClient
) -> None:
    athena.service.script(queued=1000)
    athena.service.refuse("StopQueryExecution", "AccessDeniedException")
    with pytest.raises(QueryTimeoutError):
        client.run("SELECT 1 AS one", Deadline.after(0.1))


def test_what_is_sent_leaves_the_place_of_results_to_the_workgroup(
    athena: Athena, client: AthenaClient
) -> None:
    run(client, "SELECT 1 AS one WHERE 1 = 1")
    (sent,) = athena.service.asked("StartQueryExecution")
    token = sent["ClientRequestToken"]
    assert sent == {
        "QueryString": "SELECT 1 AS one WHERE 1 = 1",
        "QueryExecutionContext": {"Database": athena.database},
        "WorkGroup": athena.workgroup,
        "ResultReuseConfiguration": {
            "ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 60}
        },
        "ClientRequestToken": token,
    }
    assert 32 <= len(token) <= 128


def test_a_call_that_is_tried_again_starts_no_second_query(
    athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", athena.endpoint)
    athena.service.refuse("StartQueryExecution", "ThrottlingException")
    assert run(AthenaClient(athena.database, athena.workgroup), "SELECT 1 AS one") == [(1,)]
    first, second = athena.service.asked("StartQueryExecution")
    assert first == second


def test_two_calls_are_two_queries(athena: Athena, client: AthenaClient) -> None:
    run(client, "SELECT 1 AS one")
    run(client, "SELECT 1 AS one")
    tokens = {one["ClientRequestToken"] for one in athena.service.asked("StartQueryExecution")}
    assert len(tokens) == 2


def test_an_answer_is_given_again_within_the_hour(athena: Athena, client: AthenaClient) -> None:
    publish(athena.store, [player(1), player(2)], run=1)
    before = run(client, PLAYERS)
    publish(athena.store, [player(1)], run=2)
    assert run(client, PLAYERS) == before
    athena.service.pass_time(athena_client.REUSE_MINUTES + 1)
    assert run(client, PLAYERS) == before[:1]


@pytest.mark.parametrize(
    "operation", ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"]
)
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ThrottlingException", QueryThrottledError),
        ("TooManyRequestsException", QueryThrottledError),
        ("InternalServerException", EngineBusyError),
        ("AccessDeniedException", QueryFailedError),
    ],
)
def test_a_refused_call_is_an_error_and_no_query_is_left_running(
    athena: Athena, client: AthenaClient, operation: Operation, code: str, kind: type[Exception]
) -> None:
    athena.service.refuse(operation, code, times=1)
    with pytest.raises(kind) as caught:
        run(client, "SELECT 1 AS one")
    assert type(caught.value) is kind
    stopped = athena.service.asked("StopQueryExecution")
    assert len(stopped) == (operation == "GetQueryExecution")


@pytest.mark.slow
@pytest.mark.not_on_trino  # which may need longer for the start
@pytest.mark.parametrize(
    ("operation", "stopped"),
    [("StartQueryExecution", 0), ("GetQueryExecution", 1), ("GetQueryResults", 0)],
)
def test_a_call_that_is_never_answered_ends_with_the_deadline(
    athena: Athena,
    client: AthenaClient,
    monkeypatch: pytest.MonkeyPatch,
    operation: Operation,
    stopped: int,
) -> None:
    monkeypatch.setattr(athena_client, "LAST_CALL_SECONDS", 0.1)
    released = Event()
    answer = athena.service.answer

    def hang(asked: Operation, *arguments: Any) -> Any:
        if asked == operation:
            released.wait(30)
        return answer(asked, *arguments)

    monkeypatch.setattr(athena.service, "answer", hang)
    begin = time.monotonic()
    with pytest.raises(QueryTimeoutError, match=r"no answer in [0-9.]+ s"):
        client.run("SELECT 1 AS one", Deadline.after(2))
    assert time.monotonic() - begin < 10
    assert len(athena.service.asked("StopQueryExecution")) == stopped
    released.set()


def test_a_stop_that_is_never_answered_is_not_waited_for(
    athena: Athena, client: AthenaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(athena_client, "STOP_SECONDS", 0.2)
    released = Event()
    monkeypatch.setattr(client.boto, "stop_query_execution", lambda **_: released.wait(30))
    athena.service.script(queued=1000)
    begin = time.monotonic()
    with pytest.raises(QueryTimeoutError, match="QUEUED"):
        client.run("SELECT 1 AS one", Deadline.after(0.3))
    assert time.monotonic() - begin < 10
    released.set()


def test_a_cancelled_query_is_told_as_that(athena: Athena, client: AthenaClient) -> None:
    athena.service.script(running=1, cancelled="Query cancelled by user")
    with pytest.raises(QueryCancelledError, match="cancelled by user"):
        run(client, "SELECT 1 AS one")


def test_the_workgroup_s_cutoff_is_a_failure_that_stays(
    athena: Athena, client: AthenaClient
) -> None:
    athena.service.script(scanned_bytes=2 * 1024**3)
    with pytest.raises(QueryFailedError, match="Bytes scanned limit"):
        run(client, "SELECT 1 AS one")


def page(types: list[str], *rows: list[str | None]) -> Any:
    columns = [{"Name": f"c{at}", "Type": kind} for at, kind in enumerate(types)]
    cells = [[{} if one is None else {"VarCharValue": one} for one in row] for row in rows]
    return {
        "ResultSetMetadata": {"ColumnInfo": columns},
        "Rows": [{"Data": row} for row in cells],
    }


def test_each_documented_type_is_read() -> None:
    types = ["tinyint", "smallint", "integer", "bigint", "varchar", "char"]
    row: list[str | None] = ["-1", "2", "3", str(2**63 - 1), "007", "x"]
    nothing: list[str | None] = [None] * 6
    found = list(typed_rows(page(types, row, nothing), header=False))
    assert found == [(-1, 2, 3, 2**63 - 1, "007", "x"), (None,) * 6]


@pytest.mark.parametrize(
    "results",
    [
        page(["bigint"], ["1"]),
        page(["bigint"]),
        page(["double"], ["c0"], ["1.5"]),
        page(["bigint"], ["c0"], ["many"]),
        page(["bigint"], ["c0"], ["1.0"]),
        page(["bigint", "varchar"], ["c0", "c1"], ["1"]),
        {"Rows": []},
        {},
    ],
)
def test_an_answer_that_makes_no_sense_is_a_failure(results: Any) -> None:
    with pytest.raises(QueryFailedError, match="result"):
        list(typed_rows(results, header=True))
