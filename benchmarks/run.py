"""Ingestion beside its peers, in one session (see README.md)."""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent
CONTENDERS = ("ingest", "pyarrow_only")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run of a whole process took: seconds of wall and CPU time, MiB at its peak."""

    wall: float
    cpu: float
    memory: float


def make_scan(path: Path, players: int) -> None:
    """Write a scan in RokTracker's format, the same for the same number of players."""
    random = Random(players)
    header = "ID,Name,Power,Killpoints,Deads,T1 Kills,T2 Kills,T3 Kills,T4 Kills,T5 Kills,"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "Ranged,Rss Gathered,Rss Assistance,Helps,Alliance\n")
        for number in range(players):
            tiers = [int(random.random() ** 3 * 4e8) for _ in range(5)]
            points = sum(t * p for t, p in zip(tiers[1:], (2, 4, 10, 20), strict=True))
            name = f"Player {number}" if number % 4 else f"Игрок {number}"
            rest = [int(random.random() * size) for size in (1e9, 1e11, 1e10, 1e5)]
            cells = [10_000_000 + number, name, int(random.random() * 2e8)]
            cells += [points + tiers[0] // 5, int(random.random() ** 2 * 5e7), *tiers, *rest]
            file.write(",".join(map(str, cells)) + f",[{number % 40:02d}] Alliance\n")


def measure(command: list[str]) -> Figures:
    """Run a command to its end."""
    start = time.perf_counter()
    child = os.spawnv(os.P_NOWAIT, command[0], command)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    wall = time.perf_counter() - start
    return Figures(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def main() -> None:
    """Measure all contenders turn by turn and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--players", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder, "players.csv")
        make_scan(scan, options.players)
        commands = {
            name: [sys.executable, str(FOLDER / f"{name}.py"), str(scan), folder]
            for name in CONTENDERS
        }
        results: dict[str, list[Figures]] = {name: [] for name in CONTENDERS}
        for turn in range(options.runs + 1):
            for name, command in commands.items():
                figures = measure(command)
                if turn:  # the first turn warms the caches
                    results[name].append(figures)
    print(
        f"{options.players:,} players, median of {options.runs}, Python {sys.version.split()[0]}\n"
    )
    print(f"{'':14} {'wall s':>8} {'CPU s':>8} {'MiB':>6} {'wall ÷ pyarrow alone':>22}")
    base = _median(results["pyarrow_only"], lambda figures: figures.wall)
    for name, runs in results.items():
        wall = _median(runs, lambda figures: figures.wall)
        cpu = _median(runs, lambda figures: figures.cpu)
        memory = max(figures.memory for figures in runs)
        print(f"{name:14} {wall:8.2f} {cpu:8.2f} {memory:6.0f} {wall / base:22.2f}")


def _median(runs: list[Figures], figure: Callable[[Figures], float]) -> float:
    return statistics.median(map(figure, runs))


if __name__ == "__main__":
    main()
