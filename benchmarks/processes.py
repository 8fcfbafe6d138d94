"""Whole processes, turn by turn: what each costs, from the operating system's own accounts."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTENDERS = ROOT / "benchmarks" / "contenders"
REQUIREMENTS = ROOT / "benchmarks" / "requirements.txt"
BENCH_VENV = ROOT / "build" / "bench-venv"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run of a whole process took: seconds of wall and CPU time, MiB at its peak."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of one contender in one scenario."""

    figures: tuple[Figures, ...]

    @property
    def wall(self) -> float:
        """The best."""
        return min(one.wall for one in self.figures)

    @property
    def cpu(self) -> float:
        """The best."""
        return min(one.cpu for one in self.figures)

    @property
    def memory(self) -> float:
        """The worst."""
        return max(one.memory for one in self.figures)

    @property
    def spread(self) -> float:
        """How far the median wall time is above the best, as a share of it."""
        return statistics.median(one.wall for one in self.figures) / self.wall - 1


def peers_python() -> Path:
    """The Python of the peers' environment, which is made when it is missing or out of date."""
    python = BENCH_VENV / "bin" / "python"
    stamp = BENCH_VENV / "made-of.txt"
    wanted = f"{sys.version}\n{REQUIREMENTS.read_text()}"
    if not stamp.exists() or stamp.read_text() != wanted:
        print("Making build/bench-venv for the peers; this takes a minute, once.", flush=True)
        venv.create(BENCH_VENV, clear=True, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)]
        subprocess.run(command, check=True)
        stamp.write_text(wanted)
    return python


@dataclass(frozen=True, slots=True)
class Contender:
    """How a contender is run.

    Attributes:
        command: its process.
        out: the folder that it writes to, which is empty at the start of each turn: removing what
            the turn before has left is nobody's work.
    """

    command: list[str]
    out: Path


def contender_of(name: str, scan: Path, out: Path, verdict: str) -> Contender:
    """A contender at a scan; ours in the app's own environment."""
    python = Path(sys.executable) if name == "ours" else peers_python()
    command = [str(python), str(CONTENDERS / f"{name}.py"), str(scan), str(out), verdict]
    return Contender(command, out)


def _environment() -> dict[str, str]:
    """The environment of what is measured: Python keeps what it compiled, as it does by default.

    pip has compiled the peers already; ours would be compiled anew in every turn otherwise.
    """
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def measure(command: list[str], cores: set[int]) -> Figures:
    """Run a command to its end on these cores."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)  # a child inherits it
    start = time.perf_counter()
    child = os.spawnve(os.P_NOWAIT, command[0], command, _environment())
    os.sched_setaffinity(0, everywhere)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    wall = time.perf_counter() - start
    return Figures(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def take_turns(
    contenders: dict[str, Contender], runs: int, cores: set[int], warmed: Callable[[], None]
) -> dict[str, Runs]:
    """Run all contenders turn by turn.

    Args:
        contenders: by name.
        runs: measured turns.
        cores: where they may run.
        warmed: called after the first turn, which warms the caches and is not counted.
    """
    found: dict[str, list[Figures]] = {name: [] for name in contenders}
    for turn in range(runs + 1):
        for name, contender in contenders.items():
            shutil.rmtree(contender.out, ignore_errors=True)
            contender.out.mkdir()
            figures = measure(contender.command, cores)
            if turn:
                found[name].append(figures)
        if not turn:
            warmed()
    return {name: Runs(tuple(figures)) for name, figures in found.items()}


def verified(out: Path) -> dict[str, Any]:
    """What a contender left behind (see verify.py)."""
    script = str(ROOT / "benchmarks" / "verify.py")
    command = [str(peers_python()), script, str(out)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(found.stdout)
    return figures
