"""Our ingestion of one scan: every cell validated, hashed, published into a directory."""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from chalicelib.config import load
from chalicelib.ingest.run import ingest_key
from chalicelib.lake.store import open_store

KEY = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"

if __name__ == "__main__":
    scan, folder = map(Path, sys.argv[1:])
    lake = folder / "lake"
    shutil.rmtree(lake, ignore_errors=True)
    inbox = lake / KEY
    inbox.parent.mkdir(parents=True)
    inbox.hardlink_to(scan)
    settings = load({"LAKE_URI": f"file:{lake}"})
    ingested = ingest_key(open_store(settings.lake_uri), KEY, settings)
    assert ingested is not None
    assert ingested.published, ingested.report
