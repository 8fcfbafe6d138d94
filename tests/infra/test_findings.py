"""Each finding of `rebuild --verify`, and that the page's recipe for it ends in a sound lake."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.verify import verify
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.reports.stored import hashed_report_key
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import Store
from tests.infra.bash import Bash, Done, blocks
from tests.infra.versioned import keep_versions
from tests.ingest.support import (
    BAD_SCAN,
    BOARDS,
    CURATED,
    FOLDER,
    KEY,
    MOMENT,
    PARTITION,
    SCAN,
    SETTINGS,
    contents,
    date_object,
    names,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = [pytest.mark.slow, pytest.mark.long]

PAGE = blocks("operations.md", "What verify finds")
START, (AGAIN,), (DELETE,), (VERSIONS, LOOK, UNCOVER), (GIVE_UP,) = (PAGE[at] for at in range(5))
OLDER = "inbox/source=rok_players/kingdom=51/dt=2026-01-19/players.csv"
BAD = f"{FOLDER}/bad.csv"
WITHDRAWN = "inbox/source=rok_players/kingdom=52/dt=2026-01-12"
DAMAGED = b"ID,Name,Power\n1000001,Ana,6000000\n1000002,Bo,7000000\n"


class Operated:
    """A lake in a bucket that keeps versions, and an operator's terminal."""

    def __init__(self, bucket: str, client: "S3Client", folder: Path) -> None:
        self.bucket = bucket
        self.client = client
        keep_versions(client, bucket)
        self.store = S3Store(bucket, client=client)
        self.bash = Bash(folder, BUCKET=bucket)
        self.run(*START)

    def run(self, *commands: str, **variables: str) -> Done:
        """Run blocks of the page, which must succeed; the last one's result."""
        self.bash.set(**variables)
        done = Done(0, "")
        for block in commands:
            done = self.bash.run(block)
            assert done.code == 0, done.output
        return done

    def upload(self, key: str, body: bytes) -> str:
        """Upload and ingest; the key of its report."""
        self.put(key, body)
        return report_of(self.store, key)

    def put(self, key: str, body: bytes) -> None:
        """Write whatever is there; an event follows if it is an upload."""
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body)
        if key.startswith("inbox/"):
            assert ingest_key(self.store, key, SETTINGS) is not None

    def remove(self, key: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=key)

    def read(self, key: str) -> bytes:
        return contents(self.store, key)[key]


def report_of(store: Store, inbox_key: str) -> str:
    """The key of the newest report on uploads under a key of the inbox."""
    found = [
        key
        for key, body in contents(store, "reports/").items()
        if json.loads(body)["inbox_key"] == inbox_key
    ]
    return max(found)


def archived(store: Store, report: str) -> str:
    """The key of the bytes that a report was written about."""
    written = json.loads(contents(store, report)[report])["written"]
    (key,) = [key for name, key in written.items() if name != "curated"]
    return str(key)


def wrong(store: Store) -> dict[str, str]:
    """What verify says of each object that is wrong."""
    found: dict[str, str] = {}
    for one in verify(store, SETTINGS):
        found |= dict(zip(one.keys, one.problems, strict=True))
    return found


@pytest.fixture
def lake(s3_bucket: str, s3_client: "S3Client", tmp_path: Path) -> Operated:
    """Accepted, refused, unrecognised and withdrawn uploads of two kingdoms."""
    made = Operated(s3_bucket, s3_client, tmp_path / "operator")
    made.put(OLDER, SCAN)
    made.put(KEY, SCAN)
    made.put(BAD, BAD_SCAN)
    made.put("inbox/notes.txt", b"hello")
    made.put(f"{WITHDRAWN}/players.csv", SCAN)
    made.put(f"{WITHDRAWN}/withdraw.txt", b"wrong kingdom")
    assert wrong(made.store) == {}
    return made


def rewritten(body: bytes) -> bytes:
    """The same rows, as if another version of the Parquet writer had written them."""
    other = re.sub(rb"(parquet-cpp-arrow version )\d\d", rb"\g<1>11", body)
    assert other != body
    return other


@pytest.mark.parametrize(
    ("key", "change", "says"),
    [
        (CURATED, lambda body: body[:-9], "differs"),
        (BOARDS, lambda body: body.replace(b"Ana", b"Eva"), "differs"),
        ("catalog/source=rok_players/kingdoms.json", lambda _: b"{}", "differs"),
        (CURATED, None, "is missing"),
        (BOARDS, None, "is missing"),
        ("catalog/source=rok_players/kingdom=51/snapshots.json", None, "is missing"),
        (CURATED, rewritten, "was written by another version of the Parquet writer"),
    ],
)
def test_views_are_written_again(
    lake: Operated, key: str, change: Callable[[bytes], bytes] | None, says: str
) -> None:
    before = contents(lake.store)
    if change is None:
        lake.remove(key)
    else:
        lake.put(key, change(before[key]))
    found = wrong(lake.store)
    assert [*found] == [key]
    assert says in found[key]
    lake.run(AGAIN)
    assert contents(lake.store) == before


