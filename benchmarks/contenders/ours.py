"""Our ingestion of one scan: every cell validated, hashed, published into a lake in a directory.

Beyond what the peers do at equal work, it also copies the upload to raw/, syncs what it writes to
the disk, and writes the catalog and the report. The views between snapshots (changes/, players/)
are left out, since no peer makes them; between_work.py measures an ingestion with all views.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from chalicelib.config import load
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.open import open_store
from chalicelib.lake.prefixes import BOARDS, CATALOG, CURATED
from chalicelib.views.registry import VIEWS

PARTITION = "source=rok_players/kingdom=51/dt=2026-01-26"

if __name__ == "__main__":
    scan, out, verdict = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    lake = out / "lake"
    key = f"inbox/{PARTITION}/players{scan.suffix}"
    (lake / key).parent.mkdir(parents=True)
    (lake / key).hardlink_to(scan)
    VIEWS[:] = [view for view in VIEWS if view.folder in (CURATED, BOARDS, CATALOG)]
    settings = load({"LAKE_URI": f"file:{lake}", "MAX_UPLOAD_BYTES": str(2**30)})
    ingested = ingest_key(open_store(settings.lake_uri), key, settings)
    assert ingested is not None
    assert ingested.report["status"] == verdict, ingested.report["errors"][:3]
    if ingested.published:
        (lake / f"curated/{PARTITION}/players.parquet").rename(out / "players.parquet")
        (lake / f"boards/{PARTITION}/leaderboards.json").rename(out / "boards.json")
    # As `python -m chalicelib` ends (chalicelib/cli/main.py): whole, and at once.
    os._exit(0)
