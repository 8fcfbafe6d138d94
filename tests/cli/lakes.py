"""A lake of some scans for commands that answer as the API does, and the two held side by side."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from chalice.test import Client

from chalicelib.lake.directory.store import DirectoryStore
from tests.cli.conftest import Run
from tests.ingest.support import ingest, put

WHERE: Final = ("--kingdom", "51")


def ingest_scans(folder: Path, scans: Mapping[str, str]) -> Path:
    """Make a lake of kingdom 51's scans, CSV by date; its folder."""
    store = DirectoryStore(str(folder))
    for day, text in scans.items():
        key = f"inbox/source=rok_players/kingdom=51/dt={day}/players.csv"
        put(store, key, text.encode())
        ingest(store, key)
    return folder


def point_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the settings name this lake, and be the default ones otherwise."""
    for name in ("QUERY_ENGINE", "DKP_WEIGHTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LAKE_URI", f"file:{folder}")


def same_as_the_api(run: Run, folder: Path, command: tuple[str, ...], path: str) -> None:
    """Hold a command's `--json` against the API's body.

    Args:
        run: runs commands.
        folder: any, without a config.json.
        command: without the kingdom, which is 51.
        path: below that kingdom's.
    """
    code, out, err = run(*command, *WHERE, "--json")
    from app import app

    with Client(app, project_dir=str(folder)) as client:
        reply = client.http.get(f"/v1/kingdoms/51/{path}")
    assert (code, err, reply.status_code) == (0, "", 200)
    assert out.encode() == reply.body + b"\n"
