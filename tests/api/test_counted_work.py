"""Counted work of a request, engine `boards`: one object, and none of the heavy imports."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from chalicelib.api import operation, operations
from chalicelib.api.http import Request, respond
from chalicelib.engines.boards import BoardsEngine
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.directory.store import DirectoryStore
from tests.ingest.support import SETTINGS, put

ROOT = Path(__file__).parents[2]
DAYS = ("2026-01-12", "2026-01-19", "2026-01-26")


def filled(folder: Path, kingdoms: int) -> DirectoryStore:
    store = DirectoryStore(str(folder))
    rows = "".join(f"{player},P{player},{player * 7},{player}\n" for player in range(1, 1101))
    for kingdom in range(51, 51 + kingdoms):
        for day in DAYS:
            key = f"inbox/source=rok_players/kingdom={kingdom}/dt={day}/players.csv"
            put(store, key, f"ID,Name,Power,Deads\n{rows}".encode())
            assert ingest_key(store, key, SETTINGS)
    return store


class Counting(DirectoryStore):
    """A store that notes what it is asked."""

    calls: list[tuple[str, str]]

    def open(self, key: str, **how: Any) -> Any:
        self.calls.append(("open", key.split("/", maxsplit=1)[0]))
        return super().open(key, **how)

    def head(self, key: str) -> Any:
        self.calls.append(("head", key.split("/", maxsplit=1)[0]))
        return super().head(key)

    def list_objects(self, prefix: str, *, after: str = "") -> Any:
        self.calls.append(("list", prefix.split("/", maxsplit=1)[0]))
        return super().list_objects(prefix, after=after)


def test_a_board_is_one_look_for_the_date_and_one_read_and_a_304_reads_nothing(
    tmp_path: Path,
) -> None:
    for kingdoms in (1, 3):
        filled(tmp_path, kingdoms)
        store = Counting(str(tmp_path))
        store.calls = []
        engine = BoardsEngine(store)
        backend = operation.Backend("boards", partial(lambda made: made, engine))
        for query in ({}, {"date": [DAYS[0]], "limit": ["1000"]}):
            store.calls.clear()
            path = {"kingdom": "51", "metric": "power"}
            fresh = respond(operations.LEADERBOARD, Request(path, query), backend)
            assert fresh.status == 200
            # The second listing: these snapshots are older than the weeks that are tried first.
            assert store.calls == [("list", "boards"), ("list", "boards"), ("open", "boards")]
            store.calls.clear()
            known = Request(path, query, fresh.headers["ETag"])
            assert respond(operations.LEADERBOARD, known, backend).status == 304
            assert store.calls == [("list", "boards"), ("list", "boards"), ("head", "boards")]


def test_a_first_board_from_the_precomputed_object_imports_nothing_heavy(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    code = """
import sys
import app
from chalice.test import Client
heavy = {"pyarrow", "jsonschema", "boto3"}
heavy |= {"chalicelib.ingest.pipeline", "chalicelib.boards.parquet"}
with Client(app.app, project_dir=sys.argv[1]) as client:
    assert client.http.get("/v1/kingdoms/51/leaderboards/power").status_code == 200
print(*sorted(heavy & {*sys.modules}))
"""
    settings = {"LAKE_URI": f"file:{tmp_path}", "QUERY_ENGINE": "boards", "PYTHONPATH": str(ROOT)}
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env={**os.environ, **settings},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == []
