"""What `sweep --watch` costs while nothing happens, and how soon it takes a new file.

`python -m benchmarks.idle_watch` makes a lake in a temporary directory with 20,000 past uploads,
each in a folder of its own, watches it for a minute, and drops files into it. `--times` watches as
on systems where the kernel tells nothing: by the folders' times.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SCAN: Final = b"ID,Name,Power\n1000001,Ana,5000000\n1000002,Bo,7000000\n"
RUN_TS: Final = "20250601T120000Z"
MOMENT: Final = 1_748_779_200  # the same, in seconds
DATES: Final = 50
BY_TIMES: Final = """
import runpy, sys
from chalicelib.lake.directory import inotify
inotify.sys = type("System", (), {"platform": "other"})
sys.argv[0] = "chalicelib"
runpy.run_module("chalicelib", run_name="__main__")
"""


def make_lake(lake: Path, uploads: int) -> list[Path]:
    """Fill a lake with uploads that are dealt with; the folders of the inbox.

    Nothing reads them, so the reports only have the names of reports.
    """
    folders = []
    for number in range(uploads):
        kingdom, week = divmod(number, DATES)
        day = date(2024, 1, 1) + timedelta(weeks=week)
        partition = f"source=rok_players/kingdom={kingdom + 1}/dt={day}"
        for key, data in (
            (f"inbox/{partition}/players.csv", SCAN),
            (f"raw/{partition}/run_ts={RUN_TS}/players.csv", SCAN),
            (f"reports/{partition}/run_ts={RUN_TS}/players.csv.json", b"{}"),
        ):
            path = lake / key
            path.parent.mkdir(parents=True)
            path.write_bytes(data)
        folders.append(lake / "inbox" / partition)
        os.utime(folders[-1] / "players.csv", (MOMENT, MOMENT))
    return folders


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def drop(process: "subprocess.Popen[str]", path: Path, data: bytes) -> float:
    """Seconds from a file's arrival to the line that says it is ranked."""
    assert process.stdout is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    path.write_bytes(data)
    while path.name not in json.loads(process.stdout.readline())["inbox_key"]:
        pass
    return time.monotonic() - began


def measure(
    lake: Path, folders: list[Path], seconds: float, *, by_times: bool
) -> dict[str, object]:
    """Watch the lake, at rest and with new files."""
    start = ["-c", BY_TIMES] if by_times else ["-m", "chalicelib"]
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *start, "sweep", "--watch", "--json"],
        cwd=ROOT,
        env={**os.environ, "LAKE_URI": f"file:{lake}"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        drop(process, folders[0] / "first.csv", SCAN)
        ready = time.monotonic() - began
        time.sleep(6)  # what changed just now is looked at more often
        used, began = cpu_seconds(process.pid), time.monotonic()
        time.sleep(seconds)
        share = (cpu_seconds(process.pid) - used) / (time.monotonic() - began)
        step = len(folders) // 10
        new = [drop(process, folder / "new.csv", SCAN) for folder in folders[step // 2 :: step]]
        inbox = lake / "inbox/source=rok_players"
        made = [
            drop(process, inbox / f"kingdom={number}/dt=2025-01-01/made.csv", SCAN)
            for number in range(90_001, 90_011)
        ]
        process.terminate()
    return {
        "uploads": len(folders),
        "seconds_to_start": round(ready, 1),
        "percent_of_a_core_at_rest": round(100 * share, 2),
        "seconds_to_take_in_old_folders": [round(statistics.median(new), 2), round(max(new), 2)],
        "seconds_to_take_in_new_folders": [round(statistics.median(made), 2), round(max(made), 2)],
    }


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uploads", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--times", action="store_true", help="do not use what the kernel tells")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folders = make_lake(Path(folder), arguments.uploads)
        print(
            json.dumps(measure(Path(folder), folders, arguments.seconds, by_times=arguments.times))
        )


if __name__ == "__main__":
    main()
