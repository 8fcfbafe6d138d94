"""Lakes of some kingdoms, filled by the real ingestion, and their boards."""

import io
import os
from pathlib import Path
from typing import Final

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.directory.store import DirectoryStore
from tests.ingest.support import SETTINGS

KINGDOMS: Final = range(51, 61)
BOARD: Final = "/v1/kingdoms/51/leaderboards/dkp"
BOARDS: Final = [
    f"/v1/kingdoms/{kingdom}/leaderboards/{metric}"
    for kingdom in KINGDOMS
    for metric in METRIC_NAMES
]
"""Fifty."""


def fill(lake: Path) -> None:
    """Make a lake with these boards."""
    lake.mkdir()
    for kingdom in KINGDOMS:
        upload(lake, kingdom, 1000)


def upload(lake: Path, kingdom: int, points: int, second: int = 0) -> None:
    """Ingest a scan of 200 players, of whom the first has so many points of everything."""
    store = DirectoryStore(str(lake))
    folder = f"inbox/source=rok_players/kingdom={kingdom}/dt=2026-01-26"
    key = f"{folder}/players-{second}.csv"
    columns = "ID,Name,Power,Kill Points,Kills,Deaths,DKP\n"
    rows = [f"{number},Player {number}{f',{number}' * 5}\n" for number in range(1, 200)]
    rows.append(f"200,First{f',{points}' * 5}\n")
    store.create(key, io.BytesIO((columns + "".join(rows)).encode()))
    accepted = 1_769_441_412 + second
    os.utime(lake / key, (accepted, accepted))
    result = ingest_key(store, key, SETTINGS)
    assert result is not None
    assert result.report["status"] == "accepted", result.report
