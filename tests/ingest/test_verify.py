"""Verifying names what is wrong, and just that, wherever it lies (contract, section 6)."""

import io
import json
import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chalicelib.boards.request import BoardRequest
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.config import load
from chalicelib.engines.boards import BoardsEngine
from chalicelib.errors import StoreError
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.ingest.rebuild import rebuild
from chalicelib.ingest.sweep import sweep
from chalicelib.ingest.verify import verify
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.scans.findings import Finding
from chalicelib.threads.deadline import Deadline
from chalicelib.validation.validate import ValidationResult
from chalicelib.views.making import make_snapshot
from tests.ingest.support import (
    BAD_SCAN,
    CURATED,
    FOLDER,
    KEY,
    MOMENT,
    PARTITION,
    RUN_TS,
    SCAN,
    SETTINGS,
    contents,
    ingest,
    patched,
    put,
)

LATER = MOMENT + timedelta(hours=1)
LATEST = MOMENT + timedelta(hours=2)
OTHER = "inbox/source=rok_players/kingdom=52/dt=2026-01-19"
WITHDRAWN = "inbox/source=rok_players/kingdom=52/dt=2026-01-12"
RAW = f"raw/{PARTITION}/run_ts={RUN_TS}/players.csv"
REPORT = f"reports/{PARTITION}/run_ts={RUN_TS}/players.csv.json"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Superseded, refused, unrecognised, compressed and withdrawn uploads, in two kingdoms."""
    folder = tmp_path_factory.mktemp("made") / "lake"
    store = DirectoryStore(str(folder))
    uploads = [
        (KEY, SCAN, MOMENT),
        (f"{FOLDER}/again.csv", SCAN.replace(b"Ana", b"Eva"), LATER),
        (f"{FOLDER}/bad.csv", BAD_SCAN, LATER),
        ("inbox/notes.txt", b"hello", LATER),
        (f"{OTHER}/players.json", b'[{"id": 1, "name": "x", "power": 3}]', MOMENT),
        (f"{WITHDRAWN}/players.csv", SCAN, MOMENT),
        (f"{WITHDRAWN}/withdraw.txt", b"", LATER),
    ]
    for key, body, moment in uploads:
        put(store, key, body, moment)
        ingest(store, key)
    return folder


@pytest.fixture
def lake(made: Path, tmp_path: Path) -> DirectoryStore:
    """A copy of it, for one test."""
    return DirectoryStore(str(shutil.copytree(made, tmp_path / "lake")))


def wrong(lake: DirectoryStore) -> set[str]:
    return {key for one in verify(lake, SETTINGS) for key in one.keys}


def objects(lake: DirectoryStore, *, inbox: bool = False) -> list[str]:
    return [key for key in contents(lake) if inbox or not key.startswith("inbox/")]


def overwrite(lake: DirectoryStore, key: str, body: bytes) -> None:
    """Damage an object as a disk would: its moment stays."""
    (vars(lake)["_root"] / key).write_bytes(body)


def remove(lake: DirectoryStore, key: str) -> None:
    (vars(lake)["_root"] / key).unlink()


def read(lake: DirectoryStore, key: str) -> bytes:
    return bytes((vars(lake)["_root"] / key).read_bytes())


def test_a_sound_lake_is_the_same_and_has_no_notes(lake: DirectoryStore) -> None:
    found = list(verify(lake, SETTINGS))
    assert [(one.kingdom, str(one.snapshot_date), one.status) for one in found] == [
        (51, "2026-01-26", "same"),
        (52, "2026-01-12", "same"),
        (52, "2026-01-19", "same"),
    ]
    assert not any(one.notes for one in found)


def flip(body: bytes, chance: random.Random) -> bytes:
    if not body:
        return b"\x00"
    at = chance.randrange(len(body))
    return body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :]


def cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body))] if body else b" "


def add(body: bytes, _: random.Random) -> bytes:
    return body + b"\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "seed"),
    [
        (flip, 0),
        *(
            pytest.param(damage, seed, marks=pytest.mark.long)
            for damage in (flip, cut)
            for seed in range(4)
            if (damage, seed) != (flip, 0)
        ),
        (add, 0),
    ],
)
def test_a_damaged_object_is_named_and_no_other(
    lake: DirectoryStore, damage: Callable[[bytes, random.Random], bytes], seed: int
) -> None:
    chance = random.Random(seed)
    for key in objects(lake):
        body = read(lake, key)
        overwrite(lake, key, damage(body, chance))
        outcomes = list(verify(lake, SETTINGS))
        found = {key for one in outcomes for key in one.keys}
        notes = {note.key for one in outcomes for note in one.notes}
        assert found | notes == {key}, (key, found, notes)
        overwrite(lake, key, body)
    assert wrong(lake) == set()


@pytest.mark.slow
def test_a_removed_object_is_named_and_no_other(lake: DirectoryStore) -> None:
    for key in objects(lake):
        body = read(lake, key)
        remove(lake, key)
        assert wrong(lake) == {key}
        overwrite(lake, key, body)
    assert wrong(lake) == set()


@pytest.mark.parametrize(
    "key",
    [
        *(f"{top}/notes.txt" for top in ("raw", "rejected", "withdrawn", "reports", "curated")),
        *(f"{top}/{PARTITION}/x.csv" for top in ("raw", "rejected", "withdrawn", "boards")),
        f"raw/{PARTITION}/run_ts={RUN_TS}/b.csv",
        f"withdrawn/{PARTITION}/run_ts={RUN_TS}/withdraw.txt",
        f"reports/{PARTITION}/run_ts={RUN_TS}/b.csv.json",
        "rejected/unrecognised/notes.txt",
        "reports/unrecognised/x.json",
        f"{FOLDER}/new.csv",
        "catalog/source=rok_players/x.json",
        "curated/source=rok_players/kingdom=051/dt=2026-01-26/players.parquet",
    ],
)
def test_an_object_that_does_not_belong_there_is_named(lake: DirectoryStore, key: str) -> None:
    put(lake, key, b"x", MOMENT)
    found = wrong(lake)
    assert found == {key}


def test_damaged_raw_is_never_published(lake: DirectoryStore) -> None:
    newest = f"raw/{PARTITION}/run_ts=20260126T163012Z/again.csv"
    before = contents(lake)
    overwrite(lake, newest, read(lake, newest).replace(b"Eva", b"Eve"))
    remove(lake, CURATED)
    (found,) = [one for one in rebuild(lake, SETTINGS) if not one.ok]
    assert found.keys == (newest,)
    assert "is damaged" in found.problems[0]
    assert CURATED not in contents(lake)
    overwrite(lake, newest, before[newest])
    assert all(one.ok for one in rebuild(lake, SETTINGS))
    assert contents(lake) == before


def test_an_older_upload_does_not_take_the_place_of_a_lost_one(lake: DirectoryStore) -> None:
    newest = f"raw/{PARTITION}/run_ts=20260126T163012Z/again.csv"
    before = contents(lake)
    remove(lake, newest)
    (found,) = [one for one in rebuild(lake, SETTINGS) if not one.ok]
    assert (found.keys, "is missing" in found.problems[0]) == ((newest,), True)
    assert contents(lake) == {key: body for key, body in before.items() if key != newest}


def test_lost_bytes_are_written_again_from_the_inbox(lake: DirectoryStore) -> None:
    before = contents(lake)
    for key in [one for one in before if one.startswith(("raw/", "rejected/", "withdrawn/"))]:
        remove(lake, key)
    for key in [one for one in before if one.startswith("inbox/")]:
        assert ingest_key(lake, key, SETTINGS) is not None
    assert contents(lake) == before


def test_a_lost_report_is_written_again_by_the_sweep(lake: DirectoryStore) -> None:
    before = contents(lake)
    for key in [one for one in before if one.startswith("reports/")]:
        remove(lake, key)
    list(sweep(lake, SETTINGS))
    assert contents(lake) == before


def test_a_damaged_report_that_was_deleted_is_written_again(lake: DirectoryStore) -> None:
    before = contents(lake)
    overwrite(lake, REPORT, b"{")
    assert wrong(lake) == {REPORT}
    remove(lake, REPORT)
    list(sweep(lake, SETTINGS))
    assert contents(lake) == before


def test_a_report_of_older_rules_is_no_problem(lake: DirectoryStore) -> None:
    report = json.loads(read(lake, REPORT))
    del report["rules"]
    overwrite(lake, REPORT, json.dumps(report).encode())
    (found,) = [one for one in verify(lake, SETTINGS) if one.notes]
    assert found.ok
    assert [(note.kind, note.key) for note in found.notes] == [("older_rules", REPORT)]


def test_other_weights_are_no_damage(lake: DirectoryStore) -> None:
    key = f"{FOLDER}/kills.csv"
    put(lake, key, b"ID,Name,T4 Kills,T5 Kills,Deaths\n1,A,1,2,3\n", LATEST)
    ingest(lake, key)
    weighty = SETTINGS._replace(dkp_weights=(("deaths", 3),))
    list(rebuild(lake, weighty))
    found = [one for one in verify(lake, weighty) if one.notes]
    assert [(one.ok, [note.kind for note in one.notes]) for one in found] == [
        (True, ["other_settings"])
    ]


def test_other_weights_of_one_kingdom_concern_that_kingdom_alone(lake: DirectoryStore) -> None:
    scan = b"ID,Name,T4 Kills,T5 Kills,Deaths\n1,A,1,2,3\n"
    keys = [f"{FOLDER}/kills.csv", f"{FOLDER.replace('=51', '=52')}/kills.csv"]
    for key in keys:
        put(lake, key, scan, LATEST)
        ingest(lake, key)

    def board(kingdom: int) -> tuple[str, int]:
        """The version of a kingdom's snapshot, and the dkp of its only player."""
        entry = LakeCatalog(lake).snapshot(kingdom, None).entry
        page = BoardsEngine(lake).board(entry.snapshot, BoardRequest("dkp", 1), Deadline.after(5))
        return entry.version, page.board.entries[0]["value"]

    before = {kingdom: board(kingdom) for kingdom in (51, 52)}
    own = load({"DKP_WEIGHTS": '{"51": {"deaths": 3}}'})
    changed = [one for one in verify(lake, own) if not one.ok]
    assert all("kingdom=51/" in key for one in changed for key in one.keys)
    assert changed
    list(rebuild(lake, own))
    assert before[51][1] == before[52][1] == 1 * 10 + 2 * 20 + 3 * 40
    assert board(52) == before[52]
    assert board(51)[1] == 9
    assert board(51)[0] != before[51][0]
    found = [one for one in verify(lake, own) if one.notes]
    assert all(one.ok for one in verify(lake, own))
    assert [[note.kind for note in one.notes] for one in found] == [["other_settings"]]
    assert "kingdom=51/" in found[0].notes[0].key


