import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from chalicelib import config
from chalicelib.cli.commands import upload
from chalicelib.errors import PreconditionFailedError, StoreDeniedError, StoreUnavailableError
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake import keys, view_keys
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import ObjectInfo, Store
from tests.cli.conftest import BAD, GOOD, Run, WriteScan

WHERE = ("--kingdom", "51", "--date", "2026-01-26")
KEY = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"


def read(store: Store, key: str) -> bytes:
    with store.open(key) as reader:
        return reader.read()


def test_an_upload_is_ingested_at_once_and_its_report_shown(
    run: Run, scan: WriteScan, lake: DirectoryStore
) -> None:
    code, out, err = run("upload", scan(), *WHERE)
    assert (code, err) == (0, "")
    assert out.startswith("ACCEPTED: 3 players, 0 warnings\n")
    assert "kingdom 51, 2026-01-26" in out
    assert read(lake, KEY) == GOOD.encode()
    assert lake.head(view_keys.boards_key(keys.Partition(51, date(2026, 1, 26)))) is not None


def test_json_is_the_report_and_whether_it_is_published(
    run: Run, scan: WriteScan, lake: DirectoryStore
) -> None:
    code, out, _ = run("upload", scan(), *WHERE, "--json")
    answer = json.loads(out)
    assert (code, answer.pop("published"), answer["inbox_key"]) == (0, True, KEY)
    assert answer.pop("place") == {"replaces": None, "latest": "2026-01-26", "warnings": []}
    [info] = lake.list_objects(keys.REPORTS)
    assert json.loads(read(lake, info.key)) == answer


def test_a_refused_upload_exits_1_and_publishes_nothing(
    run: Run, scan: WriteScan, lake: DirectoryStore
) -> None:
    code, out, err = run("upload", scan(BAD), *WHERE)
    assert (code, err) == (1, "")
    assert out.startswith("REJECTED: 1 error")
    folders = {info.key.partition("/")[0] for info in lake.list_objects("")}
    assert folders == {"inbox", "rejected", "reports"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("players.docx", "Copy its table into a spreadsheet"),
        ("players.xls", "Excel Workbook (.xlsx)"),
        ("players", "players.csv"),
        ("Скан №1 [x]+%2F.csv.bak", "Rename it to Скан №1 [x]+%2F.csv."),
        ("Withdraw.txt", "just withdraw.txt"),
        ("a\nb.csv", "short plain name"),
    ],
)
def test_a_name_that_would_be_refused_is_not_put_into_the_inbox(
    run: Run, scan: WriteScan, lake: DirectoryStore, name: str, says: str
) -> None:
    code, out, err = run("upload", scan(name=name), *WHERE, "--json")
    report = json.loads(out)
    assert (code, err) == (1, "note: nothing was put into the inbox\n")
    assert (report["status"], report["error_count"]) == ("rejected", 1)
    assert report["errors"][0]["code"] in ("unsupported_format", "bad_key")
    assert says in report["errors"][0]["hint"]
    assert (report["published"], report["place"]) == (False, None)
    assert list(lake.list_objects("")) == []


def test_a_date_to_come_is_not_put_into_the_inbox(
    run: Run, scan: WriteScan, lake: DirectoryStore
) -> None:
    day = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    code, out, err = run("upload", scan(), "--kingdom", "51", "--date", day)
    assert (code, err) == (1, "note: nothing was put into the inbox\n")
    assert out.startswith("REJECTED: 1 error")
    assert "Give --date the day on which the scan was made." in out
    assert list(lake.list_objects("")) == []


