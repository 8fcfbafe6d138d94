"""What a request asks of S3, counted on the wire: two objects for a board, and never a listing."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

import pytest

from chalicelib import config
from chalicelib.api.http import Reply, Request, respond
from chalicelib.api.operation import Backend
from chalicelib.api.routes import BY_PATH
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.catalog.snapshots_document import NEWEST_BYTES
from chalicelib.engines.open import open_engine
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.view_keys import (
    KINGDOMS_KEY,
    boards_key,
    curated_key,
    roster_key,
    snapshots_key,
    summary_key,
)
from chalicelib.threads.deadline import Deadline
from tests.api.between_lake import OLDER, OLDEST, publish_all
from tests.api.lake import write_catalog
from tests.engines.support import DAY, player

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).parents[2]
BOARD = "/v1/kingdoms/{kingdom}/leaderboards/{metric}"
SNAPSHOTS = "/v1/kingdoms/{kingdom}/snapshots"
KINGDOMS = "/v1/kingdoms"
CATALOG = f"GET {snapshots_key(51)}"


class Asked(NamedTuple):
    """A request that went to S3.

    Attributes:
        what: the method and the key; the prefix of a listing.
        range: the bytes that it asked for.
    """

    what: str
    range: str | None


class Wire:
    """The API over a lake in S3, and what it asks of S3."""

    def __init__(self, store: S3Store) -> None:
        self.store = store
        self.asked: list[Asked] = []

    def note(self, request: Any, **_context: Any) -> None:
        """The hook of botocore: called for every try of every request."""
        path, _, asked = unquote(request.url).partition("?")
        key = path.split("/", 4)[4:]
        prefix = re.search(r"prefix=([^&]*)", asked)
        what = f"LIST {prefix[1]}" if prefix else f"{request.method} {''.join(key)}"
        given = request.headers.get("Range")
        self.asked.append(Asked(what, given.decode() if isinstance(given, bytes) else given))

    def get(
        self,
        engine: str,
        path: str = BOARD,
        kingdom: str = "51",
        tag: str | None = None,
        **query: str,
    ) -> tuple[Reply, list[str]]:
        """An answer of a process that has answered nothing yet, and what it asked of S3."""
        settings = config.load({"QUERY_ENGINE": engine})
        backend = Backend(
            engine,
            partial(LakeCatalog, self.store),
            partial(open_engine, settings, self.store),
            Deadline.after(20),
            lambda: self.store,
        )
        given = {name: [value] for name, value in query.items()}
        in_path = {"kingdom": kingdom, "metric": "power", "player": "1"}
        self.asked.clear()
        reply = respond(BY_PATH[path], Request(in_path, given, tag), backend)
        return reply, [one.what for one in self.asked]


@pytest.fixture
def wire(s3_store: S3Store, s3_client: "S3Client") -> Iterator[Wire]:
    made = Wire(s3_store)
    s3_client.meta.events.register("before-send.s3", made.note)
    yield made
    s3_client.meta.events.unregister("before-send.s3", made.note)


def file_of(engine: str, day: Any = DAY) -> str:
    """What an engine reads of a date."""
    key = boards_key if engine == "boards" else curated_key
    return f"GET {key(Partition(51, day))}"


@pytest.mark.parametrize("engine", ["boards", "arrow"])
@pytest.mark.parametrize("kingdoms", [1, 4000])
@pytest.mark.parametrize("snapshots", [1, 500])
def test_a_board_is_two_reads_and_no_listing_whatever_there_is_in_the_lake(
    wire: Wire, engine: str, snapshots: int, kingdoms: int
) -> None:
    newest, oldest = write_catalog(wire.store, snapshots, kingdoms)
    for snapshot, query in (
        (newest, {}),
        (newest, {"limit": "1000"}),
        (newest, {"date": f"{DAY}"}),
        (oldest, {"date": f"{oldest.snapshot_date}"}),
        (oldest, {"date": f"{oldest.snapshot_date}", "version": oldest.version}),
    ):
        fresh, asked = wire.get(engine, **query)
        assert (fresh.status, asked) == (200, [CATALOG, file_of(engine, snapshot.snapshot_date)])
        assert json.loads(fresh.body)["run_id"] == snapshot.run_id
        known, asked = wire.get(engine, tag=fresh.headers["ETag"], **query)
        assert (known.status, asked) == (304, [CATALOG])


@pytest.mark.parametrize("engine", ["boards", "arrow"])
def test_the_newest_date_is_found_in_a_bounded_part_of_the_catalog(wire: Wire, engine: str) -> None:
    write_catalog(wire.store, 500, 1)
    info = wire.store.head(snapshots_key(51))
    assert info is not None
    assert info.size > 10 * NEWEST_BYTES
    for query in ({}, {"date": "latest", "offset": "100"}):
        wire.get(engine, **query)
        assert wire.asked[0].range == f"bytes=0-{NEWEST_BYTES - 1}"


def test_a_page_that_the_boards_object_does_not_hold_costs_the_curated_file_besides(
    wire: Wire,
) -> None:
    write_catalog(wire.store, 2, 1)
    _, asked = wire.get("boards", offset="1000")
    assert asked == [CATALOG, file_of("boards"), file_of("arrow")]
    _, asked = wire.get("boards", offset="1241")
    assert asked == [CATALOG, file_of("boards")]


@pytest.mark.parametrize("engine", ["boards", "arrow"])
@pytest.mark.parametrize("lake", [(1, 1), (500, 4000)])
@pytest.mark.parametrize(
    ("path", "key"), [(KINGDOMS, KINGDOMS_KEY), (SNAPSHOTS, snapshots_key(51))]
)
def test_kingdoms_and_snapshots_are_one_read_each(
    wire: Wire, engine: str, lake: tuple[int, int], path: str, key: str
) -> None:
    write_catalog(wire.store, *lake)
    fresh, asked = wire.get(engine, path)
    assert (fresh.status, asked) == (200, [f"GET {key}"])
    known, asked = wire.get(engine, path, tag=fresh.headers["ETag"])
    assert (known.status, asked) == (304, [f"GET {key}"])


@pytest.mark.parametrize("engine", ["boards", "arrow"])
def test_what_is_not_there_costs_two_requests_at_most(wire: Wire, engine: str) -> None:
    write_catalog(wire.store, 500, 4000)
    of_boards = "LIST boards/source=rok_players/kingdom=9/"
    missing = [f"GET {snapshots_key(9)}", of_boards]
    for path, kingdom, query, expected in (
        (BOARD, "9", {}, missing),
        (SNAPSHOTS, "9", {}, missing),
        (BOARD, "51", {"date": "2001-01-01"}, [CATALOG]),
        (BOARD, "51", {"date": "2001-01-01", "version": "0" * 16}, [CATALOG]),
    ):
        reply, asked = wire.get(engine, path, kingdom, **query)
        assert (reply.status, asked) == (404, expected)


def test_an_empty_lake_costs_two_requests(wire: Wire) -> None:
    reply, asked = wire.get("boards", KINGDOMS)
    assert (reply.status, len(asked)) == (200, 2)


@pytest.mark.parametrize("engine", ["boards", "arrow"])
def test_a_conflict_costs_what_a_board_costs(wire: Wire, engine: str) -> None:
    write_catalog(wire.store, 500, 1)
    reply, asked = wire.get(engine, version="0" * 16)
    assert (reply.status, asked) == (409, [CATALOG, file_of(engine)])


@pytest.mark.parametrize("path", ["/v1/health", "/v1/metrics", "/openapi.json"])
def test_what_is_not_of_the_lake_asks_it_nothing(wire: Wire, path: str) -> None:
    reply, asked = wire.get("boards", path)
    assert (reply.status, asked) == (200, [])


FIRST_BOARD = """
import sys
from urllib.parse import unquote
from botocore.httpsession import URLLib3Session
from chalice.test import Client