def test_the_same_rows_of_another_writer_are_told_from_damage(lake: DirectoryStore) -> None:
    before = read(lake, CURATED)
    version = f"parquet-cpp-arrow version {pa.__version__}".encode()
    assert before.count(version) == 1
    overwrite(lake, CURATED, before.replace(version, b"parquet-cpp-arrow version 25.0.1"))
    (found,) = [one for one in verify(lake, SETTINGS) if not one.ok]
    assert (found.status, found.keys) == ("other_writer", (CURATED,))
    assert "same rows" in found.problems[0]
    assert [one.keys for one in rebuild(lake, SETTINGS) if one.keys] == [(CURATED,)]
    assert read(lake, CURATED) == before


DEATHS = [f"t{tier}_deaths" for tier in range(1, 6)]


def older(body: bytes, changed: dict[str, Any] | None = None) -> bytes:
    """A curated file as it was before deaths by tier were columns."""
    table = pq.read_table(io.BytesIO(body)).drop_columns(DEATHS)
    for name, value in (changed or {}).items():
        at = table.schema.get_field_index(name)
        cells = pa.array([value] * table.num_rows, table.schema.types[at])
        table = table.set_column(at, table.schema.field(at), cells)
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


@pytest.mark.parametrize("header", ["ID,Name,Power", "ID,Name,T4 Deaths"])
def test_a_file_from_before_a_column_was_there_is_told_from_damage(
    lake: DirectoryStore, header: str
) -> None:
    put(lake, f"{FOLDER}/tiers.csv", f"{header}\n1,Ana,5\n".encode(), LATEST)
    ingest(lake, f"{FOLDER}/tiers.csv")
    before = read(lake, CURATED)
    changed = {"record_hash": "0" * 32} if "Deaths" in header else {}
    overwrite(lake, CURATED, older(before, changed))
    (found,) = [one for one in verify(lake, SETTINGS) if not one.ok]
    assert (found.status, found.keys) == ("other_writer", (CURATED,))
    assert [one.keys for one in rebuild(lake, SETTINGS) if one.keys] == [(CURATED,)]
    assert read(lake, CURATED) == before


