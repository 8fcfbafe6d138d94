"""What `app.py` declares, and what importing it costs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from chalice.cli.factory import CLIFactory
from chalice.config import Config
from chalice.test import Client

import app
from chalicelib.errors import StoreUnavailableError, SweepIncompleteError
from chalicelib.ingest.sweeping.memory import STATE_KEY
from chalicelib.lake.s3.store import S3Store
from tests.ingest.support import put

ROOT = Path(app.__file__).parent


def python(code: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run code in a fresh interpreter, as Lambda and `chalice local` start one."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_importing_the_app_imports_none_of_the_heavy_libraries() -> None:
    heavy = ["pyarrow", "jsonschema", "boto3", "botocore", "rich", "concurrent.futures.thread"]
    heavy += ["dataclasses", "inspect"]
    found = python(f"import sys, app; print([m for m in {heavy} if m in sys.modules])")
    assert found.stdout.strip() == "[]", found.stderr


def test_importing_the_app_imports_only_what_declaring_it_needs() -> None:
    found = python(
        "import sys, chalice.app; before = {*sys.modules}; import app;"
        "print(*sorted({*sys.modules} - before))"
    )
    needed = ["chats", "config", "errors", "events", "lake", "lake.prefixes", "logs", "memory"]
    needed.append("packaging_guard")
    ours = ["app", "chalicelib", *(f"chalicelib.{name}" for name in needed)]
    assert found.stdout.split() == ours, found.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("QUERY_ENGINE", "excel"), ("LAKE_URI", "ftp://x"), ("DKP_WEIGHTS", "{"), ("LAKE_URI", "s3:")],
)
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(name: str, value: str) -> None:
    found = python("import app", **{name: value})
    assert found.returncode == 1
    assert found.stderr.startswith("leaderboard-api: ")
    assert name in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_the_app_declares_its_handlers() -> None:
    code = (
        "import app\n"
        "*s3, schedule = app.app.event_sources\n"
        "for s in s3: print(s.name, s.bucket, s.prefix, s.suffix, s.events)\n"
        "print(schedule.name, schedule.schedule_expression.to_string())\n"
        "print(app.app.app_name)"
    )
    found = python(code, LAKE_URI="s3://some-bucket/some/prefix/")
    assert found.stdout.splitlines() == [
        "ingest_players some-bucket some/prefix/inbox/ None ['s3:ObjectCreated:*']",
        "tell_uploader some-bucket some/prefix/reports/ .json ['s3:ObjectCreated:*']",
        "sweep_inbox rate(15 minutes)",
        "leaderboard-api",
    ], found.stderr


def test_app_py_only_declares() -> None:
    assert len(Path(app.__file__).read_text().splitlines()) < 260


@pytest.mark.parametrize("stage", ["local", "dev"])
def test_every_stage_starts_with_its_settings(stage: str) -> None:
    config: Config = CLIFactory(str(ROOT), environ={}).create_config_obj(chalice_stage_name=stage)
    found = python("import app", **config.environment_variables)
    assert found.returncode == 0, found.stderr
    assert config.app_name == "leaderboard-api"
    assert config.api_gateway_stage == "api"
    assert config.api_gateway_endpoint_type == "REGIONAL"
    assert config.minimum_compression_size == 1024


def test_the_api_answers_before_the_gateway_gives_up() -> None:
    config = CLIFactory(str(ROOT), environ={}).create_config_obj(chalice_stage_name="dev")
    api = config.scope("dev", "api_handler")
    assert api.lambda_timeout < 29
    # A million players need 256 MiB, and ten thousand 120.
    for handler in ("ingest_players", "sweep_inbox"):
        assert config.scope("dev", handler).lambda_memory_size >= 512


FOLDER = "inbox/source=rok_players/kingdom=51/dt=2026-01-26"
SCAN = b"ID,Name,Power\n1,Ana,5\n2,Bo,7\n"


@pytest.mark.slow
class TestHandlers:
    """The handlers, invoked as Lambda does, over a lake below a prefix of a bucket."""

    @pytest.fixture(autouse=True)
    def stage(self, s3_bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("LAKE_URI", f"s3://{s3_bucket}/some/prefix")
        self.bucket = s3_bucket
        self.lake = S3Store(s3_bucket, "some/prefix")
        self.client = Client(app.app, project_dir=str(tmp_path))

    def event(self, *keys: str) -> dict[str, Any]:
        """What S3 sends for these keys of the bucket: it encodes them as a form does."""
        events = [
            self.client.events.generate_s3_event(self.bucket, quote_plus(key, safe="/"))
            for key in keys
        ]
        return {"Records": [record for event in events for record in event["Records"]]}

    def ingest(self, event: Any) -> Any:
        return self.client.lambda_.invoke("ingest_players", event).payload

    def test_an_upload_is_ingested_and_its_report_returned(self) -> None:
        name = "my scan + 100%25 雪.csv"
        self.lake.create(f"{FOLDER}/{name}", SCAN)
        report = self.ingest(self.event(f"some/prefix/{FOLDER}/{name}"))
        assert report["inbox_key"] == f"{FOLDER}/{name}"
        assert (report["status"], report["players"], report["published"]) == ("accepted", 2, True)
        board = self.client.http.get("/v1/kingdoms/51/leaderboards/power").json_body
        assert [entry["name"] for entry in board["entries"]] == ["Bo", "Ana"]
        assert board["run_id"] == report["run_id"]

    def test_a_refused_upload_is_an_outcome_and_not_an_error(self) -> None:
        self.lake.create(f"{FOLDER}/a.csv", b"ID,Name,Power\n1,Ana,x\n")
        report = self.ingest(self.event(f"some/prefix/{FOLDER}/a.csv"))
        assert (report["status"], report["published"]) == ("rejected", False)

    def test_all_records_of_an_event_are_ingested(self) -> None:
        for day in ("26", "27"):
            self.lake.create(f"{FOLDER[:-2]}{day}/a.csv", SCAN)
        prefix = f"some/prefix/{FOLDER[:-2]}"
        reports = self.ingest(self.event(f"{prefix}26/a.csv", "x/y", f"{prefix}27/a.csv"))
        assert [report["snapshot_date"] for report in reports] == ["2026-01-26", "2026-01-27"]

    @pytest.mark.parametrize(
        "event",
        [{}, {"Service": "Amazon S3", "Event": "s3:TestEvent"}, {"Records": []}, {"key1": "x"}],
    )
    def test_an_event_of_another_kind_does_nothing(self, event: dict[str, Any]) -> None:
        assert self.ingest(event) is None

    @pytest.mark.parametrize(
        "key", [f"some/prefix/{FOLDER}/gone.csv", f"{FOLDER}/a.csv", "some/prefix/raw/a.csv"]
    )
    def test_an_object_that_is_gone_or_no_upload_does_nothing(self, key: str) -> None:
        self.lake.create("raw/a.csv", SCAN)
        assert self.ingest(self.event(key)) is None
        assert [info.key for info in self.lake.list_objects("")] == ["raw/a.csv"]

    def test_a_console_folder_does_nothing(self) -> None:
        self.lake.create(f"{FOLDER}/", b"")
        assert self.ingest(self.event(f"some/prefix/{FOLDER}/")) is None

    def test_a_lake_that_fails_is_raised_so_that_s3_tries_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def down(*_: object) -> None:
            raise StoreUnavailableError("throttled")

        monkeypatch.setattr(S3Store, "open", down)
        with pytest.raises(StoreUnavailableError):
            self.ingest(self.event(f"some/prefix/{FOLDER}/a.csv"))

    def test_a_sweep_ingests_what_events_missed_and_counts_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.lake.create(f"{FOLDER}/a.csv", SCAN)
        self.lake.create(f"{FOLDER}/b.csv", b"junk")
        self.lake.create(f"{FOLDER}/c.csv", SCAN)
        whole = S3Store.open

        def flaky(store: S3Store, key: str, **options: Any) -> Any:
            if key.endswith("/c.csv"):
                raise StoreUnavailableError("throttled")
            return whole(store, key, **options)

        with monkeypatch.context() as patch:
            patch.setattr(S3Store, "open", flaky)
            # Raised when all others are done: it sets off the alarm on the function's errors.
            with pytest.raises(SweepIncompleteError, match="failed on 1 uploads"):
                self.client.lambda_.invoke("sweep_inbox", {})
            # What failed is put off, which does not end the alarm.
            with pytest.raises(SweepIncompleteError, match="failed on 1 uploads, 1 of them before"):
                self.client.lambda_.invoke("sweep_inbox", {})
        put(self.lake, STATE_KEY, b"damaged", None)  # then it is tried at once
        assert self.sweep()["ingested"] == 1
        nothing = {"ingested": 0, "accepted": 0, "rejected": 0, "withdrawn": 0, "failed": 0}
        assert self.sweep() == {**nothing, "put_off": 0, "left": 0}

    def test_a_sweep_ends_before_the_functions_limit_and_the_next_one_goes_on(self) -> None:
        class Context:
            def __init__(self, milliseconds: int) -> None:
                self._milliseconds = milliseconds

            def get_remaining_time_in_millis(self) -> int:
                return self._milliseconds

        self.lake.create(f"{FOLDER}/a.csv", SCAN)
        counts = app.sweep_inbox({}, Context(20_000))
        assert (counts["ingested"], counts["left"]) == (0, 1)
        counts = app.sweep_inbox({}, Context(300_000))
        assert (counts["ingested"], counts["left"]) == (1, 0)

    def sweep(self) -> Any:
        event = self.client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
        return self.client.lambda_.invoke("sweep_inbox", event).payload
