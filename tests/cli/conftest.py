"""Fixtures of the command line's tests: a lake in a folder, and scans to put into it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.cli.main import main
from chalicelib.lake.directory.store import DirectoryStore

GOOD = "ID,Name,Power,Kill Points,Deads\n1,Ana,1000,50,7\n2,Bo,2000,60,7\n3,Cy,1500,70,9\n"
BAD = "ID,Name,Power\n1,Ana,1000\n2,Bo,1.2M\n"

Run = Callable[..., tuple[int, str, str]]
WriteScan = Callable[..., Path]


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DirectoryStore:
    """An empty lake that LAKE_URI names."""
    for name in ("QUERY_ENGINE", "DKP_WEIGHTS", "MAX_UPLOAD_BYTES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LAKE_URI", f"file:{tmp_path / 'lake'}")
    return DirectoryStore(str(tmp_path / "lake"))


@pytest.fixture
def scan(tmp_path: Path) -> WriteScan:
    """Writes a scan file and gives its path."""

    def write(text: str = GOOD, name: str = "players.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        return path

    return write


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in this process; gives the exit code, stdout and stderr."""

    def command(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command
