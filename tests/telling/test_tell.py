"""Telling of reports: the topic, then the chat; a fault of one keeps no other from being told."""

import logging
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from chalicelib.chats import ALL, Chats, Secret
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.telling import webhooks
from chalicelib.telling.addresses import Addresses
from chalicelib.telling.faults import NotToldError
from chalicelib.telling.tell import MAX_REPORT_BYTES, Teller
from chalicelib.telling.topic import Topic
from tests.ingest.support import BAD_SCAN, FOLDER, ROOT, SCAN
from tests.telling.mailboxes import Subscriber, client, make_topic
from tests.telling.support import TOKEN, ChatServer, never, plenty, status, upload


class Desk:
    """A lake, a topic with a subscriber, a chat, and who tells them."""

    def __init__(self, store: DirectoryStore, chat: ChatServer) -> None:
        self.store = store
        self.chat = chat
        self.topic = make_topic()
        self.subscriber = Subscriber(self.topic, {})

    def teller(self, topic: str | None = None, kingdom: str = "51") -> Teller:
        chats = Chats(((kingdom, self.chat.address()),))
        return Teller(self.store, Topic(topic or self.topic, client("sns")), Addresses(chats, None))

    def tell(self, *keys: str) -> Sequence[int]:
        return self.teller().tell(keys, plenty)


@pytest.fixture
def desk(s3_bucket: str, directory_store: DirectoryStore, chat: ChatServer) -> Desk:
    """All of it, over a lake in a folder; topic and queue are on the fake AWS."""
    return Desk(directory_store, chat)


