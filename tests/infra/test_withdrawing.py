"""docs/withdrawing.md, sentence by sentence: the S3 console's way, by the real handlers."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pytest
from chalice.test import Client

import app
from chalicelib.ingest.verify import verify
from chalicelib.lake.s3.store import S3Store
from tests.infra.support import ROOT
from tests.infra.versioned import keep_versions, put_at
from tests.ingest.support import MOMENT, SCAN, SETTINGS, contents

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = [pytest.mark.slow, pytest.mark.long]

PAGE = (ROOT / "docs" / "withdrawing.md").read_text("utf-8")
(FOLDER,) = re.findall(r"`(inbox/\S+/)`", PAGE)
(NAME,) = re.findall(r"Upload a file that is called `(\S+)`", PAGE)
(REPORT,) = re.findall(r"`(reports/\S+)` says `", PAGE)
OTHER_NAMES = re.findall(r"`([^`]+)`", PAGE[PAGE.index("* Other names") :].partition(")")[0])
(DAY,) = re.findall(r"dt=(\S+)/", FOLDER)
BEFORE = FOLDER.replace(DAY, "2026-01-19")


class Console:
    """A person with the S3 console, and the functions behind the bucket."""

    def __init__(self, bucket: str, client: "S3Client", functions: Client) -> None:
        self._bucket = bucket
        self._client = client
        self._functions = functions
        self.store = S3Store(bucket, client=client)

    def upload(self, key: str, body: bytes, at: datetime) -> dict[str, Any]:
        """Upload a file; what its function answers to S3's event."""
        put_at(self._client, self._bucket, key, body, at)
        return self.event(key)

    def event(self, key: str) -> dict[str, Any]:
        """S3's event about a key."""
        event = self._functions.events.generate_s3_event(self._bucket, quote_plus(key, safe="/"))
        answer: dict[str, Any] = self._functions.lambda_.invoke("ingest_players", event).payload
        return answer

    def delete(self, key: str) -> None:
        """Delete a file; what the next sweep does."""
        self._client.delete_object(Bucket=self._bucket, Key=key)
        scheduled = self._functions.events.generate_cw_event("aws.events", "x", {}, [])
        assert self._functions.lambda_.invoke("sweep_inbox", scheduled).payload["failed"] == 0

    def dates(self) -> list[str]:
        """The dates that the API tells of, the latest first."""
        answer = self._functions.http.get("/v1/kingdoms/51/snapshots")
        if answer.status_code == 404:
            return []
        return [one["snapshot_date"] for one in answer.json_body["snapshots"]]

    def names(self, day: str = "latest") -> list[str]:
        """The players of a date's board."""
        answer = self._functions.http.get(f"/v1/kingdoms/51/leaderboards/power?date={day}")
        return sorted(entry["name"] for entry in answer.json_body["entries"])


@pytest.fixture
def console(
    s3_bucket: str, s3_client: "S3Client", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Console]:
    """A kingdom with two dates."""
    monkeypatch.setenv("LAKE_URI", f"s3://{s3_bucket}")
    app.lake.cache_clear()
    keep_versions(s3_client, s3_bucket)
    made = Console(s3_bucket, s3_client, Client(app.app, project_dir=str(tmp_path)))
    made.upload(f"{BEFORE}players.csv", SCAN, MOMENT)
    made.upload(f"{FOLDER}players.csv", SCAN, MOMENT)
    assert made.dates() == [DAY, "2026-01-19"]
    yield made
    app.lake.cache_clear()


def test_the_steps_take_the_date_away_and_delete_nothing(console: Console) -> None:
    before = contents(console.store, "inbox/", "raw/", "reports/")
    answer = console.upload(f"{FOLDER}{NAME}", b"it was of last week", MOMENT)
    assert answer["status"] == "withdrawn"
    assert console.dates() == ["2026-01-19"]
    assert console.names() == ["Ana", "Bo"]
    pattern = re.escape(REPORT).replace("…", "[0-9TZ]+")
    (report,) = [key for key in contents(console.store, "reports/") if re.fullmatch(pattern, key)]
    told = json.loads(contents(console.store, report)[report])
    assert f'"status": "{told["status"]}"' in PAGE
    after = contents(console.store)
    assert {key: after[key] for key in before} == before
    assert all(one.ok for one in verify(console.store, SETTINGS))


def test_it_counts_for_every_upload_before_it_or_in_the_same_second(console: Console) -> None:
    console.upload(f"{FOLDER}other.csv", SCAN, MOMENT + timedelta(minutes=2))
    console.upload(f"{FOLDER}{NAME}", b"", MOMENT + timedelta(minutes=2))
    assert console.dates() == ["2026-01-19"]
    # Its event came late, but it was there before.
    console.upload(f"{FOLDER}late.csv", SCAN, MOMENT + timedelta(minutes=1))
    assert console.dates() == ["2026-01-19"]


def test_a_later_upload_counts_and_the_file_need_not_be_removed(console: Console) -> None:
    console.upload(f"{FOLDER}{NAME}", b"", MOMENT + timedelta(minutes=1))
    right = SCAN.replace(b"Bo", b"Cy")
    console.upload(f"{FOLDER}players.csv", right, MOMENT + timedelta(minutes=2))
    assert console.dates() == [DAY, "2026-01-19"]
    assert console.names() == ["Ana", "Cy"]
    console.event(f"{FOLDER}{NAME}")
    assert console.names() == ["Ana", "Cy"]


def test_removing_the_file_changes_nothing(console: Console) -> None:
    console.upload(f"{FOLDER}{NAME}", b"", MOMENT + timedelta(minutes=1))
    before = {key: body for key, body in contents(console.store).items() if NAME not in key}
    console.delete(f"{FOLDER}{NAME}")
    after = contents(console.store)
    assert {key: after[key] for key in before} == before
    assert console.dates() == ["2026-01-19"]
    assert all(one.ok for one in verify(console.store, SETTINGS))


def test_the_wrong_date_comes_back_with_its_scan(console: Console) -> None:
    console.upload(f"{FOLDER}{NAME}", b"", MOMENT + timedelta(minutes=1))
    console.upload(f"{FOLDER}players.csv", SCAN, MOMENT + timedelta(minutes=2))
    assert console.names(DAY) == ["Ana", "Bo"]


def test_a_right_scan_needs_no_withdrawal(console: Console) -> None:
    right = SCAN.replace(b"Bo", b"Cy")
    console.upload(f"{FOLDER}right.csv", right, MOMENT + timedelta(minutes=1))
    assert console.names() == ["Ana", "Cy"]


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_other_names_are_refused_with_a_report_that_tells_the_right_one(
    console: Console, name: str
) -> None:
    assert len(OTHER_NAMES) == 2
    answer = console.upload(f"{FOLDER}{name}", b"", MOMENT + timedelta(minutes=1))
    assert answer["status"] == "rejected"
    assert console.dates() == [DAY, "2026-01-19"]
    (error,) = answer["errors"]
    assert f"must be called just {NAME}; " in error["hint"]


def test_an_upload_the_same_day_of_another_kingdom_is_not_touched(console: Console) -> None:
    other = FOLDER.replace("kingdom=51", "kingdom=52")
    console.upload(f"{other}players.csv", SCAN, MOMENT)
    before = contents(console.store, f"boards/{other.removeprefix('inbox/')}")
    console.upload(f"{FOLDER}{NAME}", b"", MOMENT + timedelta(minutes=1))
    assert contents(console.store, f"boards/{other.removeprefix('inbox/')}") == before
    assert len(before) == 1
