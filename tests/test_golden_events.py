"""The events that S3 really sends, as files, driven through the handler on moto."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from chalice.test import Client

import app
from chalicelib.lake.s3.store import S3Store

pytestmark = pytest.mark.slow

EVENTS = {path.stem: path for path in sorted((Path(__file__).parent / "events").glob("*.json"))}
FOLDER = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/"
SCAN = b"ID,Name,Power\n1,Ana,5\n2,Bo,7\n"
PART = 5 * 1024 * 1024


@pytest.fixture
def lake(s3_bucket: str, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    monkeypatch.setenv("LAKE_URI", f"s3://{s3_bucket}")
    return S3Store(s3_bucket)


def send(name: str, tmp_path: Path) -> Any:
    event = json.loads(EVENTS[name].read_text(encoding="utf-8"))
    client = Client(app.app, project_dir=str(tmp_path))
    return client.lambda_.invoke("ingest_players", event).payload


def keys(lake: S3Store) -> list[str]:
    return [info.key for info in lake.list_objects("") if not info.key.startswith("inbox/")]


def test_a_console_upload_is_ingested(lake: S3Store, tmp_path: Path) -> None:
    lake.create(f"{FOLDER}players.csv", SCAN)
    report = send("console_upload", tmp_path)
    assert (report["status"], report["players"], report["published"]) == ("accepted", 2, True)
    folders = ["boards", "catalog", "catalog", "changes", "changes", "changes", "curated"]
    folders += ["players", "raw", "reports"]
    assert [key.split("/")[0] for key in keys(lake)] == folders


@pytest.mark.slow
def test_an_upload_in_parts_is_ingested_whole(
    lake: S3Store, s3_client: Any, s3_bucket: str, tmp_path: Path
) -> None:
    key = f"{FOLDER}players.csv"
    rows = "".join(f"{number},Player {number},{number}\n" for number in range(1, 300_000))
    data = b"ID,Name,Power\n" + rows.encode()
    upload = s3_client.create_multipart_upload(Bucket=s3_bucket, Key=key)["UploadId"]
    parts = []
    for number, start in enumerate(range(0, len(data), PART), start=1):
        part = s3_client.upload_part(
            Bucket=s3_bucket,
            Key=key,
            UploadId=upload,
            PartNumber=number,
            Body=data[start : start + PART],
        )
        parts.append({"PartNumber": number, "ETag": part["ETag"]})
    s3_client.complete_multipart_upload(
        Bucket=s3_bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
    )
    report = send("multipart_upload", tmp_path)
    assert len(parts) == 2
    assert (report["players"], report["file"]["bytes"]) == (299_999, len(data))
    with lake.open(report["written"]["raw"]) as reader:
        assert reader.read() == data


def test_a_name_with_spaces_plus_percent_and_unicode_is_decoded_once(
    lake: S3Store, tmp_path: Path
) -> None:
    event = json.loads(EVENTS["odd_name"].read_text(encoding="utf-8"))
    key = unquote_plus(event["Records"][0]["s3"]["object"]["key"])
    assert all(part in key for part in (" ", "+", "%2F", "雪"))
    lake.create(key, SCAN)
    report = send("odd_name", tmp_path)
    assert report["inbox_key"] == key
    assert report["written"]["raw"].endswith(key.rpartition("/")[2])


@pytest.mark.parametrize(
    "name",
    ["console_folder", "replaced_by_nothing", "removed_object", "test_event", "test_event_by_sqs"],
)
def test_an_event_without_an_upload_changes_nothing(
    lake: S3Store, tmp_path: Path, name: str
) -> None:
    lake.create(FOLDER, b"")
    assert send(name, tmp_path) is None
    assert keys(lake) == []


@pytest.mark.parametrize("name", ["by_sns", "by_sns_and_sqs"])
def test_an_event_that_came_by_other_services_is_ingested(
    lake: S3Store, tmp_path: Path, name: str
) -> None:
    lake.create(f"{FOLDER}players.csv", SCAN)
    report = send(name, tmp_path)
    assert (report["inbox_key"], report["published"]) == (f"{FOLDER}players.csv", True)


def test_all_messages_of_a_queue_are_ingested(lake: S3Store, tmp_path: Path) -> None:
    for file in ("players.csv", "other.csv"):
        lake.create(f"{FOLDER}{file}", SCAN)
    reports = send("by_sqs", tmp_path)
    assert [one["inbox_key"].rpartition("/")[2] for one in reports] == ["players.csv", "other.csv"]


@pytest.mark.parametrize("name", ["event_bridge", "event_bridge_by_sqs"])
def test_event_bridge_does_not_encode_keys(lake: S3Store, tmp_path: Path, name: str) -> None:
    key = f"{FOLDER}two words+100%25.csv"
    lake.create(key, SCAN)
    report = send(name, tmp_path)
    assert (report["inbox_key"], report["status"]) == (key, "accepted")


def test_what_is_not_understood_is_logged_by_its_shape_alone(
    lake: S3Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING"):
        assert send("of_something_else", tmp_path) is None
    (told,) = [one for one in caplog.records if one.getMessage() == "event_not_understood"]
    assert vars(told)["fields"] == {"shape": "{order: {name: text}}"}
    assert "secret" not in caplog.text


def test_every_golden_event_is_driven() -> None:
    assert set(EVENTS) == {
        "by_sns",
        "by_sns_and_sqs",
        "by_sqs",
        "event_bridge",
        "event_bridge_by_sqs",
        "of_something_else",
        "test_event_by_sqs",
        "console_folder",
        "console_upload",
        "multipart_upload",
        "odd_name",
        "removed_object",
        "replaced_by_nothing",
        "test_event",
    }
