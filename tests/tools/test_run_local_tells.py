"""What `make run` says of a file that was dropped into the lake."""

from pathlib import Path

import pytest

from chalicelib import config
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.view_keys import roster_key
from chalicelib.roster.roster import read_roster
from tests.ingest.support import FOLDER, ingest
from tools.run_local import _bring_up_to_date, _tell, page_address

FIRST_SHAPE = (Path(__file__).parents[1] / "roster" / "first_shape.parquet").read_bytes()
"""A roster as the first version of this software made it."""


def test_a_refused_file_that_is_mended_is_said_to_be_ready(
    directory_store: DirectoryStore, capsys: pytest.CaptureFixture[str]
) -> None:
    key = f"{FOLDER}/players.csv"
    directory_store.create(key, b"ID,Name,Power\n1,Ana,5\n2,Bo,6\n2,Bo,6\n")
    outcome = ingest(directory_store, key)
    _tell(outcome, store=directory_store, lake=Path(".lake"), url="http://127.0.0.1:8000")
    mended = outcome.report["repair"]["key"]
    said = capsys.readouterr().out
    assert f"ready to upload: .lake/{mended} (row 3 left out" in said


def test_a_lake_from_before_there_were_rosters_or_with_older_ones_is_rebuilt_once(
    directory_store: DirectoryStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = config.load({})
    _bring_up_to_date(directory_store, settings)
    directory_store.create(f"{FOLDER}/players.csv", b"ID,Name,Power\n1,Ana,5\n")
    ingest(directory_store, f"{FOLDER}/players.csv")
    _bring_up_to_date(directory_store, settings)
    assert not capsys.readouterr().out
    (tmp_path / "lake" / roster_key(51)).unlink()
    _bring_up_to_date(directory_store, settings)
    assert "Rebuilding" in capsys.readouterr().out
    assert directory_store.head(roster_key(51)) is not None
    (tmp_path / "lake" / roster_key(51)).write_bytes(FIRST_SHAPE)
    _bring_up_to_date(directory_store, settings)
    assert "Rebuilding" in capsys.readouterr().out
    roster = read_roster(directory_store, 51)
    assert roster is not None
    assert roster.member(1) is not None
    _bring_up_to_date(directory_store, settings)
    assert not capsys.readouterr().out


def test_the_page_that_is_opened_is_of_the_example_kingdom_or_of_the_first_there_is() -> None:
    page = "http://localhost:8000/"
    assert page_address(page, [7, 51, 77]) == "http://localhost:8000/?k=51"
    assert page_address(page, [7, 77]) == "http://localhost:8000/?k=7"
    assert page_address(page, []) == page
