"""leaderboard-api: a board of gains with the suspects of the pair, by the engine `arrow`.

Arguments: the lake's folder, the older and the newer date, seconds. Prints JSON.
"""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.contenders.gains_work import measure
from chalicelib.boards.request import BoardRequest
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.changes.span import Span
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.threads.deadline import Deadline


def main(folder: str, older: str, newer: str, seconds: str) -> None:
    store = DirectoryStore(folder)
    catalog, engine = LakeCatalog(store), ArrowEngine(store)
    old, new = (
        catalog.snapshot(51, date.fromisoformat(day)).entry.snapshot for day in (older, newer)
    )
    span = Span(old, new, None, adjacent=True)

    def answer() -> dict[str, Any]:
        page = engine.gains(span, BoardRequest("dkp", 100), Deadline.after(60))
        found = page.findings
        return {
            "total": page.total,
            "unknown": page.unknown,
            "entries": [list(entry.values()) for entry in page.entries],
            "suspects": [[one.id, *one[3:]] for one in found.suspects],
            "unreliable": [list(one) for one in found.unreliable],
        }

    print(json.dumps(measure(answer, float(seconds))))


if __name__ == "__main__":
    main(*sys.argv[1:])