class Log(logging.Handler):
    """Keeps all that is logged, each record once."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record not in self.records:
            self.records.append(record)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Log]:
    """All that is logged, also by loggers that keep it to themselves."""
    caplog.set_level(logging.DEBUG)
    for name in ("botocore", "urllib3", "boto3"):
        caplog.set_level(logging.INFO, name)
    kept, loggers = Log(), [logging.getLogger(name) for name in ("", "chalicelib")]
    for logger in loggers:
        logger.addHandler(kept)
    yield kept
    for logger in loggers:
        logger.removeHandler(kept)


def fields(log: Log) -> list[dict[str, Any]]:
    """The fields of the events of telling."""
    return [
        {"event": record.getMessage(), **vars(record)["fields"]}
        for record in log.records
        if record.name.startswith("chalicelib.telling")
    ]


def test_topic_and_chat_are_told_of_a_report(desk: Desk, log: Log) -> None:
    key = upload(desk.store, SCAN)
    assert desk.tell(key) == (1, 0)
    (mail,) = desk.subscriber.mails()
    (post,) = desk.chat.posts
    assert mail.subject == "Kingdom 51, 2026-01-26: scan accepted, 2 players"
    assert mail.attributes == {"kingdom": "51", "status": "accepted"}
    assert "1. Bo: 7,000,000" in mail.text
    assert mail.text.splitlines()[-1] == f"Upload {post.body['run_id']}"
    (event,) = fields(log)
    assert event["event"] == "uploader_told"
    assert (event["topic"], event["chat"], event["verdict"]) == ("told", "told", "accepted")


def test_a_second_telling_is_recognised_by_the_upload(desk: Desk) -> None:
    key = upload(desk.store, SCAN)
    desk.tell(key)
    desk.tell(key)
    first, second = desk.subscriber.mails()
    assert first == second
    assert len({post.body["run_id"] for post in desk.chat.posts}) == 1


def test_who_was_told_is_not_told_again_when_lambda_calls_again_for_the_other(desk: Desk) -> None:
    desk.chat.will(status(500), status(500), status(204))
    key, teller = upload(desk.store, SCAN), desk.teller()
    for _ in range(2):
        with pytest.raises(NotToldError, match="chat: it answered 500"):
            teller.tell([key], plenty, "event-1")
    assert teller.tell([key], plenty, "event-1") == (1, 0)
    assert len(desk.subscriber.mails()) == 1
    assert len(desk.chat.posts) == 3
    # By hand, or in another process, it is told once more.
    assert teller.tell([key], plenty, "event-2") == (1, 0)
    assert desk.teller().tell([key], plenty, "event-1") == (1, 0)
    assert len(desk.subscriber.mails()) == 2


def test_little_is_remembered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.telling.tell.REMEMBERED", 1)
    key, teller = upload(desk.store, SCAN), desk.teller(kingdom="52")
    for event in ("event-1", "event-2", "event-2", "event-1"):
        teller.tell([key], plenty, event)
    assert len(desk.subscriber.mails()) == 3


@pytest.mark.parametrize("kingdom", ["52", "5"])
def test_a_kingdom_without_a_chat_is_told_by_the_topic_alone(desk: Desk, kingdom: str) -> None:
    key = upload(desk.store, SCAN)
    assert desk.teller(kingdom=kingdom).tell([key], plenty) == (1, 0)
    assert len(desk.subscriber.mails()) == 1
    assert desk.chat.posts == []


def test_an_upload_of_no_kingdom_is_told_to_the_chat_of_all_others(desk: Desk) -> None:
    key = upload(desk.store, b"x", "notes.txt", "inbox")
    assert desk.teller(kingdom="51").tell([key], plenty) == (1, 0)
    assert desk.chat.posts == []
    assert desk.teller(kingdom=ALL).tell([key], plenty) == (1, 0)
    assert desk.chat.posts[0].body["kingdom"] == "unrecognised"
    assert {mail.attributes["kingdom"] for mail in desk.subscriber.mails()} == {"unrecognised"}


def test_nobody_to_tell_is_no_fault(desk: Desk) -> None:
    key = upload(desk.store, SCAN)
    teller = Teller(desk.store, None, Addresses(Chats(), None))
    assert teller.tell([key], plenty) == (1, 0)


class TestFaults:
    """What cannot be told raises after all others were tried."""

    def test_a_chat_that_fails_raises_and_the_topic_is_told(self, desk: Desk) -> None:
        desk.chat.will(status(500))
        key = upload(desk.store, SCAN)
        with pytest.raises(NotToldError, match="chat: it answered 500") as raised:
            desk.tell(key)
        assert key.rpartition("run_ts=")[2][:16] in str(raised.value)
        assert len(desk.subscriber.mails()) == 1

    def test_a_topic_that_fails_raises_and_the_chat_is_told(self, desk: Desk) -> None:
        key = upload(desk.store, SCAN)
        with pytest.raises(NotToldError, match="topic: the topic: "):
            desk.teller(f"{desk.topic}-gone").tell([key], plenty)
        assert len(desk.chat.posts) == 1

    def test_one_report_keeps_no_other_from_being_told(self, desk: Desk) -> None:
        desk.chat.will(status(503), status(204))
        keys = [upload(desk.store, SCAN, "a.csv"), upload(desk.store, BAD_SCAN, "b.csv")]
        with pytest.raises(NotToldError):
            desk.tell(*keys)
        assert len(desk.subscriber.mails()) == len(desk.chat.posts) == 2

    def test_a_chat_that_was_deleted_is_logged_and_not_tried_again(
        self, desk: Desk, log: Log
    ) -> None:
        desk.chat.will(status(404))
        assert desk.tell(upload(desk.store, SCAN)) == (1, 0)
        (event,) = fields(log)
        assert (event["chat"], event["chat_said"]) == ("refused", "it answered 404")
        assert log.records[-1].levelno == logging.ERROR

    def test_the_chat_has_what_is_left_of_the_function_s_time(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given: list[float] = []

        def post(address: Secret, message: Any, left: Any) -> webhooks.Delivery:
            given.append(left())
            return webhooks.Delivery("told")

        monkeypatch.setattr(webhooks, "post", post)
        desk.teller().tell([upload(desk.store, SCAN)], lambda: 20.0)
        assert given == [17.0]


class TestForeignObjects:
    """What lies in `reports/` and is no report that can be believed is logged, and nobody told."""

    KEY = f"reports/{FOLDER.removeprefix('inbox/')}/run_ts=20260126T153012Z/players.csv.json"

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"{", b"null", b"\xff", b"[" * 100_000])
    def test_no_report(self, desk: Desk, log: Log, body: bytes) -> None:
        desk.store.create(self.KEY, body)
        assert desk.tell(self.KEY) == (0, 1)
        assert fields(log)[0]["event"] == "report_not_told"
        assert desk.subscriber.mails() == []
        assert desk.chat.posts == []

    def test_a_report_that_is_another_upload_s(self, desk: Desk) -> None:
        key = upload(desk.store, SCAN)
        with desk.store.open(key) as reader:
            desk.store.create(self.KEY, reader.read().replace(b"accepted", b"rejected"))
        assert desk.tell(self.KEY) == (0, 1)

    def test_an_object_that_is_gone(self, desk: Desk) -> None:
        assert desk.tell(self.KEY) == (0, 1)

    def test_an_object_that_is_larger_than_any_report_is_not_read(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert MAX_REPORT_BYTES >= 16 * 1024 * 1024
        key = upload(desk.store, SCAN)
        monkeypatch.setattr("chalicelib.telling.tell.MAX_REPORT_BYTES", 100)
        assert desk.tell(key) == (0, 1)


@pytest.mark.slow
def test_no_log_line_no_error_and_no_traceback_shows_an_address(desk: Desk, log: Log) -> None:
    key = upload(desk.store, SCAN)
    shown = []
    for act in (status(204), status(404), status(500), status(302, Location="/x"), never):
        desk.chat.will(act)
        try:
            desk.tell(key)
        except NotToldError:
            shown.append(traceback.format_exc())
    chats = Chats((("51", Secret(f"https://localhost:1/{TOKEN}")),))
    with pytest.raises(NotToldError) as raised:
        Teller(desk.store, None, Addresses(chats, None)).tell([key], plenty)
    shown += ["".join(traceback.format_exception(raised.value)), repr(chats)]
    shown += [f"{record.getMessage()} {vars(record)}" for record in log.records]
    assert len(shown) > 6
    assert not [text for text in shown if TOKEN in text]


def test_telling_needs_no_library_for_tables(
    directory_store: DirectoryStore, tmp_path: Path
) -> None:
    """Until there is a snapshot before: gains are those of two Parquet files."""
    key = upload(directory_store, SCAN)
    code = (
        "import sys\n"
        "from chalicelib.chats import Chats\n"
        "from chalicelib.lake.directory.store import DirectoryStore\n"
        "from chalicelib.telling.addresses import Addresses\n"
        "from chalicelib.telling.tell import Teller\n"
        "folder, key = sys.argv[1:]\n"
        "teller = Teller(DirectoryStore(folder), None, Addresses(Chats(), None))\n"
        "print(teller.tell([key], lambda: 60.0).reports)\n"
        "heavy = {'pyarrow', 'jsonschema', 'boto3', 'botocore', 'urllib3'}\n"
        "print(*sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "lake"), key],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1"]
