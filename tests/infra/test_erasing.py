"""docs/erasing.md: its commands leave nothing of a player in any version, and a sound lake."""

import gzip
import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pyarrow.parquet as pq
import pytest
from chalice.test import Client

import app
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.sweep import sweep
from chalicelib.ingest.verify import verify
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import Store
from tests.infra.bash import Bash, Done, blocks
from tests.infra.versioned import keep_versions, put_at
from tests.ingest.support import MOMENT, SETTINGS, contents, curated, date_object
from tools.erase import __main__ as erase

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = [pytest.mark.slow, pytest.mark.long]

STEPS = blocks("erasing.md", "The steps")
IN_A_FOLDER = blocks("erasing.md", "A lake in a folder")[0]
ID, NAME = "38232075", "Ana"
GONE = re.compile(rb"(?<!\d)38,?232,?075(?!\d)|(?<![A-Za-z])Ana(?![a-z])")


def folder(day: str, kingdom: int = 51) -> str:
    return f"inbox/source=rok_players/kingdom={kingdom}/dt={day}"


def scan(*rows: str) -> bytes:
    return "\n".join(["ID,Name,Power", *rows, ""]).encode()


WITH = scan("1000001,Bo,5", f"{ID},{NAME},7", "1000003,Anabel,9")
WITHOUT = scan("1000001,Bo,5", "1000003,Anabel,9", "138232075,Cy,3")
GROUPED = scan("1000001,Bo,5", f'"38,232,075",{NAME},8', "1000003,Anabel,9")
SWAPPED = scan(f"{NAME},{ID},7")

UPLOADS = [
    # Superseded, and the newest of its date.
    (f"{folder('2026-01-19')}/players.csv.gz", gzip.compress(WITH)),
    (f"{folder('2026-01-19')}/players.json", json.dumps([{"id": int(ID), "power": 3}]).encode()),
    (f"{folder('2026-01-19')}/utf16.csv", WITH.decode().encode("utf-16")),
    (f"{folder('2026-01-19')}/corrected.csv", GROUPED),
    # A name that was used twice; the second is without the player, and stays.
    (f"{folder('2026-01-12')}/players.csv", WITH),
    (f"{folder('2026-01-12')}/players.csv", WITHOUT),
    # Withdrawn, and to be withdrawn.
    (f"{folder('2026-01-26')}/players.csv", WITH),
    (f"{folder('2026-01-26')}/withdraw.txt", b"wrong"),
    (f"{folder('2026-02-02')}/players.csv", WITH),
    # Refused, with findings that show the cells; of no kingdom; named after the player.
    (f"{folder('2026-02-09')}/bad.csv", SWAPPED),
    ("inbox/notes.txt", b"38,232,075 wants to be forgotten"),
    (f"{folder('2026-02-09')}/scan of Ana.csv", scan("1000001,Bo,x")),
    # Refused, and mended: a file more beside its bytes.
    (f"{folder('2026-02-09')}/twice.csv", WITH + b"1000003,Anabel,9\n"),
    # Of somebody else.
    (f"{folder('2026-01-19', 52)}/players.csv", WITHOUT),
    (f"{folder('2026-01-19', 52)}/bad.csv", scan("1000003,Anabel,x")),
]


def fill(store: Store, put: Any) -> None:
    for number, (key, body) in enumerate(UPLOADS):
        put(key, body, number)
        assert ingest_key(store, key, SETTINGS) is not None


