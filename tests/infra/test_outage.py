"""S3 is away for hours: what becomes of uploads, and every step of the page on what to do."""

import io
import json
import logging
import time
from collections.abc import Iterator
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import boto3
import pytest
from chalice.test import Client

import app
from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest.verify import verify
from chalicelib.lake.s3.store import S3Store
from tests.infra.runbook import Shell, steps
from tests.infra.support import rendered
from tests.ingest.support import SCAN, SETTINGS
from tests.lake.s3.fake_s3 import FakeS3, failure
from tools.deploy.functions import INGEST_RETRIES

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STAGE = "dev"
FUNCTION = f"leaderboard-api-{STAGE}-ingest_players"
LOG = f"/aws/lambda/{FUNCTION}"
ALARM = f"leaderboard-api-{STAGE} uploads not ingested"
FOLDER = "inbox/source=rok_players/kingdom=51"
UPLOADS = {
    f"{FOLDER}/dt=2026-01-19/players.csv": SCAN,
    f"{FOLDER}/dt=2026-01-26/=HYPERLINK(1) \u202e.csv": SCAN + b"3,Cy,9\n",
    f"{FOLDER}/dt=2026-01-26/bad.csv": b"ID,Name,Power\n1,Ana,x\n",
}


@pytest.fixture
def throttled() -> Iterator[str]:
    """The endpoint of an S3 that has answered SlowDown for hours."""
    fake = FakeS3()
    fake.answers = [failure(503, "SlowDown", "Please reduce your request rate.")]
    thread = Thread(target=fake.serve_forever)
    thread.start()
    yield fake.endpoint
    fake.closing.set()
    fake.shutdown()
    fake.server_close()
    thread.join()


def app_parameters(bucket: str) -> dict[str, str]:
    """The parameters of infra/app.yaml."""
    athena = {"AthenaDatabase": "rok", "AthenaTable": "rok_players", "AthenaWorkgroup": "rok"}
    return {"Stage": STAGE, "BucketName": bucket, **athena}


