import json
import logging
from datetime import date
from typing import Any

import pytest

from chalicelib.api.http import Reply, Request, encode, respond
from chalicelib.api.operation import Backend, Operation
from chalicelib.api.operations import KINGDOMS, LEADERBOARD, METRICS_LIST
from chalicelib.engines.engine import Engine
from chalicelib.errors import (
    EngineBusyError,
    EngineTimeoutError,
    StoreDeniedError,
    StoreUnavailableError,
    UploadChangedError,
)


class FailingEngine:
    """An engine that fails in one way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def kingdoms(self) -> dict[int, date]:
        raise self._error

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


def reply(error: Exception, operation: Operation = KINGDOMS) -> Reply:
    engine: Engine = FailingEngine(error)
    return respond(operation, Request(), Backend("arrow", lambda: engine))


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (EngineBusyError("secret"), 503, "ServiceUnavailableError"),
        (StoreUnavailableError("secret"), 503, "ServiceUnavailableError"),
        (UploadChangedError("secret"), 503, "ServiceUnavailableError"),
        (EngineTimeoutError("secret"), 504, "GatewayTimeoutError"),
        (StoreDeniedError("secret"), 500, "InternalServerError"),
        (RuntimeError("secret"), 500, "InternalServerError"),
        (KeyError("secret"), 500, "InternalServerError"),
    ],
)
def test_a_fault_has_its_status_and_shows_nothing_of_the_inside(
    error: Exception, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = reply(error)
    body = json.loads(answer.body)
    assert answer.status == status
    assert body.keys() == {"Code", "Message"}
    assert body["Code"] == code
    assert "secret" not in answer.body
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "secret" in vars(caplog.records[0])["fields"]["message"]


def test_a_caller_is_told_when_to_try_again() -> None:
    assert int(reply(EngineBusyError("x")).headers["Retry-After"]) >= 1


def test_an_unforeseen_fault_is_logged_with_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reply(RuntimeError("secret"))
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert caplog.records[0].exc_info is not None


def test_a_fault_while_the_engine_is_opened_is_answered_too() -> None:
    def broken() -> Engine:
        raise StoreUnavailableError("no network")

    assert respond(KINGDOMS, Request(), Backend("arrow", broken)).status == 503


def test_the_engine_is_not_opened_for_a_request_that_is_refused_or_needs_none() -> None:
    def never() -> Engine:
        raise AssertionError

    backend = Backend("arrow", never)
    path = {"kingdom": "51", "metric": "dkp"}
    assert respond(LEADERBOARD, Request(path, {"limit": ["0"]}), backend).status == 400
    assert respond(LEADERBOARD, Request(path | {"metric": "x"}), backend).status == 404
    assert respond(METRICS_LIST, Request(), backend).status == 200


class TestIfNoneMatch:
    def reply(self, if_none_match: str | None) -> Reply:
        engine: Engine = FailingEngine(AssertionError())
        request = Request(if_none_match=if_none_match)
        return respond(METRICS_LIST, request, Backend("arrow", lambda: engine))

    @pytest.mark.parametrize(
        "form", ["{}", "W/{}", '"a", {}', '{} , W/"b"', '"a",{},"b"', "*", '"a", *']
    )
    def test_an_answer_that_the_client_has_is_not_sent_again(self, form: str) -> None:
        fresh = self.reply(None)
        known = self.reply(form.format(fresh.headers["ETag"]))
        assert (known.status, known.body) == (304, "")
        for name in ("ETag", "Cache-Control"):
            assert known.headers[name] == fresh.headers[name]
        assert "Content-Type" not in known.headers

    @pytest.mark.parametrize("value", ["", '"other"', "unquoted", 'W/"other"', "W/*", "w/*", ","])
    def test_any_other_tag_gets_the_answer(self, value: str) -> None:
        assert self.reply(value).status == 200

    def test_the_tag_is_strong(self) -> None:
        tag = self.reply(None).headers["ETag"]
        assert tag.startswith('"')
        assert tag.endswith('"')
        assert len(tag) == 34


def test_a_body_is_compact_and_keeps_names_and_the_order_of_keys() -> None:
    assert encode({"b": ["雪", None], "a": 2**53 - 1}) == '{"b":["雪",null],"a":9007199254740991}'
