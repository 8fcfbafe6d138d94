"""What a view of a board asks of S3 and of Athena, for each engine, and what a million cost.

    python -m benchmarks.board_costs            # DuckDB in Athena's place: counts bytes exactly
    python -m benchmarks.board_costs --trino    # Trino: also counts the requests of a query

Requests are counted at a moto server, in front of which stand the real engines, over snapshots
that the real ingestion published. Prices are AWS's list prices, in one place below.
"""

import argparse
import logging
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from unittest import mock

from chalicelib import config
from chalicelib.boards.request import BoardRequest
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.athena import client as athena_client
from chalicelib.engines.athena import engine as athena
from chalicelib.engines.athena.client import AthenaClient
from chalicelib.engines.athena.engine import AthenaEngine
from chalicelib.engines.boards import BoardsEngine
from chalicelib.engines.engine import Engine
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.s3.store import S3Store
from chalicelib.threads.deadline import Deadline
from tests.athena.engine import SqlEngine
from tests.athena.service import AthenaService, running
from tests.athena.support import large_scan
from tests.athena.table import deploy_table
from tests.aws import REGION

SIZES: Final = (300, 1_241, 10_000)
_TODAY: Final = datetime.now(UTC).date()
DAYS: Final = (_TODAY - timedelta(days=7), _TODAY)
VIEWS: Final = 5

# USD, us-east-1, November 2026: https://aws.amazon.com/{s3,lambda,api-gateway,athena}/pricing/
A_MILLION_GETS: Final = 0.40
A_MILLION_LISTS_OR_PUTS: Final = 5.00
A_MILLION_LAMBDA_REQUESTS: Final = 0.20
A_GB_SECOND: Final = 0.0000166667
A_MILLION_API_REQUESTS: Final = 3.50
A_SCANNED_BYTE: Final = 5 / 1e12
LEAST_SCANNED: Final = 10_000_000
API_MEMORY_GB: Final = 1.0
# Athena's own time for the smallest query, queueing and polling included; moto and Trino here say
# nothing of it (facts of AWS's users: 1 to 2 s).
ATHENA_SECONDS: Final = 1.5
# What Athena writes of each query's result: the rows and their metadata.
RESULT_PUTS: Final = 2


@dataclass
class Seen:
    """What a moto server was asked, by whom it was: the app, or the engine behind Athena."""

    requests: list[tuple[str, str, int]] = field(default_factory=list)

    def count(self) -> Counter[str]:
        """How many GETs (HEADs are billed as such) and LISTs there were."""
        return Counter(kind for kind, _, _ in self.requests)

    def bytes(self) -> int:
        """The bytes of all objects' bodies."""
        return sum(size for _, _, size in self.requests)


@contextmanager
def counting(seen: Seen) -> Iterator[str]:
    """A moto server that notes every request to S3; its URL."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    inner: Any = DomainDispatcherApplication(create_backend_app)

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            sizes = [int(value) for name, value in headers if name.lower() == "content-length"]
            kind = _kind(environ)
            if kind:
                body = sizes[0] if sizes and environ["REQUEST_METHOD"] == "GET" else 0
                seen.requests.append((kind, environ["PATH_INFO"], 0 if kind == "LIST" else body))
            return start_response(status, headers, *more)

        return inner(environ, start)

    from threading import Thread

    server = make_server("127.0.0.1", 0, outer, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def _kind(environ: dict[str, Any]) -> str | None:
    """GET or LIST, for reads of the bucket."""
    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    if not path.startswith("/lake") or method not in ("GET", "HEAD"):
        return None
    return "LIST" if "list-type" in environ.get("QUERY_STRING", "") else "GET"


@contextmanager
def sql_engine(trino: bool, endpoint: str) -> Iterator[SqlEngine]:
    """What stands in Athena's place."""
    if trino:
        from tests.athena.trino_engine import running_engine

        with running_engine(endpoint, REGION) as server:
            yield server
        return
    from tests.athena.duckdb_engine import DuckDbEngine

    engine = DuckDbEngine.at(endpoint, REGION)
    yield engine
    engine.close()


def publish(store: S3Store, players: int) -> tuple[int, int]:
    """Publish two snapshots of so many players; the bytes of a curated and of a boards object."""
    scan = large_scan(players).encode()
    settings = config.load({})
    for day in DAYS:
        partition = f"source=rok_players/kingdom=51/dt={day}"
        store.create(f"inbox/{partition}/players.csv", scan)
        ingest_key(store, f"inbox/{partition}/players.csv", settings)
    curated = store.head(f"curated/{partition}/players.parquet")
    boards = store.head(f"boards/{partition}/leaderboards.json")
    assert curated is not None
    assert boards is not None
    return curated.size, boards.size


