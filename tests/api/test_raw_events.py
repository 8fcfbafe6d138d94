"""Requests as raw events: what API Gateway sends, and what it does not send today."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.api.table import CSV_TYPE
from chalicelib.lake.directory.store import DirectoryStore
from tests.api.support import APP
from tests.engines.support import player, publish

pytestmark = pytest.mark.slow

BOARD: Final = "/v1/kingdoms/{kingdom}/leaderboards/{metric}"
HEADERS: Final = {"accept": "application/json", "Host": "api.example", "X-Forwarded-Proto": "https"}


def event(**changes: Any) -> dict[str, Any]:
    """What API Gateway sends for a page of a board."""
    path = {"kingdom": "51", "metric": "dkp"}
    sent: dict[str, Any] = {
        "resource": BOARD,
        "path": BOARD.format(**path),
        "httpMethod": "GET",
        "headers": HEADERS,
        "multiValueHeaders": {name: [value] for name, value in HEADERS.items()},
        "queryStringParameters": {"limit": "2"},
        "multiValueQueryStringParameters": {"limit": ["2"]},
        "pathParameters": path,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": BOARD,
            "httpMethod": "GET",
            "path": f"/api{BOARD.format(**path)}",
            "stage": "api",
            "identity": {"sourceIp": "203.0.113.7"},
        },
        "body": None,
        "isBase64Encoded": False,
    }
    return copy.deepcopy({**sent, **changes})


@pytest.fixture(scope="module", autouse=True)
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A lake with one board; one for all, since no request changes it."""
    folder: Path = tmp_path_factory.mktemp("lake")
    publish(DirectoryStore(str(folder)), [player(one) for one in range(1, 6)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAKE_URI", f"file:{folder}")
        patch.setenv("QUERY_ENGINE", "boards")
        yield


def call(raw: Any) -> tuple[int, Any]:
    """Status and body, parsed if it is JSON, of the handler's answer, which is held to its form."""
    answer = APP(raw, None)
    json.dumps(answer, ensure_ascii=False).encode()
    assert answer["isBase64Encoded"] is False if "isBase64Encoded" in answer else True
    assert answer["headers"]["Access-Control-Allow-Origin"] == "*"
    assert answer["headers"]["X-Content-Type-Options"] == "nosniff"
    if answer["headers"]["Content-Type"] == CSV_TYPE:
        assert answer["statusCode"] == 200
        return 200, answer["body"]
    if "Content-Security-Policy" in answer["headers"]:
        assert answer["statusCode"] in (200, 304)
        return answer["statusCode"], answer["body"]
    assert answer["headers"]["Content-Type"] == "application/json"
    body: Any = json.loads(answer["body"]) if answer["body"] else None
    if answer["statusCode"] >= 400:
        assert set(body) == {"Code", "Message"}
    return answer["statusCode"], body


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in event().items() if name not in names}


SAME: Final = {
    "no single values": without("queryStringParameters"),
    "no lists of values": without("multiValueQueryStringParameters"),
    "lists of values null": event(multiValueQueryStringParameters=None),
    "lists of values empty": event(multiValueQueryStringParameters={}),
    "a text for a list of values": event(multiValueQueryStringParameters={"limit": "2"}),
    "headers null": event(headers=None, multiValueHeaders=None),
    "no headers": without("headers", "multiValueHeaders"),
    "a header null": event(headers={"accept": None, "if-none-match": None}),
    "no body, no stage variables": without("body", "stageVariables", "isBase64Encoded"),
    "a context of two fields": event(requestContext={"resourcePath": BOARD, "httpMethod": "GET"}),
    "a context without path": event(requestContext={"httpMethod": "GET"}),
    "a context without method": event(requestContext={"resourcePath": BOARD}),
    "a context null": event(requestContext=None),
    "no context": without("requestContext"),
    "only the context's path and method": without("resource", "path", "httpMethod"),
    "more path parameters": event(pathParameters={"kingdom": "51", "metric": "dkp", "x": None}),
}


@pytest.mark.parametrize("form", SAME)
def test_what_is_not_needed_may_be_missing(form: str) -> None:
    status, body = call(event())
    assert (status, len(body["entries"]), body["next"] is None) == (200, 2, False)
    assert call(SAME[form]) == (status, body)


def test_a_request_without_a_query_may_tell_so_in_any_form() -> None:
    bare = event(queryStringParameters=None, multiValueQueryStringParameters=None)
    status, body = call(bare)
    assert (status, body["limit"], len(body["entries"])) == (200, 100, 5)
    nothing = without("queryStringParameters", "multiValueQueryStringParameters")
    assert call(nothing) == (status, body)
    assert call(event(queryStringParameters={}, multiValueQueryStringParameters={}))[1] == body


def test_a_tag_among_the_lists_of_headers_is_seen() -> None:
    tag = APP(event(), None)["headers"]["ETag"]
    lists = {"If-None-Match": [tag]}
    assert call(event(headers={"if-none-match": tag}))[0] == 304
    assert call(event(headers=None, multiValueHeaders=lists))[0] == 304


REFUSED: Final = {
    "a value null": (event(multiValueQueryStringParameters={"limit": [None]}), 'not ""'),
    "a value among two null": (
        event(multiValueQueryStringParameters={"limit": ["2", None]}),
        "limit is given 2 times",
    ),
    "a list of values null": (event(multiValueQueryStringParameters={"limit": None}), 'not ""'),
    "a list of values empty": (
        event(multiValueQueryStringParameters={"limit": []}),
        "limit is given 0 times",
    ),
    "a value that is a number": (event(multiValueQueryStringParameters={"limit": [2]}), 'not ""'),
    "a single value null": (
        event(queryStringParameters={"limit": None}, multiValueQueryStringParameters=None),
        "limit must be",
    ),
    "a value of an unknown name null": (
        event(multiValueQueryStringParameters={"x": None}),
        'no parameter "x"',
    ),
    "half a surrogate pair": (
        event(multiValueQueryStringParameters={"\ud800": ["\udfff"]}),
        'no parameter "?"',
    ),
    "path parameters null": (event(pathParameters=None), "kingdom must be 1 to 99999"),
    "no path parameters": (without("pathParameters"), "kingdom must be 1 to 99999"),
    "a path parameter null": (
        event(pathParameters={"kingdom": None, "metric": "dkp"}),
        "kingdom must be",
    ),
    "a path parameter that is a number": (
        event(pathParameters={"kingdom": 51, "metric": "dkp"}),
        "kingdom must be",
    ),
    "no path": (without("resource", "requestContext"), "names no path"),
    "a path that is not ours": (
        event(resource="/x", requestContext={"resourcePath": "/y", "httpMethod": "GET"}),
        "names no path",
    ),
    "no method": (event(httpMethod=None, requestContext={"resourcePath": BOARD}), "no method"),
    "nothing": ({}, "names no path"),
    "null": (None, "names no path"),
    "a list": ([event()], "names no path"),
}


@pytest.mark.parametrize("form", REFUSED)
def test_what_is_missing_and_needed_is_a_bad_request(form: str) -> None:
    raw, words = REFUSED[form]
    status, body = call(raw)
    assert (status, body["Code"]) == (400, "BadRequestError")
    assert words in body["Message"]


def test_a_list_as_csv_is_text_and_not_encoded() -> None:
    """Gateways would send base64 to a spreadsheet as it is."""
    answer = APP(event(pathParameters={"kingdom": "51", "metric": "dkp.csv"}), None)
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == CSV_TYPE
    assert answer["body"].startswith("rank,position,id,name,alliance,value\r\n1,1,")
    assert not answer.get("isBase64Encoded")
    path = "/v1/kingdoms.csv"
    context = {"resourcePath": path, "httpMethod": "GET"}
    kingdoms = event(resource=path, requestContext=context, pathParameters=None)
    del kingdoms["queryStringParameters"], kingdoms["multiValueQueryStringParameters"]
    assert call(kingdoms) == (200, "kingdom,latest\r\n51,2026-01-26\r\n")


def test_another_method_is_still_told_as_that() -> None:
    context = {"resourcePath": BOARD, "httpMethod": "POST"}
    assert call(event(requestContext=context))[0] == 405


def test_the_event_is_left_as_it_is() -> None:
    sent = event()
    call(sent)
    assert sent == event()


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
ABSENT: Final = object()


@st.composite
def damaged(draw: st.DrawFn, value: Any) -> Any:
    """A value with parts of it missing, null or replaced by anything that JSON has."""
    match draw(st.sampled_from(["keep", "keep", "keep", "drop", "null", "junk", "list"])):
        case "drop":
            return ABSENT
        case "null":
            return None
        case "junk":
            return draw(junk)
        case "list":
            return [value, None]
    if isinstance(value, dict):
        parts = {name: draw(damaged(part)) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part is not ABSENT}
    return value


@settings(deadline=None, max_examples=300)
@given(damaged(event()))
def test_no_form_of_an_event_is_a_fault_of_the_server(raw: Any) -> None:
    status, _ = call(None if raw is ABSENT else raw)
    assert status in (200, 304, 400, 404, 405)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(APP.routes)), junk, junk, junk, junk)
def test_no_values_are_a_fault_of_the_server(
    path: str, query: Any, single: Any, parts: Any, headers: Any
) -> None:
    raw = event(
        resource=path,
        requestContext={"resourcePath": path, "httpMethod": "GET"},
        multiValueQueryStringParameters=query,
        queryStringParameters=single,
        pathParameters=parts,
        headers=headers,
        multiValueHeaders=headers,
    )
    assert call(raw)[0] in (200, 400, 404)
