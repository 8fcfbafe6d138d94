"""`make bench-cache`: the API with and without nginx before it; rewrites docs/cache.md's figures.

Sixteen clients ask for fifty boards, each for the next one as soon as it is answered, first the API
itself and then nginx as infra/nginx configures it. Clients, nginx and the API share this machine.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.edge.clients import Asked, ask_all_the_time
from tests.edge.lake import BOARDS, fill
from tests.edge.nginx import Nginx
from tests.edge.origin import Origin

CLIENTS, PROCESSES = 16, 2
PAGE: Final = ROOT / "docs" / "cache.md"
_BLOCK: Final = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)


class Figures(NamedTuple):
    """What a run came to.

    Attributes:
        requests: how many were answered.
        origin: how many of them reached the API.
        rate: answered a second.
        p50: milliseconds.
        p99: milliseconds.
    """

    requests: int
    origin: int
    rate: float
    p50: float
    p99: float


def main() -> None:
    """Measure, print, and write the figures into the page."""
    parser = argparse.ArgumentParser(prog="make bench-cache ARGS=…", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long each run lasts (30)")
    parser.add_argument("--no-page", action="store_true", help="leave docs/cache.md as it is")
    options = parser.parse_args()
    if not shutil.which("nginx"):
        raise SystemExit("error: nginx is not found; on Debian: apt-get install nginx-light")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "lake")
        with Origin(folder / "lake", folder) as origin:
            bare = measure(origin, origin.port, options.seconds)
            with Nginx(folder, origin.port, clock=False) as nginx:
                cold = measure(origin, nginx.port, options.seconds)
                warm = measure(origin, nginx.port, options.seconds)
    table = report({"the API itself": bare, "nginx, empty": cold, "nginx, filled": warm})
    print(table)
    if not options.no_page:
        PAGE.write_text(_BLOCK.sub(lambda _: table, PAGE.read_text("utf-8")), "utf-8")


def measure(origin: Origin, port: int, seconds: float) -> Figures:
    """Let all clients ask at a port for so long."""
    origin.asked()
    each = CLIENTS // PROCESSES
    with ProcessPoolExecutor(PROCESSES) as pool:
        runs = [pool.submit(_timed, port, each, seconds) for _ in range(PROCESSES)]
        milliseconds = sorted(one for run in runs for one in run.result())
    return Figures(
        len(milliseconds),
        sum(origin.asked().values()),
        len(milliseconds) / seconds,
        statistics.median(milliseconds),
        milliseconds[len(milliseconds) * 99 // 100],
    )


def _timed(port: int, clients: int, seconds: float) -> list[float]:
    asked: Sequence[Asked] = ask_all_the_time(port, BOARDS, clients, seconds)
    assert {one.status for one in asked} == {200}
    return [one.seconds * 1000 for one in asked]


def report(found: dict[str, Figures]) -> str:
    """The figures as a table for the page, with the machine and the day."""
    said = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
    nginx = said.rpartition(":")[2].strip()
    cores = len(os.sched_getaffinity(0))
    lines = [
        f"{datetime.now(UTC).date()}, {cores} cores for clients, cache and API, {nginx}, Python "
        f"{sys.version.split()[0]}:",
        "",
        "| asked | requests | of them at the API | a second | p50 ms | p99 ms |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {of.requests:,} | {of.origin:,} | {of.rate:,.0f} | {of.p50:.1f} "
            f"| {of.p99:.1f} |"
            for name, of in found.items()
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