class Operated:
    """A lake in a bucket that keeps versions, and an operator's terminal."""

    def __init__(self, bucket: str, client: "S3Client", path: Path) -> None:
        self.bucket = bucket
        self.client = client
        keep_versions(client, bucket)
        self.store = S3Store(bucket, client=client)
        self.bash = Bash(path, BUCKET=bucket, ID=ID, NAME=NAME)
        self.path = path
        self._start = datetime.now(UTC) - timedelta(minutes=5)

    def put(self, key: str, body: bytes, second: int = 0) -> None:
        """Write an object of some minutes ago, one second after another."""
        moment = self._start + timedelta(seconds=second)
        put_at(self.client, self.bucket, key, body, moment)

    def run(self, *commands: str, **variables: str) -> Done:
        """Run blocks of the page, which must succeed; the last one's result."""
        self.bash.set(**variables)
        done = Done(0, "")
        for block in commands:
            done = self.bash.run(block)
            assert done.code == 0, done.output
        return done

    def without_the_player(self, day: str) -> None:
        """Step 2 for a date."""
        trace, clean, _ = STEPS[2]
        told = self.run(trace, DATE=day, KINGDOM="51").output
        raw = re.search(r"raw +(\S.*)", told)
        line = re.search(r"place +row \d+, line (\d+)", told)
        assert raw is not None
        assert line is not None
        with functions(self.store):
            done = self.run(clean, RAW=raw[1], LINE=line[1])
        assert "ACCEPTED" in done.output

    def withdraw(self, day: str) -> None:
        """Step 2 for a date that is not needed."""
        with functions(self.store):
            assert "WITHDRAWN" in self.run(STEPS[2][2], DATE=day, KINGDOM="51").output

    def left(self) -> set[str]:
        """The keys of versions in which there is something of the player, and of such keys."""
        found = set()
        pages = self.client.get_paginator("list_object_versions").paginate(Bucket=self.bucket)
        for page in pages:
            for one in page.get("Versions", ()):
                answer = self.client.get_object(
                    Bucket=self.bucket, Key=one["Key"], VersionId=one["VersionId"]
                )
                if has_player(one["Key"], answer["Body"].read()):
                    found.add(one["Key"])
            for marker in page.get("DeleteMarkers", ()):
                if GONE.search(marker["Key"].encode()):
                    found.add(marker["Key"])
        return found


def has_player(key: str, body: bytes) -> bool:
    """A second and simpler search, for these uploads."""
    if body.startswith(b"\x1f\x8b"):
        body = gzip.decompress(body)
    if body.startswith(b"PAR1"):
        body = str(pq.read_table(io.BytesIO(body)).to_pydict()).encode()
    return any(GONE.search(text) for text in (key.encode(), body, body.replace(b"\0", b"")))


def players(store: Store, day: str, kingdom: int = 51) -> list[str]:
    """The names of the players who are published for a date."""
    key = f"curated/source=rok_players/kingdom={kingdom}/dt={day}/players.parquet"
    found: list[str] = curated(store, key)["name"].to_pylist()
    return found


@contextmanager
def functions(store: Store) -> Iterator[None]:
    """While the operator waits the uploads are ingested, as by their events."""
    over = Event()

    def work() -> None:
        while not over.wait(0.2):
            for _ in sweep(store, SETTINGS):
                pass

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.fixture
def lake(s3_bucket: str, s3_client: "S3Client", tmp_path: Path) -> Operated:
    """A lake in which a player is wherever one can be."""
    made = Operated(s3_bucket, s3_client, tmp_path / "operator")
    fill(made.store, made.put)
    made.client.delete_object(Bucket=made.bucket, Key=UPLOADS[0][0])  # by a person
    made.put("query-results/1234.csv", b'"id","name"\n"38232075","Ana"\n')
    made.put("query-results/1234.csv.metadata", b"\x0a\x03")
    assert all(one.ok for one in verify(made.store, SETTINGS))
    return made