@pytest.mark.parametrize(
    "changed", [{"power": 6}, {"name": "Eva"}, {"record_hash": "0" * 32}], ids=str
)
def test_other_rows_from_before_a_column_was_there_are_a_difference(
    lake: DirectoryStore, changed: dict[str, Any]
) -> None:
    overwrite(lake, CURATED, older(read(lake, CURATED), changed))
    (found,) = [one for one in verify(lake, SETTINGS) if not one.ok]
    assert (found.status, found.keys) == ("differs", (CURATED,))


def test_a_file_without_a_column_of_the_snapshot_is_a_difference(lake: DirectoryStore) -> None:
    table = pq.read_table(io.BytesIO(read(lake, CURATED))).drop_columns(["run_id"])
    sink = io.BytesIO()
    pq.write_table(table, sink)
    overwrite(lake, CURATED, sink.getvalue())
    (found,) = [one for one in verify(lake, SETTINGS) if not one.ok]
    assert (found.status, found.keys) == ("differs", (CURATED,))


def test_other_rows_of_another_writer_are_a_difference(lake: DirectoryStore) -> None:
    table = pq.read_table(io.BytesIO(read(lake, CURATED)))
    sink = io.BytesIO()
    pq.write_table(table.slice(1), sink)
    overwrite(lake, CURATED, sink.getvalue())
    (found,) = [one for one in verify(lake, SETTINGS) if not one.ok]
    assert (found.status, found.keys) == ("differs", (CURATED,))


