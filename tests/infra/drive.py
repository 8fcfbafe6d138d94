"""Drives the real handlers through all that they do, with what they ask of AWS recorded."""

import json
from datetime import date
from typing import Any, Final
from urllib.parse import quote_plus

import boto3
import pytest
from chalice.test import Client

import app
from chalicelib.config import load
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.items.open import open_lake
from chalicelib.lake import keys
from chalicelib.lake.keys import Partition
from chalicelib.lake.s3.store import S3Store
from chalicelib.telling import webhooks
from tests.athena.table import Deployed
from tests.infra.recorder import Recorder
from tests.infra.support import REGION
from tests.lake.support import info_of

FOLDER: Final = "inbox/source=rok_players/kingdom=51/dt=2026-01-26"
PARAMETER: Final = "/leaderboard-api/dev/webhooks"
SCAN: Final = b"ID,Name,Power\n1,Ana,5\n2,Bo,7\n"
BAD: Final = b"ID,Name,Power\n1,Ana,x\n"
LONG: Final = b"ID,Name,Power\n" + b"".join(b"%d,P%d,%d\n" % (n, n, n) for n in range(1, 1102))


class Drive:
    """Everything that the handlers do, over a lake in a bucket, with what they ask recorded."""

    def __init__(
        self, bucket: str, key_prefix: str, athena: Deployed, recorder: Recorder, client: Client
    ) -> None:
        self.bucket = bucket
        self.key_prefix = key_prefix
        self.athena = athena
        self.recorder = recorder
        self.client = client
        self.operator = S3Store(bucket, key_prefix)

    def put(self, key: str, body: bytes) -> str:
        """As a person does it, or an uploader; over what is there."""
        info = self.operator.head(key)
        if info is None:
            self.operator.create(key, body)
        else:
            self.operator.replace(key, body, info.etag)
        return keys.run_timestamp(info_of(self.operator, key).last_modified)

    def ingest(self, key: str) -> Any:
        event = self.client.events.generate_s3_event(
            self.bucket, quote_plus(f"{self.key_prefix}{key}", safe="/")
        )
        with self.recorder.recording():
            return self.client.lambda_.invoke("ingest_players", event).payload

    def tell(self, key: str) -> Any:
        event = self.client.events.generate_s3_event(
            self.bucket, quote_plus(f"{self.key_prefix}{key}", safe="/")
        )
        with self.recorder.recording():
            return self.client.lambda_.invoke("tell_uploader", event).payload

    def get(self, path: str) -> int:
        with self.recorder.recording():
            return int(self.client.http.get(path).status_code)