def test_the_steps_leave_nothing_of_the_player_and_a_sound_lake(lake: Operated) -> None:
    assert [*STEPS] == [0, 1, 2, 3, 4, 5]
    lake.run(*STEPS[0])
    others = {key: body for key, body in contents(lake.store).items() if "kingdom=52" in key}
    before = lake.left()
    assert {key.partition("/")[0] for key in before} == {
        *("inbox", "raw", "rejected", "reports", "curated", "boards", "query-results"),
        *("changes", "players"),
    }
    (find,), (listing,), (delete,), (check,) = STEPS[1], STEPS[3], STEPS[4], STEPS[5]
    told = lake.bash.run(find)
    assert told.code == 1
    assert set(re.findall(r"^(?:old|current) +(.+)  \S+  .+$", told.output, re.MULTILINE)) >= before

    early = lake.bash.run(listing)
    assert early.code == 1
    assert set(re.findall(r"kingdom 51, (\S+):", early.output)) == {*("2026-01-19", "2026-02-02")}
    assert "no list is written" in early.output
    assert not (lake.path / "erase").exists()
    lake.without_the_player("2026-01-19")
    lake.withdraw("2026-02-02")

    parts = lake.run(listing).output.split()
    tops = [re.sub(r"erase/\d+-(.*)\.json", r"\1", part) for part in parts]
    assert tops[:4] == ["inbox", "raw", "rejected", "reports"]
    assert {*tops[4:]} == {"curated", "boards", "changes", "players", "query-results"}
    lake.run(delete)
    assert "Nothing is found." in lake.run(check).output
    assert lake.left() == set()
    after = contents(lake.store)
    assert {key: after[key] for key in others} == others
    assert players(lake.store, "2026-01-19") == ["Bo", "Anabel"]
    assert players(lake.store, "2026-01-12") == ["Bo", "Anabel", "Cy"]
    assert not [key for key in after if "dt=2026-01-26" in key and key.startswith("curated/")]
    assert b"2026-01-26" not in after["catalog/source=rok_players/kingdom=51/snapshots.json"]
    assert after[UPLOADS[5][0]] == WITHOUT


def test_a_sweep_between_any_two_requests_brings_nothing_back(lake: Operated) -> None:
    lake.run(*STEPS[0])
    lake.without_the_player("2026-01-19")
    lake.withdraw("2026-02-02")
    for part in lake.run(*STEPS[3]).output.split():
        request = json.loads((lake.path / part).read_text("utf-8"))
        for one in request["Objects"]:
            lake.client.delete_objects(Bucket=lake.bucket, Delete={"Objects": [one]})
        assert not [one for one in sweep(lake.store, SETTINGS) if not hasattr(one, "report")]
    assert lake.left() == set()
    assert all(one.ok for one in verify(lake.store, SETTINGS))