sent = []
real = URLLib3Session.send
def send(session, request):
    sent.append(f"{request.method} {unquote(request.url).split('/', 4)[4]}")
    return real(session, request)
URLLib3Session.send = send

import app
with Client(app.app, project_dir=sys.argv[1]) as client:
    assert client.http.get("/v1/kingdoms/51/leaderboards/power").status_code == 200
print(*sent, sep="\\n")
"""


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["boards", "arrow"])
def test_the_first_board_of_a_process_is_two_requests_too(
    s3_store: S3Store, s3_bucket: str, engine: str, tmp_path: Path
) -> None:
    write_catalog(s3_store, 500, 1)
    found = python(
        FIRST_BOARD, tmp_path, LAKE_URI=f"s3://{s3_bucket}", QUERY_ENGINE=engine
    ).splitlines()
    assert found == [CATALOG, file_of(engine)]


BETWEEN = "/v1/kingdoms/{kingdom}"


def test_what_lies_between_snapshots_costs_what_docs_say_and_no_listing(wire: Wire) -> None:
    for day in (OLDEST, OLDER, DAY):
        publish_all(wire.store, [player(1), player(2 if day != DAY else 3, power=9)], day)
    roster = f"GET {roster_key(51)}"
    files = [file_of("arrow", day) for day in (DAY, OLDER, OLDEST)]
    summary = f"GET {summary_key(Partition(51, DAY))}"
    for path, query, reads in (
        (f"{BETWEEN}/changes", {}, [CATALOG, summary, roster]),
        (f"{BETWEEN}/changes", {"from": f"{OLDEST}"}, [CATALOG, files[0], files[2], roster]),
        (f"{BETWEEN}/players", {"search": "1"}, [roster]),
        (f"{BETWEEN}/players/{{player}}", {}, [CATALOG, roster, *files]),
        (f"{BETWEEN}/alliances", {}, [CATALOG, files[0]]),
        (f"{BETWEEN}/alliances", {"since": "previous"}, [CATALOG, *files[:2]]),
        ("/v1/leaderboards/{metric}", {"kingdoms": "51"}, [CATALOG, file_of("boards")]),
    ):
        fresh, asked = wire.get("boards", path, **query)
        assert (fresh.status, sorted(asked)) == (200, sorted(reads)), fresh.body
        known, asked = wire.get("boards", path, tag=fresh.headers["ETag"], **query)
        assert known.status == 304
        assert {*asked} <= {CATALOG, roster}


HEAVY = """
import sys
import app
from chalice.test import Client
heavy = {"pyarrow", "jsonschema", "boto3"}
heavy |= {"chalicelib.ingest.pipeline", "chalicelib.boards.parquet"}
with Client(app.app, project_dir=sys.argv[1]) as client:
    for path in ("/v1/kingdoms", "/v1/kingdoms/51/snapshots", sys.argv[2]):
        assert client.http.get(path).status_code == 200
print(*sorted(heavy & {*sys.modules}))
"""


@pytest.mark.parametrize(
    "path",
    ["kingdoms/51/leaderboards/power", "kingdoms/51/changes", "leaderboards/power"],
    ids=["board", "changes", "across kingdoms"],
)
def test_a_first_answer_from_precomputed_objects_imports_nothing_heavy(
    directory_store: DirectoryStore, tmp_path: Path, path: str
) -> None:
    publish_all(directory_store, [player(1), player(2)], OLDER)
    publish_all(directory_store, [player(1)])
    lake = f"file:{tmp_path / 'lake'}"
    assert python(HEAVY, tmp_path, f"/v1/{path}", LAKE_URI=lake, QUERY_ENGINE="boards") == "\n"


def python(code: str, folder: Path, *arguments: str, **settings: str) -> str:
    """What code prints in a process of its own, which runs in a folder without settings."""
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
