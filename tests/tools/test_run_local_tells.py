"""What `make run` says of a file that was dropped into the lake."""

from pathlib import Path

import pytest

from chalicelib.lake.directory.store import DirectoryStore
from tests.ingest.support import FOLDER, ingest
from tools.run_local import _tell


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