def drive_ingestion(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Good, bad, mended, again, unrecognised, replaced, too large, gone, withdrawn, taken names."""
    drive.put(f"{FOLDER}/a.csv", SCAN)
    assert drive.ingest(f"{FOLDER}/a.csv")["published"]
    assert drive.ingest(f"{FOLDER}/a.csv")["published"]
    drive.put(f"{FOLDER}/b.csv", LONG)
    assert drive.ingest(f"{FOLDER}/b.csv")["status"] == "accepted"
    drive.put(f"{FOLDER}/bad.csv", BAD)
    assert drive.ingest(f"{FOLDER}/bad.csv")["status"] == "rejected"
    drive.put(f"{FOLDER}/twice.csv", SCAN + SCAN.splitlines()[1])
    for _ in range(2):
        assert drive.ingest(f"{FOLDER}/twice.csv")["repair"]["removed_rows"] == [3]
    drive.put("inbox/notes.txt", b"what is this")
    assert drive.ingest("inbox/notes.txt")["errors"][0]["code"] == "bad_key"
    drive.put(f"{FOLDER}/", b"")
    assert drive.ingest(f"{FOLDER}/") is None
    assert drive.ingest(f"{FOLDER}/gone.csv") is None
    for name, body, place in (
        ("c.csv", SCAN + b"3,Cy,9\n", keys.raw_key),
        ("d.csv", BAD + b"3,Cy,y\n", keys.rejected_key),
    ):
        run_ts = drive.put(f"{FOLDER}/{name}", body)
        partition = Partition(51, date(2026, 1, 26))
        drive.put(place(partition, run_ts, name), b"other bytes of the same second")
        assert "~" in str(drive.ingest(f"{FOLDER}/{name}")["written"])
    drive.put(f"{FOLDER}/withdraw.txt", b"")
    for _ in range(2):
        assert drive.ingest(f"{FOLDER}/withdraw.txt")["status"] == "withdrawn"
    monkeypatch.setenv("MAX_UPLOAD_BYTES", "10")
    drive.put(f"{FOLDER}/large.csv", LONG)
    assert drive.ingest(f"{FOLDER}/large.csv")["errors"][0]["code"] == "too_large"
    monkeypatch.delenv("MAX_UPLOAD_BYTES")


def drive_sweep(drive: Drive) -> None:
    """Uploads whose event was lost, one under a taken name, and two that died half way."""
    drive.put(f"{FOLDER}/a.csv", SCAN)
    drive.put(f"{FOLDER}/b.csv", BAD)
    run_ts = drive.put(f"{FOLDER}/d.csv", BAD + b"3,Cy,y\n")
    taken = keys.rejected_key(Partition(51, date(2026, 1, 26)), run_ts, "d.csv")
    drive.put(taken, b"other bytes of the same second")
    drive.put(f"{FOLDER}/withdraw.txt", b"")
    drive.put("inbox/notes.txt", b"what is this")
    drive.put(f"raw/{FOLDER.removeprefix('inbox/')[:-1]}5/run_ts=20260126T153012Z/dead.csv", SCAN)
    event = drive.client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
    for ingested in (7, 0):
        with drive.recorder.recording():
            counts = drive.client.lambda_.invoke("sweep_inbox", event).payload
        assert (counts["ingested"], counts["failed"]) == (ingested, 0)


def drive_telling(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accepted, replaced, refused, of no kingdom, withdrawn; a report that is gone or is none."""
    sns, ssm = (boto3.client(service, region_name=REGION) for service in ("sns", "ssm"))
    topic = sns.create_topic(Name="leaderboard-api-dev-uploads")["TopicArn"]
    value = json.dumps({"51": "https://localhost:1/chat"})
    ssm.put_parameter(Name=PARAMETER, Value=value, Type="SecureString", Overwrite=True)
    monkeypatch.setenv("UPLOADS_TOPIC", topic)
    monkeypatch.setenv("UPLOADS_WEBHOOKS", f"ssm:{PARAMETER}")
    monkeypatch.setattr(webhooks, "post", lambda *_: webhooks.Delivery("told"))
    app.teller.cache_clear()
    for key, body in (
        (f"{FOLDER}/a.csv", SCAN),
        (f"{FOLDER}/b.csv", BAD),
        ("inbox/notes.txt", b"what is this"),
        # Whichever of these counts, somebody is new in it: then the roster is asked.
        (f"{FOLDER[:-2]}27/a.csv", SCAN + b"3,Cy,9\n"),
        (f"{FOLDER[:-2]}27/b.csv", LONG),
        (f"{FOLDER[:-2]}28/a.csv", SCAN),
        (f"{FOLDER[:-2]}28/withdraw.txt", b""),
    ):
        drive.put(key, body)
        assert ingest_key(drive.operator, key, load()) is not None
    for info in [*drive.operator.list_objects("reports/")]:
        assert drive.tell(info.key) == {"reports": 1, "passed_over": 0}
    gone = f"reports/{FOLDER.removeprefix('inbox/')}/run_ts=20260126T153012Z/gone.csv.json"
    assert drive.tell(gone) == {"reports": 0, "passed_over": 1}
    drive.put(gone, b"{}")
    assert drive.tell(gone) == {"reports": 0, "passed_over": 1}


def drive_api(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every route, also for what is not there, by every engine."""
    lake = open_lake(load())
    drive.put(f"{FOLDER}/a.csv", LONG)
    assert ingest_key(lake, f"{FOLDER}/a.csv", load()) is not None
    drive.put(f"{FOLDER[:-2]}19/a.csv", LONG)
    assert ingest_key(lake, f"{FOLDER[:-2]}19/a.csv", load()) is not None
    for engine in ("arrow", "boards", "athena", "dynamodb"):
        monkeypatch.setenv("QUERY_ENGINE", engine)
        for path, status in (
            ("/v1/health", 200),
            ("/v1/metrics", 200),
            ("/openapi.json", 200),
            ("/v1/kingdoms", 200),
            ("/v1/kingdoms/51/snapshots", 200),
            ("/v1/kingdoms/52/snapshots", 404),
            ("/v1/kingdoms/51/leaderboards/power", 200),
            ("/v1/kingdoms/51/leaderboards/power?limit=100&offset=1000", 200),
            ("/v1/kingdoms/51/leaderboards/power?date=2026-01-26", 200),
            ("/v1/kingdoms/51/leaderboards/power?limit=100&offset=50", 200),
            ("/v1/kingdoms/51/leaderboards/power?around=7", 200),
            ("/v1/kingdoms/51/leaderboards/power?date=2026-01-25", 404),
            ("/v1/kingdoms/52/leaderboards/power", 404),
            ("/v1/kingdoms/51/leaderboards/beauty", 404),
            ("/v1/kingdoms/51/leaderboards/power.csv?since=previous&with=kills&me=1", 200),
            ("/v1/kingdoms/51/gains/power", 200),
            ("/v1/kingdoms/51/gains/power.csv?from=2026-01-25", 404),
            ("/v1/kingdoms/51/changes", 200),
            ("/v1/kingdoms/51/players?search=1", 200),
            ("/v1/kingdoms/51/players/1", 200),
            ("/v1/kingdoms/52/players/1", 404),
            ("/v1/kingdoms/51/alliances?since=previous", 200),
            ("/v1/leaderboards/power", 200),
            ("/v1/leaderboards/power.csv?kingdoms=52", 404),
        ):
            assert drive.get(path) == status, path
