"""Our own work in the two functions, without the machine's disk and without processes.

Prints JSON: milliseconds of CPU time. The lake is in memory; what a request or an upload costs in
it (a dictionary's look-up) is not worth subtracting. Each figure is the best of several batches.
"""

import hashlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError
from chalicelib.lake.store import ObjectInfo, spooled

PARTITION = "source=rok_players/kingdom=51/dt=2026-01-26"
BOARD = "/v1/kingdoms/51/leaderboards/dkp"


_MODIFIED = datetime(2026, 1, 26, tzinfo=UTC)


class MemoryStore:
    """A store (`chalicelib.lake.store.Store`) in a dictionary: nothing but our own work is left."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def _info(self, key: str) -> ObjectInfo:
        body = self.objects[key]
        # Not of a hash of the bytes, which would count as our own work: S3 makes ETags.
        return ObjectInfo(key, len(body), f"{len(body)}-{id(body)}", _MODIFIED)

    def head(self, key: str) -> ObjectInfo | None:
        return self._info(key) if key in self.objects else None

    @contextmanager
    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> Iterator[Any]:
        if key not in self.objects:
            raise ObjectNotFoundError(key)
        end = None if length is None else start + length
        reader: Any = _Reader(self.objects[key][start:end])
        reader.info = self._info(key)
        yield reader

    def create(self, key: str, body: bytes | BinaryIO) -> str:
        if key in self.objects:
            raise PreconditionFailedError(key)
        return self.replace(key, body, "")

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> str:
        if not isinstance(body, bytes):
            body.seek(0)
            body = body.read()
        self.objects[key] = body
        return self._info(key).etag

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        return spooled()

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        found = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        return map(self._info, found)

    def list_folders(self, prefix: str) -> Iterator[str]:
        keys = {key.removeprefix(prefix) for key in self.objects if key.startswith(prefix)}
        return iter(sorted({key.split("/")[0] for key in keys}))


class _Reader(io.BytesIO):
    info: ObjectInfo


def best(work: Callable[[], object], times: int) -> float:
    """Milliseconds of CPU time of one call, the best of seven batches after one that warms up."""
    found = []
    for _ in range(8):
        start = time.process_time()
        for _ in range(times):
            work()
        found.append((time.process_time() - start) / times * 1000)
    return min(found[1:])


def ingestion(players: int) -> tuple[float, MemoryStore]:
    """The handler's own work for a scan, warm; and the lake it leaves."""
    from benchmarks.scans import write_csv
    from chalicelib.config import load
    from chalicelib.ingest.pipeline import ingest_key

    path = ROOT / "build" / f"own-{players}.csv"
    write_csv(path, players)
    key = f"inbox/{PARTITION}/players.csv"
    settings = load({})
    store = MemoryStore()

    def ingest() -> None:
        store.objects = {key: scan}
        ingested = ingest_key(store, key, settings)
        assert ingested is not None
        assert ingested.published

    scan = path.read_bytes()
    path.unlink()
    took = best(ingest, 5)
    return took, store


def api(store: MemoryStore) -> dict[str, float]:
    """A board's request from the parsed query to the body, without chalice; and its 304."""
    from chalicelib.api import operation
    from chalicelib.api.http import Request, respond
    from chalicelib.api.operations.boards import LEADERBOARD
    from chalicelib.catalog.lake_catalog import LakeCatalog
    from chalicelib.engines.boards import BoardsEngine
    from chalicelib.threads.deadline import Deadline

    engine, catalog = BoardsEngine(store), LakeCatalog(store)

    def ask(tag: str | None) -> Any:
        path = {"kingdom": "51", "metric": "dkp"}
        request = Request(path, {"limit": ["100"]}, tag)
        deadline = Deadline.after(60)
        backend = operation.Backend(
            "boards", lambda: catalog, lambda: engine, deadline, lambda: store
        )
        return respond(LEADERBOARD, request, backend)

    first = ask(None)
    assert first.status == 200
    tag = first.headers["ETag"]
    assert ask(tag).status == 304
    return {
        "board": best(lambda: ask(None), 200),
        "not_modified": best(lambda: ask(tag), 200),
    }


def catalog_of(snapshots: int) -> float:
    """What a board asks of a catalog of so many snapshots: its oldest one, which is found last."""
    from chalicelib.boards.metrics import METRIC_NAMES
    from chalicelib.boards.snapshot import Snapshot
    from chalicelib.catalog.lake_catalog import LakeCatalog
    from chalicelib.catalog.snapshots_document import Line, encode, encode_line
    from chalicelib.lake.view_keys import snapshots_key

    days = [date(2026, 1, 26) - timedelta(weeks=week) for week in range(snapshots)]
    known = dict.fromkeys(METRIC_NAMES, 1241)
    run_ts = "20260126T153012Z"
    lines = {}
    for day in days:
        run_id = f"{run_ts}-{day:%Y%m%d}00000000"
        facts = Snapshot(run_id, run_ts, 51, day, "2026-01-26T15:30:12Z", 1241, {"basis": "file"})
        lines[day] = Line(encode_line(facts, known), f'"{day:%Y%m%d}"')
    store = MemoryStore()
    store.objects[snapshots_key(51)] = encode(51, lines)
    catalog = LakeCatalog(store)
    return best(lambda: catalog.snapshot(51, days[-1]), 200)


_FRESH = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
start = time.process_time()
import chalice.app
chalice_took = time.process_time() - start
start = time.process_time()
import app
app_took = time.process_time() - start
from chalice.test import Client
start = time.process_time()
with Client(app.app) as client:
    made = time.process_time()
    answer = client.http.get("{board}")
assert answer.status_code == 200, answer.body
took = time.process_time() - made
assert not {{"pyarrow", "jsonschema"}} & {{*sys.modules}}
print(json.dumps([chalice_took, app_took, took]))
"""


def fresh(store: MemoryStore) -> dict[str, float]:
    """A new process: what `import app` adds to chalice's own import, and the first board."""
    lake = ROOT / "build" / "own-lake"
    for key, body in store.objects.items():
        (lake / key).parent.mkdir(parents=True, exist_ok=True)
        (lake / key).write_bytes(body)
    command = [sys.executable, "-c", _FRESH.format(board=BOARD), str(ROOT)]
    settings = {"LAKE_URI": f"file:{lake}", "QUERY_ENGINE": "boards"}
    runs = []
    for _ in range(8):
        # Not in the project's folder: its config.json would override these settings.
        found = subprocess.run(
            command,
            env={**os.environ, **settings},
            cwd=lake,
            check=True,
            capture_output=True,
            text=True,
        )
        runs.append(json.loads(found.stdout))
    return {
        "import_chalice": min(run[0] for run in runs) * 1000,
        "import_app": min(run[1] for run in runs) * 1000,
        "first_board": min(run[2] for run in runs) * 1000,
    }


def main() -> None:
    """Measure all of it."""
    (ROOT / "build").mkdir(exist_ok=True)
    took, store = ingestion(1000)
    start = time.process_time()
    for _ in range(200):
        hashlib.sha256(store.objects[f"boards/{PARTITION}/leaderboards.json"]).digest()
    digest = (time.process_time() - start) * 5
    found = {
        "handler": took,
        "digest": digest,
        **api(store),
        "catalog": catalog_of(500),
        **fresh(store),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
