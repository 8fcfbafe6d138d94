"""The finished zip in Lambda's own Python client: cold and warm functions, and the API under load.

The lake is moto's S3, in this process; what is measured is the function's process alone: its CPU
time and its peak memory. Prints JSON. `--seconds` is how long the load lasts.
"""

import argparse
import json
import statistics
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import boto3
from moto.server import ThreadedMotoServer

from benchmarks.scans import write_csv
from tests.e2e.artefact import Artefact, Function, host_target, link_runtime, unpack
from tests.e2e.test_artefact import requested, uploaded
from tools.package.build import build

BUCKET = "rok-bench"
CLIENTS = 16
PLAYERS = (300, 1_000, 10_000)
STARTS = 5
RESOURCE = "/v1/kingdoms/{kingdom}/leaderboards/{metric}"


def cpu_ms(function: Function) -> float:
    """CPU milliseconds of a function's process so far, all of its threads."""
    # The process's own CPU clock, as clock_getcpuclockid(3) has it on Linux: /proc counts in 10 ms.
    return time.clock_gettime((~function.process.pid << 3) | 2) * 1000


def memory_mib(function: Function, name: str = "VmHWM") -> float:
    """The peak of its resident memory, or with `VmRSS` what is resident now."""
    for line in Path(f"/proc/{function.process.pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise AssertionError(name)


def board(kingdom: str = "51", metric: str = "dkp") -> dict[str, Any]:
    """What API Gateway sends for a board."""
    return requested(RESOURCE, {"kingdom": kingdom, "metric": metric})


@contextmanager
def moto() -> Iterator[tuple[Any, str]]:
    """An S3 with an empty bucket, and its address."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="eu-central-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    yield client, address
    server.stop()


def first(function: Function, event: dict[str, Any]) -> tuple[float, float]:
    """CPU milliseconds of a function's init phase, and of its first event."""
    function.wait_for_init()
    init = cpu_ms(function)
    outcome = function.invoke(event).payload
    assert outcome.get("statusCode") == 200 or outcome.get("status") == "accepted", outcome
    return init, cpu_ms(function) - init


class Starts:
    """Cold starts: CPU milliseconds of the init phase and of the first event, the best of each."""

    def __init__(self) -> None:
        """There is none yet."""
        self._init: list[float] = []
        self._first: list[float] = []

    def add(self, figures: tuple[float, float]) -> None:
        """Count one start."""
        self._init.append(figures[0])
        self._first.append(figures[1])

    def best(self) -> dict[str, float]:
        """The least of each."""
        return {"init": min(self._init), "first": min(self._first)}


def unprepared(stage: dict[str, str]) -> dict[str, str]:
    """A stage whose processes do not know which function they are: they prepare nothing."""
    return {**stage, "_HANDLER": ""}


def ingestion(artefact: Artefact, stage: dict[str, str], client: Any) -> dict[str, Any]:
    """Cold starts and warm runs of `ingest_players`: CPU milliseconds and peak memory."""
    found: dict[str, Any] = {}
    for players in PLAYERS:
        cold, plain = Starts(), Starts()
        warm: list[float] = []
        memory = []

        def upload(name: str, scan: bytes) -> dict[str, Any]:
            key = f"inbox/source=rok_players/kingdom=51/dt=2026-01-26/{name}.csv"
            client.put_object(Bucket=BUCKET, Key=key, Body=scan)
            return uploaded(BUCKET, key, len(scan))

        with TemporaryDirectory() as folder:
            path = Path(folder, "players.csv")
            write_csv(path, players)
            scan = path.read_bytes()
        handler = ("ingest_players", "app.ingest_players")
        for start in range(STARTS):
            with artefact.start(*handler, unprepared(stage)) as function:
                plain.add(first(function, upload(f"{start}-plain", scan)))
            with artefact.start(*handler, stage) as function:
                cold.add(first(function, upload(f"{start}-0", scan)))
                for turn in range(1, 6):
                    event = upload(f"{start}-{turn}", scan)
                    before = cpu_ms(function)
                    outcome = function.invoke(event)
                    assert outcome.payload["status"] == "accepted", outcome
                    warm.append(cpu_ms(function) - before)
                memory.append(memory_mib(function))
            for listed in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
                if not listed["Key"].startswith(("boards/", "catalog/", "curated/")):
                    client.delete_object(Bucket=BUCKET, Key=listed["Key"])
        found[str(players)] = {
            **cold.best(),
            "unprepared": plain.best(),
            "warm": statistics.mean(sorted(warm)[: len(warm) // 2]),
            "memory": max(memory),
        }
    return found


def api(artefact: Artefact, stage: dict[str, str]) -> dict[str, Any]:
    """Cold starts and warm requests of a board."""
    cold, plain = Starts(), Starts()
    warm, memory = [], []
    for _ in range(STARTS):
        with artefact.start("api_handler", "app.app", unprepared(stage)) as function:
            plain.add(first(function, board()))
        with artefact.start("api_handler", "app.app", stage) as function:
            cold.add(first(function, board()))
            before = cpu_ms(function)
            for _ in range(200):
                assert function.invoke(board()).payload["statusCode"] == 200
            warm.append((cpu_ms(function) - before) / 200)
            memory.append(memory_mib(function))
    return {
        **cold.best(),
        "unprepared": plain.best(),
        "warm": min(warm),
        "memory": max(memory),
    }


def load(artefact: Artefact, stage: dict[str, str], seconds: float) -> dict[str, float]:
    """Sixteen clients that each ask again as soon as they are answered, at one function.

    Lambda gives a function one request at a time: the others wait, and a latency has that in it.
    """
    with artefact.start("api_handler", "app.app", stage) as function:
        for _ in range(200):
            function.invoke(board())
        before = memory_mib(function, "VmRSS")
        events = [board(metric=m) for m in ("dkp", "kills", "deaths", "power", "kill_points")]
        sent: deque[float] = deque()
        latencies: list[float] = []
        errors = 0
        ends = time.perf_counter() + seconds
        for client in range(CLIENTS):
            function.api.send(events[client % 5])
            sent.append(time.perf_counter())
        while sent:
            outcome = function.outcome()
            now = time.perf_counter()
            latencies.append((now - sent.popleft()) * 1000)
            errors += outcome.failed or outcome.payload["statusCode"] != 200
            if now < ends:
                function.api.send(events[len(latencies) % 5])
                sent.append(now)
        grown = memory_mib(function, "VmRSS") - before
    latencies.sort()
    return {
        "seconds": seconds,
        "requests": len(latencies),
        "a_second": len(latencies) / seconds,
        "p50": latencies[len(latencies) // 2],
        "p99": latencies[len(latencies) * 99 // 100],
        "errors": errors,
        "grown_mib": grown,
    }


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    package = build(host_target())
    with TemporaryDirectory() as folder, moto() as (client, address):
        root = unpack(package, Path(folder, "task"))
        artefact = Artefact(root, link_runtime(Path(folder, "runtime")))
        stage = {
            "LAKE_URI": f"s3://{BUCKET}",
            "QUERY_ENGINE": "boards",
            "AWS_ENDPOINT_URL": address,
        }
        found = {
            "ingestion": ingestion(artefact, stage, client),
            "api": api(artefact, stage),
            "load": load(artefact, stage, options.seconds),
            "package_bytes": package.stat().st_size,
        }
        for path in (root, *root.rglob("*")):
            path.chmod(0o755)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
