"""What the functions log: one line of JSON for each upload, and nothing of a player."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote_plus

import pytest
from chalice.test import Client

import app
from chalicelib import logs
from chalicelib.errors import StoreUnavailableError, SweepIncompleteError
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.view_keys import KINGDOMS_KEY

FOLDER = "inbox/source=rok_players/kingdom=51/dt=2026-01-26"
SCAN = b"ID,Name,Power\n1,Secret Ana,5\n2,Bo,7\n"


class Log:
    """What the app has logged."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def lines(self) -> list[dict[str, Any]]:
        """All lines, as they would be in CloudWatch."""
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


def chalices_handler() -> "logging.StreamHandler[TextIO]":
    """The handler that chalice has given the app's logger; pytest adds some of its own."""
    (handler,) = [one for one in app.app.log.handlers if type(one) is logging.StreamHandler]
    return handler


@pytest.fixture
def log() -> Iterator[Log]:
    """What the app logs from now on, at chalice's own handler."""
    captured = Log()
    handler = chalices_handler()
    whole = handler.stream
    handler.setStream(captured.stream)
    yield captured
    handler.setStream(whole)


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The handlers over the lake of `directory_store`."""
    monkeypatch.setenv("LAKE_URI", f"file:{tmp_path / 'lake'}")
    return Client(app.app, project_dir=str(tmp_path))


def ingest(client: Client, *names: str) -> None:
    events = [
        client.events.generate_s3_event("local", quote_plus(f"{FOLDER}/{name}", safe="/"))
        for name in names
    ]
    records = {"Records": [record for event in events for record in event["Records"]]}
    client.lambda_.invoke("ingest_players", records)


def test_an_ingested_upload_is_one_line_with_its_run(
    directory_store: DirectoryStore, client: Client, log: Log
) -> None:
    directory_store.create(f"{FOLDER}/a.csv", SCAN)
    ingest(client, "a.csv")
    (line,) = log.lines()
    assert line.pop("time").endswith("Z")
    assert line.pop("run_id")
    assert 0 <= line.pop("seconds") < 60
    assert line == {
        "level": "INFO",
        "event": "upload_ingested",
        "key": f"{FOLDER}/a.csv",
        "verdict": "accepted",
        "players": 2,
        "errors": 0,
        "warnings": line["warnings"],
        "published": True,
        "replayed": False,
    }


def test_a_refused_upload_is_no_error(
    directory_store: DirectoryStore, client: Client, log: Log
) -> None:
    directory_store.create(f"{FOLDER}/a.csv", b"ID,Name,Power\n1,Ana,x\n")
    ingest(client, "a.csv")
    (line,) = log.lines()
    assert (line["level"], line["verdict"], line["errors"]) == ("INFO", "rejected", 1)
    assert line["published"] is False


def test_every_upload_of_an_event_has_its_line(
    directory_store: DirectoryStore, client: Client, log: Log
) -> None:
    directory_store.create(f"{FOLDER}/a.csv", SCAN)
    ingest(client, "a.csv", "a.csv", "gone.csv")
    found = [(line["event"], line.get("replayed")) for line in log.lines()]
    assert found == [
        ("upload_ingested", False),
        ("upload_ingested", True),
        ("nothing_to_ingest", None),
    ]


def test_nothing_of_a_player_is_logged(
    directory_store: DirectoryStore, client: Client, log: Log
) -> None:
    directory_store.create(f"{FOLDER}/a.csv", SCAN)
    directory_store.create(f"{FOLDER}/b.csv", SCAN + b"3,Secret Cy,x\n")
    ingest(client, "a.csv", "b.csv")
    assert len(log.lines()) == 2
    assert "Secret" not in log.stream.getvalue()


def test_a_failure_is_an_error_with_its_type_and_is_raised_all_the_same(
    client: Client, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise StoreUnavailableError("throttled\nfor a while")

    monkeypatch.setattr(DirectoryStore, "open", down)
    with pytest.raises(StoreUnavailableError):
        ingest(client, "a.csv")
    (line,) = log.lines()
    assert (line["level"], line["event"]) == ("ERROR", "upload_failed")
    assert (line["error"], line["message"]) == ("StoreUnavailableError", "throttled\nfor a while")
    assert line["key"] == f"{FOLDER}/a.csv"


def test_a_sweep_has_a_line_for_each_upload_and_one_for_itself(
    directory_store: DirectoryStore,
    client: Client,
    log: Log,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("a.csv", "b.csv"):
        directory_store.create(f"{FOLDER}/{name}", SCAN)
    whole = DirectoryStore.open

    def flaky(store: DirectoryStore, key: str, **options: Any) -> Any:
        if key.endswith("/b.csv"):
            raise StoreUnavailableError("throttled")
        return whole(store, key, **options)

    monkeypatch.setattr(DirectoryStore, "open", flaky)
    event = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
    with pytest.raises(SweepIncompleteError):
        client.lambda_.invoke("sweep_inbox", event)
    found = [(line["level"], line["event"]) for line in log.lines()]
    assert found == [("INFO", "upload_ingested"), ("ERROR", "upload_failed"), ("INFO", "swept")]
    last = log.lines()[-1]
    assert {"ingested": 1, "accepted": 1, "rejected": 0, "failed": 1}.items() <= last.items()


def test_chalices_own_error_is_one_line_with_type_and_traceback(log: Log) -> None:
    try:
        raise ValueError("odd ☃ text")
    except ValueError:
        app.app.log.exception("Caught exception for path %s", "/v1/health")
    (line,) = log.lines()
    assert line["message"] == "Caught exception for path /v1/health"
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["traceback"]
    assert "event" not in line


def test_other_libraries_do_not_write_into_this_log() -> None:
    assert app.app.log.propagate is False
    assert app.app.log.level == logging.INFO
    assert isinstance(chalices_handler().formatter, logs.JsonLines)


def test_what_our_modules_log_is_a_line_of_json_too(log: Log) -> None:
    logs.log_event(
        logging.getLogger("chalicelib.api.http"),
        "request_failed",
        {"path": "/v1"},
        logging.ERROR,
        KeyError("x"),
    )
    (line,) = log.lines()
    assert line["event"] == "request_failed"
    assert (line["level"], line["path"], line["error"]) == ("ERROR", "/v1", "KeyError")


def test_a_failed_request_is_one_line_with_its_path_status_and_cause(
    log: Log, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise StoreUnavailableError("the lake is away")

    monkeypatch.setattr(DirectoryStore, "open", unreachable)
    assert client.http.get("/v1/kingdoms").status_code == 503
    (line,) = log.lines()
    assert {
        "event": "request_failed",
        "level": "WARNING",
        "path": "/v1/kingdoms",
        "status": 503,
        "error": "StoreUnavailableError",
        "message": "the lake is away",
    }.items() <= line.items()
    assert "traceback" not in line


def test_a_fault_of_ours_is_one_line_with_its_traceback(
    log: Log, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(DirectoryStore, "open", broken)
    assert client.http.get("/v1/kingdoms").status_code == 500
    (line,) = log.lines()
    assert (line["event"], line["level"], line["status"]) == ("request_failed", "ERROR", 500)
    assert (line["error"], line["message"]) == ("ZeroDivisionError", "a bug")
    assert "in broken" in line["traceback"]


def test_a_damaged_catalog_is_an_error_that_says_what_to_do(
    log: Log, client: Client, directory_store: DirectoryStore
) -> None:
    directory_store.create(KINGDOMS_KEY, b"junk")
    assert client.http.get("/v1/kingdoms").status_code == 500
    (line,) = log.lines()
    assert (line["event"], line["level"], line["status"]) == ("request_failed", "ERROR", 500)
    assert line["message"] == "the catalog of kingdoms is damaged: rebuild it"
    assert "traceback" not in line