def test_no_list_has_a_version_of_somebody_else(
    lake: Operated, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAKE_URI", f"s3://{lake.bucket}")
    kept = UPLOADS[10][0]
    assert erase.main(["find", "--id", ID, "--name", NAME, "--keep", kept]) == 1
    shown = capsys.readouterr().out
    assert "kingdom=52" not in shown
    assert "notes.txt" not in shown
    assert erase.main(["find", "--id", ID, "--kingdom", "52"]) == 1
    shown = capsys.readouterr().out
    assert "kingdom=51" not in shown
    assert kept in shown  # it is of no kingdom
    assert erase.main(["find", "--id", "99999999"]) == 0, capsys.readouterr().out


def test_a_lake_that_cannot_be_read_is_told_in_one_line(
    lake: Operated, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAKE_URI", "s3://no-such-bucket")
    assert erase.main(["find", "--id", ID]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith("error: s3://no-such-bucket: ")


def test_a_withdrawal_that_names_the_player_is_replaced_before_it_goes(
    lake: Operated, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else the date that it withdrew would be published again."""
    monkeypatch.setenv("LAKE_URI", f"s3://{lake.bucket}")
    monkeypatch.chdir(lake.path)
    day = folder("2026-01-19", 52)
    lake.put(f"{day}/withdraw.txt", b"Ana asked for it", 60)
    assert ingest_key(lake.store, f"{day}/withdraw.txt", SETTINGS) is not None
    listing = ["list", "--id", ID, "--name", NAME, "--kingdom", "52", "--keep", UPLOADS[10][0]]
    assert erase.main(listing) == 1
    assert "kingdom 52, 2026-01-19: upload withdrawn/" in capsys.readouterr().out
    lake.put(f"{day}/withdraw.txt", b"on demand", 90)
    assert ingest_key(lake.store, f"{day}/withdraw.txt", SETTINGS) is not None
    assert erase.main(listing) == 0
    lake.run(*STEPS[4])
    assert players(lake.store, "2026-01-19", 52) == []
    assert all(one.ok for one in verify(lake.store, SETTINGS))


def test_what_cannot_be_unpacked_is_looked_at_by_a_person(
    lake: Operated, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAKE_URI", f"s3://{lake.bucket}")
    key = f"{folder('2026-02-09', 53)}/cut.csv.gz"
    lake.put(key, gzip.compress(WITH)[:-4], 60)
    assert ingest_key(lake.store, key, SETTINGS) is not None
    of_it = ["find", "--id", "99999999", "--kingdom", "53"]
    assert erase.main(of_it) == 1
    told = capsys.readouterr()
    assert told.out == ""
    named = re.findall(r"error: (\S+) cannot be unpacked whole", told.err)
    assert [name.partition("/")[0] for name in named] == ["inbox", "rejected"]
    assert erase.main([*of_it, "--keep", named[1]]) == 0
    assert capsys.readouterr().out == "Nothing is found.\n"
    assert erase.main([*of_it, "--also", key]) == 1
    listed = re.findall(r"^current +([a-z]+)/", capsys.readouterr().out, re.MULTILINE)
    assert listed == ["inbox", "rejected", "reports"]


@pytest.mark.parametrize(
    "arguments", [[], ["find"], ["find", "--id", "x"], ["find", "--id", "1", "--name", " "]]
)
def test_wrong_usage_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert erase.main(arguments) == 2
    assert "usage" in capsys.readouterr().err


def test_a_lake_in_a_folder_is_cleaned_by_the_same_steps(tmp_path: Path) -> None:
    path = tmp_path / "operator"
    bash = Bash(path, LAKE_URI="file:.lake", ID=ID, NAME=NAME, KINGDOM="51")
    store = DirectoryStore(str(path / ".lake"))

    def put(key: str, body: bytes, number: int) -> None:
        (path / ".lake" / key).unlink(missing_ok=True)
        store.create(key, body)
        date_object(store, key, MOMENT.replace(minute=number))

    fill(store, put)
    (path / "clean.csv").write_bytes(WITHOUT)
    for block, day in (
        ("python -m chalicelib upload clean.csv --kingdom 51 --date 2026-01-19", ""),
        (STEPS[2][2], "2026-02-02"),
        *((block, "") for block in (*STEPS[3], *IN_A_FOLDER)),
    ):
        bash.set(DATE=day)
        done = bash.run(block)
        assert done.code == 0, done.output
    done = bash.run(STEPS[5][0])
    assert (done.code, "Nothing is found." in done.output) == (0, True), done.output
    left = {key for key, body in contents(store).items() if has_player(key, body)}
    assert left == set()


def test_no_name_or_id_of_a_player_is_logged(
    s3_bucket: str,
    s3_client: "S3Client",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LAKE_URI", f"s3://{s3_bucket}")
    app.lake.cache_clear()
    (handler,) = [one for one in app.app.log.handlers if type(one) is logging.StreamHandler]
    logged = io.StringIO()
    before = handler.setStream(logged)
    client = Client(app.app, project_dir=str(tmp_path))
    uploads = [(key, body) for key, body in UPLOADS if not GONE.search(key.encode())]
    try:
        for key, body in uploads:
            s3_client.put_object(Bucket=s3_bucket, Key=key, Body=body)
            event = client.events.generate_s3_event(s3_bucket, quote_plus(key, safe="/"))
            client.lambda_.invoke("ingest_players", event)
        scheduled = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
        client.lambda_.invoke("sweep_inbox", scheduled)
    finally:
        handler.setStream(before)
        app.lake.cache_clear()
    lines = logged.getvalue()
    assert lines.count("upload_ingested") >= len(uploads)
    assert not GONE.search(lines.encode())
