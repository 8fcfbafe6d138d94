"""What may happen to a call of DynamoDB, by order of a test, whichever server there is."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session

from chalicelib.lake.dynamodb.client import DynamoTable
from chalicelib.lake.rehearsal import Answer, response_to

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Send = Callable[[Any], Any]
"""Sends botocore's prepared request for real, and returns its response."""

Fault = Callable[[Any, Send], Any]
"""From a request to its response; it may raise what the network would."""

THROTTLED: Final = "ProvisionedThroughputExceededException"
_JSON: Final = {"Content-Type": "application/x-amz-json-1.0"}


class Call(NamedTuple):
    """A call that was made.

    Attributes:
        operation: such as `GetItem`.
        sent: its parameters.
    """

    operation: str
    sent: Mapping[str, Any]


class Faults:
    """A table whose calls are noted, and fail as ordered.

    Attributes:
        table: to be used.
        calls: what was sent, each try of it.
        plan: what happens to the next calls, one each; afterwards, and for None, nothing does.
    """

    def __init__(self, name: str, client: "DynamoDBClient") -> None:
        """Make the table of this name, with a client that nobody else has."""
        self.table = DynamoTable(name, client=client)
        self.calls: list[Call] = []
        self.plan: list[Fault | None] = []
        self._http = URLLib3Session()
        client.meta.events.register_first("before-send.dynamodb", self._on_send)

    def operations(self) -> list[str]:
        """The names of the calls."""
        return [call.operation for call in self.calls]

    def _on_send(self, request: Any, **_: Any) -> Any:
        operation = request.headers["X-Amz-Target"]
        operation = operation.decode() if isinstance(operation, bytes) else operation
        self.calls.append(Call(operation.rpartition(".")[2], json.loads(request.body)))
        fault = self.plan.pop(0) if self.plan else None
        return fault(request, self._http.send) if fault else None


def failure(status: int, code: str, message: str = "a message\n in two lines") -> Fault:
    """The service refuses the call."""

    def fail(request: Any, send: Send) -> Any:
        kind = f"com.amazonaws.dynamodb.v20120810#{code}"
        return _answer(request, status, {"__type": kind, "message": message})

    return fail


def throttled(request: Any, send: Send) -> Any:
    """The table takes no more."""
    return failure(400, THROTTLED)(request, send)


def reset(request: Any, send: Send) -> Any:
    """The connection ends before the call is there."""
    raise ConnectionClosedError(endpoint_url=request.url)


def lost(request: Any, send: Send) -> Any:
    """The call is done, and its answer does not come."""
    assert send(request).status_code == 200
    raise ConnectionClosedError(endpoint_url=request.url)


def half(request: Any, send: Send) -> Any:
    """Of a batch the first half is done, rounded down, and the other given back."""
    sent = json.loads(request.body)
    ((name, asked),) = sent["RequestItems"].items()
    many = asked if isinstance(asked, list) else asked["Keys"]
    now, later = many[: len(many) // 2], many[len(many) // 2 :]

    def some(part: list[Any]) -> dict[str, Any]:
        return {name: part if isinstance(asked, list) else {**asked, "Keys": part}} if part else {}

    left = "UnprocessedItems" if isinstance(asked, list) else "UnprocessedKeys"
    done: dict[str, Any] = {"Responses": {name: []}}
    if now:
        request.body = json.dumps({**sent, "RequestItems": some(now)}).encode()
        request.headers["Content-Length"] = str(len(request.body))
        response = send(request)
        assert response.status_code == 200, response.content
        done = json.loads(response.content)
    return _answer(request, 200, {**done, left: some(later)})


def _answer(request: Any, status: int, body: Mapping[str, Any]) -> Any:
    return response_to(request, Answer(status, _JSON, json.dumps(body).encode()))
