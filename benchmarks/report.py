"""The report of one session as Markdown."""

import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.processes import REQUIREMENTS, ROOT
from benchmarks.scenarios import LABELS, Goal, Results, scenarios

NOTES = ROOT / "benchmarks" / "notes.md"


@dataclass(frozen=True, slots=True)
class Session:
    """All that one run of the benchmarks found.

    Attributes:
        many: players of the largest scans.
        runs: measured turns.
        results: by scenario and contender.
        checks: what contenders left behind, likewise.
        own: our own work, milliseconds.
        artefact: the zip in Lambda's Python client (artefact.py).
        goals: the goals, with what was measured.
    """

    many: int
    runs: int
    results: Results
    checks: Mapping[str, Mapping[str, Any]]
    own: Mapping[str, float]
    artefact: Mapping[str, Any]
    goals: list[Goal]


def report(session: Session) -> str:
    """The report: goals, then every scenario, then what stands in notes.md."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench` (benchmarks/README.md tells how it measures); the notes at the "
        "end are kept in benchmarks/notes.md. Machines are noisy: ratios within this one session "
        "count, seconds do not.",
        "",
        *_machine(session),
        "",
        "![Wall time beside the peers](performance.svg)",
        "",
        "## Goals",
        "| work | measured | in CPU seconds | goal | |",
        "|---|---|---|---|---|",
        *map(_goal, session.goals),
        "",
        "## Whole processes",
        f"Best of {session.runs} runs, taken in turns; the spread is how far the median is above "
        "the best; memory is the largest resident size of all runs.",
        *_scenarios(session),
        "",
        "## Our own work",
        "CPU milliseconds, in one process, with a lake in memory (benchmarks/own_work.py).",
        "",
        "| | ms |",
        "|---|---|",
        *(f"| {name.replace('_', ' ')} | {took:.2f} |" for name, took in session.own.items()),
        "",
        *_artefact(session.artefact),
        "",
        NOTES.read_text(encoding="utf-8").rstrip(),
        "",
    ]
    return "\n".join(lines)


def _goal(goal: Goal) -> str:
    beside = "" if goal.beside is None else f"{goal.beside:.2f}"
    measured = f"{goal.measured:.2f} {goal.against}"
    if goal.most is None:
        return f"| {goal.work} | {measured} | {beside} | | for information |"
    met = "met" if goal.is_met else "**not met**"
    return f"| {goal.work} | {measured} | {beside} | {goal.most:.2f} | {met} |"


def _scenarios(session: Session) -> Iterator[str]:
    for scenario in scenarios(session.many):
        yield ""
        yield f"### {scenario.title}"
        yield "| | wall s | CPU s | MiB | spread | ours ÷ it, wall | CPU | Parquet MB |"
        yield "|---|---|---|---|---|---|---|---|"
        runs = session.results[scenario.name]
        ours = runs["ours"]
        for name, its in sorted(runs.items(), key=lambda item: item[1].wall):
            size = session.checks[scenario.name].get(name, {}).get("bytes")
            cells = [
                f"**{LABELS[name]}**" if name == "ours" else LABELS[name],
                f"{its.wall:.3f}",
                f"{its.cpu:.3f}",
                f"{its.memory:.0f}",
                f"{its.spread:.0%}",
                f"{ours.wall / its.wall:.2f}",
                f"{ours.cpu / its.cpu:.2f}",
                "" if size is None else f"{size / 1e6:.1f}",
            ]
            yield f"| {' | '.join(cells)} |"


# Megabytes of memory that make one virtual CPU of a Lambda function.
_ONE_CPU = 1769
_SIZES = (512, 1024, _ONE_CPU)


def _artefact(found: Mapping[str, Any]) -> Iterator[str]:
    """Cold and warm functions, what that means at several memory sizes, and the load."""
    api, load = found["api"], found["load"]
    rows = {f"ingestion, {n:,} players": found["ingestion"][str(n)] for n in (300, 1000, 10000)}
    rows["API, a board"] = api
    yield "## The zip in Lambda's Python client"
    yield "CPU of the function's process alone, boto3 and chalice in it; the lake is moto's S3."
    yield f"The zip has {found['package_bytes'] / 1e6:.1f} MB."
    yield ""
    yield "| | init CPU ms | first event | not prepared: init | first event |"
    yield "|---|---|---|---|---|"
    for name, its in rows.items():
        starts = [its["init"], its["first"], its["unprepared"]["init"], its["unprepared"]["first"]]
        yield f"| {' | '.join([name, *(f'{took:.0f}' for took in starts)])} |"
    yield ""
    sizes = "".join(f" warm s at {size} MB | GB-s |" for size in _SIZES)
    yield f"| | warm CPU ms | peak MiB |{sizes}"
    yield f"|---|---|---|{'---|---|' * len(_SIZES)}"
    for name, its in rows.items():
        cells = [name, f"{its['warm']:.1f}", f"{its['memory']:.0f}"]
        for size in _SIZES:
            took = its["warm"] / 1000 * max(1.0, _ONE_CPU / size)
            cells += [f"{took:.3f}", f"{took * size / 1024:.4f}"]
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield (
        f"Load: 16 clients at one function for {load['seconds']:.0f} s, moto beside it on the same "
        f"cores: {load['requests']:,} boards, {load['a_second']:.0f} a second, p50 "
        f"{load['p50']:.0f} ms and p99 {load['p99']:.0f} ms with the wait for the 15 others, "
        f"{load['errors']} errors, memory {load['grown_mib']:+.1f} MiB."
    )


def _machine(session: Session) -> Iterator[str]:
    names = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    model = names[0].partition(":")[2].strip() if names else platform.processor()
    memory = next((line.split()[1] for line in _lines("/proc/meminfo")), "0")
    peers = [line for line in _lines(REQUIREMENTS) if line and not line.startswith("#")]
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    cores = len(os.sched_getaffinity(0))
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    yield f"* {datetime.now(UTC):%Y-%m-%d}, commit {commit}"
    yield f"* {model}, {cores} cores, {int(memory) // 2**20} GiB; load at the end {load}"
    yield f"* Python {platform.python_version()}, pyarrow {version('pyarrow')}, {platform.system()}"
    yield f"* peers: {', '.join(peers).replace('==', ' ')}"


def _lines(path: str | Path) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
