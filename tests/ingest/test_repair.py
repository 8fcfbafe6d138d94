"""The mended upload (contract, section 5): written once, offered, and never taken for an upload."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest import archive, pipeline
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.sweep import sweep
from chalicelib.ingest.sweeping.due import find_due
from chalicelib.ingest.verify import verify
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.reports.stored import DamagedReportError, parse_report
from chalicelib.lake.store import Store
from tests.ingest.support import (
    FOLDER,
    MOMENT,
    PARTITION,
    RUN_TS,
    SETTINGS,
    contents,
    curated,
    ingest,
    names,
    patched,
    put,
)

ROWS = ["1,Ana,5,x", "2,Bo,7,y", "3,Cy,9,z"]
HEADER = "ID,Name,Power,Town Hall"
GOOD = "".join(f"{line}\n" for line in (HEADER, *ROWS)).encode()
REPEATED = GOOD + f"{ROWS[2]}\n{ROWS[2]}\n{ROWS[0]}\n".encode()
KEY = f"{FOLDER}/players.csv"
RUN = f"{PARTITION}/run_ts={RUN_TS}"
REJECTED = f"rejected/{RUN}/players.csv"
MENDED = f"rejected/{RUN}/players.repaired.csv"
REPORT = f"reports/{RUN}/players.csv.json"
LATER = MOMENT + timedelta(hours=1)


def due(store: Store) -> list[str]:
    found = [one for folder in find_due(store, SETTINGS) for one in folder.due]
    return [one.info.key for one in found if not one.alike]


def wrong(store: Store) -> dict[str, str]:
    return {
        key: text
        for one in verify(store, SETTINGS)
        for key, text in zip(one.keys, one.problems, strict=True)
    }


def root(store: DirectoryStore) -> Any:
    return vars(store)["_root"]


@pytest.fixture
def lake(directory_store: DirectoryStore) -> DirectoryStore:
    """A lake in which one upload was refused, and mended."""
    put(directory_store, KEY, REPEATED)
    ingest(directory_store)
    return directory_store


def test_a_refused_upload_of_repeated_rows_alone_carries_its_mended_file(store: Store) -> None:
    put(store, KEY, REPEATED, None)
    report = ingest(store, KEY).report
    rejected = report["written"]["rejected"]
    mended = rejected.replace("players.csv", "players.repaired.csv")
    assert (report["status"], report["error_count"]) == ("rejected", 3)
    assert report["repair"] == {"key": mended, "removed_rows": [4, 5, 6]}
    assert contents(store, "rejected/") == {rejected: REPEATED, mended: GOOD}
    assert contents(store, "raw/", "curated/") == {}
    stored = parse_report(*next(iter(contents(store, "reports/").items())))
    assert (stored.mended, stored.report) == (mended, report)


def test_the_mended_file_is_an_upload_like_any_other_once_a_person_uploads_it(
    store: Store,
) -> None:
    put(store, KEY, REPEATED, None)
    mended = ingest(store, KEY).report["repair"]["key"]
    assert due(store) == []
    put(store, f"{FOLDER}/players.repaired.csv", contents(store)[mended], None)
    report = ingest(store, f"{FOLDER}/players.repaired.csv").report
    assert (report["status"], report["players"]) == ("accepted", 3)
    assert names(store) == ["Ana", "Bo", "Cy"]
    assert [*sweep(store, SETTINGS)] == []
    assert wrong(store) == {}


def test_the_records_are_those_of_the_file_without_its_repetitions(
    directory_store: DirectoryStore,
) -> None:
    put(directory_store, KEY, REPEATED)
    ingest(directory_store)
    put(directory_store, f"{FOLDER}/a.csv", contents(directory_store)[MENDED], LATER)
    ingest(directory_store, f"{FOLDER}/a.csv")
    hashes = curated(directory_store)["record_hash"].to_pylist()
    put(directory_store, f"{FOLDER}/b.csv", GOOD, LATER + timedelta(hours=1))
    ingest(directory_store, f"{FOLDER}/b.csv")
    assert hashes == curated(directory_store)["record_hash"].to_pylist()


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        REPEATED + b"4,Di,many,x\n",
        GOOD + b"1,Ana,5,other\n",
        REPEATED + b"1,Ana,6,x\n",
        REPEATED + b"4,Di,1\n",
    ],
    ids=["good", "another error", "an ignored cell differs", "a cell differs", "ragged"],
)
def test_any_other_upload_carries_none(directory_store: DirectoryStore, body: bytes) -> None:
    put(directory_store, KEY, body)
    assert "repair" not in ingest(directory_store).report
    assert [key for key in contents(directory_store) if "repaired" in key] == []


@pytest.mark.parametrize(
    ("name", "mended"),
    [
        ("a.CSV", "a.repaired.CSV"),
        ("a.csv.gz", "a.repaired.csv"),
        ("a.tsv.GZ", "a.repaired.tsv"),
        ("a.repaired.csv", "a.repaired.repaired.csv"),
        ("long" * 59 + ".csv", ("long" * 59)[:227] + ".repaired.csv"),
    ],
    ids=["upper case", "gz", "tsv.GZ", "again", "long"],
)
def test_it_lies_beside_the_refused_bytes(
    directory_store: DirectoryStore, name: str, mended: str
) -> None:
    import gzip

    body = REPEATED.replace(b",", b"\t") if ".tsv" in name else REPEATED
    body = gzip.compress(body) if name.lower().endswith(".gz") else body
    put(directory_store, f"{FOLDER}/{name}", body)
    report = ingest(directory_store, f"{FOLDER}/{name}").report
    assert report["repair"]["key"] == f"rejected/{RUN}/{mended}"
    assert contents(directory_store)[f"rejected/{RUN}/{mended}"].count(b"\n") == 4
    assert wrong(directory_store) == {}


def test_a_kingdom_that_is_another_s_is_not_mended_away(directory_store: DirectoryStore) -> None:
    body = REPEATED.replace(b"Town Hall", b"Kingdom").replace(b",x", b",52")
    body = body.replace(b",y", b",52").replace(b",z", b",52")
    put(directory_store, KEY, body)
    report = ingest(directory_store).report
    assert "repair" not in report or report["errors"][0]["code"] == "duplicate_id"


class TestTheSweep:
    """What lies beside rejected bytes is no upload."""

    def test_leaves_a_mended_file_alone(self, lake: DirectoryStore) -> None:
        assert due(lake) == []
        assert [*sweep(lake, SETTINGS)] == []
        (root(lake) / KEY).unlink()
        assert due(lake) == []

    @pytest.mark.parametrize("is_in_inbox", [True, False])
    def test_completes_a_run_that_died_before_its_report(
        self, lake: DirectoryStore, *, is_in_inbox: bool
    ) -> None:
        before = contents(lake)
        (root(lake) / REPORT).unlink()
        if not is_in_inbox:
            (root(lake) / KEY).unlink()
        # It is the upload itself that is found to lack a report, in the inbox, the archive or both.
        assert set(due(lake)) == {REJECTED, *([KEY] if is_in_inbox else [])}
        assert [one.key for one in sweep(lake, SETTINGS)] == [KEY]
        assert contents(lake) == {key: before[key] for key in before if is_in_inbox or key != KEY}

    @pytest.mark.parametrize("lost", [(REJECTED,), (REJECTED, REPORT), (KEY, REJECTED, REPORT)])
    def test_never_ingests_one_by_itself(self, lake: DirectoryStore, lost: tuple[str, ...]) -> None:
        for key in lost:
            (root(lake) / key).unlink()
        [*sweep(lake, SETTINGS)]
        assert contents(lake, "raw/", "curated/") == {}
        assert not any(key.startswith("reports/") and ".repaired" in key for key in contents(lake))


def crash_once(target: Any, name: str) -> Any:
    """The function fails the first time that it is called."""
    right = getattr(target, name)
    left = [1]

    def work(*arguments: Any, **named: Any) -> Any:
        if left:
            left.pop()
            raise StoreUnavailableError("it broke")
        return right(*arguments, **named)

    return patched((target, name, work))


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (pipeline, "archive"),
        (pipeline, "archive_repair"),
        (archive, "archive"),
        (pipeline, "write_report"),
    ],
    ids=["bytes", "before the mended file", "the mended file", "report"],
)
def test_a_crash_leaves_what_the_retry_completes(store: Store, target: Any, name: str) -> None:
    put(store, KEY, REPEATED, None)
    with crash_once(target, name), pytest.raises(StoreUnavailableError):
        ingest_key(store, KEY, SETTINGS)
    assert not contents(store, "reports/")
    report = ingest(store, KEY).report
    assert contents(store)[report["repair"]["key"]] == GOOD
    assert ingest(store, KEY).replayed
    assert len(contents(store)) == 4


class TestOneSecond:
    """Uploads of one second whose mended files or names are the same."""

    OTHER = REPEATED.replace(b"Cy", b"Cynthia")

    def test_two_that_are_mended_to_one_name(self, directory_store: DirectoryStore) -> None:
        put(directory_store, KEY, REPEATED)
        first = ingest(directory_store).report
        put(directory_store, KEY, self.OTHER)
        second = ingest(directory_store).report
        assert first["repair"]["key"] == MENDED
        assert second["repair"]["key"].startswith(MENDED.removesuffix(".csv") + "~")
        assert contents(directory_store)[second["repair"]["key"]].count(b"Cynthia") == 1
        assert due(directory_store) == []
        assert wrong(directory_store) == {}

    @pytest.mark.parametrize("is_first", [True, False])
    def test_a_refused_upload_of_the_mended_file_s_name_is_an_ordinary_one(
        self, directory_store: DirectoryStore, *, is_first: bool
    ) -> None:
        bad = b"ID,Name,Power\n1,Ana,many\n"
        own = f"{FOLDER}/players.repaired.csv"
        uploads = [(own, bad), (KEY, REPEATED)]
        reports = {}
        for key, body in uploads if is_first else uploads[::-1]:
            put(directory_store, key, body)
            reports[key] = ingest(directory_store, key).report
        assert contents(directory_store)[reports[own]["written"]["rejected"]] == bad
        assert contents(directory_store)[reports[KEY]["repair"]["key"]] == GOOD
        assert "repair" not in reports[own]
        assert due(directory_store) == []
        assert wrong(directory_store) == {}
        # Its report lost, it is ingested again.
        (root(directory_store) / f"reports/{RUN}/players.repaired.csv.json").unlink()
        assert due(directory_store) == [own]
        assert [one.key for one in sweep(directory_store, SETTINGS)] == [own]
        assert wrong(directory_store) == {}

    def test_a_refused_upload_that_died_is_completed_while_it_is_in_the_inbox(
        self, directory_store: DirectoryStore
    ) -> None:
        key = f"{FOLDER}/x.repaired.csv"
        put(directory_store, key, b"ID,Name,Power\n1,Ana,many\n")
        with crash_once(pipeline, "write_report"), pytest.raises(StoreUnavailableError):
            ingest(directory_store, key)
        assert due(directory_store) == [key]
        [*sweep(directory_store, SETTINGS)]
        assert due(directory_store) == []


class TestVerify:
    """A mended file is known, compared, and can be written again."""

    def test_a_sound_one_is_fine(self, lake: DirectoryStore) -> None:
        assert wrong(lake) == {}

    @pytest.mark.parametrize("is_in_inbox", [True, False])
    @pytest.mark.parametrize("damage", ["missing", "damaged"])
    def test_what_it_says_to_do_writes_it_again(
        self, lake: DirectoryStore, damage: str, *, is_in_inbox: bool
    ) -> None:
        before = contents(lake)
        path = root(lake) / MENDED
        if damage == "missing":
            path.unlink()
        else:
            path.write_bytes(GOOD + b"4,Di,4,4\n")
        if not is_in_inbox:
            (root(lake) / KEY).unlink()
            del before[KEY]
        said = wrong(lake)
        assert [*said] == [MENDED]
        for key in (MENDED, REPORT):
            assert f" {key}" in f" {said[MENDED]}"
            (root(lake) / key).unlink(missing_ok=True)
        [*sweep(lake, SETTINGS)]
        assert contents(lake) == before
        assert wrong(lake) == {}

    def test_an_event_writes_a_lost_one_again(self, lake: DirectoryStore) -> None:
        (root(lake) / MENDED).unlink()
        assert not ingest(lake).replayed
        assert contents(lake)[MENDED] == GOOD
        assert ingest(lake).replayed
        for key in (MENDED, REJECTED):
            (root(lake) / key).unlink()
        assert [one.key for one in sweep(lake, SETTINGS)] == [KEY]
        assert wrong(lake) == {}

    def test_one_without_its_upload_is_named(self, lake: DirectoryStore) -> None:
        for key in (KEY, REJECTED, REPORT):
            (root(lake) / key).unlink()
        assert [*wrong(lake)] == [MENDED]
        assert "delete it" in wrong(lake)[MENDED]

    def test_a_run_in_progress_is_told_of_by_its_own_name(self, lake: DirectoryStore) -> None:
        (root(lake) / REPORT).unlink()
        assert [*wrong(lake)] == [REPORT]

    @pytest.mark.parametrize(
        "change",
        [
            lambda report: report.pop("repair"),
            lambda report: report["repair"].update(removed_rows=[4, 5]),
            lambda report: report["repair"].update(key=MENDED.replace("players", "others")),
            lambda report: report["repair"].update(key=None),
            lambda report: report.update(repair=[]),
        ],
        ids=["none", "rows", "another key", "no key", "no object"],
    )
    def test_a_report_that_says_something_else_is_named(
        self, lake: DirectoryStore, change: Callable[[dict[str, Any]], Any]
    ) -> None:
        before = contents(lake)
        report = json.loads(before[REPORT])
        change(report)
        (root(lake) / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
        assert REPORT in wrong(lake)
        (root(lake) / REPORT).unlink()
        [*sweep(lake, SETTINGS)]
        assert contents(lake) == before

    def test_an_accepted_upload_offers_none(self, directory_store: DirectoryStore) -> None:
        put(directory_store, KEY, GOOD)
        report = {**ingest(directory_store).report, "repair": {"key": MENDED, "removed_rows": [1]}}
        with pytest.raises(DamagedReportError):
            parse_report(REPORT, json.dumps(report).encode())