class Cloud:
    """The functions, the queue and the alarms of a stage, and an S3 that may be away."""

    def __init__(self, bucket: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bucket = bucket
        self.client = client
        self._monkeypatch = monkeypatch
        self._alarms: Any = boto3.client("cloudwatch")
        self._queues: Any = boto3.client("sqs")
        self._logs: Any = boto3.client("logs")

    def deploy(self) -> None:
        """Make the queue and the alarms of infra/app.yaml."""
        resources = rendered("app.yaml", app_parameters(self.bucket))
        queue = resources["IngestFailuresQueue"]["Properties"]["QueueName"]
        self._queues.create_queue(QueueName=queue)
        for resource in resources.values():
            if resource["Type"] == "AWS::CloudWatch::Alarm":
                alarm = {**resource["Properties"]}
                del alarm["AlarmActions"], alarm["OKActions"]
                for dimension in alarm.get("Dimensions", []):
                    if isinstance(dimension["Value"], dict):  # only AWS knows it
                        dimension["Value"] = queue
                self._alarms.put_metric_alarm(**alarm)
        self._logs.create_log_group(logGroupName=LOG)
        self._logs.create_log_stream(logGroupName=LOG, logStreamName="1")

    def destroy(self) -> None:
        """Leave nothing for other tests, which share this AWS."""
        self._queues.delete_queue(QueueUrl=self._queue())
        alarms = self._alarms.describe_alarms()["MetricAlarms"]
        self._alarms.delete_alarms(AlarmNames=[alarm["AlarmName"] for alarm in alarms])
        self._logs.delete_log_group(logGroupName=LOG)

    def s3_is(self, endpoint: str | None) -> None:
        """Send what asks for S3 here; None is where it really is."""
        if endpoint is None:
            self._monkeypatch.delenv("AWS_ENDPOINT_URL_S3")
        else:
            self._monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
        app.lake.cache_clear()

    def upload_event(self, key: str) -> list[str]:
        """S3's event, with Lambda's retries; the errors, and the event is queued if all failed."""
        event = self.client.events.generate_s3_event(self.bucket, quote_plus(key, safe="/"))
        errors = []
        for _ in range(1 + INGEST_RETRIES):
            try:
                self.client.lambda_.invoke("ingest_players", event)
            except StoreUnavailableError as error:
                errors.append(str(error))
            else:
                return errors
        self._give_up(event, errors)
        return errors

    def _give_up(self, event: Any, errors: list[str]) -> None:
        # What Lambda sends to an on-failure destination:
        # https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
        record = {
            "version": "1.0",
            "timestamp": "2026-01-26T15:33:12.000Z",
            "requestContext": {
                "requestId": "e4b46cbf-b738-4880-b4ea-7b2d5f5e4b2c",
                "functionArn": f"arn:aws:lambda:eu-central-1:1:function:{FUNCTION}:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": len(errors),
            },
            "requestPayload": event,
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "responsePayload": {"errorMessage": errors[-1], "errorType": "StoreUnavailableError"},
        }
        self._queues.send_message(QueueUrl=self._queue(), MessageBody=json.dumps(record))
        self.look_at_the_queue()

    def look_at_the_queue(self) -> None:
        """Set the alarm as CloudWatch would: it is on while messages are in the queue."""
        (alarm,) = self._alarms.describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
        assert (alarm["Namespace"], alarm["MetricName"], alarm["Threshold"]) == (
            *("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
            1,
        )
        (dimension,) = alarm["Dimensions"]
        assert self._queue().endswith(f"/{dimension['Value']}")
        state = "ALARM" if self.queued() else "OK"
        self._alarms.set_alarm_state(AlarmName=ALARM, StateValue=state, StateReason="the queue")

    def queued(self) -> int:
        """How many messages are in the queue."""
        name = "ApproximateNumberOfMessages"
        found = self._queues.get_queue_attributes(QueueUrl=self._queue(), AttributeNames=[name])
        return int(found["Attributes"][name])

    def _queue(self) -> str:
        name = f"leaderboard-api-{STAGE}-ingest-failures"
        return str(self._queues.get_queue_url(QueueName=name)["QueueUrl"])

    def sweep(self) -> dict[str, int]:
        """What the schedule does every 15 minutes."""
        event = self.client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
        counts: dict[str, int] = self.client.lambda_.invoke("sweep_inbox", event).payload
        return counts

    def ship_logs(self, lines: list[str]) -> None:
        """Put what a function logged where Lambda puts it."""
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line} for line in lines]
        self._logs.put_log_events(logGroupName=LOG, logStreamName="1", logEvents=events)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the functions log, at chalice's own handler."""
    (handler,) = [one for one in app.app.log.handlers if type(one) is logging.StreamHandler]
    before = handler.setStream(io.StringIO())
    yield handler.stream
    handler.setStream(before)