def test_what_older_rules_accepted_stays_published(lake: DirectoryStore) -> None:
    """As if today's rules refused an upload that those of before accepted."""
    newest = "20260126T163012Z"
    key = f"reports/{PARTITION}/run_ts={newest}/again.csv.json"
    report = json.loads(read(lake, key))
    del report["rules"]
    overwrite(lake, key, json.dumps(report).encode())
    before = contents(lake)

    def refuse(*arguments: Any, **named: Any) -> ValidationResult:
        found = ValidationResult(format="csv")
        found.errors.add([Finding("bad_number", "No.", "Never.")])
        return found

    with patched((make_snapshot, "validate_upload", refuse)):
        outcomes = [*rebuild(lake, SETTINGS), *verify(lake, SETTINGS)]
        ours = [one for one in outcomes if one.kingdom == 51]
        assert all(one.ok for one in ours)
        assert {note.kind for one in ours for note in one.notes} == {"older_rules"}
        assert contents(lake) == before
        remove(lake, CURATED)
        for outcomes in (list(rebuild(lake, SETTINGS)), list(verify(lake, SETTINGS))):
            (found,) = [one for one in outcomes if one.kingdom == 51 and not one.ok]
            assert found.keys == (CURATED,)
            assert "is missing" in found.problems[0]


def test_lost_bytes_that_today_s_rules_refuse_are_written_again_too(lake: DirectoryStore) -> None:
    newest = f"raw/{PARTITION}/run_ts=20260126T163012Z/again.csv"
    before = contents(lake)
    remove(lake, newest)

    def refuse(*arguments: Any, **named: Any) -> ValidationResult:
        found = ValidationResult(format="csv")
        found.errors.add([Finding("bad_number", "No.", "Never.")])
        return found

    with patched((make_snapshot, "validate_upload", refuse)):
        ingested = ingest(lake, f"{FOLDER}/again.csv")
    assert (ingested.report["status"], ingested.replayed) == ("accepted", False)
    assert contents(lake) == before


def test_an_older_upload_that_took_the_place_of_a_lost_one_gives_it_back(
    lake: DirectoryStore,
) -> None:
    newest = f"raw/{PARTITION}/run_ts=20260126T163012Z/again.csv"
    before = contents(lake)
    remove(lake, newest)
    # The older one's own process takes itself for the newest.
    remove(lake, REPORT)
    ingest(lake, KEY)
    assert contents(lake)[CURATED] != before[CURATED]
    ingest(lake, f"{FOLDER}/again.csv")
    assert contents(lake) == before


def test_two_lost_uploads_of_one_name_and_second_keep_their_keys(lake: DirectoryStore) -> None:
    put(lake, KEY, SCAN + b"3,Cy,1\n", MOMENT)
    ingest(lake, KEY)
    before = contents(lake)
    for key in [one for one in before if one.startswith("raw/") and "/players" in one]:
        remove(lake, key)
    ingest(lake, KEY)
    put(lake, KEY, SCAN, MOMENT)
    ingest(lake, KEY)
    raws = {key: body for key, body in before.items() if key.startswith(f"raw/{PARTITION}")}
    assert contents(lake, f"raw/{PARTITION}") == raws


def test_bytes_of_another_length_are_told_when_the_event_comes_again(lake: DirectoryStore) -> None:
    overwrite(lake, RAW, b"x")
    with pytest.raises(StoreError, match="is damaged: it has 1 bytes"):
        ingest(lake, KEY)
