import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from chalicelib.items.keys import kingdom_key, players_key
from chalicelib.items.kingdom import decode_kingdom, named_parts
from chalicelib.items.store import item_key
from chalicelib.lake import keys, view_keys
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.dynamodb.client import DynamoTable
from tests.cli.conftest import GOOD, Run

DAYS = ("2026-01-19", "2026-01-26")
NEWEST = keys.Partition(51, date(2026, 1, 26))
CURATED = view_keys.curated_key(NEWEST)
BOARDS = view_keys.boards_key(NEWEST)
SNAPSHOTS = view_keys.snapshots_key(51)
KINGDOMS = view_keys.KINGDOMS_KEY


@pytest.fixture
def full_lake(lake: DirectoryStore, run: Run) -> DirectoryStore:
    """Two dates of kingdom 51, one of kingdom 52."""
    for kingdom, day in ((51, DAYS[0]), (51, DAYS[1]), (52, DAYS[1])):
        partition = keys.Partition(kingdom, date.fromisoformat(day))
        lake.create(f"{keys.INBOX}{partition.path}/players.csv", GOOD.encode())
    assert run("sweep")[0] == 0
    return lake


def damage(lake: DirectoryStore, *damaged: str) -> None:
    for key in damaged or (CURATED,):
        info = lake.head(key)
        assert info is not None
        lake.replace(key, b"damaged", info.etag)


def test_verify_of_a_sound_lake_exits_0(run: Run, full_lake: DirectoryStore) -> None:
    code, out, err = run("rebuild", "--verify", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [(line["kingdom"], line["snapshot_date"], line["status"]) for line in lines] == [
        (51, DAYS[0], "same"),
        (51, DAYS[1], "same"),
        (52, DAYS[1], "same"),
    ]
    assert all(line["run_id"] and not line["problems"] and not line["keys"] for line in lines)


def test_verify_names_what_differs_exits_1_and_mends_nothing(
    run: Run, full_lake: DirectoryStore
) -> None:
    damage(full_lake)
    for _ in range(2):
        code, out, err = run("rebuild", "--verify")
        assert (code, err) == (1, "")
        assert f"  {CURATED} differs\n" in out
        assert out.count("differs kingdom 51, 2026-01-26") == 1


def test_rebuild_mends_what_differs(run: Run, full_lake: DirectoryStore) -> None:
    damage(full_lake)
    code, out, err = run("rebuild", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [line["status"] for line in lines] == ["unchanged", "written", "unchanged"]
    assert lines[1]["keys"] == [CURATED]
    assert run("rebuild", "--verify")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (("--kingdom", "51"), 2),
        (("--date", DAYS[1]), 2),
        (("--kingdom", "52", "--date", DAYS[1]), 1),
        (("--kingdom", "53"), 0),
    ],
)
def test_kingdom_and_date_narrow_it(
    run: Run, full_lake: DirectoryStore, arguments: tuple[str, ...], count: int
) -> None:
    code, out, _ = run("rebuild", *arguments, "--json")
    assert (code, len(out.splitlines())) == (0, count)


def test_an_empty_lake_has_nothing_to_rebuild(run: Run, lake: DirectoryStore) -> None:
    assert run("rebuild") == (0, "There is nothing in raw to rebuild from.\n", "")