@pytest.mark.parametrize(
    ("key", "says"),
    [
        (f"curated/{PARTITION}/players (1).parquet", "is not made of any upload"),
        ("boards/=HYPERLINK(1)", "is in no snapshot's folder"),
        (f"raw/{PARTITION}/README.txt", "is no upload's"),
    ],
)
def test_what_does_not_belong_there_is_deleted_by_hand(lake: Operated, key: str, says: str) -> None:
    before = contents(lake.store)
    lake.put(key, b"whatever")
    assert says in wrong(lake.store)[key]
    lake.run(DELETE, AGAIN, KEY=key)
    assert contents(lake.store) == before


@pytest.mark.parametrize("inbox_key", [KEY, BAD, "inbox/notes.txt", f"{WITHDRAWN}/withdraw.txt"])
def test_damaged_bytes_are_written_again_while_the_upload_is_in_the_inbox(
    lake: Operated, inbox_key: str
) -> None:
    before = contents(lake.store)
    key = archived(lake.store, report_of(lake.store, inbox_key))
    lake.put(key, before[key].replace(before[key][-5:], b"00000"))
    assert "is damaged: its bytes are not those" in wrong(lake.store)[key]
    lake.run(DELETE, AGAIN, KEY=key)
    assert contents(lake.store) == before


@pytest.mark.parametrize("inbox_key", [KEY, BAD, "inbox/notes.txt", f"{WITHDRAWN}/withdraw.txt"])
def test_missing_bytes_are_written_again_while_the_upload_is_in_the_inbox(
    lake: Operated, inbox_key: str
) -> None:
    before = contents(lake.store)
    key = archived(lake.store, report_of(lake.store, inbox_key))
    lake.remove(key)
    assert "is missing, which" in wrong(lake.store)[key]
    lake.run(AGAIN)
    assert contents(lake.store) == before


@pytest.mark.parametrize("damage", [DAMAGED, None])
def test_bytes_that_are_not_in_the_inbox_come_back_from_an_older_version(
    lake: Operated, damage: bytes | None
) -> None:
    lake.remove(KEY)
    before = contents(lake.store)
    report = report_of(lake.store, KEY)
    key = archived(lake.store, report)
    if damage is None:
        lake.remove(key)
    else:
        lake.put(key, damage)
    assert [*wrong(lake.store)] == [key]
    listed = [line.split("\t") for line in lake.run(VERSIONS, KEY=key).output.splitlines()]
    assert len(listed) == 2
    (wrong_one,) = [line[0] for line in listed if line[1] == "True"]
    (right,) = [line[0] for line in listed if line[1] == "False"]
    looked = lake.run(LOOK, RIGHT=right, REPORT=report).output
    digest = hashlib.sha256(SCAN).hexdigest()
    assert f"{digest}  looked-at" in looked
    assert f'"sha256": "{digest}"' in looked
    lake.run(UNCOVER, AGAIN, WRONG=wrong_one)
    assert contents(lake.store) == before
    assert names(lake.store) == ["Ana", "Bo"]


@pytest.mark.parametrize("damage", [DAMAGED, None])
def test_lost_bytes_are_given_up_when_the_scan_was_uploaded_again(
    lake: Operated, damage: bytes | None
) -> None:
    report = report_of(lake.store, KEY)
    key = archived(lake.store, report)
    lake.remove(KEY)
    if damage is None:
        lake.remove(key)
    else:
        lake.put(key, damage)
    lake.upload(f"{FOLDER}/again.csv", SCAN + b"1000003,Cy,9\n")
    assert [*wrong(lake.store)] == [key]
    lake.run(GIVE_UP, AGAIN, KEY=key, REPORT=report)
    assert names(lake.store) == ["Ana", "Bo", "Cy"]


def test_lost_bytes_are_given_up_for_an_older_upload_of_the_date(lake: Operated) -> None:
    lake.put(f"{FOLDER}/corrected.csv", SCAN.replace(b"Bo", b"Cy"))
    reports = {key: report_of(lake.store, key) for key in (KEY, f"{FOLDER}/corrected.csv")}
    newest = names(lake.store)[1]
    lost = KEY if newest == "Bo" else f"{FOLDER}/corrected.csv"
    key = archived(lake.store, reports[lost])
    lake.remove(lost)
    lake.remove(key)
    assert [*wrong(lake.store)] == [key]
    lake.run(GIVE_UP, AGAIN, KEY=key, REPORT=reports[lost])
    assert names(lake.store) == ["Ana", "Cy" if newest == "Bo" else "Bo"]