@pytest.fixture
def cloud(s3_bucket: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A deployed stage over an empty bucket."""
    monkeypatch.setenv("LAKE_URI", f"s3://{s3_bucket}")
    # An outage of hours, in milliseconds: the client waits between its own attempts.
    monkeypatch.setattr("chalicelib.lake.s3.store.ATTEMPTS", 1)
    made = Cloud(s3_bucket, Client(app.app, project_dir=str(tmp_path)), monkeypatch)
    made.deploy()
    yield made
    made.destroy()
    app.lake.cache_clear()


def on(alarms: Any) -> list[str]:
    """The alarms of an answer that are on; moto gives all of a prefix, whatever their state."""
    return [one["AlarmName"] for one in alarms["MetricAlarms"] if one["StateValue"] == "ALARM"]


@pytest.mark.long
def test_every_step_of_the_page_does_what_it_says_in_an_outage(
    cloud: Cloud, throttled: str, s3_client: "S3Client", logged: io.StringIO
) -> None:
    page = steps("operations.md", "When ingestion fails for good")
    assert [*page] == [0, 1, 2, 3, 4, 5]
    lake = S3Store(cloud.bucket, client=s3_client)
    for key, body in UPLOADS.items():
        lake.create(key, body)

    cloud.s3_is(throttled)
    for key in UPLOADS:
        errors = cloud.upload_event(key)
        assert len(errors) == 3
        assert all("SlowDown" in error for error in errors)
    lines = logged.getvalue().splitlines()
    assert len(lines) == 3 * len(UPLOADS)
    with pytest.raises(StoreUnavailableError):
        cloud.sweep()

    shell = Shell({"BUCKET": cloud.bucket})
    for line in page[0]:
        shell.run(line)
    assert shell.variables["LAKE_URI"] == f"s3://{cloud.bucket}"

    alarms, _, messages = (shell.run(line).output for line in page[1])
    assert on(alarms) == [ALARM]
    bodies = [json.loads(message["Body"]) for message in messages["Messages"]]
    assert len(bodies) == 3 == cloud.queued()
    assert {body["requestContext"]["condition"] for body in bodies} == {"RetriesExhausted"}
    assert all("SlowDown" in body["responsePayload"]["errorMessage"] for body in bodies)
    keys = {body["requestPayload"]["Records"][0]["s3"]["object"]["key"] for body in bodies}
    assert keys == {quote_plus(key, safe="/") for key in UPLOADS}

    cloud.ship_logs(lines)
    (command,) = page[2]
    # moto gives all lines of the group, whatever the pattern asks of their fields.
    told = [json.loads(one["message"]) for one in shell.run(command).output["events"]]
    assert '$.event = "upload_failed"' in command
    assert {(one["event"], one["error"]) for one in told} == {
        ("upload_failed", "StoreUnavailableError")
    }
    assert {one["key"] for one in told} == {*UPLOADS}

    (sweep,) = page[3]
    still = shell.run(sweep)
    assert (still.code, still.output.count("\n")) == (1, 1)
    assert "SlowDown" in still.output

    cloud.s3_is(None)
    healed = shell.run(sweep)
    assert healed.code == 0
    assert healed.output.count("accepted ") == 2
    assert healed.output.count("rejected ") == 1
    assert "\u202e" not in healed.output
    again, verified = (shell.run(line) for line in page[4])
    assert (again.code, again.output) == (0, "Nothing to ingest.\n")
    assert verified.code == 0
    assert verified.output.count("same kingdom 51") == 2

    cloud.look_at_the_queue()
    assert cloud.queued() == 3
    (purge,) = page[5]
    shell.run(purge)
    cloud.look_at_the_queue()
    assert cloud.queued() == 0
    assert on(shell.run(page[1][0]).output) == []


def test_after_an_outage_the_schedule_alone_heals_and_late_events_change_nothing(
    cloud: Cloud, throttled: str, s3_client: "S3Client"
) -> None:
    lake = S3Store(cloud.bucket, client=s3_client)
    for key, body in UPLOADS.items():
        lake.create(key, body)
    cloud.s3_is(throttled)
    for key in UPLOADS:
        cloud.upload_event(key)
    cloud.s3_is(None)
    counts = cloud.sweep()
    assert (counts["ingested"], counts["accepted"], counts["rejected"]) == (3, 2, 1)
    assert (counts["failed"], counts["put_off"], counts["left"]) == (0, 0, 0)
    before = {info.key: info.etag for info in lake.list_objects("")}
    assert cloud.sweep()["ingested"] == 0
    for key in UPLOADS:
        assert cloud.upload_event(key) == []
    assert {info.key: info.etag for info in lake.list_objects("")} == before
    assert [one.status for one in verify(lake, SETTINGS)] == ["same", "same"]
