"""`make scale`: measures a lake of thousands of kingdoms behind an S3 that takes 30 ms a call."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.scale.lake import ScaleLake
from benchmarks.scale.measured import MEASURED
from benchmarks.scale.paper import Work, months
from benchmarks.scale.server import BUCKET, S3Server, serving
from tests.aws import REGION

ROOT: Final = Path(__file__).resolve().parents[2]
_GIGABYTES: Final = 1.769  # the functions' memory: one whole processor


def main() -> int:
    """Measure, print a table, and return 1 if a goal is missed."""
    asked = _arguments()
    started = time.perf_counter()
    lake = ScaleLake(asked.kingdoms, asked.weeks, asked.seed)
    print(
        f"{asked.kingdoms:,} kingdoms, {asked.weeks} weeks, {lake.uploads:,} uploads, "
        f"{asked.milliseconds} ms a call; made in {time.perf_counter() - started:.0f} s",
        flush=True,
    )
    print("measured | seconds | CPU s | MiB | GET | HEAD | LIST | PUT | KB read | result")
    missed, figures = [], {}
    with serving(lake, asked.milliseconds / 1000) as server:
        for name in asked.only or [name for name in MEASURED if name != "verify_all"]:
            argument = _prepared(lake, name, asked.jobs)
            found = measure(server, name, argument)
            print(_line(name, found, server), flush=True)
            figures[name] = Work({**server.calls}, found["seconds"], _GIGABYTES)
            if name == "idle_sweep" and (found["seconds"] > 60 or found["mib"] > 256):
                missed.append(name)
    if {"upload", "idle_sweep"} <= figures.keys():
        print("USD a month | of")
        for what, usd, of in months(
            asked.kingdoms, figures["upload"], figures["idle_sweep"], asked.boards
        ):
            print(f"{what} | {usd:,.2f} | {of}")
    return 1 if missed else 0


def measure(server: S3Server, name: str, argument: str = "") -> dict[str, Any]:
    """One of `MEASURED` in a process of its own; the server's counts are its own then."""
    server.calls.clear()
    server.sent = 0
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
        "AWS_ENDPOINT_URL_S3": server.endpoint,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nobody",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "LAKE_URI": f"s3://{BUCKET}",
        "QUERY_ENGINE": "boards",
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale.measured", name, argument],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _prepared(lake: ScaleLake, name: str, jobs: int) -> str:
    """The argument of what is measured; what the server makes for it is made before."""
    if name == "upload":
        key = "inbox/source=rok_players/kingdom=7/dt=2026-01-26/players.csv"
        one = next(lake.list_objects("inbox/source=rok_players/kingdom=7/"))
        with lake.open(one.key) as reader:
            lake.put(key, reader.read())
        return key
    if name == "verify_all":
        for folder in lake.list_folders("boards/source=rok_players/"):
            lake.head(f"catalog/source=rok_players/{folder}/snapshots.json")
        return str(jobs)
    if name in ("idle_sweep", "kingdoms"):
        return ""
    lake.head("catalog/source=rok_players/kingdom=51/snapshots.json")
    return "51"


def _line(name: str, found: dict[str, Any], server: S3Server) -> str:
    calls = [str(server.calls[operation]) for operation in ("GET", "HEAD", "LIST", "PUT")]
    figures = [found["seconds"], found["cpu"], found["mib"], *calls, server.sent // 1000]
    return " | ".join([name, *map(str, figures), json.dumps(found["result"])])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make scale", description=__doc__)
    parser.add_argument("--kingdoms", type=int, default=4000)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--milliseconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--boards", type=float, default=100, help="boards a kingdom and day")
    parser.add_argument("--jobs", type=int, default=8, help="kingdoms at once, for verify_all")
    parser.add_argument("--only", nargs="*", choices=MEASURED)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
