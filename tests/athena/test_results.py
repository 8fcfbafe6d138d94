"""Pages of rows, through boto3 over HTTP."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.athena.engine import Result
from tests.athena.fixtures import Athena
from tests.athena.service import AthenaService, running
from tests.athena.support import finish, poll, start
from tests.athena.test_service import refused

pytestmark = pytest.mark.slow

SQL = "SELECT 1"


class ManyRows:
    """An engine that counts to a number."""

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def execute(self, sql: str, parameters: Sequence[str], database: str) -> Result:
        rows: list[list[str | None]] = [[str(number)] for number in range(1, self.rows + 1)]
        return Result([("n", "bigint")], rows, 0)


@pytest.fixture
def counting(athena: Athena) -> Iterator[ManyRows]:
    engine = ManyRows(3)
    with running(AthenaService(engine)):
        yield engine


def page(athena: Athena, execution_id: str, **more: Any) -> tuple[list[str], str | None]:
    answer = athena.client.get_query_results(QueryExecutionId=execution_id, **more)
    rows = answer["ResultSet"]["Rows"]
    return [row["Data"][0]["VarCharValue"] for row in rows], answer.get("NextToken")


@pytest.mark.parametrize(("rows", "pages"), [(0, [1]), (999, [1000]), (1000, [1000, 1])])
def test_a_page_has_a_thousand_rows_with_the_header(
    athena: Athena, counting: ManyRows, rows: int, pages: list[int]
) -> None:
    counting.rows = rows
    execution_id = start(athena, SQL)
    sizes, token = [], None
    while True:
        more: dict[str, Any] = {"NextToken": token} if token else {}
        found, token = page(athena, execution_id, **more)
        sizes.append(len(found))
        if token is None:
            break
    assert sizes == pages
    assert finish(athena, execution_id).rows == [[str(n)] for n in range(1, rows + 1)]


def test_smaller_pages(athena: Athena, counting: ManyRows) -> None:
    execution_id = start(athena, SQL)
    first, token = page(athena, execution_id, MaxResults=2)
    second, end = page(athena, execution_id, MaxResults=2, NextToken=token)
    assert (first, second, end) == (["n", "1"], ["2", "3"], None)


def test_a_page_that_is_none(athena: Athena, counting: ManyRows) -> None:
    execution_id = start(athena, SQL)
    _, token = page(athena, execution_id, MaxResults=1)
    other = start(athena, SQL)
    message = refused(lambda: page(athena, execution_id, MaxResults=1001))
    assert message == "MaxResults is more than maximum allowed length 1000."
    for wrong in ("x", "?", "bnVsbA=="):
        assert refused(lambda wrong=wrong: page(athena, other, NextToken=wrong))  # type: ignore[misc]
    assert refused(lambda: page(athena, other, NextToken=token)) == "Invalid NextToken"


def test_rows_of_a_query_that_still_runs(athena: Athena) -> None:
    athena.service.script(queued=1, running=1)
    execution_id = start(athena, SQL)
    for state in ("QUEUED", "RUNNING"):
        assert poll(athena, execution_id)["Status"]["State"] == state
        message = refused(lambda: page(athena, execution_id))
        assert message == f"Query has not yet finished. Current state: {state}"
    assert poll(athena, execution_id)["Status"]["State"] == "SUCCEEDED"
    assert page(athena, execution_id)[0] == ["_col0", "1"]


def test_null_has_no_value_and_every_column_a_type(athena: Athena) -> None:
    execution_id = start(athena, "SELECT NULL AS a, '' AS b, 5000000000 AS c, 1 AS d, 1e0 AS e")
    result = athena.client.get_query_results(QueryExecutionId=execution_id)["ResultSet"]
    header, row = result["Rows"]
    assert header["Data"] == [{"VarCharValue": name} for name in "abcde"]
    assert row["Data"] == [
        {},
        {"VarCharValue": ""},
        {"VarCharValue": "5000000000"},
        {"VarCharValue": "1"},
        {"VarCharValue": "1.0"},
    ]
    columns: Any = result["ResultSetMetadata"]["ColumnInfo"]
    assert [(column["Name"], column["Label"], column["Type"]) for column in columns] == [
        ("a", "a", "unknown"),
        ("b", "b", "varchar"),
        ("c", "c", "bigint"),
        ("d", "d", "integer"),
        ("e", "e", "double"),
    ]
    assert [column["Precision"] for column in columns] == [0, 2147483647, 19, 10, 17]
    assert [column["CaseSensitive"] for column in columns] == [False, True, False, False, False]
