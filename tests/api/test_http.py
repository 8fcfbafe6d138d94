"""From errors to answers, and what is opened for a request."""

import json
import logging
from collections.abc import Callable
from threading import Event
from typing import Any, Never

import pytest

from chalicelib.api.http import Reply, Request, encode, respond
from chalicelib.api.operation import Backend, Operation
from chalicelib.api.operations.boards import LEADERBOARD
from chalicelib.api.operations.document import OPENAPI
from chalicelib.api.operations.kingdoms import KINGDOMS
from chalicelib.api.operations.service import HEALTH, METRICS_LIST
from chalicelib.catalog.entries import Catalog, CatalogEntry, Located
from chalicelib.engines.engine import Engine
from chalicelib.errors import (
    BadParameterError,
    CatalogError,
    CatalogMissingError,
    ConflictError,
    EngineBusyError,
    EngineTimeoutError,
    NotFoundError,
    StoreDeniedError,
    StoreUnavailableError,
    UploadChangedError,
    WithdrawnError,
)
from chalicelib.threads.deadline import Deadline
from tests.engines.support import facts


def never() -> Never:
    """What must not be opened."""
    raise AssertionError


def backend(catalog: Callable[[], Catalog], engine: Callable[[], Engine] = never) -> Backend:
    return Backend("arrow", catalog, engine, Deadline.after(20), never)


def reply(error: Exception, operation: Operation = KINGDOMS) -> Reply:
    """The answer while the catalog fails in one way."""

    def broken() -> Catalog:
        raise error

    return respond(operation, Request(), backend(broken))


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


@pytest.mark.parametrize(
    ("error", "status", "level"),
    [
        (CatalogError("the catalog of kingdom 51 is damaged: rebuild it"), 500, logging.ERROR),
        (CatalogMissingError("there are boards that no catalog lists"), 503, logging.WARNING),
        (WithdrawnError("the snapshot is being withdrawn"), 503, logging.WARNING),
    ],
)
def test_what_only_an_operator_or_time_can_mend_is_told_in_the_answer_and_in_the_log(
    error: Exception, status: int, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    answer = reply(error)
    assert answer.status == status
    assert json.loads(answer.body)["Message"] == str(error)
    assert answer.headers["Cache-Control"] == "no-store"
    assert [record.levelno for record in caplog.records] == [level]
    assert caplog.records[0].exc_info is None


def test_what_a_client_did_wrong_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    for error in (NotFoundError("x"), ConflictError("x"), BadParameterError("x")):
        assert json.loads(reply(error).body)["Message"] == "x"
    assert caplog.records == []


def test_a_fault_while_the_engine_is_opened_is_answered_too() -> None:
    class OneSnapshot:
        def snapshot(self, *_: object) -> Located:
            snapshot = facts(1)
            return Located(CatalogEntry(snapshot, snapshot.version, {}), is_latest=True)

    def broken() -> Engine:
        raise StoreUnavailableError("no network")

    catalog: Any = OneSnapshot()
    asked = Request({"kingdom": "51", "metric": "dkp"})
    assert respond(LEADERBOARD, asked, backend(lambda: catalog, broken)).status == 503


def test_nothing_is_opened_for_a_request_that_is_refused_or_needs_nothing() -> None:
    closed = backend(never)
    path = {"kingdom": "51", "metric": "dkp"}
    assert respond(LEADERBOARD, Request(path, {"limit": ["0"]}), closed).status == 400
    assert respond(LEADERBOARD, Request(path | {"metric": "x"}), closed).status == 404
    for operation in (HEALTH, METRICS_LIST, OPENAPI):
        assert respond(operation, Request(), closed).status == 200


def test_a_catalog_that_never_answers_is_given_up_at_the_deadline() -> None:
    released = Event()

    def hanging() -> Catalog:
        released.wait(30)
        raise AssertionError

    asked = Backend("arrow", hanging, never, Deadline.after(0.2), never)
    assert respond(KINGDOMS, Request(), asked).status == 504
    released.set()


def test_a_body_is_compact_and_keeps_names_and_the_order_of_keys() -> None:
    assert encode({"b": ["雪", None], "a": 2**53 - 1}) == '{"b":["雪",null],"a":9007199254740991}'
