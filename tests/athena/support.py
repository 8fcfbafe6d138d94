"""A client as short as one can be, and statements for the tests of this package."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from chalicelib.boards.request import BoardRequest
from chalicelib.engines.athena.parts import Source
from chalicelib.engines.athena.query import BoardQuery
from tests.athena.fixtures import Athena
from tests.ingest.support import KEY, ingest, put

if TYPE_CHECKING:
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef

WHERE: Final = "WHERE kingdom = 51 AND dt = '2026-01-26'"

VERSION: Final = "0123456789abcdef"
FILE: Final = "fedcba9876543210"
RUN_ID: Final = "20260126T153012Z-0123456789abcdef"


def board_query(run_id: str = RUN_ID, limit: int = 100, offset: int = 0) -> BoardQuery:
    """What the product asks for a page of a board of DKP."""
    source = Source("rok_players", 51, date(2026, 1, 26), run_id, VERSION, FILE)
    return BoardQuery(source, BoardRequest("dkp", limit, offset))


BOARD: Final = board_query().text
"""A statement that the product sends."""

# An empty name would be no name; 雪's alliance is unknown, and two players have the same DKP.
SCAN: Final = """ID,Name,Alliance,DKP,Power
1000001,O'Brien,"[A] ""q"", x",500,5000000
1000002,雪 👑,,900,7000000
1000003,Bo,[B],500,
1000004,Cy,[B],,9000000
"""


def large_scan(players: int) -> str:
    """A scan as wide as scanners write them, with counters of the magnitudes that are real."""
    header = (
        "ID,Name,Power,Killpoints,Deads,T1 Kills,T2 Kills,T3 Kills,T4 Kills,T5 Kills,"
        "Ranged,Rss Gathered,Rss Assistance,Helps,Alliance"
    )
    random, lines = Random(players), [header]
    for one in range(players):
        kills = [int(random.random() ** 4 * 4e8) for _ in range(5)]
        points = kills[0] // 5 + 2 * kills[1] + 4 * kills[2] + 10 * kills[3] + 20 * kills[4]
        rest = [int(random.random() ** 2 * size) for size in (5e7, 1e7, 2e11, 1e10, 1e5)]
        name = random.choice(("Player", "Игрок", "勇者", "لاعب", "Người"))
        cells = [10_000_000 + 137 * one, f"{name} {one}"]
        cells += [int(random.random() * 2e8), points, rest[0], *kills, *rest[1:]]
        lines.append(",".join(map(str, cells)) + f",[{one % 30:02}] Ours")
    return "\n".join(lines)


@dataclass(frozen=True)
class Answer:
    """Everything that a query was answered with, after its last poll."""

    execution: "QueryExecutionTypeDef"
    columns: list[tuple[str, str]]
    rows: list[list[str | None]]

    @property
    def state(self) -> str:
        return self.execution["Status"]["State"]

    @property
    def reason(self) -> str:
        return self.execution["Status"].get("StateChangeReason", "")

    @property
    def scanned_bytes(self) -> int:
        return self.execution["Statistics"]["DataScannedInBytes"]


def fill(athena: Athena, scan: str = SCAN) -> str:
    """Publish a scan by the real ingestion; its run."""
    put(athena.store, KEY, scan.encode(), moment=None)
    run_id: str = ingest(athena.store).report["run_id"]
    return run_id


def parquet(columns: dict[str, Any]) -> bytes:
    """A file of columns that ingestion would not write."""
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def start(athena: Athena, sql: str, parameters: Sequence[str] = (), **more: Any) -> str:
    """Start a query; its id."""
    if parameters:
        more["ExecutionParameters"] = list(parameters)
    request: dict[str, Any] = {
        "QueryString": sql,
        "WorkGroup": athena.workgroup,
        "QueryExecutionContext": {"Database": athena.database},
        **more,
    }
    return athena.client.start_query_execution(**request)["QueryExecutionId"]


def poll(athena: Athena, execution_id: str) -> "QueryExecutionTypeDef":
    return athena.client.get_query_execution(QueryExecutionId=execution_id)["QueryExecution"]


def query(athena: Athena, sql: str, parameters: Sequence[str] = (), **more: Any) -> Answer:
    """Run a query to its end; no rows unless it succeeds."""
    return finish(athena, start(athena, sql, parameters, **more))


def finish(athena: Athena, execution_id: str) -> Answer:
    while (execution := poll(athena, execution_id))["Status"]["State"] in ("QUEUED", "RUNNING"):
        pass
    if execution["Status"]["State"] != "SUCCEEDED":
        return Answer(execution, [], [])
    rows: list[list[str | None]] = []
    columns: list[tuple[str, str]] = []
    for page in athena.client.get_paginator("get_query_results").paginate(
        QueryExecutionId=execution_id
    ):
        result = page["ResultSet"]
        columns = [
            (column["Name"], column["Type"]) for column in result["ResultSetMetadata"]["ColumnInfo"]
        ]
        rows += [[cell.get("VarCharValue") for cell in row["Data"]] for row in result["Rows"]]
    return Answer(execution, columns, rows[1:])