def test_a_file_that_is_empty_or_too_large_is_not_put_into_the_inbox(
    run: Run, scan: WriteScan, lake: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = run("upload", scan(""), *WHERE, "--json")
    assert (code, json.loads(out)["errors"][0]["code"]) == (1, "empty_file")
    monkeypatch.setenv("MAX_UPLOAD_BYTES", str(len(GOOD) - 1))
    code, out, _ = run("upload", scan(), *WHERE, "--json")
    assert (code, json.loads(out)["errors"][0]["code"]) == (1, "too_large")
    assert list(lake.list_objects("")) == []
    monkeypatch.setenv("MAX_UPLOAD_BYTES", str(len(GOOD)))
    assert run("upload", scan(), *WHERE)[0] == 0


def test_an_upload_says_what_it_replaced_and_which_date_is_the_latest(
    run: Run, scan: WriteScan, lake: DirectoryStore, tmp_path: Path
) -> None:
    _, out, _ = run("upload", scan(), "--kingdom", "51", "--date", "2026-01-27", "--json")
    lake.create(KEY, scan().read_bytes())
    # Not of the second of the upload that replaces it: then either may be the newer one.
    os.utime(tmp_path / "lake" / KEY, (1_780_000_000, 1_780_000_000))
    run("sweep")
    code, out, err = run("upload", scan("ID,Name,Power\n1,Ana,1000\n"), *WHERE)
    assert (code, err) == (0, "")
    verdict, warning, *facts = out.splitlines()
    assert verdict == "ACCEPTED: 1 player, 0 warnings"
    assert warning.startswith("WARNING: This scan has 1 player, less than half of the 3 of the up")
    assert any(line.startswith("  replaces  3 players, run ") for line in facts)
    assert "  latest    2026-01-27, another date" in facts
    assert facts[-1] == (
        "  see it by python -m chalicelib board power --kingdom 51 --date 2026-01-26"
    )


def test_a_withdrawal_says_what_it_took_away(
    run: Run, scan: WriteScan, lake: DirectoryStore
) -> None:
    run("upload", scan(), "--kingdom", "51", "--date", "2026-01-19")
    run("upload", scan(), *WHERE)
    _, out, _ = run("withdraw", *WHERE)
    assert "  takes out 3 players, run " in out
    assert "  latest    2026-01-19, another date" in out


def test_the_same_name_again_replaces_the_upload(
    run: Run, scan: WriteScan, lake: DirectoryStore
) -> None:
    run("upload", scan(), *WHERE)
    code, out, _ = run("upload", scan(GOOD + "4,Di,9,9,9\n"), *WHERE, "--json")
    assert (code, json.loads(out)["players"]) == (0, 4)
    assert read(lake, KEY).endswith(b"4,Di,9,9,9\n")
    assert len([*lake.list_objects(keys.RAW)]) == 2


def test_a_name_that_the_inbox_ignores_is_wrong_usage(
    run: Run, scan: WriteScan, lake: DirectoryStore
) -> None:
    code, out, err = run("upload", scan(name=".players.csv"), *WHERE)
    assert (code, out) == (2, "")
    assert err.startswith("error: a file called .players.csv is ignored in the inbox")
    assert list(lake.list_objects("")) == []


def test_a_correction_of_a_file_from_the_future_is_accepted_now(
    run: Run, scan: WriteScan, lake: DirectoryStore, tmp_path: Path
) -> None:
    lake.create(KEY, BAD.encode())
    os.utime(tmp_path / "lake" / KEY, (4_070_908_800, 4_070_908_800))
    code, out, _ = run("upload", scan(), *WHERE, "--json")
    assert (code, json.loads(out)["players"]) == (0, 3)


def test_a_file_that_is_not_there_is_wrong_usage(run: Run, lake: DirectoryStore) -> None:
    code, out, err = run("upload", "/nonexistent/players.csv", *WHERE)
    assert (code, out) == (2, "")
    assert err == "error: /nonexistent/players.csv cannot be read: No such file or directory\n"


def test_a_name_that_no_lake_can_hold_is_refused_beforehand(
    run: Run, scan: WriteScan, lake: DirectoryStore
) -> None:
    code, out, err = run("upload", scan(name="x" * 250 + ".csv"), *WHERE)
    assert (code, err) == (1, "note: nothing was put into the inbox\n")
    assert out.startswith("REJECTED: 1 error")


class RacedStore:
    """A store in which somebody else writes between this caller's look and its write."""

    def __init__(self, store: Store, races: int) -> None:
        self._store = store
        self._races = races

    def head(self, key: str) -> ObjectInfo | None:
        found = self._store.head(key)
        if self._races:
            self._races -= 1
            if found is None:
                self._store.create(key, b"theirs")
            else:
                self._store.replace(key, b"theirs %d" % self._races, found.etag)
        return found

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


@pytest.mark.parametrize("races", [0, 1, 2, 5])
def test_a_put_wins_in_the_end_over_others_that_write_the_same_key(
    store: Store, races: int
) -> None:
    raced: Store = RacedStore(store, races)  # type: ignore[assignment]
    info = upload.put(raced, KEY, BytesIO(b"ours"))
    assert read(store, KEY) == b"ours"
    assert info == store.head(KEY)


def test_a_put_that_is_replaced_at_once_is_not_taken_for_the_other_upload(store: Store) -> None:
    class Replaced(RacedStore):
        def create(self, key: str, body: bytes) -> str:
            etag = store.create(key, body)
            store.replace(key, b"theirs", etag)
            return etag

    raced: Store = Replaced(store, 0)  # type: ignore[assignment]
    with pytest.raises(StoreUnavailableError, match="replaced or deleted as soon as it was"):
        upload.put(raced, KEY, BytesIO(b"ours"))
    assert read(store, KEY) == b"theirs"


def test_a_put_gives_up_when_others_never_stop(directory_store: DirectoryStore) -> None:
    raced: Store = RacedStore(directory_store, 1000)  # type: ignore[assignment]
    with pytest.raises(StoreUnavailableError, match="try again"):
        upload.put(raced, KEY, BytesIO(b"ours"))
    assert not issubclass(StoreUnavailableError, PreconditionFailedError)


@pytest.fixture
def bucket(s3_bucket: str, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    monkeypatch.setenv("LAKE_URI", f"s3://{s3_bucket}")
    monkeypatch.setattr(upload, "POLL_SECONDS", 0.05)
    return S3Store(s3_bucket)


@pytest.fixture
def lambda_function(bucket: S3Store) -> Iterator[None]:
    """What S3 would start: ingests every object that comes into the inbox, a moment later."""
    stop = threading.Event()

    def work() -> None:
        settings = config.load()
        while not stop.wait(0.1):
            for info in [*bucket.list_objects(keys.INBOX)]:
                ingest_key(bucket, info.key, settings)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.mark.slow
@pytest.mark.usefixtures("lambda_function")
@pytest.mark.parametrize(
    ("text", "name", "accepted"),
    [(GOOD, "players.csv", True), (BAD, "players.csv", False), (GOOD, "players.json", False)],
)
def test_an_upload_to_s3_waits_for_the_report_of_the_function(
    run: Run, scan: WriteScan, text: str, name: str, accepted: bool
) -> None:
    code, out, err = run("upload", scan(text, name), *WHERE, "--json", "--timeout", "20")
    answer = json.loads(out)
    assert (code, err) == (0 if accepted else 1, "")
    assert answer["published"] is accepted
    latest = "2026-01-26" if accepted else None
    assert answer["place"] == {"replaces": None, "latest": latest, "warnings": []}
    assert answer["inbox_key"].endswith(f"/{name}")


@pytest.mark.slow
@pytest.mark.usefixtures("lambda_function")
def test_the_address_of_the_board_is_told_where_a_deployment_wrote_it_down(
    run: Run, scan: WriteScan, bucket: S3Store
) -> None:
    _, out, _ = run("upload", scan(), *WHERE, "--timeout", "20")
    assert "see it by python -m chalicelib board dkp --kingdom 51 --date 2026-01-26" not in out
    assert "see it by python -m chalicelib board power --kingdom 51 --date 2026-01-26" in out
    url = "https://abc123.execute-api.eu-west-3.amazonaws.com/api/"
    resources = [{"name": "role"}, {"resource_type": "rest_api", "rest_api_url": url}]
    bucket.create("deploy/dev.json", json.dumps({"resources": resources}).encode())
    _, out, _ = run("upload", scan(), *WHERE, "--timeout", "20")
    assert f"  board     {url}v1/kingdoms/51/leaderboards/power?date=2026-01-26" in out
    bucket.create("deploy/prod.json", b"{")
    assert "  board  " in run("upload", scan(), *WHERE, "--timeout", "20")[1]


def test_who_stops_it_while_it_waits_is_told_that_the_file_is_in_the_inbox(
    run: Run, scan: WriteScan, bucket: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", stop)
    code, out, err = run("upload", scan(), *WHERE)
    assert (code, out) == (130, "")
    assert err == (
        f"{KEY} is in the inbox and is ingested all the same; `python -m chalicelib uploads "
        "--kingdom 51` tells what became of it\n"
    )
    assert bucket.head(KEY) is not None


def test_who_stops_it_before_it_is_in_the_inbox_is_told_nothing(
    run: Run, scan: WriteScan, lake: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(upload, "put", stop)
    assert run("upload", scan(), *WHERE) == (130, "", "")


def test_an_officer_who_may_not_read_the_catalog_gets_the_report(
    run: Run, scan: WriteScan, bucket: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `infra/uploader.yaml` allows: their kingdom's inbox and reports."""
    key = keys.InboxKey(keys.Partition(51, date(2026, 1, 26)), keys.parse_file_name("players.csv"))

    class Officer:
        def __getattr__(self, name: str) -> object:
            def call(key: str, *rest: object, **named: object) -> object:
                if not key.startswith(
                    (
                        "inbox/source=rok_players/kingdom=51/",
                        "reports/source=rok_players/kingdom=51/",
                    )
                ):
                    raise StoreDeniedError(key)
                if name == "create":
                    info = getattr(bucket, name)(key, *rest, **named)
                    ingest_key(bucket, key, config.load())
                    return info
                return getattr(bucket, name)(key, *rest, **named)

            return call

    monkeypatch.setattr(upload, "open_lake", lambda _settings: Officer())
    code, out, err = run("upload", scan(), *WHERE, "--json", "--timeout", "20")
    answer = json.loads(out)
    assert (code, err, answer["inbox_key"]) == (0, "", key.key)
    assert answer["published"] is None
    assert answer["place"] == {"replaces": None, "latest": None, "warnings": []}


@pytest.mark.slow
@pytest.mark.usefixtures("bucket")
def test_an_upload_to_s3_that_nobody_ingests_ends_with_a_line_that_says_so(
    run: Run, scan: WriteScan
) -> None:
    code, out, err = run("upload", scan(), *WHERE, "--timeout", "1")
    assert (code, out) == (1, "")
    assert "no report on it after 1 s" in err
    assert "`sweep`" in err
    assert err.count("\n") == 1


def test_published_is_false_when_a_newer_upload_was_there(
    run: Run, scan: WriteScan, tmp_path: Path, lake: DirectoryStore
) -> None:
    run("upload", scan(name="newer.csv"), *WHERE)
    [newer] = (tmp_path / "lake").rglob("inbox/**/newer.csv")
    raw = next(iter(lake.list_objects(keys.RAW))).key
    # A run of the far future, as if the other upload had come later.
    late = raw.replace(raw.split("run_ts=")[1][:16], "20990101T000000Z")
    lake.create(late, newer.read_bytes())
    code, out, _ = run("upload", scan(name="older.csv"), *WHERE)
    assert code == 0
    assert "not published, since a newer upload of that date is there already" in out


def test_what_happened_since_the_scan_before_stands_behind_the_report(
    run: Run, scan: WriteScan, lake: DirectoryStore, tmp_path: Path
) -> None:
    run("upload", scan(), "--kingdom", "51", "--date", "2026-01-19")
    second = scan(GOOD.replace("1,Ana", "4,\x1b[31mDi").replace("60,7", "60,70"))
    code, out, err = run("upload", second, *WHERE)
    assert (code, err) == (0, "")
    board, since, odd, gained = out.split("\n\n")[-4:]
    assert "  see it by " in board
    assert since == (
        "Since the scan of 2026-01-19, 7 days before:\n- 1 joined: \\x1b[31mDi\n- 1 left: Ana"
    )
    assert odd.startswith("Likely wrong, the numbers of 1 player:\n- Bo (id 2): deaths 7 → 70, ten")
    assert gained.startswith("Deaths gained by 1 of 2 players:\n1. Bo: +63 (look: deaths jump)\n")
    code, out, _ = run("upload", second, *WHERE, "--json")
    assert json.loads(out).keys() >= {"published", "place"}
    assert "Since" not in out

    [path] = (tmp_path / "lake" / "curated").rglob("dt=2026-01-19/*")
    path.write_bytes(b"PAR1")
    code, out, err = run("upload", second, *WHERE)
    assert code == 0
    assert "Since the scan" not in out
