"""Prepare the engine's client before the first query: see `chalicelib.lake.rehearsal`."""

import json
from typing import Any, Final

from chalicelib.engines.athena.client import AthenaClient
from chalicelib.lake.rehearsal import Answer, answering

_ID: Final = "rehearsal"
_ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "StartQueryExecution": {"QueryExecutionId": _ID},
    "GetQueryExecution": {
        "QueryExecution": {"QueryExecutionId": _ID, "Status": {"State": "SUCCEEDED"}}
    },
    "GetQueryResults": {
        "ResultSet": {
            "Rows": [{"Data": [{"VarCharValue": "one"}]}, {"Data": [{"VarCharValue": "1"}]}],
            "ResultSetMetadata": {"ColumnInfo": [{"Name": "one", "Type": "integer"}]},
        }
    },
}


def prepare_athena(client: AthenaClient) -> None:
    """Make a client's connection to boto3, and each call of a query once; none is sent.

    Raises:
        EngineFailedError: the environment's AWS settings are wrong.
    """
    boto = client.boto
    with answering(boto, _answer):
        boto.start_query_execution(QueryString="SELECT 1 AS one", ClientRequestToken=_ID * 4)
        boto.get_query_execution(QueryExecutionId=_ID)
        boto.get_query_results(QueryExecutionId=_ID)


def _answer(request: Any) -> Answer:
    operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
    body = json.dumps(_ANSWERS[operation]).encode()
    return Answer(200, {"Content-Type": "application/x-amz-json-1.1"}, body)
