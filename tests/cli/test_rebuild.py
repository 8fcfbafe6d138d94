import json
from datetime import date

import pytest

from chalicelib.lake import keys
from chalicelib.lake.directory.store import DirectoryStore
from tests.cli.conftest import GOOD, Run

DAYS = ("2026-01-19", "2026-01-26")
CURATED = keys.curated_key(keys.Partition(51, date(2026, 1, 26)))


@pytest.fixture
def full_lake(lake: DirectoryStore, run: Run) -> DirectoryStore:
    """Two dates of kingdom 51, one of kingdom 52."""
    for kingdom, day in ((51, DAYS[0]), (51, DAYS[1]), (52, DAYS[1])):
        partition = keys.Partition(kingdom, date.fromisoformat(day))
        lake.create(f"{keys.INBOX}{partition.path}/players.csv", GOOD.encode())
    assert run("sweep")[0] == 0
    return lake


def damage(lake: DirectoryStore) -> None:
    info = lake.head(CURATED)
    assert info is not None
    lake.replace(CURATED, b"damaged", info.etag)


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