def view(catalog: LakeCatalog, engine: Engine) -> None:
    """What the API asks for `?date=latest`: which run that is, and its first page."""
    snapshot = catalog.snapshot(51, None).entry.snapshot
    page = engine.board(snapshot, BoardRequest("dkp", 100), Deadline.after(600))
    assert (snapshot.snapshot_date, len(page.board.entries)) == (DAYS[-1], 100)


@dataclass(frozen=True)
class Cost:
    """A view's: requests and bytes of S3, bytes of Athena, seconds of the function."""

    gets: float
    lists: float
    read: int
    scanned: int
    seconds: float
    athena: bool

    def a_million(self) -> float:
        """USD for a million views of the latest board, none of them answered by a cache."""
        puts = RESULT_PUTS if self.athena else 0
        seconds = self.seconds + (ATHENA_SECONDS if self.athena else 0)
        scanned = max(self.scanned, LEAST_SCANNED) if self.athena else 0
        return (
            self.gets * A_MILLION_GETS
            + (self.lists + puts) * A_MILLION_LISTS_OR_PUTS
            + A_MILLION_LAMBDA_REQUESTS
            + A_MILLION_API_REQUESTS
            + seconds * API_MEMORY_GB * A_GB_SECOND * 1e6
            + scanned * A_SCANNED_BYTE * 1e6
        )


def at_once(_seconds: float, _what: str, ask: Callable[[], Any]) -> Any:
    """In place of `run_with_timeout`: asks in the thread whose CPU is measured."""
    return ask()


@mock.patch.object(athena, "run_with_timeout", at_once)
@mock.patch.object(athena_client, "run_with_timeout", at_once)
def measure(
    catalog: LakeCatalog, engine: Engine, seen: Seen, service: AthenaService, *, on_athena: bool
) -> Cost:
    """View a board some times; the first is for warming up."""
    view(catalog, engine)
    seen.requests.clear()
    seconds = []
    for _ in range(VIEWS):
        service.pass_time(61)  # nothing that Athena kept is given again
        begin = time.thread_time()
        view(catalog, engine)
        seconds.append(time.thread_time() - begin)
    count = seen.count()
    return Cost(
        count["GET"] / VIEWS,
        count["LIST"] / VIEWS,
        seen.bytes() // VIEWS,
        service.scanned()[-1] if on_athena else 0,
        statistics.median(seconds),
        on_athena,
    )


def rows(trino: bool) -> Iterator[str]:
    """The table, line by line, in Markdown."""
    import boto3

    yield "| players | engine | S3 GET | S3 LIST | KB from S3 | KB scanned | own CPU, ms | USD |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|"
    seen = Seen()
    with counting(seen) as endpoint, sql_engine(trino, endpoint) as sql:
        session = boto3.Session("testing", "testing", region_name=REGION)
        s3 = session.client("s3", endpoint_url=endpoint)
        glue = session.client("glue", endpoint_url=endpoint)
        boto = session.client("athena", endpoint_url=endpoint)
        service = AthenaService(sql)
        for players in SIZES:
            bucket = f"lake-{players}"
            place: Any = {"LocationConstraint": REGION}
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
            store = S3Store(bucket, client=s3)
            sizes = publish(store, players)
            made = deploy_table(glue, boto, bucket, suffix=str(players))
            client = AthenaClient(made.database, made.workgroup, boto)
            catalog = LakeCatalog(store)
            engines: dict[str, Engine] = {
                "boards": BoardsEngine(store),
                "arrow": ArrowEngine(store),
                "athena": AthenaEngine(store, client, made.table),
            }
            yield f"| {players:,} | curated {_kb(sizes[0])} KB, boards {_kb(sizes[1])} KB ||||||"
            with running(service):
                for name, engine in engines.items():
                    cost = measure(catalog, engine, seen, service, on_athena=name == "athena")
                    yield _row(name, cost)


def _row(name: str, cost: Cost) -> str:
    scanned = _kb(cost.scanned) if cost.athena else "–"
    return (
        f"| | `{name}` | {cost.gets:g} | {cost.lists:g} | {_kb(cost.read)} | {scanned} "
        f"| {cost.seconds * 1000:.1f} | {cost.a_million():.2f} |"
    )


def _kb(size: int) -> str:
    return f"{size / 1000:,.0f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trino", action="store_true", help="a real Trino in Athena's place")
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    os.environ.update(AWS_DEFAULT_REGION=REGION, AWS_EC2_METADATA_DISABLED="true")
    for line in rows(options.trino):
        print(line, flush=True)


if __name__ == "__main__":
    main()
