"""A day of uploads through the handlers: a topic with filters, and chats in every state."""

import time
from collections import Counter
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus

import pytest
from chalice.test import Client

import app
from chalicelib.lake.s3.store import S3Store
from chalicelib.telling import webhooks
from chalicelib.telling.faults import NotToldError
from tests.ingest.support import BAD_SCAN, SCAN
from tests.telling.mailboxes import Subscriber, client, make_topic
from tests.telling.support import TOKEN, ChatServer, late, never, status

pytestmark = pytest.mark.slow

PREFIX: Final = "lakes/one"
INVOCATIONS: Final = 3
"""How often Lambda calls a function with one event, before it goes to the dead-letter queue."""


class Day:
    """A stage on the fake AWS, and what Lambda and S3 do with events."""

    def __init__(self, bucket: str, folder: Path) -> None:
        self.bucket = bucket
        self.lake = S3Store(bucket, PREFIX)
        self.client = Client(app.app, project_dir=str(folder))
        self.told = 0
        self.dead: list[str] = []
        self.errors: list[str] = []

    def event(self, key: str) -> Any:
        return self.client.events.generate_s3_event(
            self.bucket, quote_plus(f"{PREFIX}/{key}", safe="/")
        )

    def upload(self, kingdom: int, name: str, body: bytes) -> tuple[str, float]:
        """Put a file into the inbox and ingest it; its run, and the seconds that it took."""
        key = f"inbox/source=rok_players/kingdom={kingdom}/dt=2026-01-26/{name}"
        self.lake.create(key, body)
        started = time.monotonic()
        report = self.client.lambda_.invoke("ingest_players", self.event(key)).payload
        return str(report["run_id"]), time.monotonic() - started

    def tell(self, key: str) -> None:
        """The event of a report: called again as long as it fails, three times at most."""
        for _ in range(INVOCATIONS):
            try:
                answer = self.client.lambda_.invoke("tell_uploader", self.event(key)).payload
            except NotToldError as error:
                self.errors.append(str(error))
                continue
            assert answer == {"reports": 1, "passed_over": 0}
            self.told += 1
            return
        self.dead.append(key)


@pytest.fixture
def day(s3_bucket: str, chat: ChatServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Day:
    """The stage, with a topic, and a chat for each of some kingdoms."""
    monkeypatch.setenv("LAKE_URI", f"s3://{s3_bucket}/{PREFIX}")
    monkeypatch.setattr(webhooks, "MIN_WAIT", 0.01)
    return Day(s3_bucket, tmp_path)


@pytest.mark.long
def test_a_day_of_uploads_is_told_to_everybody_whatever_the_chats_answer(
    day: Day, chat: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = make_topic()
    everybody = Subscriber(topic, {})
    refusals = Subscriber(topic, {"status": ["rejected"]})
    officer = Subscriber(topic, {"kingdom": ["51"], "status": ["accepted", "rejected"]})
    monkeypatch.setenv("UPLOADS_TOPIC", topic)
    acts = {
        51: (late(0.1, status(204)),),
        52: (status(429, Retry_After="0.01"), status(204)),
        53: (status(500), status(500), status(204)),
        54: (never,),
        55: (status(404),),
        56: (status(204),),
    }
    addresses = {
        str(kingdom): chat.will(*does, name=str(kingdom)).reveal() for kingdom, does in acts.items()
    }
    quoted = ",".join(f'"{kingdom}":"{address}"' for kingdom, address in addresses.items())
    monkeypatch.setenv("UPLOADS_WEBHOOKS", f"{{{quoted}}}")

    runs = {}
    for kingdom in (*acts, 57):
        runs[day.upload(kingdom, "a.csv", SCAN)[0]] = (str(kingdom), "accepted")
        odd = "b +100% ü&雪.csv"
        runs[day.upload(kingdom, odd, BAD_SCAN)[0]] = (str(kingdom), "rejected")
    runs[day.upload(56, "withdraw.txt", b"")[0]] = ("56", "withdrawn")
    assert chat.posts == []
    assert everybody.mails() == []

    for info in [*day.lake.list_objects("reports/")]:
        day.tell(info.key)

    # All but the two of the chat that never answers, whose reports were told to the topic thrice.
    assert day.told == len(runs) - 2
    assert len(day.dead) == 2
    assert all("kingdom=54/" in key for key in day.dead)
    assert not [error for error in day.errors if TOKEN in error]
    mails = everybody.mails()
    heard = {mail.text.split()[-1]: tuple(mail.attributes.values()) for mail in mails}
    assert heard == runs
    assert len({mail.text for mail in mails}) == len(runs)
    named = [mail.text for mail in mails if "b +100% ü&雪.csv was refused" in mail.text]
    assert len({*named}) == len(acts) + 1
    assert all(len(mail.subject) < 100 and mail.subject.isprintable() for mail in mails)
    refused = {run for run, (_, verdict) in runs.items() if verdict == "rejected"}
    assert {mail.text.split()[-1] for mail in refusals.mails()} == refused
    own = {run for run, (kingdom, _) in runs.items() if kingdom == "51"}
    assert {mail.text.split()[-1] for mail in officer.mails()} == own

    posts = Counter((post.path.split("/")[1], post.body["run_id"]) for post in chat.posts)
    expected = {"51": [1, 1], "52": [1, 2], "53": [1, 3], "54": [3, 3], "55": [1, 1]}
    expected["56"] = [1, 1, 1]
    counted = {
        kingdom: sorted(count for (of, _), count in posts.items() if of == kingdom)
        for kingdom in addresses
    }
    assert counted == expected


def test_a_chat_that_is_dead_does_not_delay_ingestion(
    day: Day, chat: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "WHOLE_SECONDS", 1.5)
    monkeypatch.setenv("UPLOADS_WEBHOOKS", f'{{"*":"{chat.will(never).reveal()}"}}')
    day.upload(51, "warm.csv", SCAN)
    (first,) = [info.key for info in day.lake.list_objects("reports/")]
    with pytest.raises(NotToldError):
        day.client.lambda_.invoke("tell_uploader", day.event(first))
    posted = len(chat.posts)
    # One of them is undisturbed by what else the machine does.
    assert min(day.upload(51, f"{number}.csv", SCAN)[1] for number in range(3)) < 1.5
    assert len(chat.posts) == posted == 1


def test_a_report_is_told_where_the_addresses_lie_in_a_parameter(
    day: Day, chat: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "/rok/dev/chats"
    value = f'{{"51":"{chat.address().reveal()}"}}'
    client("ssm").put_parameter(Name=name, Value=value, Type="SecureString")
    monkeypatch.setenv("UPLOADS_WEBHOOKS", f"ssm:{name}")
    day.upload(51, "a.csv", SCAN)
    (report,) = [info.key for info in day.lake.list_objects("reports/")]
    day.tell(report)
    assert [post.body["status"] for post in chat.posts] == ["accepted"]


def test_what_is_no_report_of_the_lake_is_not_looked_at(day: Day) -> None:
    for key in ("inbox/x.json", "curated/x.json"):
        answer = day.client.lambda_.invoke("tell_uploader", day.event(key)).payload
        assert answer == {"reports": 0, "passed_over": 0}
    events: list[dict[str, Any]] = [{}, {"Event": "s3:TestEvent"}, {"Records": []}]
    for event in events:
        answer = day.client.lambda_.invoke("tell_uploader", event).payload
        assert answer == {"reports": 0, "passed_over": 0}
