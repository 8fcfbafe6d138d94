"""Uploads whose key is refused: reported where their people look, and never twice."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.ingest.pipeline import complete_archived
from chalicelib.ingest.processed import ProcessedUploads, reports_of
from chalicelib.ingest.sweep import sweep
from chalicelib.ingest.verify import verify
from chalicelib.lake.archive_keys import parse_archive_key
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store
from tests.ingest.support import (
    FOLDER,
    KEY,
    MOMENT,
    RUN_TS,
    SCAN,
    SETTINGS,
    contents,
    ingest,
    put,
)

DOCX = f"{FOLDER}/players.docx"
KEYS = [
    DOCX,
    f"{FOLDER}/deeper/players.csv",
    KEY.replace("kingdom=51", "Kingdom 51"),
    KEY.replace("source=rok_players", "source=players"),
    KEY.replace("dt=2026-01-26", "dt=26.01.2026"),
    "inbox/dt=2026-01-26/kingdom=51/players.csv",
    KEY.replace("2026-01-26", "2026-01-28"),
]


def written(store: Store, key: str) -> Mapping[str, Any]:
    with store.open(key) as reader:
        found: Mapping[str, Any] = json.loads(reader.read())
    return found


@pytest.mark.parametrize("key", KEYS)
def test_rejected_file_and_report_lie_under_the_kingdom_and_date(
    directory_store: DirectoryStore, key: str
) -> None:
    put(directory_store, key, SCAN)
    report = ingest(directory_store, key).report
    day = report["snapshot_date"]
    folder = f"source=rok_players/kingdom=51/dt={day}/run_ts={RUN_TS}/"
    kept, told = [one for one in contents(directory_store) if not one.startswith("inbox/")]
    assert kept == report["written"]["rejected"]
    assert kept.startswith(f"rejected/{folder}")
    assert told.startswith(f"reports/{folder}")
    assert (report["source"], report["kingdom"]) == ("rok_players", 51)
    assert written(directory_store, told) == report


@pytest.mark.parametrize("key", KEYS)
def test_neither_sweep_nor_verify_nor_a_second_look_has_anything_to_do_then(
    directory_store: DirectoryStore, key: str
) -> None:
    put(directory_store, key, SCAN)
    ingest(directory_store, key)
    before = contents(directory_store)
    assert [*sweep(directory_store, SETTINGS)] == []
    processed = ProcessedUploads(directory_store)
    info = directory_store.head(key)
    assert info is not None
    assert processed.has(info, reports_of(info)[0])
    assert [remark for one in verify(directory_store, SETTINGS) for remark in one.keys] == []
    assert contents(directory_store) == before


@pytest.mark.parametrize("key", KEYS)
def test_a_lost_report_comes_again_from_the_archive_and_nothing_is_accepted(
    directory_store: DirectoryStore, key: str
) -> None:
    """What was refused lies beside what would be right, and must not be taken for it."""
    put(directory_store, key, SCAN)
    ingest(directory_store, key)
    before = contents(directory_store)
    kept, told, *_ = [one for one in before if not one.startswith("inbox/")]
    for lost in (told, key):
        (vars(directory_store)["_root"] / lost).unlink()
    archived = parse_archive_key(kept)
    assert archived is not None
    again = complete_archived(directory_store, archived, SETTINGS)
    assert again.report["status"] == "rejected"
    assert {**before, key: None} == {**contents(directory_store), key: None}


def test_an_upload_that_is_due_is_found_wherever_it_lies(directory_store: DirectoryStore) -> None:
    for key in KEYS:
        put(directory_store, key, SCAN)
    found = [*sweep(directory_store, SETTINGS)]
    assert sorted(one.key for one in found) == sorted(KEYS)
    assert [*sweep(directory_store, SETTINGS)] == []


def test_three_alike_in_one_second_below_one_date_all_get_reports(
    directory_store: DirectoryStore,
) -> None:
    for folder in ("one", "two", "three"):
        put(directory_store, f"{FOLDER}/{folder}/players.csv", SCAN)
        ingest(directory_store, f"{FOLDER}/{folder}/players.csv")
    assert len([key for key in contents(directory_store) if key.startswith("reports/")]) == 3


@pytest.fixture(params=[DOCX, KEY.replace(".csv", ".xlsx"), KEYS[2], KEYS[6]])
def old(request: pytest.FixtureRequest, directory_store: DirectoryStore) -> str:
    """An upload that rules 2 refused: its bytes and report are apart, without kingdom and date."""
    key = str(request.param)
    put(directory_store, key, SCAN)
    refused = key.replace(".xlsx", ".docx")  # whose report looks just so
    if refused != key:
        put(directory_store, refused, SCAN)
    report = ingest(directory_store, refused).report
    root = vars(directory_store)["_root"]
    for made in [one for one in contents(directory_store) if not one.startswith("inbox/")]:
        (root / made).unlink()
    if refused != key:
        (root / refused).unlink()
    path = f"unrecognised/run_ts={RUN_TS}/{key.removeprefix('inbox/')}"
    unknown = dict.fromkeys(("source", "kingdom", "snapshot_date"))
    changed = {"rules": 2, "inbox_key": key, "written": {"rejected": f"rejected/{path}"}}
    changed["run_id"] = Run.of(key, MOMENT, report["file"]["sha256"]).run_id
    body = json.dumps({**report, **unknown, **changed}).encode()
    directory_store.create(f"rejected/{path}", SCAN)
    directory_store.create(f"reports/{path}.json", body)
    return key


def test_what_older_rules_refused_stays_as_it_is(old: str, directory_store: DirectoryStore) -> None:
    before = contents(directory_store)
    assert [*sweep(directory_store, SETTINGS)] == []
    info = directory_store.head(old)
    assert info is not None
    processed = ProcessedUploads(directory_store)
    assert any(processed.has(info, report) for report in reports_of(info))
    again = ingest(directory_store, old).report
    assert (again["status"], again["rules"]) == ("rejected", 2)
    found = [*verify(directory_store, SETTINGS)]
    assert [problem for one in found for problem in one.problems] == []
    assert {note.kind for one in found for note in one.notes} == {"older_rules"}
    assert contents(directory_store) == before