OF_NONE: Final = "is not made of any upload"


def top_folder(key: str) -> str:
    return key.partition("/")[0]


def test_lost_bytes_are_given_up_with_the_views_of_a_date_that_has_nothing_else(
    lake: Operated,
) -> None:
    report = report_of(lake.store, KEY)
    key = archived(lake.store, report)
    lake.remove(KEY)
    lake.remove(key)
    lake.run(GIVE_UP, KEY=key, REPORT=report)
    found = wrong(lake.store)
    assert {*found} == {CURATED, BOARDS}
    named = [*found]
    while found := {key: text for key, text in wrong(lake.store).items() if text.endswith(OF_NONE)}:
        named += found
        for view in found:
            lake.run(DELETE, KEY=view)
    assert {*map(top_folder, named)} == {"curated", "boards", "changes"}
    lake.run(AGAIN)
    assert not [key for key in contents(lake.store, "catalog/") if b"2026-01-26" in lake.read(key)]


@pytest.mark.parametrize(
    ("inbox_key", "body"),
    [
        (KEY, b""),
        (KEY, None),
        (BAD, b"{"),
        ("inbox/notes.txt", b"null"),
        (f"{WITHDRAWN}/withdraw.txt", None),
    ],
)
def test_a_damaged_report_is_written_again(
    lake: Operated, inbox_key: str, body: bytes | None
) -> None:
    before = contents(lake.store)
    key = report_of(lake.store, inbox_key)
    told = json.loads(before[key])
    told["run_id"] = f"x{told['run_id']}"
    lake.put(key, json.dumps(told).encode() if body is None else body)
    found = wrong(lake.store)
    assert f"{key} is damaged" in found[key]
    lake.run(DELETE, AGAIN, KEY=key)
    assert contents(lake.store) == before


@pytest.mark.parametrize("is_in_inbox", [True, False])
@pytest.mark.parametrize("damage", [DAMAGED, None])
def test_a_mended_file_is_written_again(
    lake: Operated, damage: bytes | None, *, is_in_inbox: bool
) -> None:
    twice = f"{FOLDER}/twice.csv"
    report = lake.upload(twice, SCAN + SCAN.splitlines()[1])
    key = json.loads(lake.read(report))["repair"]["key"]
    if not is_in_inbox:
        lake.remove(twice)
    before = contents(lake.store)
    assert wrong(lake.store) == {}
    if damage is None:
        lake.remove(key)
    else:
        lake.put(key, damage)
    found = wrong(lake.store)
    assert [*found] == [key]
    assert report in found[key]
    for named in [report] if damage is None else [key, report]:
        lake.run(DELETE, KEY=named)
    lake.run(AGAIN)
    assert contents(lake.store) == before


def test_a_damaged_report_is_written_again_from_kept_bytes_alone(lake: Operated) -> None:
    for inbox_key in (KEY, BAD):
        lake.remove(inbox_key)
    before = contents(lake.store)
    for inbox_key in (KEY, BAD):
        key = next(
            key
            for key in before
            if key.startswith("reports/") and inbox_key[6:] in before[key].decode()
        )
        lake.put(key, b"")
        lake.run(DELETE, AGAIN, KEY=key)
    assert contents(lake.store) == before


def test_a_damaged_report_may_be_deleted_after_an_event_wrote_another(lake: Operated) -> None:
    key = report_of(lake.store, KEY)
    told = json.loads(lake.read(key))
    lake.put(key, b"{}")
    assert ingest_key(lake.store, KEY, SETTINGS) is not None
    other = hashed_report_key(key, told["file"]["sha256"])
    assert json.loads(lake.read(other)) == told
    assert [*wrong(lake.store)] == [key]
    lake.run(DELETE, AGAIN, KEY=key)
    assert lake.store.head(key) is None


def test_a_report_that_differs_is_written_again(lake: Operated) -> None:
    before = contents(lake.store)
    key = report_of(lake.store, KEY)
    told = json.loads(before[key])
    lake.put(key, json.dumps({**told, "players": 3}).encode())
    assert "differs from what its upload gives: players" in wrong(lake.store)[key]
    lake.run(DELETE, AGAIN, KEY=key)
    assert contents(lake.store) == before