class TestTheCatalog:
    """It has lines of its own, and only where it was written or is wrong."""

    @pytest.mark.parametrize("harm", ["damaged", "missing"])
    def test_verify_names_what_is_wrong_with_it(
        self, run: Run, full_lake: DirectoryStore, harm: str, tmp_path: Path
    ) -> None:
        for key in (SNAPSHOTS, KINGDOMS):
            damage(full_lake, key) if harm == "damaged" else (tmp_path / "lake" / key).unlink()
        code, out, err = run("rebuild", "--verify")
        assert (code, err) == (1, "")
        wrong = "differs" if harm == "damaged" else "is missing"
        assert [line for line in out.splitlines() if not line.startswith("same ")] == [
            "differs kingdom 51",
            f"  {SNAPSHOTS} {wrong}",
            "differs the lake",
            f"  {KINGDOMS} {wrong}",
        ]

    def test_rebuild_mends_it_and_says_so(self, run: Run, full_lake: DirectoryStore) -> None:
        damage(full_lake, SNAPSHOTS, KINGDOMS)
        code, out, err = run("rebuild")
        assert (code, err) == (0, "")
        assert [line for line in out.splitlines() if not line.startswith("unchanged ")] == [
            f"written kingdom 51: {SNAPSHOTS}",
            f"written the lake: {KINGDOMS}",
        ]
        assert run("rebuild", "--verify")[0] == 0

    def test_its_json_has_no_date_and_no_run(self, run: Run, full_lake: DirectoryStore) -> None:
        damage(full_lake, SNAPSHOTS, KINGDOMS)
        _, out, _ = run("rebuild", "--json")
        found = [json.loads(line) for line in out.splitlines()]
        whole: dict[str, object] = {
            "snapshot_date": None,
            "run_id": None,
            "status": "written",
            "problems": [],
        }
        assert [one for one in found if one["snapshot_date"] is None] == [
            {"kingdom": 51, **whole, "keys": [SNAPSHOTS]},
            {"kingdom": None, **whole, "keys": [KINGDOMS]},
        ]

    def test_what_makes_a_whole_lake_anew_makes_it_too(
        self, run: Run, full_lake: DirectoryStore, tmp_path: Path
    ) -> None:
        for folder in ("curated", "boards", "catalog"):
            shutil.rmtree(tmp_path / "lake" / folder)
        code, out, _ = run("rebuild", "--json")
        assert code == 0
        written = [json.loads(line)["keys"] for line in out.splitlines()]
        assert [*written[1], *written[2]] == [CURATED, BOARDS, SNAPSHOTS]
        assert written[-1] == [KINGDOMS]
        assert run("rebuild", "--verify")[0] == 0

    def test_an_object_that_is_no_snapshot_s_is_the_lake_s_fault(
        self, run: Run, full_lake: DirectoryStore
    ) -> None:
        full_lake.create("catalog/notes.txt", b"x")
        code, out, _ = run("rebuild", "--verify")
        assert code == 1
        assert out.endswith("differs the lake\n  catalog/notes.txt is in no snapshot's folder\n")


def test_from_is_for_all_kingdoms(run: Run, full_lake: DirectoryStore) -> None:
    code, out, err = run("rebuild", "--kingdom", "51", "--from", "52")
    assert (code, out) == (2, "")
    assert "--from is for all kingdoms" in err
    code, out, _ = run("rebuild", "--from", "60")
    assert (code, out) == (0, "There is nothing in raw to rebuild from, from kingdom 60 on.\n")
    code, out, _ = run("rebuild", "--verify", "--from", "52")
    assert (code, out.splitlines()[0].startswith("same kingdom 52")) == (0, True)


@pytest.fixture
def filled(
    full_lake: DirectoryStore, table: DynamoTable, run: Run, monkeypatch: pytest.MonkeyPatch
) -> DynamoTable:
    """A table that is filled from the lake, which another engine answers from."""
    monkeypatch.setenv("DYNAMODB_TABLE", vars(table)["_name"])
    code, out, err = run("rebuild", "--engine", "dynamodb")
    assert (code, err) == (0, "")
    assert out == "".join(f"written kingdom {one}: {item_key(one)}\n" for one in (51, 52))
    return table


@pytest.mark.slow
def test_a_table_is_filled_and_proved_whatever_the_engine_is(run: Run, filled: DynamoTable) -> None:
    for arguments in ((), ("--verify",), ("--from", "52", "--jobs", "1")):
        code, out, err = run("rebuild", "--engine", "dynamodb", *arguments)
        assert (code, err) == (0, "")
        assert out.startswith("The table is what the lake says")


@pytest.mark.slow
def test_what_is_wrong_in_the_table_is_named_and_mended(run: Run, filled: DynamoTable) -> None:
    item = filled.get(kingdom_key(51))
    assert item is not None
    part = min(named_parts(decode_kingdom(item.body, 51)))
    filled.delete_many([players_key(51, 7, part)])
    code, out, err = run("rebuild", "--engine", "dynamodb", "--verify")
    assert (code, err) == (1, "")
    assert out.startswith("differs kingdom 51\n")
    assert f"kingdom=51/{part} are missing: 51#players#007 {part}:" in out
    assert run("rebuild", "--engine", "dynamodb") == (
        0,
        f"written kingdom 51: {item_key(51)}\n",
        "",
    )
    assert run("rebuild", "--engine", "dynamodb", "--verify")[0] == 0


def test_a_table_is_of_whole_kingdoms_and_needs_a_name(run: Run, full_lake: DirectoryStore) -> None:
    code, _, err = run("rebuild", "--engine", "dynamodb", "--date", DAYS[0])
    assert code == 2
    assert "--engine is for whole kingdoms" in err
    code, _, err = run("rebuild", "--engine", "dynamodb")
    assert code == 2
    assert "DYNAMODB_TABLE" in err
