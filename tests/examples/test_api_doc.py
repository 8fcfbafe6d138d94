"""The addresses in docs/api.md are answered from the example scans."""

import re
import shutil
from pathlib import Path

import pytest

from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.directory.store import DirectoryStore
from tests.api.support import Api
from tests.ingest.support import SETTINGS

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "api.md").read_text("utf-8")
SHEETS = re.findall(r'IMPORTDATA\("https://…/api(/[^"]+)"\)', DOC)
OTHERS = re.findall(r"curl '?http://127\.0\.0\.1:8000(/[^'\s]+)", DOC)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with the example scans."""
    folder: Path = tmp_path_factory.mktemp("lake")
    shutil.copytree(ROOT / "examples" / "inbox", folder / "inbox")
    store = DirectoryStore(str(folder))
    for scan in sorted(store.list_objects("inbox/"), key=lambda info: info.key):
        ingest_key(store, scan.key, SETTINGS)
    return folder


def test_there_are_addresses_of_both_kinds() -> None:
    assert len(SHEETS) >= 3
    assert OTHERS


@pytest.mark.parametrize("path", [*SHEETS, *OTHERS])
def test_an_address_is_answered(
    path: str, lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKE_URI", f"file:{lake}")
    response = Api(tmp_path).get(path)
    assert response.status_code == 200
    lines = response.body.decode().splitlines()
    if path in SHEETS:
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert len(lines) > 5
        if path.endswith("/alliances.csv"):
            # The formula around it takes these two.
            assert lines[0].startswith("alliance,members,")
            assert '"), "select Col1, Col2")' in DOC