def test_what_is_not_ingested_or_has_no_report_is_completed_by_the_sweep(lake: Operated) -> None:
    before = contents(lake.store)
    lake.remove(report_of(lake.store, KEY))
    lake.client.put_object(Bucket=lake.bucket, Key=f"{OLDER}.gz", Body=b"no gzip")
    found = wrong(lake.store)
    assert {text.partition(": ")[0].rpartition(" is ")[2] for text in found.values()} >= {
        "not ingested yet"
    }
    assert any("is missing: `sweep` completes the run" in text for text in found.values())
    lake.run(AGAIN)
    after = contents(lake.store)
    assert {key: after[key] for key in before} == before


def test_a_second_report_is_deleted(lake: Operated) -> None:
    before = contents(lake.store)
    key = report_of(lake.store, KEY)
    other = hashed_report_key(key, json.loads(before[key])["file"]["sha256"])
    lake.put(other, before[key])
    found = wrong(lake.store)
    assert len(found) == 1
    assert "is a second report on" in next(iter(found.values()))
    lake.run(DELETE, AGAIN, KEY=other)
    assert contents(lake.store) == before


def test_notes_need_nothing_to_be_done(lake: Operated) -> None:
    key = report_of(lake.store, KEY)
    told = json.loads(lake.read(key))
    del told["rules"]
    lake.put(key, json.dumps(told).encode())
    kinds = {note.kind for one in verify(lake.store, SETTINGS) for note in one.notes}
    assert kinds == {"older_rules"}
    lake.run(AGAIN)
    assert json.loads(lake.read(key)) == told


class OldLake:
    """A lake in the operator's folder, whose uploads are months old."""

    def __init__(self, folder: Path) -> None:
        self.bash = Bash(folder, LAKE_URI="file:.lake")
        self.root = folder / ".lake"
        self.store = DirectoryStore(str(self.root))

    def upload(self, key: str, body: bytes, moment: datetime = MOMENT) -> str:
        """Upload and ingest; the key of its report."""
        self.store.create(key, body)
        date_object(self.store, key, moment)
        assert ingest_key(self.store, key, SETTINGS) is not None
        return report_of(self.store, key)

    def run(self, block: str, **variables: str) -> Done:
        """Run a block, or what stands in its place in a folder."""
        self.bash.set(**variables)
        if block == DELETE:
            block = 'rm ".lake/$KEY"'
        done = self.bash.run(block)
        assert done.code == 0, done.output
        return done


@pytest.fixture
def old(tmp_path: Path) -> OldLake:
    """Accepted, refused and withdrawn uploads."""
    made = OldLake(tmp_path / "operator")
    made.upload(KEY, SCAN)
    made.upload(BAD, BAD_SCAN)
    made.upload(f"{WITHDRAWN}/players.csv", SCAN)
    made.upload(f"{WITHDRAWN}/withdraw.txt", b"", MOMENT + timedelta(minutes=1))
    return made


def test_the_page_has_the_command_for_a_folder() -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    assert '`rm ".lake/$KEY"`' in text


@pytest.mark.parametrize("inbox_key", [KEY, BAD, f"{WITHDRAWN}/withdraw.txt"])
def test_in_a_folder_a_damaged_report_is_written_again(old: OldLake, inbox_key: str) -> None:
    before = contents(old.store)
    key = report_of(old.store, inbox_key)
    (old.root / key).write_bytes(b"")
    old.run(DELETE, KEY=key)
    old.run(AGAIN)
    assert contents(old.store) == before


def test_in_a_folder_a_stray_is_deleted(old: OldLake) -> None:
    before = contents(old.store)
    stray = f"boards/{PARTITION}/copy of leaderboards.json"
    (old.root / stray).write_bytes(b"")
    assert [*wrong(old.store)] == [stray]
    old.run(DELETE, KEY=stray)
    old.run(AGAIN)
    assert contents(old.store) == before


@pytest.mark.parametrize("inbox_key", [KEY, BAD, f"{WITHDRAWN}/withdraw.txt"])
@pytest.mark.parametrize("is_damaged", [True, False])
def test_bytes_lost_long_after_the_upload_are_written_again(
    old: OldLake, inbox_key: str, is_damaged: bool
) -> None:
    before = contents(old.store)
    key = archived(old.store, report_of(old.store, inbox_key))
    if is_damaged:
        (old.root / key).write_bytes(DAMAGED)
    assert not is_damaged or [*wrong(old.store)] == [key]
    old.run(DELETE, KEY=key)
    old.run(AGAIN)
    assert contents(old.store) == before


def test_a_withdrawals_report_is_written_again_from_its_kept_bytes(old: OldLake) -> None:
    (old.root / WITHDRAWN / "withdraw.txt").unlink()
    before = contents(old.store)
    (key,) = [key for key in before if key.endswith("withdraw.txt.json")]
    old.run(DELETE, KEY=key)
    old.run(AGAIN)
    assert contents(old.store) == before
